#include "model/nest/detail/sharing.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "model/error.hpp"

namespace tilewright::detail {
namespace {

std::int64_t absolute(std::int64_t value) { return value < 0 ? -value : value; }

struct Shift {
  std::int64_t step;
  std::int64_t bound;
};

// The spatial loops that move one coordinate.
int shifts_on(const CompiledCoordinate& coordinate, const SpatialGroup& group,
              std::array<Shift, 2 * kMaxDims>& shifts) {
  int count = 0;
  for (int i = 0; i < group.num_loops; ++i) {
    const auto& loop = group.loops[i];
    const std::int64_t coefficient = coordinate.coefficient(loop.dim);
    if (coefficient != 0) shifts[count++] = {coefficient * loop.step, loop.bound};
  }
  return count;
}

// Two loops with steps a and b meet at the same shift along chains of points (i, j),
// (i + b/h, j - a/h), ... with h = gcd(a, b). The number of points with at least n successors on
// their chain is a product; its second differences count the chains of each length.
void count_chains(const Shift& a, const Shift& b, Sharing& sharing) {
  const std::int64_t h = std::gcd(a.step, b.step);
  const std::int64_t di = absolute(b.step) / h;
  const std::int64_t dj = absolute(a.step) / h;
  const auto points = [&](std::int64_t successors) {
    return std::max<std::int64_t>(0, a.bound - successors * di) *
           std::max<std::int64_t>(0, b.bound - successors * dj);
  };
  for (std::int64_t length = 1; points(length - 1) > 0; ++length) {
    const std::int64_t chains = points(length - 1) - 2 * points(length) + points(length + 1);
    if (chains > 0)
      sharing.add(static_cast<std::uint64_t>(length), static_cast<std::uint64_t>(chains));
  }
}

void multiply(const Sharing& a, const Sharing& b, Sharing& product) {
  product.num_classes = 0;
  for (int i = 0; i < a.num_classes; ++i) {
    for (int j = 0; j < b.num_classes; ++j) {
      product.add(a.classes[i].multicast * b.classes[j].multicast,
                  a.classes[i].scatter * b.classes[j].scatter);
    }
  }
}

// Multiplies the classes that the shared coordinates make. False when three loops meet on one.
bool share_along_shared_coordinates(const CompiledSpace& space, const SpatialGroup& group,
                                    Sharing& sharing) {
  std::array<Shift, 2 * kMaxDims> shifts;
  bool crowded = false;  // sharing holds the coordinates that two loops move
  std::uint64_t scatter = 1;
  for (int x = 0; x < space.num_shared; ++x) {
    const int count = shifts_on(space.coordinates[x], group, shifts);
    if (count > 2) return false;
    if (count == 1) scatter *= static_cast<std::uint64_t>(shifts[0].bound);
    if (count < 2) continue;
    Sharing own;
    count_chains(shifts[0], shifts[1], own);
    if (crowded) {
      const Sharing before = sharing;
      multiply(before, own, sharing);
    } else {
      sharing = own;
      crowded = true;
    }
  }
  if (!crowded) sharing.add(1, 1);
  for (int i = 0; i < sharing.num_classes; ++i) sharing.classes[i].scatter *= scatter;
  return true;
}

// Counts coordinate by coordinate. False when that is not possible.
bool share_by_coordinate(const CompiledSpace& space, const SpatialGroup& group, Sharing& sharing) {
  std::uint64_t multicast = 1;
  std::uint64_t scatter = 1;
  int shared_loops = 0;  // loops on coordinates where others may move the tile too
  for (int i = 0; i < group.num_loops; ++i) {
    const auto bound = static_cast<std::uint64_t>(group.loops[i].bound);
    if (!space.moved_by(group.loops[i].dim)) {
      multicast *= bound;
    } else if (space.moved_afar_by(group.loops[i].dim)) {
      scatter *= bound;
    } else {
      ++shared_loops;
    }
  }
  sharing.num_classes = 0;
  if (shared_loops == 0) {
    sharing.add(multicast, scatter);
    return true;
  }
  if (!share_along_shared_coordinates(space, group, sharing)) return false;
  for (int i = 0; i < sharing.num_classes; ++i) {
    sharing.classes[i].multicast *= multicast;
    sharing.classes[i].scatter *= scatter;
  }
  return true;
}

}  // namespace

void Sharing::add(std::uint64_t multicast, std::uint64_t portions, double hops,
                  double unicast_hops) {
  for (int i = 0; i < num_classes; ++i) {
    if (classes[i].multicast != multicast) continue;
    classes[i].scatter += portions;
    classes[i].hops += hops;
    classes[i].unicast_hops += unicast_hops;
    return;
  }
  if (num_classes == kMaxClasses)
    throw InternalError("an array shares data in more ways than there is room for");
  classes[num_classes++] = {multicast, portions, hops, unicast_hops};
}

std::uint64_t Sharing::portions() const {
  std::uint64_t sum = 0;
  for (int i = 0; i < num_classes; ++i) sum += classes[i].scatter;
  return sum;
}

void share(const GroupQuery& query, Scratch& scratch, Sharing& sharing) {
  if (!query.hops) {
    if (!query.multicast) {
      sharing.num_classes = 0;
      sharing.add(1, query.group->size);
      return;
    }
    if (query.space->separable && share_by_coordinate(*query.space, *query.group, sharing)) return;
  }
  GroupLayout(query, scratch).share(false, scratch, sharing);
}

GroupLayout::GroupLayout(const GroupQuery& query, const Scratch& scratch) : query_(query) {
  if (scratch.shifts.size() < query.group->size) {
    throw InternalError("a group is larger than the array of the architecture");
  }
  for (int i = 0; i < query.group->num_loops; ++i) {
    const auto& loop = query.group->loops[i];
    if (query.space->moved_afar_by(loop.dim) || !query.space->moved_by(loop.dim)) continue;
    for (int x = 0; x < query.space->num_shared; ++x) {
      reach_[x] += absolute(query.space->coordinates[x].coefficient(loop.dim) * loop.step) *
                   (loop.bound - 1);
    }
  }
}

// Keys are mixed radix over the coordinates, wide enough that their differences are unique too.
void GroupLayout::find_strides() {
  if (has_strides_) return;
  has_strides_ = true;
  const auto& space = *query_.space;
  const auto& group = *query_.group;
  std::int64_t stride = 1;
  std::array<Shift, 2 * kMaxDims> shifts;
  for (int x = 0; x < space.rank; ++x) {
    std::int64_t reach = 0;
    const int count = shifts_on(space.coordinates[x], group, shifts);
    for (int i = 0; i < count; ++i) reach += absolute(shifts[i].step) * (shifts[i].bound - 1);
    stride_[x] = stride;
    if (__builtin_mul_overflow(stride, 2 * reach + 1, &stride)) {
      throw InternalError("a tensor is too large to compare the tiles of an array");
    }
  }
  for (int i = 0; i < group.num_loops; ++i) {
    loop_keys_[i] = 0;
    for (int x = 0; x < space.rank; ++x) {
      loop_keys_[i] +=
          space.coordinates[x].coefficient(group.loops[i].dim) * group.loops[i].step * stride_[x];
    }
  }
}

std::int64_t GroupLayout::key(const Move& move) const {
  std::int64_t key = 0;
  for (int x = 0; x < query_.space->num_shared; ++x) key += move[x] * stride_[x];
  return key;
}

// Whether stepping loop `first`, or one outside it as those inside fall back to 0, changes a key by
// `wanted` or its opposite; `base` is what the loops inside `first` add to that.
bool GroupLayout::differs(int first, std::int64_t base, std::int64_t wanted) const {
  for (int i = first; i < query_.group->num_loops; ++i) {
    if (absolute(base + loop_keys_[i]) == absolute(wanted)) return true;
    base -= (query_.group->loops[i].bound - 1) * loop_keys_[i];
  }
  return false;
}

// The key of a child counts in the digits of its loops, so a neighbour's differs in few ways: one
// for each loop that the step may carry into. False only if no two neighbours differ so.
bool GroupLayout::neighbours_differ_by(std::int64_t wanted) const {
  const auto& group = *query_.group;
  if (query_.row > 1 && differs(0, 0, wanted)) return true;
  if (group.size <= query_.row) return false;
  // The neighbour in the next row is `row` children away: whole loops, and a part of one more.
  std::uint64_t part = query_.row;
  int i = 0;
  for (; part % static_cast<std::uint64_t>(group.loops[i].bound) == 0; ++i)
    part /= static_cast<std::uint64_t>(group.loops[i].bound);
  const auto digits = static_cast<std::int64_t>(part);
  if (digits >= group.loops[i].bound) return true;  // in no simple relation: look at all
  return absolute(digits * loop_keys_[i]) == absolute(wanted) ||
         differs(i + 1, (digits - group.loops[i].bound) * loop_keys_[i], wanted);
}

bool GroupLayout::reachable(const Move& move) {
  for (int x = 0; x < query_.space->num_shared; ++x) {
    if (absolute(move[x]) > reach_[x]) return false;
  }
  find_strides();
  return neighbours_differ_by(key(move));
}

void GroupLayout::fill_keys(Scratch& scratch) {
  if (filled_) return;
  filled_ = true;
  find_strides();
  auto& keys = scratch.shifts;
  keys[0] = 0;
  std::size_t count = 1;
  for (int i = 0; i < query_.group->num_loops; ++i) {
    const std::int64_t bound = query_.group->loops[i].bound;
    for (std::int64_t k = 1; k < bound; ++k) {
      for (std::size_t e = 0; e < count; ++e)
        keys[static_cast<std::size_t>(k) * count + e] = keys[e] + k * loop_keys_[i];
    }
    count *= static_cast<std::size_t>(bound);
  }
}

// Whether `links` tells of this layout.
bool GroupLayout::holds(const Links& links, std::int64_t wanted) const {
  const auto& group = *query_.group;
  if (links.num_loops != group.num_loops || links.move != wanted || links.row != query_.row ||
      links.column != query_.column || links.multicast != query_.multicast ||
      links.hops != query_.hops) {
    return false;
  }
  for (int i = 0; i < group.num_loops; ++i) {
    if (!(links.loops[i] == Links::Loop{group.loops[i].bound, loop_keys_[i]})) return false;
  }
  return true;
}

const Links& GroupLayout::links(const Move& move, Scratch& scratch) {
  find_strides();
  const auto& group = *query_.group;
  const std::int64_t wanted = key(move);
  auto hash = static_cast<std::uint64_t>(wanted);
  for (int i = 0; i < group.num_loops; ++i) {
    constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15;
    hash = (hash ^ static_cast<std::uint64_t>(group.loops[i].bound ^ (loop_keys_[i] << 8))) * kOdd;
  }
  auto& links = scratch.links[(hash >> 32) % Scratch::kLinks];
  if (holds(links, wanted)) return links;
  links.num_loops = group.num_loops;
  for (int i = 0; i < group.num_loops; ++i) links.loops[i] = {group.loops[i].bound, loop_keys_[i]};
  links.move = wanted;
  links.row = query_.row;
  links.column = query_.column;
  links.multicast = query_.multicast;
  links.hops = query_.hops;
  links.hits = mark_linked(wanted, scratch);
  if (links.hits > 0) share(true, scratch, links.rest);
  return links;
}

// Marks in scratch.linked the children that find their words at a neighbour whose key differs by
// `wanted`, and returns how many they are.
std::uint64_t GroupLayout::mark_linked(std::int64_t wanted, Scratch& scratch) {
  fill_keys(scratch);
  const auto* const keys = scratch.shifts.data();
  auto* const linked = scratch.linked.data();
  const std::uint64_t size = query_.group->size;
  const std::uint64_t row = query_.row;
  std::fill_n(linked, size, std::uint8_t{0});
  for (std::uint64_t begin = 0; begin < size; begin += row) {  // neighbours in a row
    const std::uint64_t end = std::min(begin + row, size);
    for (std::uint64_t e = begin + 1; e < end; ++e) {
      linked[e] |= static_cast<std::uint8_t>(keys[e - 1] - keys[e] == wanted);
      linked[e - 1] |= static_cast<std::uint8_t>(keys[e] - keys[e - 1] == wanted);
    }
  }
  for (std::uint64_t e = row; e < size; ++e) {  // neighbours in a column
    linked[e] |= static_cast<std::uint8_t>(keys[e - row] - keys[e] == wanted);
    linked[e - row] |= static_cast<std::uint8_t>(keys[e] - keys[e - row] == wanted);
  }
  std::uint64_t hits = 0;
  for (std::uint64_t e = 0; e < size; ++e) hits += linked[e];
  return hits;
}

namespace {

// Distances from the entry of the array, in the middle of its left edge: along the row as far as
// needed, then up and down each column.
struct Reach {
  std::uint64_t row;
  double centre;

  double unicast(std::uint64_t element) const {
    return static_cast<double>(element % row) +
           std::abs(static_cast<double>(element / row) - centre);
  }

  // `begin..end` are elements in ascending order.
  double multicast(std::uint32_t* begin, std::uint32_t* end) const {
    std::sort(begin, end,
              [this](auto a, auto b) { return std::pair(a % row, a) < std::pair(b % row, b); });
    double hops = static_cast<double>(*(end - 1) % row);
    for (auto* it = begin; it != end;) {
      const auto column = *it % row;
      const double lowest = static_cast<double>(*it / row) - centre;
      while (it != end && *it % row == column) ++it;
      const double highest = static_cast<double>(*(it - 1) / row) - centre;
      if (lowest < 0) hops -= lowest;
      if (highest > 0) hops += highest;
    }
    return hops;
  }
};

}  // namespace

void GroupLayout::share(bool skip_linked, Scratch& scratch, Sharing& sharing) {
  fill_keys(scratch);
  const auto& keys = scratch.shifts;
  auto* const elements = scratch.elements.data();
  std::size_t count = 0;
  for (std::uint32_t e = 0; e < query_.group->size; ++e) {
    if (!skip_linked || scratch.linked[e] == 0) elements[count++] = e;
  }
  std::sort(elements, elements + count,
            [&](auto a, auto b) { return std::pair(keys[a], a) < std::pair(keys[b], b); });

  const Reach reach{query_.row, static_cast<double>(query_.column - 1) / 2};
  sharing.num_classes = 0;
  for (std::size_t begin = 0; begin < count;) {
    std::size_t end = begin + 1;
    while (query_.multicast && end < count && keys[elements[end]] == keys[elements[begin]]) ++end;
    double hops = 0;
    double unicast_hops = 0;
    if (query_.hops) {
      for (std::size_t i = begin; i < end; ++i) unicast_hops += reach.unicast(elements[i]);
      hops = reach.multicast(elements + begin, elements + end);
    }
    sharing.add(end - begin, 1, hops, unicast_hops);
    begin = end;
  }
}

}  // namespace tilewright::detail
