#pragma once

#include <array>
#include <boost/container/small_vector.hpp>
#include <vector>

#include "model/nest/evaluator.hpp"
#include "model/nest/terms.hpp"
#include "search/mapspace/factors.hpp"
#include "search/optimal/keeping.hpp"
#include "search/optimal/loop_classes.hpp"
#include "search/short_tiles/plan.hpp"

namespace tilewright::short_tiles {

/// One dataspace between a level and the one that serves it, as far as the loops outside are known.
struct Flow {
  int space = 0;
  int child = -1;  // level; -1 = the MACs
  int server = 0;
  bool open = false;    // no loop outside has moved the tiles yet
  bool still = false;   // some loop has left them alone
  bool slid = false;    // some keep words of others
  double words = 0;     // of all tiles together
  double portions = 1;  // of which the server sends this share at least, as overlaps are shared
  double fewest = 1;    // the same, however the words are shared out among the tiles
  std::array<Passes, kMaxDims> arrive, sent;  // [dimension]: times that tiles do
  Factors tiles, extents;                     // of the child
};

/// The inside of a nest, up to some place among its loops.
struct Frame {
  Factors tiles;                                     // outside
  Factors extents;                                   // of a tile, the last one included
  std::array<Passes, kMaxDims> steps;                // [dimension]: cycles
  double settled = 0;                                // pJ that nothing further out can change
  std::array<double, kMaxLevels> reads{}, writes{};  // of memories that may limit the speed
  boost::container::small_vector<Flow, 6> flows;
};

/// Prices nests of loops whose factors need not divide, from the inside out. Every number is what
/// the evaluator will count where tiles are short, or a lower bound of it.
class Nest {
 public:
  Nest(const Evaluator& evaluator, const Mapping& blank);

  void use(const optimal::Keeping& keeping);
  void use(const Plan& plan);
  const optimal::Keeping& keeping() const { return keeping_; }
  const Plan& plan() const { return *plan_; }
  const Terms& terms() const { return terms_; }
  const detail::TileWords& words() const { return terms_.tile_words(); }
  /// Words of a tensor that some operation touches; fewer if that is hard to tell.
  double touched(int space) const { return touched_[static_cast<std::size_t>(space)]; }
  const std::vector<int>& dims() const { return dims_; }
  std::int64_t bound(int dim) const { return problem_.bounds[static_cast<std::size_t>(dim)]; }

  Frame start() const;
  /// Passes the instances inside `level`; false if some of their loops have no work.
  bool spread(int level, Frame& frame) const;
  /// Runs the temporal loops of `level`, in an order of class `loops`.
  void run(int level, const Factors& factor, const optimal::LoopClass& loops, Frame& frame) const;

  /// A dataspace between two levels, and the first visits of its words there, at most.
  struct Route {
    int space = 0;
    int child = -1;
    int server = 0;
    double visits_child = 0, visits_server = 0;
  };
  Route route(const Flow& flow) const {
    return {flow.space, flow.child, flow.server, first_visits(flow.child, flow.space),
            first_visits(flow.server, flow.space)};
  }
  /// pJ at least, if so many words arrive at the children, and so many leave the server.
  double energy(const Route& route, double arriving, double leaving) const;
  /// Cycles that a frame takes at least: of the MACs, and of memories that limit the speed.
  double cycles(const Frame& frame, int level) const;
  /// Does `level` keep tiles of these extents?
  bool fits(int level, const Factors& extents) const {
    return !terms_.bounded(level) || kept_size(level, extents) <= terms_.capacity(level);
  }
  /// Does it hold as much as it must?
  bool fills(int level, const Factors& extents) const {
    return !terms_.bounded(level) || kept_size(level, extents) >= terms_.least_use(level);
  }
  bool reuses(int level, int space) const {
    return ((blank_.levels[static_cast<std::size_t>(level)].no_temporal_reuse >> space) & 1) == 0;
  }
  bool multicasts(int level, int space) const {
    return ((blank_.levels[static_cast<std::size_t>(level)].no_multicast >> space) & 1) == 0;
  }
  bool relevant(int space, int dim) const {
    return ((terms_.relevant(space) >> static_cast<unsigned>(dim)) & 1) != 0;
  }
  /// May the first loop, one of `dim`, slide the tiles of a space?
  bool slides(int space, int dim) const {
    return !terms_.simple(space) && relevant(space, dim) &&
           ((terms_.alone(space) >> static_cast<unsigned>(dim)) & 1) == 0;
  }
  /// Places between a tile and the one that it continues, if a loop right outside of the instances
  /// inside `level` slides it.
  std::int64_t apart(const Flow& flow, int level, int dim) const;
  /// First visits of words of a space by all instances of a level, at most.
  double first_visits(int level, int space) const {
    return visits_[static_cast<std::size_t>(level) + 1][static_cast<std::size_t>(space)];
  }
  /// pJ per word at a level, at least; nothing at the MACs.
  struct Price {
    double read = 0, fill = 0, update = 0;
  };
  const Price& price(int level, int space) const {
    return prices_[static_cast<std::size_t>(level) + 1][static_cast<std::size_t>(space)];
  }

 private:
  double kept_size(int level, const Factors& extents) const;
  double portions(const Flow& flow, int level, const Frame& frame) const;
  void pass(int level, const Factors& factor, const optimal::LoopClass& loops, const Frame& frame,
            Flow& flow) const;
  void add_flow(int space, int child, Frame& frame) const;
  void settle(const Flow& flow, Frame& frame) const;

  const Problem& problem_;
  Terms terms_;
  Mapping blank_;
  std::array<double, kMaxSpaces> touched_{};
  std::vector<int> dims_;  // with a bound above 1
  optimal::Keeping keeping_;
  ScratchPtr scratch_;
  const Plan* plan_ = nullptr;
  std::array<std::array<Price, kMaxSpaces>, kMaxLevels + 1> prices_{};   // [level + 1][space]
  std::array<std::array<double, kMaxSpaces>, kMaxLevels + 1> visits_{};  // [level + 1][space]
  /// Words that must be read and written whatever the loops are, in the unit of the level.
  std::array<double, kMaxLevels> least_reads_{}, least_writes_{};
};

}  // namespace tilewright::short_tiles
