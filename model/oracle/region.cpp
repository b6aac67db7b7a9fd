#include "model/oracle/region.hpp"

#include <algorithm>
#include <cstddef>

namespace tilewright::oracle {

std::uint64_t Box::size() const {
  std::uint64_t words = 1;
  for (std::size_t axis = 0; axis < low.size(); ++axis) {
    words *= static_cast<std::uint64_t>(high[axis] - low[axis] + 1);
  }
  return words;
}

Box Box::shifted(const Point& shift) const {
  Box moved = *this;
  for (std::size_t axis = 0; axis < low.size(); ++axis) {
    moved.low[axis] += shift[axis];
    moved.high[axis] += shift[axis];
  }
  return moved;
}

std::uint64_t size(const Region& region) {
  std::uint64_t words = 0;
  for (const Box& box : region) words += box.size();
  return words;
}

Region shifted(const Region& region, const Point& shift) {
  Region moved;
  for (const Box& box : region) moved.push_back(box.shifted(shift));
  return moved;
}

namespace {

bool disjoint(const Box& a, const Box& b) {
  for (std::size_t axis = 0; axis < a.low.size(); ++axis) {
    if (a.high[axis] < b.low[axis] || b.high[axis] < a.low[axis]) return true;
  }
  return false;
}

// Cuts off what lies outside `taken`, one axis after the other; what is left at the end is inside.
void subtract_box(Box rest, const Box& taken, Region& out) {
  if (disjoint(rest, taken)) {
    out.push_back(rest);
    return;
  }
  for (std::size_t axis = 0; axis < rest.low.size(); ++axis) {
    if (rest.low[axis] < taken.low[axis]) {
      Box below = rest;
      below.high[axis] = taken.low[axis] - 1;
      out.push_back(below);
      rest.low[axis] = taken.low[axis];
    }
    if (rest.high[axis] > taken.high[axis]) {
      Box above = rest;
      above.low[axis] = taken.high[axis] + 1;
      out.push_back(above);
      rest.high[axis] = taken.high[axis];
    }
  }
}

}  // namespace

Region subtract(const Region& from, const Box& taken) {
  Region rest;
  for (const Box& box : from) subtract_box(box, taken, rest);
  return rest;
}

bool same_points(const Region& a, const Region& b) {
  if (a == b) return true;
  if (size(a) != size(b)) return false;
  Region rest = a;
  for (const Box& box : b) rest = subtract(rest, box);
  return rest.empty();  // equal sizes and nothing of `a` outside `b`
}

Box project(const DataSpace& space, const Point& low, const Point& high) {
  Box box;
  for (const Coordinate& coordinate : space.projection) {
    std::int64_t smallest = 0;
    std::int64_t largest = 0;
    for (const Term& term : coordinate) {
      const auto dim = static_cast<std::size_t>(term.dim);
      const std::int64_t a = term.coefficient * low[dim];
      const std::int64_t b = term.coefficient * high[dim];
      smallest += std::min(a, b);  // a negative coefficient swaps the corners
      largest += std::max(a, b);
    }
    box.low.push_back(smallest);
    box.high.push_back(largest);
  }
  return box;
}

Point project_step(const DataSpace& space, const Point& step) {
  Point moved;
  for (const Coordinate& coordinate : space.projection) {
    std::int64_t sum = 0;
    for (const Term& term : coordinate) {
      sum += term.coefficient * step[static_cast<std::size_t>(term.dim)];
    }
    moved.push_back(sum);
  }
  return moved;
}

}  // namespace tilewright::oracle
