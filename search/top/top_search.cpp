#include "search/top/top_search.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>

#include "model/error.hpp"
#include "search/arena.hpp"
#include "search/mapspace/factorization.hpp"

namespace tilewright {
namespace {

bool before(const Incumbent& a, const Incumbent& b) { return a.key < b.key; }

}  // namespace

struct TopSearch::State {
  std::vector<Node> open;        // spaces whose best mapping has not been taken yet
  std::vector<Incumbent> taken;  // the best first
  bool proven = true;

  // The dearest that can still be among so many.
  std::optional<Incumbent> limit(std::size_t count) const {
    std::vector<Incumbent> known = taken;
    for (const Node& node : open) known.push_back(node.best);
    if (known.size() < count) return std::nullopt;
    const auto last = known.begin() + static_cast<std::ptrdiff_t>(count) - 1;
    std::nth_element(known.begin(), last, known.end(), before);
    return *last;
  }
};

TopSearch::TopSearch(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
                     const Wish& wish)
    : space_(space), evaluator_(evaluator), objective_(objective), wish_(wish) {
  if (space.imperfect() || space.options().both_axes || objective.wants_front()) {
    throw InternalError("the best mappings are sought where their order is not known");
  }
}

// Nothing if the constraints leave nothing.
std::optional<Mapspace> TopSearch::make_space(const Constraints& constraints,
                                              const StopRules& stop) const {
  const Problem& problem = evaluator_.problem();
  const Architecture& arch = evaluator_.architecture();
  const MapspaceOptions& options = space_.options();
  if (!FactorizationSpace::feasible(problem, arch, constraints, options, stop)) return std::nullopt;
  try {
    return std::optional<Mapspace>(std::in_place, problem, arch, constraints, options, stop);
  } catch (const UsageError&) {  // a dataspace is kept nowhere
    return std::nullopt;
  }
}

// All spaces of one node are searched side by side, each knowing the same: so the result does not
// depend on threads.
void TopSearch::split(const Node& node, const StopRules& stop, State& state) const {
  const Problem& problem = evaluator_.problem();
  const Architecture& arch = evaluator_.architecture();
  const std::vector<Constraints> spaces = top::split_off(
      node.constraints, node.best.mapping, problem, arch, space_.options(), wish_.differ);
  SearchOptions options = wish_.options;
  options.threads = 1;
  options.perfect_only = true;
  options.known = state.limit(wish_.count);
  std::vector<std::optional<Incumbent>> found(spaces.size());
  std::vector<char> settled(spaces.size(), 0);
  in_arena(wish_.options.threads, [&](int) {
    tbb::parallel_for(std::size_t{0}, spaces.size(), [&](std::size_t i) {
      if (stop.requested()) return;
      const std::optional<Mapspace> space = make_space(spaces[i], stop);
      if (!space) {
        settled[i] = 1;
        return;
      }
      SilentSink quiet;
      const SearchResult result =
          make_searcher(wish_.searcher, options)->run(*space, evaluator_, objective_, stop, quiet);
      settled[i] = result.proven ? 1 : 0;
      found[i] = result.best;
    });
    return 0;
  });
  for (std::size_t i = 0; i < spaces.size(); ++i) {
    state.proven = state.proven && settled[i] != 0;
    if (!found[i] || (options.known && !before(*found[i], *options.known))) continue;
    state.open.push_back({spaces[i], *found[i]});
  }
}

TopSearch::Result TopSearch::run(const SearchResult& first, const StopRules& stop) const {
  State state;
  state.proven = first.proven;
  if (first.best) state.open.push_back({space_.constraints(), *first.best});
  try {
    while (!state.open.empty() && state.taken.size() < wish_.count) {
      const auto next =
          std::min_element(state.open.begin(), state.open.end(),
                           [](const Node& a, const Node& b) { return before(a.best, b.best); });
      const Node node = std::move(*next);
      state.open.erase(next);
      state.taken.push_back(node.best);
      if (state.taken.size() < wish_.count) split(node, stop, state);
    }
  } catch (const Stopped&) {
    state.proven = false;
  }
  // When it had to end early, the best mappings of the spaces that are left are good ones too.
  for (const Node& node : state.open) state.taken.push_back(node.best);
  std::stable_sort(state.taken.begin(), state.taken.end(), before);
  if (state.taken.size() > wish_.count) state.taken.resize(wish_.count);
  return {.best = std::move(state.taken), .proven = state.proven};
}

}  // namespace tilewright
