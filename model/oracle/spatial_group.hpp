#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "model/oracle/region.hpp"

namespace tilewright::oracle {

/// Words sent over a network by (multicast, scatter): see SEMANTICS 4.4.
struct Traffic {
  double accesses = 0;
  double hops = 0;          // summed over the accesses
  double unicast_hops = 0;  // what separate words to every element would need
};
using Histogram = std::map<std::pair<std::uint64_t, std::uint64_t>, Traffic>;

double total_accesses(const Histogram& histogram);
double delivered_words(const Histogram& histogram);  // sum of accesses * multicast

/// The elements of one spatial group seen by one dataspace. Element e gets the delta of element 0
/// moved by `shifts[e]`; elements with equal deltas share one word (multicast), and an element may
/// take its delta from a neighbour that had it at the call before (link transfer).
class SpatialGroup {
 public:
  struct Options {
    std::int64_t width = 1;  // positions of a row of the mesh
    std::int64_t height = 1;
    bool multicast = true;
    bool links = true;
  };

  SpatialGroup(std::vector<Point> shifts, Options options);

  /// Records one call of the group with `delta` for element 0, standing for `epochs` calls.
  void call(const Region& delta, double epochs);

  const Histogram& histogram() const { return histogram_; }
  double link_transfers() const { return link_transfers_; }

 private:
  /// Groups of equal deltas, counted by their size.
  struct Groups {
    std::uint64_t scatter = 0;
    double hops = 0;
    double unicast_hops = 0;
  };
  using Partition = std::map<std::uint64_t, Groups>;
  struct Plan {
    Partition partition;
    std::uint64_t linked = 0;  // elements that are served by a neighbour
  };

  Plan plan_without_links(const Region& delta) const;
  Plan plan_with_links(const Region& delta) const;
  Partition partition(const Region& delta, const std::vector<std::size_t>& elements) const;
  bool from_neighbour(const Region& mine, std::size_t element) const;
  void add_hops(const std::vector<std::size_t>& members, Groups& groups) const;
  const Plan& best_plan(const Region& delta);

  std::vector<Point> shifts_;
  Options options_;
  std::optional<Region> previous_;  // of element 0, at the call before
  Histogram histogram_;
  double link_transfers_ = 0;
  // Plans by the shape of the present and the previous delta: where they lie does not matter.
  std::map<std::vector<std::int64_t>, Plan> known_;
};

}  // namespace tilewright::oracle
