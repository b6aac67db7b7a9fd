#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "search/block.hpp"
#include "search/pareto_front.hpp"
#include "search/searcher.hpp"

namespace tilewright {

/// Replays blocks of proposals one proposal after the other, as a single thread would have made
/// them: counts, keeps the best and applies the stop rules. The blocks must come in order; so the
/// outcome does not depend on who evaluated them when.
class OrderedMerge {
 public:
  using Clock = std::chrono::steady_clock;

  OrderedMerge(const StopRules& stop, Sink& sink);

  /// Takes the next block. After a stop rule has fired, blocks are ignored; after an interruption
  /// they still count, for they cost time and may hold the best.
  void take(const Block& block);

  /// Has a stop rule ended the search?
  bool ended() const { return ended_; }
  /// The least key so far, within the budgets or not.
  const std::optional<Objective::Key>& least() const { return least_; }
  const ParetoFront& front() const { return front_; }
  /// The result; `interrupted` is its cause if no stop rule fired.
  SearchResult finish(std::optional<StopCause> interrupted);

 private:
  void count_rejection(const Verdict& verdict);
  void improve(const Block::Record& record, bool over_budget);
  std::optional<StopCause> fired() const;

  const StopRules& stop_;
  Sink& sink_;
  Clock::time_point start_;
  Clock::time_point last_report_;
  SearchResult result_;
  std::optional<Objective::Key> least_;
  ParetoFront front_;
  std::uint64_t since_improvement_ = 0;  // valid ones
  std::uint64_t invalid_run_ = 0;
  bool ended_ = false;
};

}  // namespace tilewright
