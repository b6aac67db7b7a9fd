#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/mapping/mapping.hpp"
#include "model/nest/outcome.hpp"
#include "search/objective.hpp"
#include "search/searcher.hpp"

namespace tilewright {

/// What became of one proposal, in a byte: 0 = valid, kOverBudget = valid but beyond a budget, else
/// the reason and the level of a rejection.
class Verdict {
 public:
  Verdict() = default;
  explicit Verdict(const Rejection& rejection)
      : code_(rejection.reason == RejectReason::none
                  ? std::uint8_t{0}
                  : static_cast<std::uint8_t>((rejection.level + 1) * kReasons +
                                              static_cast<int>(rejection.reason))) {}

  static Verdict over_budget() {
    Verdict verdict;
    verdict.code_ = kOverBudget;
    return verdict;
  }

  bool valid() const { return code_ == 0 || code_ == kOverBudget; }
  bool is_over_budget() const { return code_ == kOverBudget; }
  RejectReason reason() const { return static_cast<RejectReason>(code_ % kReasons); }
  std::size_t level_place() const { return code_ / kReasons; }  // level + 1

 private:
  static constexpr int kReasons = 8;
  static constexpr std::uint8_t kOverBudget = kReasons - 1;
  static_assert(static_cast<int>(RejectReason::min_utilization) < kOverBudget);
  static_assert((kMaxLevels + 1) * kReasons <= 256);
  std::uint8_t code_ = 0;
};

/// A run of consecutive proposals and what a worker found out.
struct Block {
  /// A valid proposal that beat all earlier ones of its block and the incumbent the worker knew.
  struct Record {
    std::uint32_t place = 0;
    Objective::Key key{};
    Cost cost;
    Mapping mapping;
  };
  /// A proposal within the budgets that no earlier one of its block covers.
  struct Point {
    std::uint32_t place = 0;
    Objective::Point at{};
    Cost cost;
    Mapping mapping;
  };

  std::uint64_t index = 0;    // number of the block and of its stream
  std::uint32_t planned = 0;  // proposals to make
  std::uint32_t made = 0;     // fewer only after an interruption
  std::vector<Verdict> verdicts;
  std::vector<Record> records;
  std::vector<Point> points;  // only if the objective wants a front
  std::optional<StopCause> interrupted;
};

}  // namespace tilewright
