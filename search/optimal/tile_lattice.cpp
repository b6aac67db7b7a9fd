#include "search/optimal/tile_lattice.hpp"

#include <algorithm>

#include "search/mapspace/divisors.hpp"

namespace tilewright::optimal {
namespace {

constexpr std::uint64_t kHuge = std::uint64_t{1} << 62U;

bool is_prime(std::int64_t number) {
  for (std::int64_t i = 2; i * i <= number; ++i) {
    if (number % i == 0) return false;
  }
  return number > 1;
}

TileLattice::Axis make_axis(int dim, std::int64_t bound) {
  TileLattice::Axis axis;
  axis.dim = dim;
  const Divisors divisors(bound);
  for (int i = 0; i < divisors.size(); ++i) {
    axis.extents.push_back(divisors.value(i));
    axis.rests.push_back(bound / divisors.value(i));
  }
  const auto n = static_cast<std::uint16_t>(axis.extents.size());
  axis.multiples.resize(n);
  axis.times.assign(n, std::vector<std::int32_t>(n, -1));
  for (std::uint16_t a = 0; a < n; ++a) {
    for (std::uint16_t b = a; b < n; ++b) {
      if (axis.extents[b] % axis.extents[a] != 0) continue;
      axis.multiples[a].push_back(b);
      const std::int64_t factor = axis.extents[b] / axis.extents[a];
      axis.times[a][static_cast<std::size_t>(axis.place(factor))] = b;
      if (is_prime(factor)) axis.covers.emplace_back(a, b);
    }
  }
  return axis;
}

}  // namespace

int TileLattice::Axis::place(std::int64_t extent) const {
  const auto at = std::lower_bound(extents.begin(), extents.end(), extent);
  return at != extents.end() && *at == extent ? static_cast<int>(at - extents.begin()) : -1;
}

TileLattice::TileLattice(const Problem& problem) {
  axis_of_.fill(-1);
  for (int dim = 0; dim < problem.num_dims(); ++dim) {
    const std::int64_t bound = problem.bounds[static_cast<std::size_t>(dim)];
    if (bound == 1) continue;
    axis_of_[static_cast<std::size_t>(dim)] = num_axes();
    Axis axis = make_axis(dim, bound);
    axis.stride = size_;
    size_ = std::min(size_ * axis.extents.size(), kHuge);
    axes_.push_back(std::move(axis));
  }
}

Tile TileLattice::tile(std::uint64_t id) const {
  Tile tile{};
  for (std::size_t a = 0; a < axes_.size(); ++a) {
    tile[a] = static_cast<std::uint16_t>(id % axes_[a].extents.size());
    id /= axes_[a].extents.size();
  }
  return tile;
}

Terms::Extents TileLattice::extents(const Tile& tile) const {
  Terms::Extents extents;
  extents.fill(1);
  for (std::size_t a = 0; a < axes_.size(); ++a) {
    extents[static_cast<std::size_t>(axes_[a].dim)] = axes_[a].extents[tile[a]];
  }
  return extents;
}

double TileLattice::volume(const Tile& tile) const {
  double volume = 1;
  for (std::size_t a = 0; a < axes_.size(); ++a) {
    volume *= static_cast<double>(axes_[a].extents[tile[a]]);
  }
  return volume;
}

Tile TileLattice::top() const {
  Tile tile{};
  for (std::size_t a = 0; a < axes_.size(); ++a) {
    tile[a] = static_cast<std::uint16_t>(axes_[a].extents.size() - 1);
  }
  return tile;
}

}  // namespace tilewright::optimal
