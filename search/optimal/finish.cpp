#include "search/optimal/finish.hpp"

#include <algorithm>
#include <deque>
#include <numeric>

#include "search/indices.hpp"
#include "search/mapspace/permutation.hpp"

namespace tilewright::optimal {

// Gives each dimension of a group what it can take. The primes of a factor are among those that the
// group has left, so this always comes out even.
void Finish::share_out(int a, std::int64_t factor, LevelMapping& level) {
  for (const int dim : merging_.group(lattice_.axis(a).dim)) {
    const std::int64_t own = std::gcd(factor, rest_[at(dim)]);
    factor /= own;
    rest_[at(dim)] /= own;
    level.factors(LoopKind::temporal)[at(dim)] = static_cast<std::int32_t>(own);
    level.residuals(LoopKind::temporal)[at(dim)] = static_cast<std::int32_t>(own);
  }
}

// Writes the loops of a level in this order; dimensions without a loop come after them.
void Finish::write_order(const OrderClasses::Order& loops, LevelMapping& level) const {
  auto& order = level.orders(LoopKind::temporal);
  OrderClasses::Order dims;
  for (const std::uint8_t loop : loops) {
    for (const int dim : merging_.group(loop)) dims.push_back(static_cast<std::uint8_t>(dim));
  }
  for (int i = 0; i < mapping_.num_dims; ++i) {
    if (std::find(dims.begin(), dims.end(), order[at(i)]) == dims.end()) {
      dims.push_back(order[at(i)]);
    }
  }
  std::copy(dims.begin(), dims.end(), order.begin());
}

void Finish::lay_out(const std::vector<const Step*>& path, const Keeping& keeping,
                     const std::vector<std::size_t>& layouts) {
  mapping_ = blank_;
  levels_.assign(at(blank_.num_levels), {});
  std::copy(problem_.bounds.begin(), problem_.bounds.end(), rest_.begin());
  Tile tile{};
  // Spatial loops first: what they take of a dimension is not for others to give.
  std::size_t step = 0;
  for (int s = 0; s < blank_.num_levels; ++s, ++step) {
    if (choices_[at(s)].empty()) continue;
    levels_[at(s)].choice = &choices_[at(s)][at(path[step++]->choice)];
    const auto& from = levels_[at(s)].choice->layouts[layouts[at(s)]];
    LevelMapping& to = mapping_.levels[at(s)];
    for (std::size_t dim = 0; dim < problem_.bounds.size(); ++dim) {
      to.factors(LoopKind::spatial_x)[dim] = to.residuals(LoopKind::spatial_x)[dim] = from.x[dim];
      to.factors(LoopKind::spatial_y)[dim] = to.residuals(LoopKind::spatial_y)[dim] = from.y[dim];
      rest_[dim] /= from.x[dim] * from.y[dim];
    }
  }
  step = 0;
  for (int s = 0; s < blank_.num_levels; ++s) {
    LevelMapping& level = mapping_.levels[at(s)];
    level.keep = keeping.keep[at(s)];
    if (!choices_[at(s)].empty()) tile = path[step++]->tile;
    const Step& run = *path[step++];
    for (int a = 0; a < lattice_.num_axes(); ++a) {
      share_out(a, lattice_.extent(run.tile, a) / lattice_.extent(tile, a), level);
    }
    tile = run.tile;
    levels_[at(s)].loops = run.loops;
    levels_[at(s)].any_order = run.any_order;
    if (!run.loops->orders.empty()) write_order(run.loops->orders.front(), level);
  }
}

Mapping Finish::first(const std::vector<const Step*>& path, const Keeping& keeping) {
  lay_out(path, keeping, std::vector<std::size_t>(at(blank_.num_levels), 0));
  settle_idle_loops(space_.constraints(), mapping_);  // who changes the mapping may give them steps
  return mapping_;
}

// Loops of one group that lie apart are never better than side by side.
bool Finish::conforms(int level) const {
  const Level& wanted = levels_[at(level)];
  if (wanted.any_order || wanted.loops->orders.empty()) return true;
  const LevelMapping& loops = mapping_.levels[at(level)];
  OrderClasses::Order order;
  for (int i = 0; i < mapping_.num_dims; ++i) {
    const std::uint8_t dim = loops.orders(LoopKind::temporal)[at(i)];
    if (loops.factors(LoopKind::temporal)[dim] == 1) continue;
    const auto stands = static_cast<std::uint8_t>(merging_.stands_for(dim));
    if (order.empty() && stands != wanted.loops->first) return false;  // most end here
    if (!order.empty() && order.back() == stands) continue;
    if (std::find(order.begin(), order.end(), stands) != order.end()) return false;
    order.push_back(stands);
  }
  return classify(terms_, order).alike(*wanted.loops);
}

void Finish::each(const std::vector<const Step*>& path, const Keeping& keeping,
                  const std::function<bool(const Mapping&)>& visit) {
  std::vector<std::size_t> layouts(at(blank_.num_levels), 0);
  for (bool more = true; more;) {
    lay_out(path, keeping, layouts);
    for (int s = 0; s < blank_.num_levels; ++s) {  // what the user fixed keeps its place in a walk
      mapping_.levels[at(s)].orders(LoopKind::temporal) =
          blank_.levels[at(s)].orders(LoopKind::temporal);
    }
    LoopOrders::Walk walk = space_.complete_orders().walk(mapping_);
    walk.seek(0, mapping_);
    std::deque<std::vector<OrderClasses::Order>> conforming;
    bool any = walk.narrow(
        mapping_, [this](int s) { return conforms(s); }, conforming);
    for (; any; any = walk.next(mapping_)) {
      if (!visit(mapping_)) return;
    }
    more = false;
    for (std::size_t s = 0; s < levels_.size() && !more; ++s) {
      if (levels_[s].choice == nullptr) continue;
      more = ++layouts[s] < levels_[s].choice->layouts.size();
      if (!more) layouts[s] = 0;
    }
  }
}

}  // namespace tilewright::optimal
