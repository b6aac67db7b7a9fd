#include "search/mapspace/temporal_splits.hpp"

#include <utility>

namespace tilewright {
namespace {

constexpr std::uint64_t kMaxRows = 1U << 17U;  // per dimension: some MiB at most

}  // namespace

TemporalSplits::TemporalSplits(int dim, const Divisors& divisors, std::vector<FactorRange> ranges)
    : dim_(static_cast<std::size_t>(dim)),
      divisors_(divisors),
      ranges_(std::move(ranges)),
      first_row_(static_cast<std::size_t>(divisors.size()), -1) {
  count_ways();
}

// From the outermost level inwards: ways(l, q) = sum over allowed f | q of ways(l + 1, q / f).
void TemporalSplits::count_ways() {
  const std::size_t width = first_row_.size();
  ways_.assign((ranges_.size() + 1) * width, 0);
  ways_[ranges_.size() * width] = 1;  // nothing left to split: the quotient 1
  for (std::size_t level = ranges_.size(); level-- > 0;) {
    for (std::size_t quotient = 0; quotient < width; ++quotient) {
      std::uint64_t sum = 0;
      for (const auto& division : divisors_.divisions(static_cast<int>(quotient))) {
        if (!ranges_[level].holds(division.factor)) continue;
        sum += ways_[(level + 1) * width + static_cast<std::size_t>(division.quotient)];
      }
      ways_[level * width + quotient] = sum;
    }
  }
}

void TemporalSplits::tabulate(std::span<const int> quotients) {
  std::uint64_t rows = 0;
  for (const int quotient : quotients) {
    const std::uint64_t more = count(quotient);
    if (more > kMaxRows - rows) return;
    rows += more;
  }
  rows_.reserve(rows * ranges_.size());
  std::vector<std::int32_t> prefix;
  for (const int quotient : quotients) {
    std::int64_t& first = first_row_[static_cast<std::size_t>(quotient)];
    if (first >= 0) continue;
    first = static_cast<std::int64_t>(rows_.size() / ranges_.size());
    list(0, quotient, prefix);
  }
}

// Appends all splits of `quotient` over `level` and outwards, in the order of their ranks.
void TemporalSplits::list(int level, int quotient, std::vector<std::int32_t>& prefix) {
  if (ways(level, quotient) == 0) return;
  if (static_cast<std::size_t>(level) == ranges_.size()) {
    rows_.insert(rows_.end(), prefix.begin(), prefix.end());
    return;
  }
  for (const auto& division : divisors_.divisions(quotient)) {
    if (!ranges_[static_cast<std::size_t>(level)].holds(division.factor)) continue;
    prefix.push_back(division.factor);
    list(level + 1, division.quotient, prefix);
    prefix.pop_back();
  }
}

void TemporalSplits::walk(int quotient, std::uint64_t rank, Mapping& mapping) const {
  for (std::size_t level = 0; level < ranges_.size(); ++level) {
    for (const auto& division : divisors_.divisions(quotient)) {
      if (!ranges_[level].holds(division.factor)) continue;
      const std::uint64_t here = ways(static_cast<int>(level) + 1, division.quotient);
      if (rank < here) {
        put(mapping, level, division.factor);
        quotient = division.quotient;
        break;
      }
      rank -= here;
    }
  }
}

}  // namespace tilewright
