#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "model/nest/evaluator.hpp"
#include "search/chains/chain.hpp"
#include "search/chains/chain_bound.hpp"
#include "search/mapspace/array_choices.hpp"
#include "search/mapspace/mapspace.hpp"
#include "search/optimal/target.hpp"

namespace tilewright::chains {

/// Looks for anything better than what is known by going through all chains of loops, one way of
/// keeping dataspaces after the other, and leaving out only those whose bound is no better. What is
/// left at the end is scored by the evaluator: every order, every place on X and Y that may differ.
/// A search is either among mappings whose factors are whole or among those with short tiles.
class ChainSearch {
 public:
  struct Counts {
    std::uint64_t chains = 0;     // beginnings looked at
    std::uint64_t finished = 0;   // chains that had to be scored
    std::uint64_t evaluated = 0;  // their mappings
    std::uint64_t valid = 0;
    void add(const Counts& other) {
      chains += other.chains;
      finished += other.finished;
      evaluated += other.evaluated;
      valid += other.valid;
    }
  };
  /// Called with each mapping that was scored and better than all before.
  using Better = std::function<void(const Incumbent&)>;

  /// What `target` knows is what must be beaten. With `whole`, the factors of a dimension multiply
  /// to its bound; otherwise to more than that for some dimension, and its last tiles are short.
  ChainSearch(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
              optimal::Target& target, bool whole);

  /// False if `stop` said so before the end.
  bool run(const std::function<bool()>& stop, const Better& better);
  const Counts& counts() const { return counts_; }
  /// After a stop: the least first metric of what was not gone through.
  double open_bound() const { return open_bound_; }

 private:
  std::vector<std::pair<double, ChainBound::Keep>> keepings();
  bool open();
  void plan(int level);
  void spread(int level);
  Factors tiles_of(int level) const;
  void tile(int level, std::size_t i);
  void close_level(int level);
  bool allows(int level, int dim, std::int64_t factor, std::int64_t rest) const;
  bool uses_enough() const;
  void finish();
  std::vector<Terms::DimMask> what_stays() const;
  void score();

  const Mapspace& space_;
  const Evaluator& evaluator_;
  const Objective& objective_;
  optimal::Target& target_;
  bool whole_;
  Terms terms_;
  ChainBound bound_;
  std::vector<std::vector<ArrayChoice>> choices_;  // [level]; empty = no spatial loops
  std::vector<const ArrayChoice*> chosen_;         // [level]
  Chain chain_;
  Mapping mapping_;
  ScratchPtr scratch_;
  Counts counts_;
  double open_bound_ = std::numeric_limits<double>::infinity();
  std::uint64_t looks_ = 0;
  bool stopped_ = false;
  const std::function<bool()>* stop_ = nullptr;
  const Better* better_ = nullptr;
};

}  // namespace tilewright::chains
