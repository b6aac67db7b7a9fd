#include "search/blame/changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "model/error.hpp"
#include "search/indices.hpp"
#include "search/mapspace/divisors.hpp"

namespace tilewright::explain {
namespace {

constexpr std::int64_t kMostEntries = std::int64_t{1} << 53U;
constexpr std::int64_t kMostFanout = std::int64_t{1} << 20U;
constexpr std::uint64_t kMostTried = 1024;  // instances of arrays whose sizes are tried one by one

double ratio_cost(double before, double after) {
  return std::abs(std::log2((after + 1) / (before + 1)));
}

// Values that a factor may have, those nearest to what it has now first.
std::vector<std::int64_t> nearest_factors(std::int64_t bound, std::int64_t now, bool imperfect) {
  constexpr std::int64_t kMost = 4096;
  std::vector<std::int64_t> values;
  if (imperfect && bound <= kMost) {
    for (std::int64_t value = 1; value <= bound; ++value) values.push_back(value);
  } else {
    const Divisors divisors(bound);
    for (int i = 0; i < divisors.size(); ++i) values.push_back(divisors.value(i));
  }
  std::erase(values, now);
  std::stable_sort(values.begin(), values.end(), [now](std::int64_t a, std::int64_t b) {
    const auto far = [now](std::int64_t value) {
      return std::abs(std::log(static_cast<double>(value) / static_cast<double>(now)));
    };
    return far(a) < far(b);
  });
  return values;
}

Change to_share(std::size_t place, double before, double after) {
  constexpr double kPercent = 100;
  return {.demand = place,
          .text = fmt::format("{:.4g} %", kPercent * after),
          .to = after,
          .cost = ratio_cost(before, after)};
}

}  // namespace

Change Changes::drop(std::size_t place, Demands& values) const {
  lift(demand(place), values);
  return {.demand = place, .text = "dropped", .cost = 1};
}

// The least value above `above` with which all can hold, where they can with any larger one.
std::optional<std::int64_t> Changes::smallest(std::int64_t above, std::int64_t most,
                                              const DemandSet& held, const Demands& values,
                                              const Changed& change) const {
  const auto enough = [&](std::int64_t value) {
    Demands changed = values;
    change(changed, value);
    return runs(held, changed);
  };
  std::int64_t low = above;
  std::int64_t step = 1;
  while (low + step < most && !enough(low + step)) {
    low += step;
    step *= 2;
  }
  std::int64_t high = std::min(low + step, most);
  if (high == most && !enough(high)) return std::nullopt;
  while (high - low > 1) {
    const std::int64_t middle = low + (high - low) / 2;
    (enough(middle) ? high : low) = middle;
  }
  return high;
}

Change Changes::factor(std::size_t place, const DemandSet& held, Demands& values) const {
  const Demand& what = demand(place);
  const std::int64_t now = factor_limit(what, values.constraints);
  const auto set = [&](Demands& to, std::int64_t value) {
    factor_limit(what, to.constraints) = static_cast<std::int32_t>(value);
    if (what.kind != DemandKind::factor) return;
    LevelConstraint& level = to.constraints.levels[at(what.level)];
    (what.spatial ? level.spatial : level.temporal).residual[at(what.dim)] = 0;
  };
  const std::int64_t bound = feasibility_.problem().bounds[at(what.dim)];
  for (const std::int64_t value : nearest_factors(bound, now, feasibility_.options().imperfect)) {
    if (what.kind == DemandKind::most && value < now) continue;
    if (what.kind == DemandKind::least && value > now) continue;
    Demands changed = values;
    set(changed, value);
    if (!runs(held, changed)) continue;
    values = std::move(changed);
    return {.demand = place,
            .text = fmt::format("{}", value),
            .to = static_cast<double>(value),
            .cost = ratio_cost(static_cast<double>(now), static_cast<double>(value))};
  }
  return drop(place, values);
}

// The smallest larger size. Where a share must be filled, tiles that are too small for the size as
// it is will not do for a larger one.
std::optional<std::int64_t> Changes::larger(int level, std::int64_t now, const DemandSet& held,
                                            const Demands& values) const {
  const bool must_fill = values.arch.storage[at(level)].min_utilization > 0;
  return smallest(now, kMostEntries, held, values, [=](Demands& to, std::int64_t entries) {
    constexpr double kHalf = 0.5;  // of a word, so that rounding does not ask for one more
    StorageLevel& storage = to.arch.storage[at(level)];
    storage.entries = static_cast<std::uint64_t>(entries);
    storage.min_utilization =
        must_fill ? (static_cast<double>(now) + kHalf) / static_cast<double>(entries) : 0;
  });
}

// The largest smaller size of which the tiles fill enough.
std::optional<std::int64_t> Changes::smaller(int level, std::int64_t now, const DemandSet& held,
                                             const Demands& values) const {
  const double share = values.arch.storage[at(level)].min_utilization;
  if (share <= 0 || now == 0) return std::nullopt;
  const auto less = smallest(0, now, held, values, [=](Demands& to, std::int64_t words) {
    to.arch.storage[at(level)].min_utilization =
        share * static_cast<double>(now - words) / static_cast<double>(now);
  });
  return less ? std::optional(now - *less) : std::nullopt;
}

Change Changes::capacity(std::size_t place, const DemandSet& held, Demands& values) const {
  const int level = demand(place).level;
  const auto now = static_cast<std::int64_t>(values.arch.storage[at(level)].entries.value_or(0));
  // Whole parts of a buffer and whole words of a share: one more or less may do as well.
  const auto about =
      static_cast<std::int64_t>(2 + std::ceil(values.arch.storage[at(level)].multiple_buffering));
  std::optional<Change> best;
  std::optional<Demands> changed;
  for (const auto found : {larger(level, now, held, values), smaller(level, now, held, values)}) {
    if (!found) continue;
    for (std::int64_t entries = *found - about; entries <= *found + about; ++entries) {
      const double cost = ratio_cost(static_cast<double>(now), static_cast<double>(entries));
      if (entries < 1 || (best && best->cost <= cost)) continue;
      Demands with = values;
      with.arch.storage[at(level)].entries = static_cast<std::uint64_t>(entries);
      if (!runs(held, with)) continue;
      best = Change{.demand = place,
                    .text = fmt::format("{} words", entries),
                    .to = static_cast<double>(entries),
                    .cost = cost};
      changed = std::move(with);
    }
  }
  if (!best) return drop(place, values);
  values = std::move(*changed);
  return *best;
}

// The largest share that can be filled, found by its distance from 1 in units of the level.
Change Changes::utilization(std::size_t place, const DemandSet& held, Demands& values) const {
  const int level = demand(place).level;
  const double now = values.arch.storage[at(level)].min_utilization;
  const Evaluator evaluator(feasibility_.problem(), values.arch, feasibility_.prices());
  const double size = evaluator.terms().capacity(level);
  const auto share_of = [size](std::int64_t unused) {
    constexpr double kHalf = 0.5;  // of a unit, so that rounding does not ask for one more
    return std::max(0.0, (size - static_cast<double>(unused) - kHalf) / size);
  };
  const auto first = static_cast<std::int64_t>(size - std::ceil(size * now));
  const auto unused = smallest(first, static_cast<std::int64_t>(size), held, values,
                               [&](Demands& to, std::int64_t value) {
                                 to.arch.storage[at(level)].min_utilization = share_of(value);
                               });
  const double share = unused ? share_of(*unused) : 0;
  values.arch.storage[at(level)].min_utilization = share;
  return to_share(place, now, share);
}

Change Changes::parallelism(std::size_t place, const DemandSet& held, Demands& values) const {
  const double now = values.constraints.min_parallelism.value_or(0);
  const auto macs = static_cast<double>(values.arch.compute.instances);
  const auto share_of = [macs](std::int64_t idle) {
    return std::max(0.0, (macs - static_cast<double>(idle)) / macs);
  };
  const auto first = static_cast<std::int64_t>(macs - std::ceil(macs * now));
  const auto idle = smallest(
      first, static_cast<std::int64_t>(macs), held, values,
      [&](Demands& to, std::int64_t value) { to.constraints.min_parallelism = share_of(value); });
  const double share = idle ? share_of(*idle) : 0;
  values.constraints.min_parallelism = share;
  return to_share(place, now, share);
}

Change Changes::split(std::size_t place, const DemandSet& held, Demands& values) const {
  const int level = demand(place).level;
  const int now = values.constraints.levels[at(level)].spatial.split.value_or(0);
  const int num_dims = feasibility_.problem().num_dims();
  for (int far = 1; far <= num_dims; ++far) {
    for (const int value : {now - far, now + far}) {
      if (value < 0 || value > num_dims) continue;
      Demands changed = values;
      changed.constraints.levels[at(level)].spatial.split = value;
      if (!runs(held, changed)) continue;
      values = std::move(changed);
      return {.demand = place,
              .text = fmt::format("{}", value),
              .to = static_cast<double>(value),
              .cost = 1};
    }
  }
  return drop(place, values);
}

std::optional<Change> Changes::array(std::size_t place, std::uint64_t x, std::uint64_t y,
                                     const DemandSet& held, Demands& values) const {
  const int level = demand(place).level;
  Demands changed = values;
  changed.arch = with_fanout(values.arch, level, x, y);
  if (find_fault(changed.arch) || !runs(held, changed)) return std::nullopt;
  const auto cost = [](std::uint64_t before, std::uint64_t after) {
    return ratio_cost(static_cast<double>(before), static_cast<double>(after));
  };
  const Change change{
      .demand = place,
      .text = fmt::format("{} x {}", x, y),
      .to = static_cast<double>(x),
      .to_y = static_cast<double>(y),
      .cost = cost(values.arch.fanout_x(level), x) + cost(values.arch.fanout_y(level), y)};
  values = std::move(changed);
  return change;
}

// The shortest axis that is enough, the other one being as it is.
std::optional<std::uint64_t> Changes::longer_axis(int level, LoopKind axis, const DemandSet& held,
                                                  const Demands& values) const {
  const std::uint64_t x = values.arch.fanout_x(level);
  const std::uint64_t y = values.arch.fanout_y(level);
  const bool along_x = axis == LoopKind::spatial_x;
  const auto least = smallest(static_cast<std::int64_t>(along_x ? x : y), kMostFanout, held, values,
                              [&](Demands& to, std::int64_t length) {
                                const auto longer = static_cast<std::uint64_t>(length);
                                to.arch = with_fanout(values.arch, level, along_x ? longer : x,
                                                      along_x ? y : longer);
                              });
  return least ? std::optional(static_cast<std::uint64_t>(*least)) : std::nullopt;
}

// Instances that form no whole clusters are no architecture: the next longer axis then.
std::optional<Change> Changes::whole_array(std::size_t place, std::uint64_t x, std::uint64_t y,
                                           LoopKind axis, const DemandSet& held,
                                           Demands& values) const {
  for (std::uint64_t more = 0; more < kMostTried; ++more) {
    const bool along_x = axis == LoopKind::spatial_x;
    auto change = array(place, along_x ? x + more : x, along_x ? y : y + more, held, values);
    if (change) return change;
  }
  return std::nullopt;
}

// Along one axis if that is enough; else the shortest X with any Y, then the shortest Y with that.
std::optional<Change> Changes::larger_array(std::size_t place, const DemandSet& held,
                                            Demands& values) const {
  const int level = demand(place).level;
  const std::uint64_t x = values.arch.fanout_x(level);
  const std::uint64_t y = values.arch.fanout_y(level);
  const auto longer_x = longer_axis(level, LoopKind::spatial_x, held, values);
  const auto longer_y = longer_axis(level, LoopKind::spatial_y, held, values);
  if (longer_x && (!longer_y || *longer_x * y <= *longer_y * x)) {
    return whole_array(place, *longer_x, y, LoopKind::spatial_x, held, values);
  }
  if (longer_y) return whole_array(place, x, *longer_y, LoopKind::spatial_y, held, values);
  Demands wide = values;
  wide.arch = with_fanout(values.arch, level, x, kMostFanout);
  const auto first = longer_axis(level, LoopKind::spatial_x, held, wide);
  if (!first) return std::nullopt;
  wide.arch = with_fanout(values.arch, level, *first, y);
  const auto second = longer_axis(level, LoopKind::spatial_y, held, wide);
  if (!second) return std::nullopt;
  return whole_array(place, *first, *second, LoopKind::spatial_y, held, values);
}

// A share of a larger array is more, so where one must be in use the size that is nearest may be
// smaller, and each is a question of its own.
std::optional<Change> Changes::nearest_array(std::size_t place, const DemandSet& held,
                                             Demands& values) const {
  const int level = demand(place).level;
  const std::uint64_t x = values.arch.fanout_x(level);
  const std::uint64_t y = values.arch.fanout_y(level);
  struct Size {
    std::uint64_t x, y;
    double cost;
  };
  std::vector<Size> sizes;
  for (std::uint64_t to_x = 1; to_x <= std::min(2 * x, kMostTried); ++to_x) {
    for (std::uint64_t to_y = 1; to_y <= std::min(2 * y, kMostTried / to_x); ++to_y) {
      const double cost = ratio_cost(static_cast<double>(x), static_cast<double>(to_x)) +
                          ratio_cost(static_cast<double>(y), static_cast<double>(to_y));
      sizes.push_back({to_x, to_y, cost});
    }
  }
  std::stable_sort(sizes.begin(), sizes.end(),
                   [](const Size& a, const Size& b) { return a.cost < b.cost; });
  for (const Size& size : sizes) {
    if (auto change = array(place, size.x, size.y, held, values)) return change;
  }
  // As large as some mapping uses it: its share is the whole then.
  DemandSet any_size = held;
  any_size[place] = false;
  const auto tiling = feasibility_.find(any_size, values);
  std::array<std::uint64_t, 2> used{1, 1};
  const auto slots = feasibility_.slots(any_size, values.arch);
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (slots[i].level != level) continue;
    for (const DimTiling& dim : tiling->dims) {
      used[slots[i].kind == LoopKind::spatial_x ? 0 : 1] *=
          static_cast<std::uint64_t>(dim.spatial[i]);
    }
  }
  return array(place, used[0], used[1], held, values);
}

std::optional<Change> Changes::least(std::size_t place, DemandSet held, Demands& values) const {
  held[place] = false;
  if (!runs(held, values)) return std::nullopt;
  held[place] = true;
  switch (demand(place).kind) {
    case DemandKind::factor:
    case DemandKind::most:
    case DemandKind::least:
      return factor(place, held, values);
    case DemandKind::split:
      return split(place, held, values);
    case DemandKind::order:
    case DemandKind::keep:
    case DemandKind::bypass:
      return drop(place, values);
    case DemandKind::capacity:
      return capacity(place, held, values);
    case DemandKind::utilization:
      return utilization(place, held, values);
    case DemandKind::fanout:
      return values.constraints.min_parallelism ? nearest_array(place, held, values)
                                                : larger_array(place, held, values);
    case DemandKind::parallelism:
      return parallelism(place, held, values);
  }
  throw InternalError("unknown kind of a demand");
}

}  // namespace tilewright::explain
