#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "model/problem/problem.hpp"

namespace tilewright::check {

/// What the steps of temporal loops of one dimension may add up to, in units of the shortest step
/// that such a loop can have. Each loop steps by a multiple of all that lies inside it, and has two
/// iterations at least; factors are whole. All lists rise.
struct StepSums {
  std::vector<std::int64_t> first;     // a step of the first loop
  std::vector<std::int64_t> back;      // loops that fall back, none of them included
  std::vector<std::int64_t> on;        // a step of a loop, less what loops inside it fall back
  std::vector<std::int64_t> on_back;   // the same, if one at least falls back
  std::vector<std::int64_t> twice;     // loops that fall back, the first of them twice
  std::vector<std::int64_t> on_twice;  // a step of a loop, less those
};

/// The sums of all dimensions of a problem.
class StepTables {
 public:
  explicit StepTables(const Problem& problem);

  /// Of loops that have `left` iterations together; null if there are too many.
  const StepSums* of(std::int64_t left) const {
    const auto found = sums_.find(left);
    return found == sums_.end() ? nullptr : &found->second;
  }

 private:
  void add(std::int64_t size);

  std::map<std::int64_t, StepSums> sums_;
};

}  // namespace tilewright::check
