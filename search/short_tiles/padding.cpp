#include "search/short_tiles/padding.hpp"

#include <utility>

#include "model/error.hpp"
#include "search/indices.hpp"
#include "search/mapspace/divisors.hpp"

namespace tilewright::short_tiles {

std::vector<std::int64_t> richer_bounds(std::int64_t bound) {
  constexpr std::size_t kMost = 3;
  std::vector<std::int64_t> richer;
  int most = Divisors(bound).size();
  for (std::int64_t next = bound + 1; next <= bound + bound / 4 && richer.size() < kMost; ++next) {
    const int divisors = Divisors(next).size();
    if (divisors <= most) continue;
    most = divisors;
    richer.push_back(next);
  }
  return richer;
}

namespace {

// Constraints may leave nothing of a larger problem, and no proof may cover it.
std::optional<Incumbent> search_larger(const QuickSearch& search, const Problem& larger,
                                       const Mapspace& space, const Evaluator& evaluator,
                                       const Objective& objective, const StopRules& stop) {
  try {
    MapspaceOptions options = space.options();
    options.imperfect = false;
    const Mapspace other(larger, evaluator.architecture(), space.constraints(), options);
    const Evaluator pricer(larger, evaluator.architecture(), evaluator.prices(),
                           objective.access_levels());
    return search(other, pricer, stop).best;
  } catch (const SpecError&) {
    return std::nullopt;
  } catch (const UsageError&) {
    return std::nullopt;
  }
}

}  // namespace

std::optional<Incumbent> pad(const QuickSearch& search, const Mapspace& space,
                             const Evaluator& evaluator, const Objective& objective,
                             const StopRules& stop, const Incumbent& best, Descent& descent) {
  const std::vector<std::int64_t>& bounds = evaluator.problem().bounds;
  Problem padded = evaluator.problem();
  std::optional<Incumbent> found;
  std::pair<std::size_t, std::int64_t> choice{bounds.size(), 0};
  for (bool better = true; better;) {
    better = false;
    const std::size_t last = choice.first;  // its other bounds have been tried beside the rest
    for (std::size_t dim = 0; dim < bounds.size(); ++dim) {
      if (dim == last) continue;
      for (const std::int64_t bound : richer_bounds(bounds[dim])) {
        if (stop.interruption()) return found;
        if (padded.bounds[dim] == bound) continue;
        Problem larger = padded;
        larger.bounds[dim] = bound;
        const auto whole = search_larger(search, larger, space, evaluator, objective, stop);
        const auto cut = whole ? descent.cut(whole->mapping) : std::nullopt;
        if (!cut || !(cut->key < (found ? found->key : best.key))) continue;
        found = cut;
        choice = {dim, bound};
        better = true;
      }
    }
    if (better) padded.bounds[choice.first] = choice.second;
  }
  return found;
}

}  // namespace tilewright::short_tiles
