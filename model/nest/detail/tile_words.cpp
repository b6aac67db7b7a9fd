#include "model/nest/detail/tile_words.hpp"

#include <algorithm>

#include "model/error.hpp"

namespace tilewright::detail {
namespace {

bool is_regular(const CompiledSpace& space) {
  return space.separable &&
         std::none_of(space.coordinates.begin(), space.coordinates.begin() + space.num_shared,
                      [](const CompiledCoordinate& coordinate) {
                        return std::any_of(coordinate.terms.begin(),
                                           coordinate.terms.begin() + coordinate.num_terms,
                                           [](const CompiledTerm& t) { return t.coefficient < 0; });
                      });
}

}  // namespace

TileWords::TileWords(const Problem& problem, std::span<const CompiledSpace> spaces)
    : bounds_(problem.bounds) {
  for (const CompiledSpace& space : spaces) {
    const bool regular = is_regular(space);
    auto& coordinates = spaces_.emplace_back(Space{regular, {}}).coordinates;
    for (int x = 0; x < space.rank; ++x) {
      Coordinate own;
      const CompiledCoordinate& from = space.coordinates[x];
      for (int i = 0; i < from.num_terms; ++i) {
        own.push_back({from.terms[i].dim, std::abs(from.terms[i].coefficient)});
      }
      for (const CompiledTerm& term : own) {
        // What is left of a short tile after a long step is nothing, not less than that.
        const bool long_steps = std::any_of(own.begin(), own.end(), [&](const CompiledTerm& other) {
          return other.dim != term.dim && other.coefficient != 1;
        });
        if (long_steps || !regular) lengths_ |= DimMask{1} << term.dim;
      }
      if (regular) coordinates.push_back(std::move(own));
    }
  }
}

// The sum of the widths of all tiles along a coordinate, over all dimensions on it but one. Each
// dimension adds its iterations less one to the width, times its coefficient.
double TileWords::words(const Coordinate& terms, const Numbers& tiles, int but) const {
  double number = 1;
  for (const CompiledTerm& term : terms) {
    if (term.dim != but) number *= static_cast<double>(tiles[term.dim]);
  }
  double sum = number;
  for (const auto& [dim, coefficient] : terms) {
    if (dim == but) continue;
    const auto own = static_cast<double>(tiles[dim]);
    const auto bound = static_cast<double>(bounds_[dim]);
    sum += static_cast<double>(coefficient) * (bound - own) * number / own;
  }
  return sum;
}

double TileWords::all(int space, const Numbers& tiles) const {
  if (!spaces_[space].regular) return 0;
  double product = 1;
  for (const Coordinate& terms : spaces_[space].coordinates) product *= words(terms, tiles);
  return product;
}

const TileWords::Coordinate& TileWords::coordinate_of(int space, int dim) const {
  for (const Coordinate& terms : spaces_[space].coordinates) {
    for (const CompiledTerm& term : terms) {
      if (term.dim == dim) return terms;
    }
  }
  throw InternalError("a loop that moves nothing slides");
}

double TileWords::beside(int space, const Numbers& tiles, const Coordinate& coordinate) const {
  double product = 1;
  for (const Coordinate& terms : spaces_[space].coordinates) {
    if (&terms != &coordinate) product *= words(terms, tiles);
  }
  return product;
}

double TileWords::sliding(int space, const Numbers& tiles, const Numbers& extents, int dim,
                          double continued, std::int64_t apart) const {
  if (!spaces_[space].regular) return 0;
  const Coordinate& terms = coordinate_of(space, dim);
  double overlap = 0;
  // The others' tiles are full or the last ones: so many kinds of places to slide along.
  for (unsigned last = 0; last < 1U << terms.size(); ++last) {
    double number = 1;
    std::int64_t width = 1;
    for (std::size_t i = 0; i < terms.size(); ++i) {
      const auto [d, coefficient] = terms[i];
      const bool is_last = ((last >> i) & 1U) != 0;
      if (d == dim) {
        width -= coefficient * ((apart - 1) * extents[d] + 1);
        if (is_last) number = 0;  // this one counts once
        continue;
      }
      const std::int64_t before = tiles[d] - 1;
      const std::int64_t length = is_last ? bounds_[d] - before * extents[d] : extents[d];
      width += coefficient * (length - 1);
      if (!is_last) number *= static_cast<double>(before);
    }
    if (width > 0) overlap += number * static_cast<double>(width);
  }
  return beside(space, tiles, terms) * (words(terms, tiles) - continued * overlap);
}

double TileWords::least_sliding(int space, const Numbers& tiles, int dim, double starts) const {
  if (!spaces_[space].regular) return 0;
  const Coordinate& terms = coordinate_of(space, dim);
  std::int64_t step = 1;
  double number = 1;
  for (const CompiledTerm& term : terms) {
    if (term.dim == dim) {
      step = term.coefficient;
    } else {
      number *= static_cast<double>(tiles[term.dim]);
    }
  }
  // A single place to slide along keeps all but a step of its width; of several each loses a word
  // at least.
  const double wide = words(terms, tiles, dim);
  const double overlap =
      number == 1 ? std::max(0.0, wide - static_cast<double>(step)) : wide - number;
  const double continued = static_cast<double>(tiles[dim]) - starts;
  return beside(space, tiles, terms) * (words(terms, tiles) - continued * overlap);
}

}  // namespace tilewright::detail
