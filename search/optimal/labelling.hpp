#pragma once

#include <array>
#include <boost/container/static_vector.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "model/nest/evaluator.hpp"
#include "model/nest/terms.hpp"
#include "search/optimal/keeping.hpp"
#include "search/optimal/label.hpp"
#include "search/optimal/loop_classes.hpp"
#include "search/optimal/row.hpp"
#include "search/optimal/spatial_choices.hpp"
#include "search/optimal/tile_lattice.hpp"

namespace tilewright::optimal {

/// Prices mappings from the inside out, one step after the other: across the instances inside a
/// level, then over its temporal loops. Every number is a lower bound of what the evaluator will
/// count, and equal to it unless the label is `loose` or `varied`. Thread-safe while the keeping
/// stays.
class Labelling {
 public:
  /// `blank` says which kinds of reuse are switched off.
  Labelling(const Mapping& blank, const Evaluator& evaluator, const TileLattice& lattice);

  void use(const Keeping& keeping) { keeping_ = keeping; }
  const Keeping& keeping() const { return keeping_; }
  const Terms& terms() const { return terms_; }
  const TileLattice& lattice() const { return lattice_; }

  struct Price {
    double read = 0, fill = 0, update = 0;
  };
  /// pJ per word at a level; nothing at the MACs.
  const Price& price(int level, int space) const {
    return prices_[static_cast<std::size_t>(level) + 1][static_cast<std::size_t>(space)];
  }

  /// Nothing but the operations.
  Label start() const;
  /// The working memory that a thread needs for `spread`; most need it never.
  class Room {
   public:
    explicit Room(const Labelling& labelling) : evaluator_(labelling.evaluator_) {}
    Scratch& scratch() {
      if (!scratch_) scratch_ = evaluator_.scratch();
      return *scratch_;
    }

   private:
    const Evaluator& evaluator_;
    ScratchPtr scratch_;
  };
  /// Passes the instances inside `level`; false if the tile has no room for the loops.
  bool spread(const Label& from, int level, const SpatialChoice& choice, Label& to,
              Room& room) const;
  /// Gives what passes by `level` the least share that loops on one coordinate could have, whatever
  /// their steps.
  void share_most(const Label& from, int level, const SpatialChoice& choice, Label& to) const;
  /// Runs the temporal loops of `level` up to the tile `to.tile`, which must lie above that of
  /// `from`, in an order of class `loops`.
  void run(const Label& from, int level, const Tile& upto, const LoopClass& loops, Label& to) const;
  /// Called with each label on the way to a mapping: before the instances inside `level` are passed
  /// (`upto` is null), and before its temporal loops lead to `upto`.
  using Visit = std::function<void(const Label& label, int level, const Tile* upto)>;
  /// The label of a whole mapping without residuals.
  Label follow(const Mapping& mapping, const Visit& visit = {});
  /// Do the orders of the loops of the next level matter at all?
  static bool any_open(const Label& label);

  /// `level` has been reached: it serves what waits for it.
  void serve(int level, Label& label) const;
  /// `level` holds the tile of the label from now on.
  void emerge(int level, Label& label) const;
  /// Product of the fan-outs inside the levels from `level` outwards.
  double fanout_from(int level) const { return fanout_from_[static_cast<std::size_t>(level)]; }

  /// Tiles of the dataspaces that `level` keeps fit it, and fill it as much as they must.
  bool fits(const Tile& tile, int level) const;
  bool within_capacity(const Terms::Extents& extents, int level) const;

  /// Does what a level is charged depend on how words are shared out among its instances?
  bool counts_parts(int level) const {
    return terms_.block_size(level) != 1 || !terms_.exact_clusters(level);
  }

  /// The place of a memory that may limit the speed in a label's counts; -1 = it never does.
  int limit_of(int level) const { return limited_[static_cast<std::size_t>(level)]; }
  bool is_limit(int place) const { return place < num_limited_; }

  /// pJ of a finished label, at least.
  double energy(const Label& label) const;
  /// Cycles of what is known of a label, if `more` further instances share the work; at least.
  double cycles(const Label& label, double more = 1) const;

  /// Outside `tile`: product of what is left of the dimensions that do not move the dataspace.
  double idle_rest(const Tile& tile, int space) const;
  /// Could the model take a move for the continuation of an earlier one, where loops lead from the
  /// tile `before` to `after`, those of one level or of several?
  bool may_continue(int space, const Tile& before, const Tile& after, int first,
                    bool one_level = true) const;
  bool reuses(int level, int space) const;
  bool links_allowed(int level, int space) const;
  /// What remains if the children of a flow help each other and the first loop outside is one of
  /// dimension `first`, from `outside` on. `goes_on`: there may be another one of it further out.
  Unhelped least_unhelped(const Flow& flow, const Tile& outside, int first, bool goes_on) const;
  /// The same for a flow that has not passed its group: if the loops of that are `choice`.
  double least_unhelped(int space, const SpatialChoice& choice) const;
  /// Words that are sent past a choice per word that arrives, at least, whatever the steps of its
  /// loops.
  double least_share(int space, const SpatialChoice& choice) const;
  /// Instances that each have a first visit of a word.
  double first_visits(int space, const SpatialChoice& choice) const;
  /// pJ that the rounding of the words of single instances can save where neighbours help.
  double help_slack(const Flow& flow) const;

 private:
  struct Division;
  /// Of a loop that moves a group: its step, and the most steps between two positions.
  struct Mover {
    std::int64_t step = 0;
    std::int64_t most = 0;
  };
  using Movers = boost::container::static_vector<Mover, kMaxTerms>;
  Row row_of(int space, int x, const SpatialChoice& choice, const Tile& child,
             const Mover& mover) const;
  Row row_of(const Flow& flow, int x, const Mover& mover) const;
  Movers movers(int space, int x, const Tile& outside, int but) const;
  double least_unhelped_along(const Flow& flow, int y, const Movers& movers) const;
  double least_unhelped_later(const Flow& flow, int x, const Tile& outside, Row row, int first,
                              bool goes_on) const;
  double kept_size(const Terms::Extents& extents, int level) const;
  bool steps_meet(int space, int x, const Tile& before, const Tile& after, int first) const;
  Division divide(int space, const SpatialChoice& choice, const Label& from, Room& room) const;
  void help(Flow& flow, double unhelped, Label& to) const;
  void close(Flow& flow, const Label& from, const Tile& upto, const LoopClass& loops,
             Label& to) const;
  void settle(const Flow& flow, int level, const Tile& upto, Label& to) const;
  void spread_flow(Flow& flow, int level, const SpatialChoice& choice, const Label& from, Label& to,
                   Room& room) const;
  void spread_credit(const SpatialChoice& choice, Label& to) const;
  double most_helped(int space, const SpatialChoice& choice, bool equal, const Label& from,
                     const Tile& after) const;
  bool whole_blocks(double words, int level, int space) const;
  void count_limited(const Flow& flow, Label& to) const;

  const Terms terms_;
  const TileLattice& lattice_;
  const Evaluator& evaluator_;
  Mapping blank_;
  Keeping keeping_;
  std::array<int, kMaxLevels> limited_{};  // [level]: place among the limited ones, -1 = not
  int num_limited_ = 0;
  bool all_limits_known_ = true;
  std::array<double, kMaxLevels + 1> fanout_from_{};  // [level]: product of fan-outs from there on
  std::array<double, kMaxLevels> idle_inside_{};      // pJ per cycle, see Label::idle
  std::array<double, kMaxSpaces> size_{};             // words of the tensors
  std::array<std::array<Price, kMaxSpaces>, kMaxLevels + 1> prices_{};  // [level + 1][space]
  mutable Rows rows_;
  std::deque<SpatialChoice> followed_;  // of mappings that were followed
};

}  // namespace tilewright::optimal
