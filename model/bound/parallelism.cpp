#include "model/bound/parallelism.hpp"

#include <algorithm>
#include <vector>

namespace tilewright {
namespace {

// Factors of a dimension that may lie on one axis of a level.
std::vector<std::uint64_t> factors_of(std::uint64_t bound, std::uint64_t most,
                                      const LoopConstraint* constraint, int dim) {
  const auto fixed = constraint != nullptr ? constraint->fixed[dim] : 0;
  // A fixed factor lies on one axis, and the other then has none.
  if (fixed > 0) return {1, static_cast<std::uint64_t>(fixed)};
  if (constraint != nullptr && constraint->at_most[dim] > 0) {
    most = std::min(most, static_cast<std::uint64_t>(constraint->at_most[dim]));
  }
  std::vector<std::uint64_t> factors;
  for (std::uint64_t f = 1; f <= std::min(bound, most); ++f) {
    if (bound % f == 0) factors.push_back(f);
  }
  return factors;
}

// The greatest product of one factor per dimension that is not above `size`.
std::uint64_t fill_axis(const Problem& problem, std::uint64_t size,
                        const LoopConstraint* constraint) {
  constexpr std::uint64_t kMostSize = std::uint64_t{1} << 20;
  if (size <= 1 || size > kMostSize) return size;
  std::vector<char> reached(size + 1, 0);
  reached[1] = 1;
  for (int d = 0; d < problem.num_dims(); ++d) {
    const auto bound = static_cast<std::uint64_t>(problem.bounds[d]);
    std::vector<char> next(size + 1, 0);
    for (const std::uint64_t factor : factors_of(bound, size, constraint, d)) {
      for (std::uint64_t x = 1; x * factor <= size; ++x) {
        if (reached[x] != 0) next[x * factor] = 1;
      }
    }
    reached = std::move(next);
  }
  while (size > 1 && reached[size] == 0) --size;
  return size;
}

std::uint64_t most_parallel(const Problem& problem, const Architecture& arch,
                            const Constraints* constraints) {
  std::uint64_t product = 1;
  for (int s = 0; s < arch.num_levels(); ++s) {
    const LoopConstraint* spatial =
        constraints != nullptr ? &constraints->levels[s].spatial : nullptr;
    product *= fill_axis(problem, arch.fanout_x(s), spatial) *
               fill_axis(problem, arch.fanout_y(s), spatial);
  }
  return std::min({product, arch.compute.instances, problem.operations()});
}

}  // namespace

std::uint64_t most_parallel(const Problem& problem, const Architecture& arch) {
  return most_parallel(problem, arch, nullptr);
}

std::uint64_t most_parallel(const Problem& problem, const Architecture& arch,
                            const Constraints& constraints) {
  return most_parallel(problem, arch, &constraints);
}

}  // namespace tilewright
