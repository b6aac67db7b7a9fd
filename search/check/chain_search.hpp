#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "model/nest/evaluator.hpp"
#include "search/check/chain.hpp"
#include "search/check/chain_bound.hpp"
#include "search/check/contest.hpp"
#include "search/check/unrolling.hpp"
#include "search/mapspace/mapspace.hpp"

namespace tilewright::check {

/// Looks for anything that refutes a claim by going through all chains of loops, one way of keeping
/// dataspaces after the other, and leaving out only those whose bound is no better than the claim.
/// What is left at the end is scored by the evaluator: every order, every place on X and Y that may
/// differ. A search is either among mappings whose factors are whole or among those with short
/// tiles. Ways to keep, and unrollings of an array, are gone through side by side.
class ChainSearch {
 public:
  struct Counts {
    std::uint64_t chains = 0;     // beginnings looked at
    std::uint64_t finished = 0;   // chains whose factors are all chosen
    std::uint64_t evaluated = 0;  // mappings that had to be scored
    void add(const Counts& other) {
      chains += other.chains;
      finished += other.finished;
      evaluated += other.evaluated;
    }
  };
  struct Found {
    Mapping mapping;
    Objective::Key key;
  };

  /// With `whole`, the factors of a dimension multiply to its bound; otherwise to more than that
  /// for some dimension, and its last tiles are short.
  ChainSearch(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
              const Contest& contest, bool whole);

  /// Ends at the first mapping that refutes the claim. False if `stop` said so before the end, or
  /// if the bounds do not hold: with networks of type M:N, and with prices below 0.
  bool run(const std::function<bool()>& stop);
  const Counts& counts() const { return counts_; }
  /// What refutes the claim.
  const std::optional<Found>& found() const { return found_; }

 private:
  class Walker;
  friend class Walker;

  bool bounds_hold() const;
  std::vector<Keep> ways_to_keep() const;
  void go_through(const ChainBound& bound);
  void go_on(const Walker& planned, const ChainBound& bound,
             const std::vector<Factors>& beginnings);
  bool ended() { return ended_.load(std::memory_order_relaxed); }
  bool look();
  /// The next larger divisor of the bound of a dimension, or just the next number.
  std::int64_t next_factor(int dim, std::int64_t factor) const;
  void take(const Mapping& mapping, const Objective::Key& key);

  const Mapspace& space_;
  const Evaluator& evaluator_;
  const Objective& objective_;
  const Contest& contest_;
  bool whole_;
  Terms terms_;
  std::vector<ArrayRules> rules_;                    // [level]
  std::vector<std::vector<Unrolling>> arrays_;       // [level]
  std::vector<std::vector<std::int64_t>> divisors_;  // [dim]: rising
  double least_instances_ = 0;
  Counts counts_;
  std::optional<Found> found_;
  std::mutex mutex_;  // of the two above
  std::atomic<bool> ended_ = false;
  std::atomic<bool> stopped_ = false;
  const std::function<bool()>* stop_ = nullptr;
};

}  // namespace tilewright::check
