#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <vector>

#include "model/nest/evaluator.hpp"
#include "search/mapspace/mapspace.hpp"
#include "search/optimal/target.hpp"
#include "search/short_tiles/further.hpp"
#include "search/short_tiles/level_bound.hpp"
#include "search/short_tiles/nest.hpp"
#include "search/short_tiles/steps.hpp"

namespace tilewright::short_tiles {

/// Goes through all mappings whose factors need not divide, depth first: what is kept, the spatial
/// loops of all levels, then the temporal loops from the inside out, dimension by dimension, and
/// their orders. Whatever has a bound that is no better than the best so far is left out.
///
/// Mappings whose factors do divide are priced as if their tiles might be short, which is never too
/// low for a mapping that has short tiles; those that have none are for the other search.
class ShortSearch {
 public:
  struct Counts {
    std::uint64_t keepings = 0;
    std::uint64_t keepings_bounded = 0;
    std::uint64_t plans = 0;      // spatial loops of all levels
    std::uint64_t nodes = 0;      // loops chosen
    std::uint64_t bounded = 0;    // of these and of the plans left out
    std::uint64_t finished = 0;   // nests that had to be scored
    std::uint64_t evaluated = 0;  // their mappings
    std::uint64_t valid = 0;
  };
  using Better = std::function<void(const Incumbent&)>;

  /// What `target` knows is what must be beaten.
  ShortSearch(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
              optimal::Target& target);

  /// False if `stop` said so before the end.
  bool run(const std::function<bool()>& stop, const Better& better);
  const Counts& counts() const { return counts_; }
  /// After a stop: the least first metric of what was not gone through.
  double open_bound() const { return open_bound_; }

 private:
  struct Ranked {
    Objective::Key key;
    optimal::Keeping keeping;
  };
  struct Candidate {
    Objective::Key key;
    Plans::Selection selection;
  };

  std::vector<Ranked> keepings();
  Objective::Key least_of_keeping();
  void search_keeping();
  bool list_plans(std::size_t i, Plans::Selection& selection, Numbers& rest, double instances);
  void search_plans();
  void search_plan(const Plan& plan);
  bool stopped();
  bool open(const Frame& frame, int level, double energy);
  void descend(int level, const Frame& from);
  void choose(int level, std::size_t i, Frame& frame, LevelBound& bound, std::uint64_t id);
  void close(int level, const Frame& frame, LevelBound& bound, std::uint64_t id);
  void finish();
  bool has_work(const std::vector<std::size_t>& layout) const;
  bool next_layout(std::vector<std::size_t>& layout) const;
  void write_loops(const std::vector<std::size_t>& layout);
  void score();
  bool conforms(int level) const;

  const Mapspace& space_;
  const Evaluator& evaluator_;
  const Objective& objective_;
  optimal::Target& target_;
  Nest nest_;
  Plans plans_;
  Further further_;
  Steps steps_;
  optimal::LoopClasses classes_;
  ScratchPtr scratch_;
  Mapping mapping_;
  std::vector<Candidate> candidates_;
  std::vector<Numbers> factor_, extents_;         // [level]
  std::vector<Numbers> tiles_;                    // [level]: inside of which its spatial loops lie
  std::vector<const optimal::LoopClass*> loops_;  // [level]
  std::vector<std::vector<std::vector<std::int64_t>>> listed_;  // [level][i-th dimension]
  double least_instances_ = 1;
  Counts counts_;
  double open_bound_ = std::numeric_limits<double>::infinity();
  std::uint64_t looks_ = 0;
  bool stopped_ = false;
  const std::function<bool()>* stop_ = nullptr;
  const Better* better_ = nullptr;
};

}  // namespace tilewright::short_tiles
