#include "search/mapspace/array_choices.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "model/error.hpp"
#include "search/mapspace/residuals.hpp"

namespace tilewright {
namespace {

constexpr std::uint64_t kMostLayouts = 2'000'000;
// If each is a choice of its own, in a node of the map and then in the list.
constexpr std::uint64_t kLayoutBytes = 2 * (sizeof(ArrayChoice) + sizeof(ArrayChoice::Layout));

class Listing {
 public:
  Listing(const SpatialRules& rules, const Problem& problem, int level, bool whole,
          const StopToken& stop, std::uint64_t most_bytes)
      : rules_(rules),
        problem_(problem),
        level_(level),
        whole_(whole),
        stop_(stop),
        most_layouts_(most_bytes / kLayoutBytes) {
    for (std::size_t slot = 0; slot < rules.slots().size(); ++slot) {
      if (rules.slots()[slot].level == level) slots_.push_back(slot);
    }
    layout_.x.fill(1);
    layout_.y.fill(1);
    add_dim(0, rules.initial());
  }

  std::vector<ArrayChoice> take() {
    std::vector<ArrayChoice> choices;
    for (auto& [factor, layouts] : found_) {
      ArrayChoice choice{factor, 1, std::move(layouts)};
      for (const std::int64_t own : factor) choice.instances *= own;
      choices.push_back(std::move(choice));
    }
    std::stable_sort(choices.begin(), choices.end(), [this](const auto& a, const auto& b) {
      stop_.step();
      return a.instances > b.instances;
    });
    return choices;
  }

 private:
  void add_dim(int dim, const SpatialRules::State& state) {
    if (dim == problem_.num_dims()) return note();
    std::vector<std::int32_t> factors(rules_.slots().size(), 1);
    add_slot(dim, 0, problem_.bounds[static_cast<std::size_t>(dim)], factors, state);
  }

  void add_slot(int dim, std::size_t i, std::int64_t rest, std::vector<std::int32_t>& factors,
                const SpatialRules::State& state) {
    if (i == slots_.size()) return close_dim(dim, factors, state);
    const std::size_t slot = slots_[i];
    const bool on_x = rules_.slots()[slot].kind == LoopKind::spatial_x;
    std::int64_t& place = (on_x ? layout_.x : layout_.y)[static_cast<std::size_t>(dim)];
    const std::int64_t most = std::min(rest, rules_.slots()[slot].fanout);
    for (std::int64_t factor = 1; factor <= most; ++factor) {
      stop_.step();
      if (whole_ && rest % factor != 0) continue;
      if (!rules_.allows(dim, slot, static_cast<std::int32_t>(factor), factors)) continue;
      factors[slot] = static_cast<std::int32_t>(factor);
      place = factor;
      add_slot(dim, i + 1, ceil_div(rest, factor), factors, state);
    }
    factors[slot] = 1;
    place = 1;
  }

  void close_dim(int dim, const std::vector<std::int32_t>& factors,
                 const SpatialRules::State& state) {
    std::int64_t used = 1;
    for (const std::size_t slot : slots_) used *= factors[slot];
    if (!rules_.level_allows(dim, level_, used)) return;
    if (const auto next = rules_.advance(state, dim, factors)) add_dim(dim + 1, *next);
  }

  void note() {
    if (++count_ > kMostLayouts) {
      throw UsageError("a level has too many spatial loops to be gone through; constrain them");
    }
    if (count_ > most_layouts_) {
      throw MemoryLimit("the spatial loops of a level take more memory than is allowed");
    }
    Factors factor;
    for (std::size_t d = 0; d < factor.size(); ++d) factor[d] = layout_.x[d] * layout_.y[d];
    found_[factor].push_back(layout_);
  }

  const SpatialRules& rules_;
  const Problem& problem_;
  int level_;
  bool whole_;
  StopCheck stop_;
  std::uint64_t most_layouts_;
  std::vector<std::size_t> slots_;
  ArrayChoice::Layout layout_;
  std::map<Factors, std::vector<ArrayChoice::Layout>> found_;
  std::uint64_t count_ = 0;
};

}  // namespace

bool has_work(const ArrayChoice::Layout& layout, const Factors& tiles) {
  for (std::size_t d = 0; d < tiles.size(); ++d) {
    if (layout.x[d] > tiles[d] || layout.y[d] > ceil_div(tiles[d], layout.x[d])) return false;
  }
  return true;
}

bool has_work(const ArrayChoice& choice, const Factors& tiles) {
  bool small = true;
  for (std::size_t d = 0; d < tiles.size(); ++d) small &= choice.factor[d] <= tiles[d];
  return small || std::any_of(choice.layouts.begin(), choice.layouts.end(),
                              [&](const auto& layout) { return has_work(layout, tiles); });
}

bool Placement::next() {
  for (std::size_t s = 0; s < at_.size(); ++s) {
    if (chosen_[s] == nullptr) continue;
    if (++at_[s] < chosen_[s]->layouts.size()) return true;
    at_[s] = 0;
  }
  return false;
}

bool Placement::has_work(std::span<const Factors> tiles) const {
  for (std::size_t s = 0; s < at_.size(); ++s) {
    if (chosen_[s] != nullptr && !tilewright::has_work(*layout(s), tiles[s])) return false;
  }
  return true;
}

void write_loops(const Mapping& blank, const Problem& problem, std::span<const Factors> temporal,
                 const Placement& places, Mapping& mapping) {
  for (std::size_t s = 0; s < static_cast<std::size_t>(mapping.num_levels); ++s) {
    LevelMapping& level = mapping.levels[s];
    level.order = blank.levels[s].order;
    const ArrayChoice::Layout* const layout = places.layout(s);
    for (std::size_t d = 0; d < problem.bounds.size(); ++d) {
      const auto write = [&](LoopKind kind, std::int64_t factor) {
        level.factors(kind)[d] = static_cast<std::int32_t>(factor);
      };
      write(LoopKind::temporal, temporal[s][d]);
      if (layout == nullptr) continue;
      write(LoopKind::spatial_x, layout->x[d]);
      write(LoopKind::spatial_y, layout->y[d]);
    }
  }
  write_residuals(problem, mapping);
}

std::vector<ArrayChoice> list_array_choices(const SpatialRules& rules, const Problem& problem,
                                            int level, bool whole, const StopToken& stop,
                                            std::uint64_t most_bytes) {
  return Listing(rules, problem, level, whole, stop, most_bytes).take();
}

}  // namespace tilewright
