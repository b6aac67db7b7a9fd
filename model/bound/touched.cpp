#include "model/bound/touched.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <bitset>
#include <cstdlib>
#include <utility>
#include <vector>

namespace tilewright {
namespace {

struct Steps {
  std::uint64_t step;   // distance of two neighbours
  std::uint64_t count;  // values that the dimension takes
};
using Columns = std::array<std::int64_t, kMaxDims>;  // [dim]: how far a step moves a coordinate

// What moves each coordinate of a tensor. A dimension may stand twice on one, or cancel out.
std::vector<Columns> columns_of(const Problem& problem, int space) {
  std::vector<Columns> all;
  for (const Coordinate& coordinate : problem.spaces[space].projection) {
    Columns columns{};
    for (const Term& term : coordinate) {
      if (problem.bounds[term.dim] > 1) columns[term.dim] += term.coefficient;
    }
    all.push_back(columns);
  }
  return all;
}

// The terms that move a coordinate, by rising step.
std::vector<Steps> steps_of(const Problem& problem, const Columns& columns) {
  std::vector<Steps> steps;
  for (std::size_t d = 0; d < columns.size(); ++d) {
    if (columns[d] == 0) continue;
    steps.push_back({static_cast<std::uint64_t>(std::abs(columns[d])),
                     static_cast<std::uint64_t>(problem.bounds[d])});
  }
  std::stable_sort(steps.begin(), steps.end(),
                   [](const Steps& a, const Steps& b) { return a.step < b.step; });
  return steps;
}

// Marks all sums of the terms, relative to the least. Sums up to `span`.
std::uint64_t count_marked(const std::vector<Steps>& terms, std::uint64_t span) {
  std::vector<char> marked(span + 1, 0);
  marked[0] = 1;
  std::uint64_t reach = 0;
  for (const auto& [step, count] : terms) {
    // A sliding window over the last `count` places of each remainder of the step.
    std::vector<char> next(span + 1, 0);
    for (std::uint64_t rest = 0; rest < step; ++rest) {
      std::uint64_t inside = 0;
      std::uint64_t place = 0;
      for (std::uint64_t x = rest; x <= reach + step * (count - 1); x += step, ++place) {
        if (x <= reach && marked[x] != 0) ++inside;
        if (place >= count && marked[x - step * count] != 0) --inside;
        next[x] = inside > 0 ? 1 : 0;
      }
    }
    reach += step * (count - 1);
    marked = std::move(next);
  }
  return static_cast<std::uint64_t>(std::count(marked.begin(), marked.end(), 1));
}

// Values that a sum of terms takes.
std::uint64_t distinct_values(const std::vector<Steps>& terms) {
  constexpr std::uint64_t kMostMarked = std::uint64_t{1} << 24;
  if (terms.empty()) return 1;
  // As long as they are evenly spaced, a formula will do.
  std::uint64_t count = terms[0].count;
  std::uint64_t span = terms[0].step * (terms[0].count - 1);
  bool even = true;
  for (std::size_t t = 1; t < terms.size(); ++t) {
    const auto& [step, more] = terms[t];
    even = even && step % terms[0].step == 0 && step / terms[0].step <= count;
    if (even) count += step / terms[0].step * (more - 1);
    span += step * (more - 1);
  }
  if (even) return count;
  if (span < kMostMarked) return count_marked(terms, span);
  // Two terms meet on a value only where a multiple of one step is one of the other; more terms
  // than the first two can only add.
  return std::max(terms[0].count, terms.back().count);
}

/// Coordinates that have dimensions in common, directly or by others of them, and what their
/// dimensions are.
struct Group {
  std::bitset<kMaxDims> dims;
  std::vector<Columns> coordinates;
};

std::bitset<kMaxDims> dims_of(const Columns& columns) {
  std::bitset<kMaxDims> dims;
  for (std::size_t d = 0; d < columns.size(); ++d) dims[d] = columns[d] != 0;
  return dims;
}

// A dimension that is alone on a coordinate is known from it. What the other coordinates reach is
// the same for each of its values, only moved: as many words each time as without it.
std::uint64_t take_dims_alone(const Problem& problem, std::vector<Columns>& coordinates) {
  std::uint64_t words = 1;
  const auto alone = [](const Columns& columns) { return dims_of(columns).count() == 1; };
  for (auto it = std::find_if(coordinates.begin(), coordinates.end(), alone);
       it != coordinates.end(); it = std::find_if(coordinates.begin(), coordinates.end(), alone)) {
    const int dim = std::countr_zero(dims_of(*it).to_ulong());
    words *= static_cast<std::uint64_t>(problem.bounds[dim]);
    for (Columns& columns : coordinates) columns[dim] = 0;
  }
  return words;
}

std::vector<Group> groups_of(const std::vector<Columns>& coordinates) {
  std::vector<Group> groups;
  for (const Columns& columns : coordinates) {
    Group joined{dims_of(columns), {columns}};
    if (joined.dims.none()) continue;
    const auto meets = [&](const Group& group) { return (group.dims & joined.dims).any(); };
    for (auto it = std::find_if(groups.begin(), groups.end(), meets); it != groups.end();
         it = std::find_if(groups.begin(), groups.end(), meets)) {
      joined.dims |= it->dims;
      joined.coordinates.insert(joined.coordinates.end(), it->coordinates.begin(),
                                it->coordinates.end());
      groups.erase(it);
    }
    groups.push_back(std::move(joined));
  }
  return groups;
}

/// Vectors modulo a prime. Those that are independent there are independent as they are.
class Basis {
 public:
  /// True if the vector is none of the sums of multiples of those that are there; then it joins
  /// them.
  bool add(std::vector<std::uint64_t> vector) {
    for (const auto& [pivot, row] : rows_) {
      const std::uint64_t times = vector[pivot];
      for (std::size_t x = 0; x < vector.size(); ++x) {
        vector[x] = (vector[x] + (kPrime - times) * row[x]) % kPrime;
      }
    }
    const auto moved = [](std::uint64_t value) { return value != 0; };
    const auto it = std::find_if(vector.begin(), vector.end(), moved);
    if (it == vector.end()) return false;
    const auto pivot = static_cast<std::size_t>(it - vector.begin());
    const std::uint64_t inverse = power(*it, kPrime - 2);  // Fermat
    for (std::uint64_t& value : vector) value = value * inverse % kPrime;
    rows_.emplace_back(pivot, std::move(vector));
    return true;
  }

  static std::uint64_t residue(std::int64_t value) {
    const std::int64_t rest = value % static_cast<std::int64_t>(kPrime);
    return static_cast<std::uint64_t>(rest < 0 ? rest + static_cast<std::int64_t>(kPrime) : rest);
  }

 private:
  static constexpr std::uint64_t kPrime = 2147483647;

  static std::uint64_t power(std::uint64_t base, std::uint64_t exponent) {
    std::uint64_t result = 1;
    for (; exponent != 0; exponent /= 2) {
      if (exponent % 2 != 0) result = result * base % kPrime;
      base = base * base % kPrime;
    }
    return result;
  }

  std::vector<std::pair<std::size_t, std::vector<std::uint64_t>>> rows_;
};

// While all other dimensions stand still, dimensions whose steps are independent reach another word
// with each of their values. Of all such sets the longest dimensions first make the best one.
std::uint64_t independent_values(const Problem& problem, const Group& group) {
  std::vector<std::size_t> dims;
  for (std::size_t d = 0; d < kMaxDims; ++d) {
    if (group.dims[d]) dims.push_back(d);
  }
  std::stable_sort(dims.begin(), dims.end(), [&](std::size_t a, std::size_t b) {
    return problem.bounds[a] > problem.bounds[b];
  });
  Basis basis;
  std::uint64_t words = 1;
  for (const std::size_t d : dims) {
    std::vector<std::uint64_t> step;
    for (const Columns& columns : group.coordinates) step.push_back(Basis::residue(columns[d]));
    if (basis.add(std::move(step))) words *= static_cast<std::uint64_t>(problem.bounds[d]);
  }
  return words;
}

}  // namespace

std::uint64_t touched_words(const Problem& problem, int space) {
  std::vector<Columns> coordinates = columns_of(problem, space);
  std::uint64_t words = take_dims_alone(problem, coordinates);
  for (const Group& group : groups_of(coordinates)) {
    std::uint64_t most = 1;
    for (const Columns& columns : group.coordinates) {
      most = std::max(most, distinct_values(steps_of(problem, columns)));
    }
    // On a single coordinate no two dimensions are independent, and its values are known.
    if (group.coordinates.size() > 1) most = std::max(most, independent_values(problem, group));
    words *= most;
  }
  return words;
}

std::uint64_t overlap(const Problem& problem, int space) {
  std::uint64_t ways = 1;
  for (const Columns& columns : columns_of(problem, space)) {
    // Of all dimensions but the longest, any values; that one is then given.
    const std::vector<Steps> terms = steps_of(problem, columns);
    std::uint64_t longest = 1;
    std::uint64_t all = 1;
    for (const Steps& term : terms) {
      longest = std::max(longest, term.count);
      all *= term.count;
    }
    ways *= all / longest;
  }
  return ways;
}

int weight_space(const Problem& problem) {
  for (const char* name : {"Weights", "Weight", "Filters", "B"}) {
    const int space = problem.find_space(name);
    if (space >= 0 && !problem.spaces[space].read_write) return space;
  }
  return -1;
}

}  // namespace tilewright
