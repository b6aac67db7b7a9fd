#include "search/mapspace/permutation.hpp"

#include <algorithm>
#include <utility>

#include "search/mapspace/array_layout.hpp"
#include "search/mapspace/factor_range.hpp"
#include "search/mapspace/mapspace.hpp"

namespace tilewright {
namespace {

__extension__ using Wide = unsigned __int128;

std::uint64_t factorial(std::size_t n) {
  std::uint64_t product = 1;
  for (std::size_t i = 2; i <= n; ++i) product *= i;
  return product;
}

// One word drives the whole shuffle: each multiplication takes a digit off its top. It is fair
// unless what remains is below 2^64 modulo n!, then another word is needed.
void shuffle(Stream& random, std::uint64_t orders, std::uint64_t unfair,
             const std::vector<std::uint8_t>& from, std::uint8_t* to) {
  std::uint64_t rest = 0;
  do {
    std::copy(from.begin(), from.end(), to);
    rest = random.next();
    for (std::size_t left = from.size(); left > 1; --left) {
      const Wide product = static_cast<Wide>(rest) * left;
      rest = static_cast<std::uint64_t>(product);
      std::swap(to[left - 1], to[static_cast<std::size_t>(product >> 64)]);
    }
  } while (rest < orders && rest < unfair);
}

}  // namespace

int order_rank(const LoopConstraint& wanted, int dim) {
  const auto place = [dim](const std::vector<int>& dims) {
    return static_cast<int>(std::find(dims.begin(), dims.end(), dim) - dims.begin());
  };
  if (const int inner = place(wanted.inner); inner < static_cast<int>(wanted.inner.size())) {
    return inner;
  }
  const int outer = place(wanted.outer);
  return outer < static_cast<int>(wanted.outer.size()) ? kMaxDims + 1 + outer : kMaxDims;
}

void settle_idle_loops(const Constraints& constraints, Mapping& mapping) {
  for (std::size_t s = 0; s < constraints.levels.size(); ++s) {
    for (const LoopKind kind : {LoopKind::temporal, LoopKind::spatial_x, LoopKind::spatial_y}) {
      const LevelConstraint& level = constraints.levels[s];
      const LoopConstraint& wanted = kind == LoopKind::temporal ? level.temporal : level.spatial;
      if (wanted.inner.empty() && wanted.outer.empty()) continue;
      auto& order = mapping.levels[s].orders(kind);
      std::stable_sort(order.begin(), order.begin() + mapping.num_dims,
                       [&](std::uint8_t a, std::uint8_t b) {
                         return order_rank(wanted, a) < order_rank(wanted, b);
                       });
    }
  }
}

PermutationSpace::PermutationSpace(const Problem& problem, const Architecture& arch,
                                   const Constraints& constraints, const MapspaceOptions& options,
                                   const ArrayLayout& layout) {
  const LevelConstraint free;
  for (int level = 0; level < arch.num_levels(); ++level) {
    const auto l = static_cast<std::size_t>(level);
    const LevelConstraint& at = l < constraints.levels.size() ? constraints.levels[l] : free;
    add_spatial(problem, arch, at.spatial, level, options.both_axes, layout.placed(level) != 0);
    const bool canonical = level == 0 && arch.fanout(0) == 1;
    add(problem, at.temporal, Part(level, LoopKind::temporal, false), canonical);
  }
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if (parts_[i].orders == 1) continue;
    open_.push_back(i);
    size_ *= parts_[i].orders;
  }
}

void PermutationSpace::add_spatial(const Problem& problem, const Architecture& arch,
                                   const LoopConstraint& constraint, int level, bool both_axes,
                                   bool placed) {
  const bool on_x = arch.fanout_x(level) > 1;
  const bool on_y = arch.fanout_y(level) > 1;
  if (on_x != on_y) {
    const LoopKind axis = on_x ? LoopKind::spatial_x : LoopKind::spatial_y;
    return add(problem, constraint, Part(level, axis, false), !placed);
  }
  // On two axes the order also says what lies on which.
  const bool separate = on_x && both_axes && !constraint.split;
  Part part(level, LoopKind::spatial_x, !separate);
  part.one_of_two = separate;
  add(problem, constraint, part, !on_x);
  part.kind = LoopKind::spatial_y;
  if (separate) add(problem, constraint, part, false);
}

void PermutationSpace::add(const Problem& problem, const LoopConstraint& constraint, Part part,
                           bool canonical) {
  std::vector<bool> placed(problem.dims.size(), false);
  const auto place = [&](const std::vector<int>& dims, std::vector<std::uint8_t>& into) {
    for (const int dim : dims) {
      placed[static_cast<std::size_t>(dim)] = true;
      into.push_back(static_cast<std::uint8_t>(dim));
    }
  };
  place(constraint.inner, part.head);
  place(constraint.outer, part.tail);
  for (int dim = 0; dim < problem.num_dims(); ++dim) {
    const auto d = static_cast<std::size_t>(dim);
    if (placed[d]) continue;
    const bool no_loop = problem.bounds[d] == 1 || factor_range(constraint, dim).most == 1;
    (canonical || no_loop ? part.head : part.free).push_back(static_cast<std::uint8_t>(dim));
  }
  part.orders = factorial(part.free.size());
  part.unfair = (0 - part.orders) % part.orders;
  parts_.push_back(std::move(part));
}

std::uint8_t* PermutationSpace::free_places(const Part& part, Mapping& mapping) {
  LevelMapping& level = mapping.levels[static_cast<std::size_t>(part.level)];
  return level.orders(part.kind).data() + part.head.size();
}

void PermutationSpace::mirror(const Part& part, Mapping& mapping) {
  LevelMapping& level = mapping.levels[static_cast<std::size_t>(part.level)];
  if (part.mirrored) level.orders(LoopKind::spatial_y) = level.orders(LoopKind::spatial_x);
}

void PermutationSpace::fix(Mapping& mapping) const {
  for (const Part& part : parts_) {
    std::uint8_t* to = free_places(part, mapping) - part.head.size();
    to = std::copy(part.head.begin(), part.head.end(), to);
    to = std::copy(part.free.begin(), part.free.end(), to);
    std::copy(part.tail.begin(), part.tail.end(), to);
    mirror(part, mapping);
  }
}

std::vector<PermutationSpace::FreeOrder> PermutationSpace::free_orders() const {
  std::vector<FreeOrder> orders;
  for (const std::size_t i : open_) {
    const Part& part = parts_[i];
    orders.push_back({part.level, part.kind, static_cast<int>(part.head.size()),
                      static_cast<int>(part.free.size()), part.mirrored, part.one_of_two});
  }
  return orders;
}

// Factorial digits, the innermost place first: which of the dimensions not yet placed comes next.
void PermutationSpace::at(BigInt index, Mapping& mapping) const {
  for (const std::size_t i : open_) {
    const Part& part = parts_[i];
    auto rest = static_cast<std::uint64_t>(BigInt(index % part.orders));
    index /= part.orders;
    std::uint8_t* const to = free_places(part, mapping);
    std::copy(part.free.begin(), part.free.end(), to);
    for (std::size_t place = 0; place < part.free.size(); ++place) {
      const std::size_t left = part.free.size() - place;
      std::rotate(to + place, to + place + rest % left, to + place + rest % left + 1);
      rest /= left;
    }
    mirror(part, mapping);
  }
}

void PermutationSpace::sample(Stream& random, Mapping& mapping) const {
  for (const std::size_t i : open_) {
    const Part& part = parts_[i];
    shuffle(random, part.orders, part.unfair, part.free, free_places(part, mapping));
    mirror(part, mapping);
  }
}

}  // namespace tilewright
