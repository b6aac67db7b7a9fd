#pragma once

#include <cstdint>
#include <vector>

#include "model/problem/problem.hpp"

namespace tilewright::oracle {

using Point = std::vector<std::int64_t>;

/// An axis-aligned box of points; both corners belong to it.
struct Box {
  Point low;
  Point high;

  std::uint64_t size() const;
  Box shifted(const Point& shift) const;
  friend bool operator==(const Box&, const Box&) = default;
};

/// A set of points: disjoint boxes. No boxes = the empty set.
using Region = std::vector<Box>;

std::uint64_t size(const Region& region);
Region shifted(const Region& region, const Point& shift);

/// The points of `from` that are not in `taken`, by real set difference along every axis.
Region subtract(const Region& from, const Box& taken);

/// Equality as sets, however the boxes are cut.
bool same_points(const Region& a, const Region& b);

/// The box of `space` that the operations [low, high] touch, gaps of strides included.
Box project(const DataSpace& space, const Point& low, const Point& high);

/// How far `space` moves when the operations move by `step`.
Point project_step(const DataSpace& space, const Point& step);

}  // namespace tilewright::oracle
