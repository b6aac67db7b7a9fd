#include "search/optimal/spatial_choices.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "model/error.hpp"
#include "search/mapspace/factorization.hpp"
#include "search/mapspace/mapspace.hpp"

namespace tilewright::optimal {
namespace {

constexpr std::uint64_t kMostLayouts = 2'000'000;
// If each is a choice of its own, in a node of the map and then in the list.
constexpr std::uint64_t kLayoutBytes = 2 * (sizeof(SpatialChoice) + sizeof(SpatialChoice::Layout));

// Goes through the factors of one axis of the lattice after the other.
class Listing {
 public:
  Listing(const SpatialRules& rules, const Problem& problem, const Merging& merging,
          const TileLattice& merged, int level, const StopToken& stop, std::uint64_t most_bytes)
      : rules_(rules),
        lattice_(problem),
        merging_(merging),
        merged_(merged),
        level_(level),
        stop_(stop),
        most_layouts_(most_bytes / kLayoutBytes),
        factors_(rules.slots().size(), 1) {
    layout_.x.fill(1);
    layout_.y.fill(1);
    for (std::size_t slot = 0; slot < rules.slots().size(); ++slot) {
      if (rules.slots()[slot].level == level) slots_.push_back(slot);
    }
    go(0, rules.initial());
  }

  std::vector<SpatialChoice> take() {
    std::vector<SpatialChoice> choices;
    for (auto& [factor, choice] : found_) {
      stop_.step();
      choice.factor = factor;
      for (int a = 0; a < merged_.num_axes(); ++a) {
        const std::int32_t own = factor[static_cast<std::size_t>(a)];
        if (own == 1) continue;
        choice.steps.emplace_back(a, merged_.axis(a).place(own));
        choice.instances *= own;
      }
      choices.push_back(std::move(choice));
    }
    std::stable_sort(choices.begin(), choices.end(), [this](const auto& a, const auto& b) {
      stop_.step();
      return a.instances > b.instances;
    });
    return choices;
  }

 private:
  void go(int a, const SpatialRules::State& state) {
    if (a == lattice_.num_axes()) return found();
    const auto& axis = lattice_.axis(a);
    try_slots(a, axis, 0, 1, state);
  }

  // Factors of one axis in the slots of the level, one slot after the other.
  void try_slots(int a, const TileLattice::Axis& axis, std::size_t i, std::int64_t used,
                 const SpatialRules::State& state) {
    if (i == slots_.size()) {
      if (!rules_.level_allows(axis.dim, level_, used)) return;
      const std::vector<std::int32_t> own = factors_;  // the other axes use the same room
      if (const auto next = rules_.advance(state, axis.dim, own)) {
        std::fill(factors_.begin(), factors_.end(), 1);
        go(a + 1, *next);
      }
      factors_ = own;
      return;
    }
    const std::size_t slot = slots_[i];
    for (const std::int64_t extent : axis.extents) {
      stop_.step();
      if (axis.extents.back() % (used * extent) != 0) continue;
      const auto factor = static_cast<std::int32_t>(extent);
      if (extent > rules_.slots()[slot].fanout) break;
      if (!rules_.allows(axis.dim, slot, factor, factors_)) continue;
      factors_[slot] = factor;
      const bool x = rules_.slots()[slot].kind == LoopKind::spatial_x;
      (x ? layout_.x : layout_.y)[static_cast<std::size_t>(axis.dim)] = factor;
      try_slots(a, axis, i + 1, used * extent, state);
      factors_[slot] = 1;
      (x ? layout_.x : layout_.y)[static_cast<std::size_t>(axis.dim)] = 1;
    }
  }

  void found() {
    if (++count_ > kMostLayouts) {
      throw UsageError(
          "a level has too many spatial loops to be listed for a proof; constrain them");
    }
    if (count_ > most_layouts_) {
      throw MemoryLimit("the spatial loops of a level take more memory than is allowed");
    }
    std::array<std::int32_t, kMaxDims> factor;
    factor.fill(1);
    for (int a = 0; a < lattice_.num_axes(); ++a) {
      const auto dim = static_cast<std::size_t>(lattice_.axis(a).dim);
      const int merged = merged_.axis_of(merging_.stands_for(lattice_.axis(a).dim));
      factor[static_cast<std::size_t>(merged)] *= layout_.x[dim] * layout_.y[dim];
    }
    found_[factor].layouts.push_back(layout_);
  }

  const SpatialRules& rules_;
  TileLattice lattice_;  // of the problem as it is
  const Merging& merging_;
  const TileLattice& merged_;
  int level_;
  StopCheck stop_;
  std::uint64_t most_layouts_;
  std::vector<std::size_t> slots_;
  std::vector<std::int32_t> factors_;
  SpatialChoice::Layout layout_;
  std::map<std::array<std::int32_t, kMaxDims>, SpatialChoice> found_;
  std::uint64_t count_ = 0;
};

}  // namespace

SpatialChoice spatial_choice(const LevelMapping& level, const TileLattice& lattice) {
  SpatialChoice choice;
  choice.factor.fill(1);
  for (int a = 0; a < lattice.num_axes(); ++a) {
    const auto& axis = lattice.axis(a);
    const std::int32_t factor =
        level.factors(LoopKind::spatial_x)[static_cast<std::size_t>(axis.dim)] *
        level.factors(LoopKind::spatial_y)[static_cast<std::size_t>(axis.dim)];
    choice.factor[static_cast<std::size_t>(a)] = factor;
    if (factor > 1) choice.steps.emplace_back(a, axis.place(factor));
    choice.instances *= factor;
  }
  return choice;
}

std::vector<std::vector<SpatialChoice>> list_spatial_choices(
    const Mapspace& space, const Problem& problem, const Merging& merging,
    const TileLattice& lattice, const StopToken& stop, std::uint64_t most_bytes) {
  const SpatialRules& rules = space.factorizations().rules();
  std::vector<std::vector<SpatialChoice>> choices(space.constraints().levels.size());
  for (const SpatialSlot& slot : rules.slots()) {
    auto& list = choices[static_cast<std::size_t>(slot.level)];
    if (!list.empty()) continue;
    list = Listing(rules, problem, merging, lattice, slot.level, stop, most_bytes).take();
  }
  return choices;
}

}  // namespace tilewright::optimal
