#include "search/short_tiles/tile_words.hpp"

#include <algorithm>

#include "model/bound/touched.hpp"
#include "model/error.hpp"
#include "search/indices.hpp"

namespace tilewright::short_tiles {

TileWords::TileWords(const Problem& problem, const Terms& terms) : problem_(problem) {
  for (int p = 0; p < problem.num_spaces(); ++p) {
    auto& coordinates = spaces_.emplace_back();
    bool countable = terms.regular(p);
    for (const Coordinate& from : problem.spaces[at(p)].projection) {
      Terms_ own;
      for (const Term& term : from) {
        if (problem.bounds[at(term.dim)] > 1) own.push_back(term);
      }
      countable &= own.size() <= 2;
      for (const Term& term : own) {
        // What is left of a short tile after a long step is nothing, not less than that.
        const bool long_steps = std::any_of(own.begin(), own.end(), [&](const Term& other) {
          return other.dim != term.dim && other.coefficient != 1;
        });
        if (long_steps || !terms.regular(p)) lengths_ |= bit(term.dim);
      }
      if (!own.empty()) coordinates.push_back(std::move(own));
    }
    touched_.push_back(countable ? static_cast<double>(touched_words(problem, p)) : 0);
    if (!terms.regular(p)) coordinates.clear();
  }
}

// The sum of the widths of all tiles along a coordinate, over all dimensions on it but one. Each
// dimension adds its iterations less one to the width, times its coefficient.
double TileWords::coordinate_words(const Terms_& terms, const Numbers& tiles, int but) const {
  double number = 1;
  for (const Term& term : terms) {
    if (term.dim != but) number *= static_cast<double>(tiles[at(term.dim)]);
  }
  double words = number;
  for (const auto& [dim, coefficient] : terms) {
    if (dim == but) continue;
    const auto own = static_cast<double>(tiles[at(dim)]);
    const auto bound = static_cast<double>(problem_.bounds[at(dim)]);
    words += static_cast<double>(coefficient) * (bound - own) * number / own;
  }
  return words;
}

double TileWords::all(int space, const Numbers& tiles) const {
  const auto& coordinates = spaces_[at(space)];
  double words = coordinates.empty() ? 0 : 1;
  for (const Terms_& terms : coordinates) words *= coordinate_words(terms, tiles);
  return words;
}

const TileWords::Terms_& TileWords::coordinate_of(int space, int dim) const {
  for (const Terms_& terms : spaces_[at(space)]) {
    for (const Term& term : terms) {
      if (term.dim == dim) return terms;
    }
  }
  throw InternalError("a loop that moves nothing slides");
}

double TileWords::beside(int space, const Numbers& tiles, const Terms_& coordinate) const {
  double words = 1;
  for (const Terms_& terms : spaces_[at(space)]) {
    if (&terms != &coordinate) words *= coordinate_words(terms, tiles);
  }
  return words;
}

double TileWords::sliding(int space, const Numbers& tiles, const Numbers& extents, int dim,
                          double continued, std::int64_t apart) const {
  if (spaces_[at(space)].empty()) return 0;
  const Terms_& terms = coordinate_of(space, dim);
  double overlap = 0;
  // The others' tiles are full or the last ones: so many kinds of places to slide along.
  for (unsigned last = 0; last < 1U << terms.size(); ++last) {
    double number = 1;
    std::int64_t width = 1;
    for (std::size_t i = 0; i < terms.size(); ++i) {
      const auto [d, coefficient] = terms[i];
      const bool is_last = ((last >> i) & 1U) != 0;
      if (d == dim) {
        width -= coefficient * ((apart - 1) * extents[at(d)] + 1);
        if (is_last) number = 0;  // this one counts once
        continue;
      }
      const std::int64_t before = tiles[at(d)] - 1;
      const std::int64_t length =
          is_last ? problem_.bounds[at(d)] - before * extents[at(d)] : extents[at(d)];
      width += coefficient * (length - 1);
      if (!is_last) number *= static_cast<double>(before);
    }
    if (width > 0) overlap += number * static_cast<double>(width);
  }
  return beside(space, tiles, terms) * (coordinate_words(terms, tiles) - continued * overlap);
}

double TileWords::least_sliding(int space, const Numbers& tiles, int dim, double starts) const {
  if (spaces_[at(space)].empty()) return 0;
  const Terms_& terms = coordinate_of(space, dim);
  std::int64_t step = 1;
  double number = 1;
  for (const Term& term : terms) {
    if (term.dim == dim) {
      step = term.coefficient;
    } else {
      number *= static_cast<double>(tiles[at(term.dim)]);
    }
  }
  // A single place to slide along keeps all but a step of its width; of several each loses a word
  // at least.
  const double wide = coordinate_words(terms, tiles, dim);
  const double overlap =
      number == 1 ? std::max(0.0, wide - static_cast<double>(step)) : wide - number;
  const double continued = static_cast<double>(tiles[at(dim)]) - starts;
  return beside(space, tiles, terms) * (coordinate_words(terms, tiles) - continued * overlap);
}

}  // namespace tilewright::short_tiles
