#include "search/check/placing.hpp"

#include <algorithm>

#include "search/check/wires.hpp"
#include "search/indices.hpp"

namespace tilewright::check {
namespace {

// Writes an order that begins with `dims`.
void write_order(const std::vector<int>& dims, int num_dims, LevelMapping::Order& order) {
  std::size_t next = 0;
  Terms::DimMask written = 0;
  for (const int d : dims) {
    order[next++] = static_cast<std::uint8_t>(d);
    written |= bit(d);
  }
  for (int d = 0; d < num_dims; ++d) {
    if ((written & bit(d)) == 0) order[next++] = static_cast<std::uint8_t>(d);
  }
}

}  // namespace

Placing::Placing(const ChainBound& bound, const Evaluator& evaluator,
                 const std::vector<ArrayRules>& rules, bool whole)
    : bound_(bound), terms_(evaluator.terms()), rules_(rules), whole_(whole) {
  for (int s = 0; s < terms_.num_levels(); ++s) {
    charged_.push_back(charges_distance(evaluator.architecture(), evaluator.prices(), s));
  }
}

void Placing::go(const std::vector<const Unrolling*>& chosen, const Chain& chain, Mapping& mapping,
                 const Visit& visit) {
  chosen_ = &chosen;
  chain_ = &chain;
  mapping_ = &mapping;
  visit_ = &visit;
  level(0);
}

// The dimension of the first temporal loop from level `s` on; -1 if there is none.
int Placing::first_temporal(int s) const {
  for (; s < mapping_->num_levels; ++s) {
    const LevelMapping& level = mapping_->levels[at(s)];
    for (int i = 0; i < mapping_->num_dims; ++i) {
      const int d = level.orders(LoopKind::temporal)[at(i)];
      if (level.factors(LoopKind::temporal)[at(d)] > 1) return d;
    }
  }
  return -1;
}

bool Placing::matters(int s) const {
  if ((*chosen_)[at(s)]->instances == 1) return false;
  if (charged_[at(s)]) return true;
  const int first = first_temporal(s);
  if (first < 0) return false;
  for (int p = 0; p < terms_.num_spaces(); ++p) {
    if ((bound_.passing(*chain_, s - 1, p) & bit(first)) != 0) return true;
  }
  return false;
}

// With loops of one dimension on both axes their product may be larger than what there is to do.
bool Placing::has_work(int s, const Layout& layout) const {
  for (const int d : bound_.dims()) {
    const std::int64_t tiles = ceil_div(bound_.bound(d), chain_->tile[at(s)][at(d)]);
    if (layout.x[at(d)] > tiles || layout.y[at(d)] > ceil_div(tiles, layout.x[at(d)])) return false;
  }
  return true;
}

void Placing::level(int s) {
  if (s == mapping_->num_levels) return (*visit_)();
  const bool all = matters(s);
  for (const Layout& layout : (*chosen_)[at(s)]->layouts) {
    if (!whole_ && !has_work(s, layout)) continue;
    lay_out(s, layout, all);
    if (!all) break;
  }
}

// Both axes have each an order of their own: where they share one, it holds first the loops on X,
// then those on Y.
void Placing::lay_out(int s, const Layout& layout, bool all_orders) {
  LevelMapping& at_level = mapping_->levels[at(s)];
  std::vector<int> on_x;
  std::vector<int> on_y;
  for (int d = 0; d < mapping_->num_dims; ++d) {
    at_level.factors(LoopKind::spatial_x)[at(d)] = static_cast<std::int32_t>(layout.x[at(d)]);
    at_level.factors(LoopKind::spatial_y)[at(d)] = static_cast<std::int32_t>(layout.y[at(d)]);
    if (layout.x[at(d)] > 1) on_x.push_back(d);
    if (layout.y[at(d)] > 1) on_y.push_back(d);
  }
  do {
    if (!rules_[at(s)].allow_order(on_x)) continue;
    write_order(on_x, mapping_->num_dims, at_level.orders(LoopKind::spatial_x));
    do {
      if (!rules_[at(s)].allow_order(on_y)) continue;
      write_order(on_y, mapping_->num_dims, at_level.orders(LoopKind::spatial_y));
      level(s + 1);
      if (!all_orders) return;
    } while (std::next_permutation(on_y.begin(), on_y.end()));
  } while (std::next_permutation(on_x.begin(), on_x.end()));
}

}  // namespace tilewright::check
