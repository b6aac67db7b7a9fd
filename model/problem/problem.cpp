#include "model/problem/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>

namespace tilewright {
namespace {

template <class Named>
int index_of(const std::vector<Named>& list, std::string_view name) {
  const auto it = std::find_if(list.begin(), list.end(), [&](const auto& item) {
    if constexpr (requires { item.name; }) {
      return item.name == name;
    } else {
      return item == name;
    }
  });
  return it == list.end() ? -1 : static_cast<int>(it - list.begin());
}

void check_count(std::size_t count, int limit, std::string_view what) {
  if (count == 0) throw std::invalid_argument(fmt::format("a problem needs at least one {}", what));
  if (count > static_cast<std::size_t>(limit)) {
    throw std::invalid_argument(
        fmt::format("{} {}s; at most {} are supported", count, what, limit));
  }
}

// How many words of a tensor there may be for one operation, however the problem is cut. A tile
// covers all words from its first to its last, so steps of c words bring c for each operation; a
// dimension on several coordinates counts on each.
double spread(const Problem& problem, const DataSpace& space) {
  double words = 1;
  std::array<bool, kMaxDims> seen{};
  for (const auto& coordinate : space.projection) {
    double step = 0;
    std::array<bool, kMaxDims> here{};
    for (const auto& term : coordinate) {
      step += std::abs(static_cast<double>(term.coefficient));
      here[term.dim] = true;
    }
    words *= std::max(1.0, step);
    for (int d = 0; d < problem.num_dims(); ++d) {
      if (here[d] && seen[d]) words *= static_cast<double>(problem.bounds[d]);
      seen[d] = seen[d] || here[d];
    }
  }
  return words;
}

}  // namespace

int Problem::find_dim(std::string_view dim) const { return index_of(dims, dim); }
int Problem::find_space(std::string_view space) const { return index_of(spaces, space); }

std::uint64_t Problem::operations() const {
  std::uint64_t product = 1;
  for (const auto bound : bounds) product *= static_cast<std::uint64_t>(bound);
  return product;
}

std::uint64_t Problem::tensor_words(int space) const {
  std::uint64_t words = 1;
  for (const auto& coordinate : spaces[space].projection) {
    std::uint64_t width = 1;
    for (const auto& term : coordinate) {
      width += static_cast<std::uint64_t>(std::abs(term.coefficient) * (bounds[term.dim] - 1));
    }
    words *= width;
  }
  return words;
}

bool Problem::same_work(const Problem& other) const {
  const auto same_space = [](const DataSpace& a, const DataSpace& b) {
    return a.name == b.name && a.read_write == b.read_write && a.bits == b.bits &&
           a.projection == b.projection;
  };
  return dims == other.dims && bounds == other.bounds &&
         std::equal(spaces.begin(), spaces.end(), other.spaces.begin(), other.spaces.end(),
                    same_space);
}

void check_size(const Problem& problem, std::uint64_t bits) {
  constexpr double kMostOperations = 0x1p62;
  constexpr double kMostWords = 9.2e18;  // what 64 bits with a sign hold, and some to add
  double operations = 1;
  for (const auto bound : problem.bounds) operations *= static_cast<double>(bound);
  if (operations > kMostOperations) {
    throw std::invalid_argument(fmt::format(
        "{:.6g} operations; at most 2^62 = {:.6g} are supported", operations, kMostOperations));
  }
  for (const auto& space : problem.spaces) {
    const double words = operations * spread(problem, space) * static_cast<double>(bits);
    if (words > kMostWords) {
      throw std::invalid_argument(fmt::format(
          "up to {:.6g} {} of {} to move, by its projection; at most {:.6g} are supported", words,
          bits == 1 ? "words" : "bits", space.name, kMostWords));
    }
  }
}

Problem make_problem(const Shape& shape, std::string name, const std::vector<std::int64_t>& bounds,
                     const std::vector<std::int64_t>& coefficients) {
  check_count(shape.dims.size(), kMaxDims, "dimension");
  check_count(shape.spaces.size(), kMaxSpaces, "dataspace");
  Problem problem{
      .name = std::move(name), .shape_name = shape.name, .dims = shape.dims, .bounds = bounds};
  for (std::size_t d = 0; d < bounds.size(); ++d) {
    if (bounds[d] < 1) {
      throw std::invalid_argument(
          fmt::format("dimension {} is {}; it must be at least 1", shape.dims[d], bounds[d]));
    }
  }
  for (std::size_t c = 0; c < shape.coefficients.size(); ++c) {
    problem.coefficients.push_back({shape.coefficients[c].name, coefficients[c]});
  }
  for (const auto& symbolic : shape.spaces) {
    if (!symbolic.projection.empty()) {  // none: a scalar
      check_count(symbolic.projection.size(), kMaxRank, "coordinate");
    }
    DataSpace space{.name = symbolic.name, .read_write = symbolic.read_write};
    for (const auto& terms : symbolic.projection) {
      check_count(terms.size(), kMaxTerms, "term");
      Coordinate coordinate;
      for (const auto& term : terms) {
        coordinate.push_back({term.dim, term.coefficient < 0 ? 1 : coefficients[term.coefficient]});
      }
      space.projection.push_back(std::move(coordinate));
    }
    problem.spaces.push_back(std::move(space));
  }
  check_size(problem);
  return problem;
}

}  // namespace tilewright
