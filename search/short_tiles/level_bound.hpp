#pragma once

#include <boost/container/small_vector.hpp>

#include "search/short_tiles/nest.hpp"

namespace tilewright::short_tiles {

/// What the boundaries inside a level cost at least, while its temporal loops are chosen one
/// dimension after the other. The first loop outside decides: it is the same for all dataspaces.
class LevelBound {
 public:
  /// `frame` has passed the instances inside `level`; it must outlive the bound.
  LevelBound(const Nest& nest, const Frame& frame, int level);

  /// The loops of the first `fixed` of the problem's dimensions have so many steps.
  void choose(const Factors& factor, int fixed);
  /// pJ of all that is inside the level's tile, at least.
  double energy() const;
  /// The same if the first loop outside has this dimension; those that it can have.
  double energy(int first) const;
  Terms::DimMask firsts() const { return firsts_; }
  /// Is any boundary open, so that the order of the loops matters?
  bool any_open() const { return !open_.empty(); }

 private:
  using PerDim = std::array<double, kMaxDims>;
  struct Open {
    const Flow* flow = nullptr;
    Nest::Route route;
    double portions = 1;          // of which the server sends this share, at least
    double fewest = 1;            // the same once the tiles have slid
    double arrive = 1, sent = 1;  // times, if the first loop moves the tiles
    double moves = 0, stays = 0;  // pJ
    PerDim slides{};              // pJ, by the dimension of the first loop
    Factors shared;               // by the instances that are not passed yet
  };
  double times_sent(const Open& open, int d, double times) const;
  void prepare(Open& open) const;
  void choose(Open& open, const Factors& factor, int fixed) const;
  double slide(const Open& open, int dim, const Factors& factor, bool known) const;

  const Nest& nest_;
  const Frame& frame_;
  int level_;
  double closed_ = 0;  // pJ
  boost::container::small_vector<Open, 4> open_;
  Terms::DimMask firsts_ = 0;
};

}  // namespace tilewright::short_tiles
