#include "model/mapping/check_perfect.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tilewright {
namespace {

// Whether the first `dims` places of each order hold each dimension once.
bool are_orders(const LevelMapping& level, int dims) {
  static_assert(kMaxDims == 16);
  const std::uint32_t all = (std::uint32_t{1} << dims) - 1;
  std::uint32_t bad = 0;
  for (const LevelMapping::Order& order : level.order) {
    std::uint32_t seen = 0;
    for (int place = 0; place < dims; ++place) {
      seen |= std::uint32_t{1} << (order[place] & 15);
      bad |= order[place] & ~std::uint32_t{15};
    }
    bad |= seen ^ all;
  }
  return bad == 0;
}

// Doubles: products that a bound can equal are exact, and larger ones do not wrap.
using Products = std::array<double, kMaxDims>;

// Multiplies the factors of a level in; false if one is below 1.
bool multiply(const LevelMapping& level, int dims, Products& reached) {
  std::int32_t least = 1;
  for (const LevelMapping::Factors& factors : level.factor) {
    for (int d = 0; d < dims; ++d) {
      least = std::min(least, factors[d]);
      reached[d] *= factors[d];
    }
  }
  return least >= 1;
}

bool reaches(const Products& reached, const Problem& problem) {
  for (int d = 0; d < problem.num_dims(); ++d) {
    if (reached[d] != static_cast<double>(problem.bounds[d])) return false;
  }
  return true;
}

}  // namespace

bool is_perfect(const Mapping& mapping, const Problem& problem) {
  const int dims = problem.num_dims();
  Products reached;
  reached.fill(1);
  for (int l = 0; l < mapping.num_levels; ++l) {
    const LevelMapping& level = mapping.levels[l];
    if (!multiply(level, dims, reached) || !are_orders(level, dims)) return false;
    if (level.keep >> problem.num_spaces() != 0) return false;
  }
  return reaches(reached, problem);
}

void settle_residuals(Mapping& mapping) {
  for (int l = 0; l < mapping.num_levels; ++l) {
    mapping.levels[l].residual = mapping.levels[l].factor;
  }
}

std::string describe_fault(const Mapping& mapping, const Problem& problem) {
  Products reached;
  reached.fill(1);
  for (int l = 0; l < mapping.num_levels; ++l) {
    const LevelMapping& level = mapping.levels[l];
    if (!multiply(level, problem.num_dims(), reached))
      return fmt::format("level {}: a factor is below 1", l);
    if (!are_orders(level, problem.num_dims())) {
      return fmt::format("level {}: an order does not name each dimension once", l);
    }
    if (level.keep >> problem.num_spaces() != 0) {
      return fmt::format("level {}: keep has bits beyond the {} tensors", l, problem.num_spaces());
    }
  }
  for (int d = 0; d < problem.num_dims(); ++d) {
    if (reached[d] != static_cast<double>(problem.bounds[d])) {
      return fmt::format("the factors of dimension {} make {:.15g}, not {}", problem.dims[d],
                         reached[d], problem.bounds[d]);
    }
  }
  return {};
}

}  // namespace tilewright
