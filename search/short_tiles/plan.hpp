#pragma once

#include <array>
#include <vector>

#include "model/nest/terms.hpp"
#include "search/mapspace/array_choices.hpp"
#include "search/mapspace/factors.hpp"
#include "search/mapspace/mapspace.hpp"

namespace tilewright::short_tiles {

/// The spatial loops of all levels, and what they do to words that pass them.
struct Plan {
  std::array<const ArrayChoice*, kMaxLevels> choice{};  // [level]; null = no such loops
  std::array<Factors, kMaxLevels> factor{};             // [level][dimension]
  std::array<Factors, kMaxLevels> outside{};  // [level]: product of the levels further out
  std::array<double, kMaxLevels> used{};      // [level]: instances in use
  /// [space][level]: children that may hold the same words because their tiles overlap, at most.
  std::array<std::array<double, kMaxLevels>, kMaxSpaces> overlapping{};
  double instances = 1;  // of the MACs
};

/// All spatial loops that a mapspace allows at each level, and the plans made of them.
class Plans {
 public:
  /// \throws UsageError if they are too many to list; MemoryLimit; Stopped.
  Plans(const Mapspace& space, const Problem& problem, const Terms& terms, const StopToken& stop,
        std::uint64_t most_bytes);

  /// Levels with spatial loops, from the inside out, and how many choices they have.
  const std::vector<int>& levels() const { return levels_; }
  const std::vector<ArrayChoice>& choices(int level) const {
    return choices_[static_cast<std::size_t>(level)];
  }
  /// One choice for each of `levels`.
  using Selection = std::array<std::uint32_t, kMaxLevels>;
  Plan make(const Selection& selection) const;

 private:
  const Terms terms_;
  int num_dims_;
  std::vector<int> levels_;
  std::vector<std::vector<ArrayChoice>> choices_;  // [level]
};

}  // namespace tilewright::short_tiles
