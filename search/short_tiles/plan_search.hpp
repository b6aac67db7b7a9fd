#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "model/nest/evaluator.hpp"
#include "search/mapspace/mapspace.hpp"
#include "search/optimal/target.hpp"
#include "search/short_tiles/further.hpp"
#include "search/short_tiles/level_bound.hpp"
#include "search/short_tiles/nest.hpp"
#include "search/short_tiles/steps.hpp"

namespace tilewright::short_tiles {

/// Goes through all mappings with the same spatial loops, depth first: the temporal loops from the
/// inside out, dimension by dimension, and their orders. What has a bound that is no better than
/// the best so far is left out.
class PlanSearch {
 public:
  struct Counts {
    std::uint64_t nodes = 0;      // loops chosen
    std::uint64_t bounded = 0;    // of them left out
    std::uint64_t finished = 0;   // nests that had to be scored
    std::uint64_t evaluated = 0;  // their mappings
    std::uint64_t valid = 0;
    std::uint64_t steps() const { return nodes + evaluated; }
    void add(const Counts& other);
  };

  PlanSearch(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
             bool all_steps);

  /// From now on dataspaces are kept so. `further` must be prepared for that.
  void use(const optimal::Keeping& keeping, const Further& further);
  /// Looks for anything better than what `target` knows, and tells it. Ends early if `stop` says
  /// so, or after so many steps.
  Counts run(const Plan& plan, optimal::Target& target, const std::function<bool()>& stop,
             std::uint64_t most_steps);
  /// Has the last run gone through all?
  bool complete() const { return !stopped_; }

 private:
  bool stopped();
  bool open(const Frame& frame, int level, double energy);
  void descend(int level, const Frame& from);
  void choose(int level, std::size_t i, const Frame& frame, LevelBound& bound, std::uint64_t id);
  void close(int level, const Frame& frame, const LevelBound& bound, std::uint64_t id);
  void take(int level, const Frame& frame, const optimal::LoopClass& loops, bool any_order);
  void finish();
  bool conforms(int level) const;
  void score();

  const Mapspace& space_;
  const Evaluator& evaluator_;
  const Objective& objective_;
  Nest nest_;
  Steps steps_;
  optimal::LoopClasses classes_;
  ScratchPtr scratch_;
  Mapping mapping_;
  const Further* further_ = nullptr;
  optimal::Target* target_ = nullptr;
  std::vector<Factors> factor_, extents_;         // [level]: chosen so far
  std::vector<Factors> tiles_;                    // [level]: inside of which its spatial loops lie
  std::vector<const optimal::LoopClass*> loops_;  // [level]; null = any order
  Counts counts_;
  std::uint64_t looks_ = 0;
  std::uint64_t most_steps_ = 0;
  bool stopped_ = false;
  const std::function<bool()>* stop_ = nullptr;
};

}  // namespace tilewright::short_tiles
