#include "search/short_tiles/padding.hpp"

#include <algorithm>
#include <utility>

#include "model/error.hpp"
#include "search/indices.hpp"
#include "search/mapspace/factors.hpp"
#include "search/mapspace/residuals.hpp"

namespace tilewright::short_tiles {

namespace {

// How many divisors each of the numbers from `first` to `last` has.
std::vector<int> divisors_of_range(std::int64_t first, std::int64_t last) {
  std::vector<int> divisors(static_cast<std::size_t>(last - first) + 1, 0);
  for (std::int64_t i = 1; i * i <= last; ++i) {
    const std::int64_t begin = std::max(i * i, ceil_div(first, i) * i);
    for (std::int64_t n = begin; n <= last; n += i) {
      divisors[static_cast<std::size_t>(n - first)] += n == i * i ? 1 : 2;  // i and n / i
    }
  }
  return divisors;
}

}  // namespace

std::vector<std::int64_t> richer_bounds(std::int64_t bound) {
  constexpr std::size_t kMost = 3;
  constexpr std::int64_t kFarthest = 1'000'000;
  const auto divisors = divisors_of_range(bound, bound + std::min(bound / 4, kFarthest));
  std::vector<std::int64_t> richer;
  int most = divisors.front();
  for (std::size_t above = 1; above < divisors.size() && richer.size() < kMost; ++above) {
    if (divisors[above] <= most) continue;
    most = divisors[above];
    richer.push_back(bound + static_cast<std::int64_t>(above));
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
    const Mapspace other(larger, evaluator.architecture(), space.constraints(), options, stop);
    const Evaluator pricer(larger, evaluator.architecture(), evaluator.prices(),
                           objective.access_levels());
    return search(other, pricer, stop).best;
  } catch (const SpecError&) {
    return std::nullopt;
  } catch (const UsageError&) {
    return std::nullopt;
  } catch (const Stopped&) {
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
