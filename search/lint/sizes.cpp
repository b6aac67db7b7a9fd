#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "model/bound/parallelism.hpp"
#include "model/spec/places.hpp"
#include "search/indices.hpp"
#include "search/lint/parts.hpp"

namespace tilewright::lint {
namespace {

bool uses(const Problem& problem, int dim) {
  return std::any_of(problem.spaces.begin(), problem.spaces.end(), [&](const DataSpace& space) {
    return std::any_of(
        space.projection.begin(), space.projection.end(), [&](const Coordinate& coordinate) {
          return std::any_of(coordinate.begin(), coordinate.end(), [&](const Term& term) {
            return term.dim == dim && term.coefficient != 0;
          });
        });
  });
}

void check_effect(const Subject& subject, const Layer& layer, std::vector<Finding>& findings) {
  const Problem& problem = layer.problem;
  for (int d = 0; d < problem.num_dims(); ++d) {
    if (problem.bounds[at(d)] == 1 || uses(problem, d)) continue;
    const std::string& name = problem.dims[at(d)];
    findings.push_back(
        {Severity::warning, kNoEffect, place_of_size(subject.specs, layer.name, name),
         fmt::format("layer '{}': the dimension {}={} is in no projection: it repeats the same "
                     "operations on the same words",
                     layer.name, name, problem.bounds[at(d)]),
         "give a tensor a coordinate with it, or leave it out"});
  }
}

std::int64_t divide_up(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

bool is_prime(std::int64_t number) {
  for (std::int64_t p = 2; p * p <= number; ++p) {
    if (number % p == 0) return false;
  }
  return number > 1;
}

// Multipliers that a single dimension keeps busy on an axis, on average, if its factor need not
// divide; by whole passes.
double filled(std::int64_t bound, std::uint64_t size) {
  const auto passes =
      divide_up(bound, std::min<std::int64_t>(bound, static_cast<std::int64_t>(size)));
  return static_cast<double>(bound) / static_cast<double>(passes);
}

// One dimension on each axis: so many are busy at least in some mapping, if the memories allow it.
double busy_with_short_tiles(const Problem& problem, const Architecture& arch,
                             const Constraints& constraints) {
  double busy = 1;
  std::vector<bool> used(problem.bounds.size(), false);
  for (int s = 0; s < arch.num_levels(); ++s) {
    for (const std::uint64_t size : {arch.fanout_x(s), arch.fanout_y(s)}) {
      double best = 1;
      std::size_t chosen = used.size();
      for (std::size_t d = 0; d < used.size(); ++d) {
        const LoopConstraint& loops = constraints.levels[at(s)].spatial;
        const bool is_free = !used[d] && loops.fixed[d] == 0 && loops.at_most[d] == 0;
        const double now = is_free ? filled(problem.bounds[d], size) : 1;
        if (now <= best) continue;
        best = now;
        chosen = d;
      }
      if (chosen < used.size()) used[chosen] = true;
      busy *= best;
    }
  }
  return busy;
}

// Orders and splits say who lies on X, and least factors who lies there at all: of such arrays
// nothing is said.
bool is_plain(const Architecture& arch, const Constraints& constraints) {
  const auto any_above_one = [](const auto& factors) {
    return std::any_of(factors.begin(), factors.end(), [](auto factor) { return factor > 1; });
  };
  for (int s = 0; s < arch.num_levels(); ++s) {
    const LoopConstraint& loops = constraints.levels[at(s)].spatial;
    const bool has_order = loops.split || !loops.inner.empty() || !loops.outer.empty();
    const bool has_factors = any_above_one(loops.at_least) || any_above_one(loops.fixed);
    if (arch.fanout(s) > 1 && (has_factors || has_order)) return false;
  }
  return true;
}

std::vector<std::string> primes_of(const Problem& problem) {
  constexpr std::int64_t kLeast = 5;  // 2 and 3 are the sizes of windows
  std::vector<std::string> names;
  for (std::size_t d = 0; d < problem.bounds.size(); ++d) {
    if (problem.bounds[d] < kLeast || !is_prime(problem.bounds[d])) continue;
    names.push_back(fmt::format("{}={}", problem.dims[d], problem.bounds[d]));
  }
  return names;
}

struct Waste {
  const Layer* layer;
  double perfect, imperfect;
  double gain() const { return imperfect / perfect; }
};

void report_waste(const Subject& subject, const Waste& waste, std::size_t layers,
                  std::vector<Finding>& findings) {
  constexpr double kGrave = 2;
  const Problem& problem = waste.layer->problem;
  const std::vector<std::string> primes = primes_of(problem);
  const std::string dim = primes.front().substr(0, primes.front().find('='));
  findings.push_back(
      {waste.gain() >= kGrave ? Severity::warning : Severity::note, kWaste,
       place_of_size(subject.specs, waste.layer->name, dim),
       fmt::format(
           "layer '{}'{}: {} {} prime, and factors that divide the bounds keep at most {:g} "
           "of {} multipliers busy; imperfect ones could {:.4g} on average, {:.3g} times as "
           "many, as far as the memories allow it",
           waste.layer->name, layers > 1 ? fmt::format(" (and {} more)", layers - 1) : "",
           fmt::join(primes, ", "), primes.size() == 1 ? "is" : "are", waste.perfect,
           subject.specs.architecture->compute.instances, waste.imperfect, waste.gain()),
       "search with --imperfect"});
}

void check_waste(const Subject& subject, std::vector<Finding>& findings) {
  constexpr double kWorthIt = 1.1;
  const Architecture& arch = *subject.specs.architecture;
  std::optional<Waste> worst;
  std::size_t layers = 0;
  if (subject.specs.search.imperfect) return;
  for (const Work& work : subject.works) {
    const Problem& problem = work.layer->problem;
    if (primes_of(problem).empty() || !is_plain(arch, work.constraints)) continue;
    const Waste waste{work.layer,
                      static_cast<double>(most_parallel(problem, arch, work.constraints)),
                      busy_with_short_tiles(problem, arch, work.constraints)};
    if (waste.gain() < kWorthIt) continue;
    ++layers;
    if (!worst || waste.gain() > worst->gain()) worst = waste;
  }
  if (worst) report_waste(subject, *worst, layers, findings);
}

}  // namespace

void check_sizes(const Subject& subject, std::vector<Finding>& findings) {
  for (const Work& work : subject.works) check_effect(subject, *work.layer, findings);
  check_waste(subject, findings);
}

}  // namespace tilewright::lint
