#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/stop_token.hpp"
#include "search/optimal/label.hpp"
#include "search/optimal/loop_classes.hpp"
#include "search/optimal/target.hpp"

namespace tilewright::optimal {

/// One step of a label: past the instances inside a level, or through its temporal loops.
struct Step {
  std::uint64_t parent = 0;
  Tile tile{};                       // after the step
  const LoopClass* loops = nullptr;  // of the temporal loops, if it is no spatial choice
  std::int32_t choice = -1;          // number of the spatial choice otherwise
  bool any_order = false;            // no boundary was open, so any class stands for all
};

/// The steps of all labels, part after part. A trace is the number of a part and of a step in it;
/// 0 is the start.
using Trail = std::vector<std::vector<Step>>;

/// Some labels of one level, all that one thread makes of them, and what it finds on the way. It
/// knows nothing of what happens beside it, so it does not matter who works on it, and when.
class Part {
 public:
  Part(const Target& target, const Trail& trail, std::size_t number)
      : target(target.part()), trail_(trail), number_(number) {}

  struct Candidate {
    LabelPtr label;
    std::uint64_t place = 0;  // of the frontier
  };

  std::uint64_t note(std::uint64_t parent, const Tile& tile, std::int32_t choice,
                     const LoopClass* loops, bool any_order = false) {
    steps.push_back({parent, tile, loops, choice, any_order});
    return static_cast<std::uint64_t>(number_) << kStepBits | (steps.size() - 1);
  }
  const Step& step(std::uint64_t trace) const {
    const std::size_t part = trace >> kStepBits;
    const std::vector<Step>& of_part = part == number_ ? steps : trail_[part];
    return of_part[trace & ((std::uint64_t{1} << kStepBits) - 1)];
  }
  /// The steps that led to a label, from the inside out, without the start.
  void path_to(std::uint64_t trace, std::vector<const Step*>& path) const {
    path.clear();
    for (; trace != 0; trace = step(trace).parent) path.insert(path.begin(), &step(trace));
  }
  /// Has the user or the clock ended the search? Now and then that takes a look at the clock.
  bool interrupted(const StopToken& stop) {
    constexpr std::uint32_t kCheckEvery = 64;
    if (!cause && looks_++ % kCheckEvery == 0) cause = stop.requested();
    return cause.has_value();
  }

  Proof counters;
  Target target;
  std::vector<Candidate> candidates;
  std::vector<Step> steps;
  std::uint64_t valid = 0;        // of the mappings that were evaluated
  std::uint64_t over_budget = 0;  // of these
  std::optional<Interruption> cause;

 private:
  static constexpr unsigned kStepBits = 32;

  const Trail& trail_;
  std::size_t number_;
  std::uint32_t looks_ = 0;
};

}  // namespace tilewright::optimal
