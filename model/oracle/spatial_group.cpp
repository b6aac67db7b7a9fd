#include "model/oracle/spatial_group.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace tilewright::oracle {

double total_accesses(const Histogram& histogram) {
  double sum = 0;
  for (const auto& [key, traffic] : histogram) sum += traffic.accesses;
  return sum;
}

double delivered_words(const Histogram& histogram) {
  double sum = 0;
  for (const auto& [key, traffic] : histogram) {
    sum += traffic.accesses * static_cast<double>(key.first);
  }
  return sum;
}

SpatialGroup::SpatialGroup(std::vector<Point> shifts, Options options)
    : shifts_(std::move(shifts)), options_(options) {}

namespace {

void append(const Region& region, const Point& origin, std::vector<std::int64_t>& key) {
  key.push_back(static_cast<std::int64_t>(region.size()));
  for (const Box& box : region) {
    for (std::size_t axis = 0; axis < origin.size(); ++axis) {
      key.push_back(box.low[axis] - origin[axis]);
      key.push_back(box.high[axis] - origin[axis]);
    }
  }
}

}  // namespace

// From the left edge along the row to the furthest column, then in each used column from the
// middle row up and down to the furthest members.
void SpatialGroup::add_hops(const std::vector<std::size_t>& members, Groups& groups) const {
  const double centre = static_cast<double>(options_.height - 1) / 2;
  std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> reach;  // column -> rows
  for (std::size_t element : members) {
    const std::int64_t column = static_cast<std::int64_t>(element) % options_.width;
    const std::int64_t row = static_cast<std::int64_t>(element) / options_.width;
    auto [at, added] = reach.try_emplace(column, row, row);
    at->second.first = std::min(at->second.first, row);
    at->second.second = std::max(at->second.second, row);
    groups.unicast_hops +=
        static_cast<double>(column) + std::abs(static_cast<double>(row) - centre);
  }
  groups.hops += static_cast<double>(reach.rbegin()->first);
  for (const auto& [column, rows] : reach) {
    groups.hops += std::max(0.0, centre - static_cast<double>(rows.first));
    groups.hops += std::max(0.0, static_cast<double>(rows.second) - centre);
  }
}

SpatialGroup::Partition SpatialGroup::partition(const Region& delta,
                                                const std::vector<std::size_t>& elements) const {
  std::map<std::vector<std::int64_t>, std::vector<std::size_t>> equal;
  for (std::size_t element : elements) {
    std::vector<std::int64_t> key;
    append(shifted(delta, shifts_[element]), Point(shifts_[element].size(), 0), key);
    if (!options_.multicast) key.push_back(static_cast<std::int64_t>(element));
    equal[key].push_back(element);
  }
  Partition result;
  for (const auto& [key, members] : equal) {
    Groups& groups = result[members.size()];
    ++groups.scatter;
    add_hops(members, groups);
  }
  return result;
}

SpatialGroup::Plan SpatialGroup::plan_without_links(const Region& delta) const {
  std::vector<std::size_t> all(shifts_.size());
  for (std::size_t element = 0; element < all.size(); ++element) all[element] = element;
  return {partition(delta, all), 0};
}

// Whether an element beside `element` had exactly `mine` at the call before.
bool SpatialGroup::from_neighbour(const Region& mine, std::size_t element) const {
  const std::int64_t column = static_cast<std::int64_t>(element) % options_.width;
  const std::int64_t row = static_cast<std::int64_t>(element) / options_.width;
  const std::int64_t beside[4][2] = {
      {column - 1, row}, {column + 1, row}, {column, row - 1}, {column, row + 1}};
  for (const auto& [x, y] : beside) {
    if (x < 0 || y < 0 || x >= options_.width || y >= options_.height) continue;
    const auto other = static_cast<std::size_t>(y * options_.width + x);
    if (other >= shifts_.size()) continue;  // not in use
    if (same_points(mine, shifted(*previous_, shifts_[other]))) return true;
  }
  return false;
}

SpatialGroup::Plan SpatialGroup::plan_with_links(const Region& delta) const {
  std::vector<std::size_t> rest;
  for (std::size_t element = 0; element < shifts_.size(); ++element) {
    if (!from_neighbour(shifted(delta, shifts_[element]), element)) rest.push_back(element);
  }
  return {partition(delta, rest), shifts_.size() - rest.size()};
}

const SpatialGroup::Plan& SpatialGroup::best_plan(const Region& delta) {
  const Point& origin = delta.front().low;
  std::vector<std::int64_t> key;
  append(delta, origin, key);
  const bool may_link = options_.links && previous_ && !previous_->empty();
  if (may_link) append(*previous_, origin, key);
  const auto found = known_.find(key);
  if (found != known_.end()) return found->second;

  const auto groups = [](const Plan& candidate) {  // how often the parent sends the delta
    std::uint64_t sum = 0;
    for (const auto& [multicast, equal] : candidate.partition) sum += equal.scatter;
    return sum;
  };
  Plan plan = plan_without_links(delta);
  if (may_link) {
    Plan linked = plan_with_links(delta);
    if (groups(linked) < groups(plan)) plan = std::move(linked);
  }
  return known_.emplace(std::move(key), std::move(plan)).first->second;
}

void SpatialGroup::call(const Region& delta, double epochs) {
  if (!delta.empty()) {
    const double words = static_cast<double>(size(delta)) * epochs;
    const Plan& plan = best_plan(delta);
    for (const auto& [multicast, groups] : plan.partition) {
      Traffic& traffic = histogram_[{multicast, groups.scatter}];
      const double accesses = words * static_cast<double>(groups.scatter);
      traffic.accesses += accesses;
      // The reference stores the hops of an average group times all words.
      traffic.hops += groups.hops * accesses / static_cast<double>(groups.scatter);
      traffic.unicast_hops += groups.unicast_hops * accesses / static_cast<double>(groups.scatter);
    }
    link_transfers_ += static_cast<double>(plan.linked) * words;
  }
  previous_ = delta;
}

}  // namespace tilewright::oracle
