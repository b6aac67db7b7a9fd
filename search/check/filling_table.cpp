#include "search/check/filling_table.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "model/nest/passes.hpp"
#include "search/indices.hpp"

namespace tilewright::check {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

// The tiles of one dimension that are looked at, rising: divisors, or the shortest of each number.
// Of n tiles that is 1 + the whole part of (size - 1) / n.
std::vector<std::int64_t> extents_of(std::int64_t size, bool whole) {
  std::vector<std::int64_t> extents{1};
  const std::int64_t last = whole ? size : size - 1;
  for (std::int64_t i = 1; i <= last / i; ++i) {
    if (!whole) {
      extents.insert(extents.end(), {1 + i, 1 + last / i});
    } else if (size % i == 0) {
      extents.insert(extents.end(), {i, size / i});
    }
  }
  std::sort(extents.begin(), extents.end());
  extents.erase(std::unique(extents.begin(), extents.end()), extents.end());
  return extents;
}

}  // namespace

FillingTable::FillingTable(std::vector<int> dims, const Factors& bounds, bool whole)
    : dims_(std::move(dims)), bounds_(bounds), whole_(whole) {
  for (const int d : dims_) {
    const std::int64_t size = bounds_[at(d)];
    extents_.push_back(extents_of(size, whole_));
    stride_.push_back(static_cast<std::size_t>(size_));
    size_ *= static_cast<double>(extents_.back().size());
  }
}

bool FillingTable::fill(const std::function<double(const Factors& tile)>& energy,
                        const std::function<bool()>& stop) {
  constexpr std::size_t kLookEvery = 1024;
  least_.assign(static_cast<std::size_t>(size_), kNever);
  Factors tile;
  tile.fill(1);
  for (std::size_t n = 0; n < least_.size(); ++n) {
    if (n % kLookEvery == 0 && stop()) return false;
    for (std::size_t i = 0; i < dims_.size(); ++i) {
      tile[at(dims_[i])] = extents_[i][n / stride_[i] % extents_[i].size()];
    }
    least_[n] = energy(tile);
  }
  // The least over all tiles at least as long, one dimension after the other. Of whole tiles these
  // are more than the multiples.
  for (std::size_t i = 0; i < dims_.size(); ++i) {
    for (std::size_t n = least_.size(); n-- > 0;) {
      if (n / stride_[i] % extents_[i].size() + 1 == extents_[i].size()) continue;
      least_[n] = std::min(least_[n], least_[n + stride_[i]]);
    }
  }
  return true;
}

double FillingTable::least(const Factors& tile) const {
  std::size_t n = 0;
  for (std::size_t i = 0; i < dims_.size(); ++i) {
    const std::int64_t size = bounds_[at(dims_[i])];
    const std::int64_t extent = std::min(tile[at(dims_[i])], size);
    // The shortest listed tile with as few of them; of whole ones, the next one.
    const std::int64_t wanted = whole_ ? extent : ceil_div(size, ceil_div(size, extent));
    const auto& extents = extents_[i];
    const auto found = std::lower_bound(extents.begin(), extents.end(), wanted);
    n += stride_[i] * static_cast<std::size_t>(found - extents.begin());
  }
  return least_[n];
}

}  // namespace tilewright::check
