#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "model/nest/evaluator.hpp"
#include "search/block.hpp"
#include "search/block_recorder.hpp"
#include "search/lead.hpp"
#include "search/mapspace/mapspace.hpp"
#include "search/ordered_merge.hpp"
#include "search/searcher.hpp"

namespace tilewright {

/// A good mapping that later rounds may start from.
struct Elite {
  Objective::Key key{};
  Mapping mapping;
};

/// What earlier rounds have to say to a block.
struct Guidance {
  std::optional<Lead> lead;                 // what it minimises if not the objective
  std::vector<Elite> elites;                // good by that measure, best first
  std::optional<Objective::Key> incumbent;  // the least key of the objective
};

/// What a searcher sees while it fills one block: it proposes mappings and hears what they cost.
class Trial {
 public:
  Trial(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
        const StopRules& stop, Scratch& scratch, std::uint64_t seed, Block& block,
        const Guidance& guidance, const ParetoFront& front)
      : space_(space),
        evaluator_(evaluator),
        objective_(objective),
        stop_(stop),
        scratch_(scratch),
        random_(seed, block.index),
        block_(block),
        guidance_(guidance),
        recorder_(objective, block, guidance.incumbent, &front) {}

  const Mapspace& space() const { return space_; }
  Stream& random() { return random_; }  // depends on the seed and the number of the block only
  std::uint64_t number() const { return block_.index; }
  /// Best first, as the round began.
  const std::vector<Elite>& elites() const { return guidance_.elites; }
  std::uint32_t planned() const { return block_.planned; }
  std::uint32_t made() const { return block_.made; }

  /// Is the block full, or the search over? Nothing may be proposed after that.
  bool over();
  /// Proposes a mapping; its key, or nothing if it is rejected. Beyond the budgets is no rejection:
  /// the key says how far. It is the objective's key, or that of what leads the block instead.
  std::optional<Objective::Key> score(const Mapping& mapping);
  /// Makes `mapping` the base of score_neighbour, until score() is called. This is no proposal.
  void stand_on(const Mapping& mapping);
  /// As score(), and much faster, for a mapping that differs from the base at most as `change`
  /// says. The caller cares for no key whose first metric is beyond `limit`: it may be told that it
  /// is infinite, if it is no best one of the block either.
  std::optional<Objective::Key> score_neighbour(
      const Mapping& mapping, const MappingChange& change,
      double limit = std::numeric_limits<double>::infinity());
  /// Makes the neighbour that was scored last the base.
  void step() { evaluator_.take_as_base(scratch_); }
  /// The best mapping of the block so far.
  const std::optional<Elite>& best() const { return best_; }

 private:
  std::optional<Objective::Key> take(const Outcome& outcome, const Mapping& mapping);

  const Mapspace& space_;
  const Evaluator& evaluator_;
  const Objective& objective_;
  const StopRules& stop_;
  Scratch& scratch_;
  Stream random_;
  Block& block_;
  const Guidance& guidance_;
  // The merge needs only what may beat the incumbent, and the front, of the round's beginning.
  BlockRecorder recorder_;
  std::optional<Elite> best_;
};

/// Fills one block: must propose until trial.over().
using FillBlock = std::function<void(Trial& trial)>;

/// Draws mappings until `wanted` valid ones were seen; the best of them, or nothing.
std::optional<Elite> draw_start(Trial& trial, std::uint32_t wanted);

/// Valid draws to choose the start of a walk from.
inline constexpr std::uint32_t kStartDraws = 16;

/// A searcher that runs in rounds and is nothing but a way to fill blocks. The blocks of a round
/// run in parallel and know nothing of each other; between rounds their results are merged in order
/// and the elites are drawn from them. So the result depends on the seed and the number of
/// evaluations, not on the threads. Where a front is wanted, half of the blocks of a round are led
/// along it, from its points.
std::unique_ptr<Searcher> make_round_searcher(std::string_view name, const SearchOptions& options,
                                              FillBlock fill);

}  // namespace tilewright
