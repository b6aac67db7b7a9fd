#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/error.hpp"
#include "model/mapping/mapping.hpp"

namespace tilewright {

/// What a spec demands of the loops of one kind at one level. Absent = free.
struct LoopConstraint {
  std::array<std::int32_t, kMaxDims> fixed{};     // 0 = free, else the factor
  std::array<std::int32_t, kMaxDims> at_most{};   // 0 = no limit
  std::array<std::int32_t, kMaxDims> at_least{};  // 0 = no limit
  /// Bit d: the limit of dimension d is that of all dimensions which no constraint mentions.
  std::uint32_t default_most = 0, default_least = 0;
  std::array<std::int32_t, kMaxDims> residual{};  // of a fixed factor; 0 = equal to it
  std::vector<int> inner;                         // dims that come first, innermost first
  std::vector<int> outer;                         // dims that come last, the last of them outermost
  std::optional<int> split;  // spatial: the first `split` dims of the order lie on X
};

/// Constraints on one storage level.
struct LevelConstraint {
  LoopConstraint temporal;
  LoopConstraint spatial;
  SpaceMask must_keep = 0;
  SpaceMask must_bypass = 0;
  SpaceMask no_link_transfer = 0;
  SpaceMask no_multicast = 0;
  SpaceMask no_temporal_reuse = 0;
};

/// All constraints of a mapspace, one entry per storage level (innermost first).
struct Constraints {
  std::vector<LevelConstraint> levels;
  std::optional<double> min_parallelism;  // share of the MACs, 0..1
};

/// What a spec asks of the search; absent = our default.
struct SearchSettings {
  std::vector<std::string> metrics;  // `optimization-metrics`, in order
  std::optional<std::string> algorithm;
  std::optional<std::uint64_t> search_size;        // valid mappings; 0 = no limit
  std::optional<std::uint64_t> victory_condition;  // valid mappings without improvement; 0 = off
  std::optional<std::uint64_t> timeout;            // consecutive invalid mappings; 0 = off
  std::optional<int> threads;
  Mark mark;               // of the section `mapper`, for messages
  bool imperfect = false;  // the mapspace is one of factors that need not divide (`ruby`)
};

}  // namespace tilewright
