#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "model/nest/evaluator.hpp"
#include "search/mapspace/mapspace.hpp"
#include "search/searcher.hpp"
#include "search/top/subspaces.hpp"

namespace tilewright {

/// Finds not only the best mapping but the best ones.
///
/// What a space holds without its best mapping is the union of spaces that constraints describe
/// (Lawler 1972, Murty 1968): the best of their best ones comes next, and its space is split in
/// turn. So whatever search finds, and proves, a best mapping, finds and proves this too.
class TopSearch {
 public:
  struct Wish {
    std::size_t count = 1;  // of mappings
    top::Differ differ = top::Differ::loops;
    std::string searcher = "auto";
    SearchOptions options;
  };

  /// All must outlive this. Factors divide and a dimension uses one axis of a level: elsewhere,
  /// what lies beside a best mapping is no mapspace.
  TopSearch(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
            const Wish& wish);

  struct Result {
    std::vector<Incumbent> best;  // the best first; fewer where there are no more
    bool proven = false;          // no other mapping is better than the last of them
  };
  /// Goes on from the result of a search for the best mapping.
  Result run(const SearchResult& first, const StopRules& stop) const;

 private:
  /// A space and its best mapping.
  struct Node {
    Constraints constraints;
    Incumbent best;
  };
  struct State;
  std::optional<Mapspace> make_space(const Constraints& constraints, const StopRules& stop) const;
  void split(const Node& node, const StopRules& stop, State& state) const;

  const Mapspace& space_;
  const Evaluator& evaluator_;
  const Objective& objective_;
  Wish wish_;
};

}  // namespace tilewright
