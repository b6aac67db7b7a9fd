#include "search/pareto_front.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace tilewright {
namespace {

// Room between the neighbours of each point, as a share of the front's extent, summed over the axes
// (Deb et al., NSGA-II, 2002). The ends of every axis have infinite room.
std::vector<double> room_around(const std::vector<ParetoPoint>& points) {
  std::vector<double> room(points.size(), 0);
  std::vector<std::size_t> order(points.size());
  for (std::size_t axis = 0; axis < Objective::kMaxAxes; ++axis) {
    const auto at = [&](std::size_t i) { return points[order[i]].at[axis]; };
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return points[a].at[axis] < points[b].at[axis];
    });
    const double extent = at(points.size() - 1) - at(0);
    if (!(extent > 0)) continue;
    room[order.front()] = room[order.back()] = std::numeric_limits<double>::infinity();
    for (std::size_t i = 1; i + 1 < order.size(); ++i) {
      room[order[i]] += (at(i + 1) - at(i - 1)) / extent;
    }
  }
  return room;
}

}  // namespace

bool covers(const Objective::Point& a, const Objective::Point& b) {
  for (std::size_t axis = 0; axis < a.size(); ++axis) {
    if (!(a[axis] <= b[axis])) return false;
  }
  return true;
}

void ParetoFront::insert(const ParetoPoint& point) {
  for (const ParetoPoint& other : points_) {
    if (covers(other.at, point.at)) return;
  }
  std::erase_if(points_, [&](const ParetoPoint& other) { return covers(point.at, other.at); });
  points_.push_back(point);
  if (points_.size() > capacity_) thin();
}

// Removes a quarter, of two neighbours one at most, so that no dense region is lost as a whole.
void ParetoFront::thin() {
  thinned_ = true;
  std::stable_sort(points_.begin(), points_.end(),
                   [](const auto& a, const auto& b) { return a.at < b.at; });
  const std::vector<double> room = room_around(points_);
  std::vector<std::size_t> order(points_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return room[a] < room[b]; });
  std::vector<char> goes(points_.size(), 0);
  std::size_t left = points_.size() - (capacity_ - capacity_ / 4);
  for (const std::size_t i : order) {
    if (left == 0) break;
    if (!(room[i] < std::numeric_limits<double>::infinity())) break;
    if ((i > 0 && goes[i - 1] != 0) || (i + 1 < goes.size() && goes[i + 1] != 0)) continue;
    goes[i] = 1;
    --left;
  }
  std::vector<ParetoPoint> kept;
  for (std::size_t i = 0; i < points_.size(); ++i) {
    if (goes[i] == 0) kept.push_back(points_[i]);
  }
  points_ = std::move(kept);
}

std::vector<ParetoPoint> ParetoFront::take() {
  std::stable_sort(points_.begin(), points_.end(),
                   [](const auto& a, const auto& b) { return a.at < b.at; });
  return std::exchange(points_, {});
}

CoverFilter::CoverFilter(const ParetoFront& known) {
  for (const ParetoPoint& point : known.points()) points_.push_back(point.at);
}

bool CoverFilter::covered(const Objective::Point& point) {
  for (std::size_t i = 0; i < points_.size(); ++i) {
    if (!covers(points_[i], point)) continue;
    // What covers one proposal covers many: it comes earlier next time.
    std::swap(points_[i], points_[i / 2]);
    return true;
  }
  std::erase_if(points_, [&](const Objective::Point& other) { return covers(point, other); });
  points_.push_back(point);
  return false;
}

}  // namespace tilewright
