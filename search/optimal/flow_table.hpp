#pragma once

#include <array>
#include <boost/container/small_vector.hpp>
#include <cstdint>

#include "search/optimal/flow_bound.hpp"
#include "search/optimal/kinds.hpp"
#include "search/optimal/labelling.hpp"

namespace tilewright::optimal {

/// The temporal loops of the next level as far as they are chosen.
struct ChosenLoops {
  const Tile* upto = nullptr;  // where they lead
  int fixed = 0;               // along this many axes
  bool any = false;            // one of them has more than one step

  ChosenLoops() = default;
  ChosenLoops(const Tile& from, const Tile& to, int axes) : upto(&to), fixed(axes) {
    for (int a = 0; a < axes; ++a) any |= moves(from, a);
  }
  bool chosen(int a) const { return a < fixed; }
  bool moves(const Tile& from, int a) const {
    return a < fixed && (*upto)[static_cast<std::size_t>(a)] != from[static_cast<std::size_t>(a)];
  }
};

/// What the boundaries of a label will cost at least, by the first loop outside of them: that loop
/// moves some dataspaces, and those are fetched anew by each of its steps; the others stay at best
/// for all loops that do not move them. And by the kind of the spatial loops that come next.
class FlowTable {
 public:
  /// `level` is the next one whose temporal loops are to come; `spread` says whether the instances
  /// inside it have been passed. `next`: the level of the spatial loops that come next, -1 = none.
  /// The label must outlive the table.
  FlowTable(const Labelling& labelling, const Label& label, int level, bool spread, int next);
  FlowTable(const FlowTable&) = delete;
  FlowTable& operator=(const FlowTable&) = delete;

  /// From now on these loops are chosen.
  void choose(const ChosenLoops& loops);

  using Row = std::array<double, kMaxDims>;  // [first loop]

  /// pJ of the label and its boundaries, by the first loop; and the least of these.
  Row energies(const Kind& kind) const;
  double energy(const Kind& kind) const;
  int next() const { return next_; }
  /// Dataspaces for which it matters what the spatial loops that come next can do.
  SpaceMask next_serves() const { return next_serves_; }
  const Label& label() const { return label_; }
  /// The axes of the first loops; that of a single one is -1 if it does not matter.
  int num_firsts() const { return num_firsts_; }
  int first(int i) const { return firsts_[static_cast<std::size_t>(i)].axis; }

 private:
  struct Entry {
    int space = 0;
    bool open = false;           // it depends on the first loop
    bool may_be_helped = false;  // by neighbours of a group that is not known yet
    bool passes = false;         // the spatial loops that come next lie between child and server
    double further = 1;          // share that those further out can make of it
    double update = 0;           // pJ per word that is sent, whatever was there before
    double read = 0;             // and for a word that was there
    double slack = 0;            // pJ that rounding can save where neighbours help
    Row sent, helped;  // words sent if nothing is shared; where unknown neighbours may help
    Row least;         // share that must remain
    Row filled, seen;  // pJ at the child; per share of the words sent where neighbours may help
  };

  void list_firsts(const ChosenLoops& loops);
  void fill_open(const ChosenLoops& loops);
  void add(const Flow& flow, bool any_loop);
  void add_helped(const Entry& entry, const Kind& kind, double most_shared, Row& total,
                  Row& into) const;
  void fill(std::size_t i, int slot, const Crossing& crossing);

  const Labelling& labelling_;
  const Label& label_;
  int level_;
  bool spread_;
  int next_;
  bool last_;
  bool any_open_ = false;
  SpaceMask next_serves_ = 0;
  double beyond_ = 1;  // fan-outs outside the spatial loops that come next
  std::array<First, kMaxDims> firsts_;
  int num_firsts_ = 0;
  boost::container::small_vector<FlowBound, kUsualFlows> bounds_;
  boost::container::small_vector<Entry, kUsualFlows> entries_;
  double settled_ = 0;                       // pJ
  Row fixed_;                                // pJ
  std::array<double, kMaxSpaces> spared_{};  // pJ that fall away for the words of first visits
  std::array<double, kMaxSpaces> credit_{};  // pJ that first visits further out spare
};

}  // namespace tilewright::optimal
