#include "search/network/explain_failure.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include "model/nest/terms.hpp"
#include "search/mapspace/bypass.hpp"
#include "search/mapspace/factor_range.hpp"
#include "search/network/numbers.hpp"

namespace tilewright {
namespace {

using Extents = Terms::Extents;

std::string count_rejections(const SearchResult& result, const Architecture& arch) {
  std::string text =
      fmt::format("no valid mapping among {} considered: {} rejected for fan-out, {} for capacity",
                  with_commas(result.evaluated), with_commas(result.rejected_fanout),
                  with_commas(result.rejected_capacity));
  for (std::size_t i = 0; i < result.rejected_at.size(); ++i) {
    if (result.rejected_at[i] == 0) continue;
    const std::string& level = i == 0 ? arch.compute.name : arch.storage[i - 1].name;
    text += fmt::format(", {} at {}", with_commas(result.rejected_at[i]), level);
  }
  return text;
}

/// How small and how large the tiles of each level can be, whatever the mapping.
class TileRange {
 public:
  explicit TileRange(const Mapspace& space, const Evaluator& evaluator)
      : problem_(evaluator.problem()), arch_(evaluator.architecture()), space_(space) {}

  Extents least(int level) const {
    return extents([&](int d, double bound) {
      // The levels outside cannot take all of the dimension.
      const double outside = most_of(level + 1, arch_.num_levels(), d);
      const double needed = std::ceil(bound / outside * (1 - kRounding));
      return std::min(bound, std::max(least_of(0, level + 1, d), needed));
    });
  }

  Extents most(int level) const {
    return extents([&](int d, double bound) {
      // Of a dimension that factors divide, the levels outside leave no more than this.
      const double outside = least_of(level + 1, arch_.num_levels(), d);
      const double left = space_.imperfect() ? bound : std::max(1.0, std::floor(bound / outside));
      return std::min(left, most_of(0, level + 1, d));
    });
  }

 private:
  static constexpr double kRounding = 1e-12;

  const LevelConstraint& at(int level) const {
    return space_.constraints().levels[static_cast<std::size_t>(level)];
  }
  template <class Extent>
  Extents extents(const Extent& extent) const {
    Extents extents;
    extents.fill(1);
    for (int d = 0; d < problem_.num_dims(); ++d) {
      extents[d] = static_cast<std::int64_t>(extent(d, static_cast<double>(problem_.bounds[d])));
    }
    return extents;
  }
  // Of the loops of a dimension at the levels from `first` to before `end`.
  double least_of(int first, int end, int dim) const {
    double product = 1;
    for (int s = first; s < end; ++s) {
      product *= static_cast<double>(factor_range(at(s).temporal, dim).least) *
                 factor_range(at(s).spatial, dim).least;
    }
    return product;
  }
  double most_of(int first, int end, int dim) const {
    double product = 1;
    for (int s = first; s < end; ++s) {
      // A limit holds for each axis, of which a dimension may use both.
      const double limit = factor_range(at(s).spatial, dim).most;
      const double spatial = std::min(space_.options().both_axes ? limit * limit : limit,
                                      static_cast<double>(arch_.fanout(s)));
      product *= static_cast<double>(factor_range(at(s).temporal, dim).most) * spatial;
    }
    return product;
  }

  const Problem& problem_;
  const Architecture& arch_;
  const Mapspace& space_;
};

Rejection rejection_at(int level, RejectReason reason, SpaceMask keep, const Extents& extents,
                       const Terms& terms) {
  Rejection rejection{.reason = reason, .level = static_cast<std::int8_t>(level)};
  rejection.needed = static_cast<std::uint64_t>(terms.kept_size(level, keep, extents));
  rejection.available = static_cast<std::uint64_t>(
      reason == RejectReason::capacity ? terms.capacity(level) : terms.least_use(level));
  for (int p = 0; p < terms.num_spaces(); ++p) {
    if ((keep >> p & 1) == 0) continue;
    rejection.share[p] = static_cast<std::uint64_t>(terms.box_words(p, extents));
  }
  return rejection;
}

// The innermost level whose size no mapping can satisfy: what it must keep is too large in the
// smallest tiles, or all that it may keep too small in the largest.
std::string impossible_level(const Mapspace& space, const Evaluator& evaluator) {
  const Terms terms = evaluator.terms();
  const TileRange tiles(space, evaluator);
  Mapping all = space.blank();
  space.bypasses().fix(all);
  for (int s = 0; s < terms.num_levels(); ++s) {
    if (!terms.bounded(s)) continue;
    const SpaceMask may = all.levels[static_cast<std::size_t>(s)].keep;
    const auto must = static_cast<SpaceMask>(may & ~space.bypasses().free(s));
    const auto tell = [&](RejectReason reason, SpaceMask keep, const Extents& extents,
                          std::string_view tiles_are) {
      const Rejection rejection = rejection_at(s, reason, keep, extents, terms);
      return fmt::format("; however {} its tiles, {}", tiles_are,
                         describe(rejection, evaluator.problem(), evaluator.architecture()));
    };
    const Extents least = tiles.least(s);
    if (terms.kept_size(s, must, least) > terms.capacity(s)) {
      return tell(RejectReason::capacity, must, least, "small");
    }
    const Extents most = tiles.most(s);
    if (terms.kept_size(s, may, most) < terms.least_use(s)) {
      return tell(RejectReason::min_utilization, may, most, "large");
    }
  }
  return {};
}

// A mapping that could run if the level had no limits, and what it breaks of them.
std::optional<Rejection> miss_of(int level, const SearchPlan& plan, const Mapspace& space,
                                 const Evaluator& evaluator, const StopRules& rules) {
  constexpr std::uint64_t kMostTried = 20'000;
  Architecture relaxed = evaluator.architecture();
  relaxed.storage[static_cast<std::size_t>(level)].entries.reset();
  relaxed.storage[static_cast<std::size_t>(level)].min_utilization = 0;
  const Evaluator without(evaluator.problem(), relaxed, evaluator.prices());
  const Mapspace same(evaluator.problem(), relaxed, space.constraints(), space.options());
  StopRules few = rules;
  few.max_evaluated = kMostTried;
  few.max_valid = 1;
  SilentSink sink;
  const auto searcher = make_searcher("portfolio", {.seed = plan.options.seed, .threads = 1});
  const SearchResult result = searcher->run(same, without, Objective(), few, sink);
  if (!result.best) return std::nullopt;
  const ScratchPtr scratch = evaluator.scratch();
  const Outcome outcome = evaluator.evaluate(result.best->mapping, *scratch);
  return outcome.valid() ? std::nullopt : std::optional(outcome.rejection);
}

// Levels whose limits, each alone, rule out mappings that all other levels would let run.
std::string preventing_levels(const SearchPlan& plan, const Mapspace& space,
                              const Evaluator& evaluator, const StopRules& rules) {
  std::vector<std::string> found;
  if (space.size().total == 0) return {};
  const Architecture& arch = evaluator.architecture();
  for (int s = 0; s < arch.num_levels(); ++s) {
    if (!arch.storage[static_cast<std::size_t>(s)].entries || rules.interruption()) continue;
    if (const auto rejection = miss_of(s, plan, space, evaluator, rules)) {
      found.push_back(describe(*rejection, evaluator.problem(), arch));
    }
  }
  if (found.empty()) return {};
  return fmt::format("; but for this limit there would be one: {}", fmt::join(found, "; or: "));
}

// Of a few samples, the rejection that was missed by the least: the limit to relax first.
std::string nearest_miss(const Mapspace& space, const Evaluator& evaluator, std::uint64_t seed) {
  constexpr int kSamples = 2000;
  if (space.size().total == 0) return {};
  const ScratchPtr scratch = evaluator.scratch();
  Stream random(seed, 0);
  Mapping mapping = space.blank();
  std::optional<Rejection> nearest;
  double least = INFINITY;
  for (int i = 0; i < kSamples; ++i) {
    space.sample(random, mapping);
    const Rejection& rejection = evaluator.evaluate(mapping, *scratch).rejection;
    if (rejection.reason == RejectReason::none) continue;
    const double needed = static_cast<double>(rejection.needed);
    const double available = static_cast<double>(rejection.available);
    const double ratio = std::abs(std::log((needed + 1) / (available + 1)));
    if (ratio >= least) continue;
    least = ratio;
    nearest = rejection;
  }
  if (!nearest) return {};
  return "; the nearest miss of some samples: " +
         describe(*nearest, evaluator.problem(), evaluator.architecture());
}

std::string culprit(const SearchPlan& plan, const Mapspace& space, const Evaluator& evaluator,
                    const StopRules& rules) {
  std::string text = impossible_level(space, evaluator);
  if (text.empty()) text = preventing_levels(plan, space, evaluator, rules);
  if (text.empty()) text = nearest_miss(space, evaluator, plan.options.seed);
  return text;
}

}  // namespace

std::string explain_failure(const SearchResult& result, const SearchPlan& plan,
                            const Mapspace& space, const Evaluator& evaluator,
                            const StopRules& rules) {
  if (result.nearest) {
    return fmt::format(
        "no mapping meets the budgets: the {} valid ones among {} considered are beyond them; the "
        "nearest has {}",
        with_commas(result.valid), with_commas(result.evaluated),
        plan.objective.budgets().describe_violation(result.nearest->cost));
  }
  // A proof rules out mappings that it never scores: counts of rejections would say little.
  if (result.proven && plan.objective.budgets().any()) {
    return "no valid mapping of the whole mapspace meets the budgets: this is proven";
  }
  if (result.proven) {
    return "no valid mapping in the whole mapspace: this is proven" +
           culprit(plan, space, evaluator, rules);
  }
  if (result.evaluated == 0) return "no mapping was considered";
  return count_rejections(result, evaluator.architecture()) +
         culprit(plan, space, evaluator, rules);
}

}  // namespace tilewright
