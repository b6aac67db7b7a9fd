#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/mapping/mapping.hpp"
#include "model/nest/outcome.hpp"
#include "search/objective.hpp"

namespace tilewright {

/// A mapping on the front. `proposal` is its place in the merged order.
struct ParetoPoint {
  Objective::Point at{};
  Cost cost;
  Mapping mapping;
  std::uint64_t proposal = 0;
};

/// Is `a` no worse than `b` on any axis? Unused axes are equal everywhere.
bool covers(const Objective::Point& a, const Objective::Point& b);

/// The mappings of a sequence that no other one covers; of equal ones the first. When there are
/// too many, those in the densest regions go: then a gap may be left where a point was.
class ParetoFront {
 public:
  static constexpr std::size_t kCapacity = 10'000;
  explicit ParetoFront(std::size_t capacity = kCapacity) : capacity_(capacity) {}

  /// Adds a mapping unless it is covered; removes what it covers.
  void insert(const ParetoPoint& point);

  const std::vector<ParetoPoint>& points() const { return points_; }
  bool thinned() const { return thinned_; }
  /// The points by rising first axis. Leaves the front empty.
  std::vector<ParetoPoint> take();

 private:
  void thin();

  std::size_t capacity_;
  std::vector<ParetoPoint> points_;
  bool thinned_ = false;
};

/// Sorts out, cheaply, proposals that an earlier one covers.
class CoverFilter {
 public:
  CoverFilter() = default;
  explicit CoverFilter(const ParetoFront& known);
  /// True if an earlier point covers `point`, which is remembered otherwise.
  bool covered(const Objective::Point& point);

 private:
  std::vector<Objective::Point> points_;
};

}  // namespace tilewright
