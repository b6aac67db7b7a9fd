#include "model/bound/touched.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <cstdlib>
#include <map>
#include <vector>

namespace tilewright {
namespace {

struct Steps {
  std::uint64_t step;   // distance of two neighbours
  std::uint64_t count;  // values that the dimension takes
};

// The terms that move the coordinate, by rising step.
std::vector<Steps> steps_of(const Problem& problem, const Coordinate& coordinate) {
  std::map<int, std::int64_t> coefficients;  // a dimension may stand there twice
  for (const Term& term : coordinate) coefficients[term.dim] += term.coefficient;
  std::vector<Steps> steps;
  for (const auto& [dim, coefficient] : coefficients) {
    const auto step = static_cast<std::uint64_t>(std::abs(coefficient));
    const auto count = static_cast<std::uint64_t>(problem.bounds[dim]);
    if (step > 0 && count > 1) steps.push_back({step, count});
  }
  std::sort(steps.begin(), steps.end(),
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
std::uint64_t distinct_values(const Problem& problem, const Coordinate& coordinate) {
  constexpr std::uint64_t kMostMarked = std::uint64_t{1} << 24;
  const std::vector<Steps> terms = steps_of(problem, coordinate);
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

using DimMask = std::bitset<kMaxDims>;

DimMask dims_of(const Problem& problem, const Coordinate& coordinate) {
  DimMask mask;
  for (const Term& term : coordinate) mask[term.dim] = problem.bounds[term.dim] > 1;
  return mask;
}

}  // namespace

std::uint64_t touched_words(const Problem& problem, int space) {
  // Coordinates that share a dimension do not take all pairs of their values: of such a group the
  // one with the most values counts.
  struct Group {
    DimMask dims;
    std::uint64_t most = 1;
  };
  std::vector<Group> groups;
  for (const Coordinate& coordinate : problem.spaces[space].projection) {
    Group joined{dims_of(problem, coordinate), distinct_values(problem, coordinate)};
    const auto meets = [&](const Group& group) { return (group.dims & joined.dims).any(); };
    for (auto it = std::find_if(groups.begin(), groups.end(), meets); it != groups.end();
         it = std::find_if(groups.begin(), groups.end(), meets)) {
      joined.dims |= it->dims;
      joined.most = std::max(joined.most, it->most);
      groups.erase(it);
    }
    groups.push_back(joined);
  }
  std::uint64_t words = 1;
  for (const Group& group : groups) words *= group.most;
  return words;
}

std::uint64_t overlap(const Problem& problem, int space) {
  std::uint64_t ways = 1;
  for (const Coordinate& coordinate : problem.spaces[space].projection) {
    // Of all dimensions but the longest, any values; that one is then given.
    const std::vector<Steps> terms = steps_of(problem, coordinate);
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
