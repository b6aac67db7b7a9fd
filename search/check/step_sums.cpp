#include "search/check/step_sums.hpp"

#include <algorithm>
#include <set>

namespace tilewright::check {
namespace {

constexpr std::size_t kMostSteps = 64;  // of one dimension
constexpr std::size_t kMostSums = 512;

using Numbers = std::set<std::int64_t>;

std::vector<std::int64_t> divisors_of(std::int64_t size) {
  Numbers divisors;
  for (std::int64_t i = 1; i <= size / i; ++i) {
    if (size % i == 0) divisors.insert({i, size / i});
  }
  return {divisors.begin(), divisors.end()};
}

std::vector<std::int64_t> list(const Numbers& numbers) { return {numbers.begin(), numbers.end()}; }

// Loops one inside the other.
struct Loops {
  Numbers sums;   // of all their steps
  Numbers twice;  // the first one counted twice
};

}  // namespace

StepTables::StepTables(const Problem& problem) {
  for (const std::int64_t size : problem.bounds) add(size);
}

void StepTables::add(std::int64_t size) {
  const std::vector<std::int64_t> divisors = divisors_of(size);
  if (divisors.size() > kMostSteps) return;
  std::vector<Loops> ending(divisors.size());  // with a loop that steps by divisors[i]
  for (std::size_t i = 0; i < divisors.size(); ++i) {
    const std::int64_t step = divisors[i];
    ending[i] = {{step}, {2 * step}};
    for (std::size_t inside = 0; inside < i; ++inside) {
      if (step % divisors[inside] != 0) continue;
      for (const std::int64_t sum : ending[inside].sums) ending[i].sums.insert(step + sum);
      for (const std::int64_t sum : ending[inside].twice) ending[i].twice.insert(step + sum);
    }
    if (ending[i].twice.size() > kMostSums) return;
  }
  for (const std::int64_t left : divisors) {
    StepSums all;
    Numbers back{0};
    Numbers on;
    Numbers on_back;
    Numbers twice;
    Numbers on_twice;
    for (std::size_t i = 0; i < divisors.size() && divisors[i] < left; ++i) {
      const std::int64_t step = divisors[i];
      if (left % step != 0) continue;
      all.first.push_back(step);
      back.insert(ending[i].sums.begin(), ending[i].sums.end());
      twice.insert(ending[i].twice.begin(), ending[i].twice.end());
      for (const std::int64_t sum : ending[i].sums) {
        on.insert(2 * step - sum);
        if (sum != step) on_back.insert(2 * step - sum);
      }
      for (std::size_t inside = 0; inside < i; ++inside) {
        if (step % divisors[inside] != 0) continue;
        for (const std::int64_t sum : ending[inside].twice) on_twice.insert(step - sum);
      }
    }
    if (twice.size() > kMostSums) continue;
    all.back = list(back);
    all.on = list(on);
    all.on_back = list(on_back);
    all.twice = list(twice);
    all.on_twice = list(on_twice);
    sums_[left] = std::move(all);
  }
}

}  // namespace tilewright::check
