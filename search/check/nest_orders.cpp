#include "search/check/nest_orders.hpp"

#include <algorithm>
#include <utility>

#include "search/check/wires.hpp"
#include "search/indices.hpp"

namespace tilewright::check {

NestOrders::NestOrders(const ChainBound& bound, const Evaluator& evaluator, const Contest& contest,
                       const Constraints& constraints, bool whole)
    : bound_(bound), terms_(evaluator.terms()), contest_(contest), whole_(whole) {
  for (int s = 0; s < terms_.num_levels(); ++s) {
    wires_[at(s)] = charges_wires(evaluator.architecture(), evaluator.prices(), s);
    rank_[at(s)].fill(kMaxDims);
    const LoopConstraint& loops = constraints.levels[at(s)].temporal;
    int rank = 0;
    for (const int d : loops.inner) rank_[at(s)][at(d)] = rank++;
    rank = kMaxDims + 1;
    for (const int d : loops.outer) rank_[at(s)][at(d)] = rank++;
  }
}

// Where tiles are short, a halo lasts only as long as the first loop runs.
bool NestOrders::settles(int p, int dim) const {
  const Terms::DimMask moving = whole_ ? terms_.alone(p) : terms_.relevant(p);
  return (moving & bit(dim)) != 0;
}

NestOrders::Spaces NestOrders::without_settled(Spaces open, int dim) const {
  for (int p = 0; p < terms_.num_spaces(); ++p) {
    if (settles(p, dim)) open &= ~(Spaces{1} << static_cast<unsigned>(p));
  }
  return open;
}

bool NestOrders::commute(int a, int b, Spaces open) const {
  for (int p = 0; p < terms_.num_spaces(); ++p) {
    if (((open >> static_cast<unsigned>(p)) & 1) == 0) continue;
    const Terms::DimMask both = bit(a) | bit(b);
    if ((terms_.relevant(p) & both) != 0 && (terms_.alone(p) & both) != both) return false;
  }
  return true;
}

// Dataspaces whose words into the level inside depend on the loops of `level` or further out. Where
// all tiles are whole and wires cost something, also what a level that keeps nothing would fetch.
NestOrders::Spaces NestOrders::crossing_here(const Chain& chain, int level) const {
  std::int64_t children = 1;
  for (const int d : bound_.dims()) children *= chain.spatial[at(level)][at(d)];
  Spaces spaces = 0;
  for (int p = 0; p < terms_.num_spaces(); ++p) {
    const bool fetched = level > 0 && bound_.served(p, level - 1);
    const bool wired = level > 0 && whole_ && wires_[at(level)] && bound_.passes(p, level - 1);
    if (fetched || wired || (children > 1 && bound_.passing(chain, level - 1, p) != 0)) {
      spaces |= Spaces{1} << static_cast<unsigned>(p);
    }
  }
  return spaces;
}

void NestOrders::prepare(const Chain& chain) {
  double below = 0;
  Spaces open = 0;
  for (int s = 0; s < terms_.num_levels(); ++s) {
    boundaries_[at(s)] = bound_.full_boundary(chain, s - 1);
    below_[at(s)] = below;
    below += bound_.energy(chain, boundaries_[at(s)]);
    open |= crossing_here(chain, s);
    open_[at(s)] = open;
    placed_[at(s)].clear();
    left_[at(s)].clear();
    for (const int d : bound_.dims()) {
      if (const std::int64_t steps = chain.temporal[at(s)][at(d)]; steps > 1) {
        left_[at(s)].push_back({d, steps});
        open = without_settled(open, d);
      }
    }
    std::stable_sort(left_[at(s)].begin(), left_[at(s)].end(), [&](const Loop& a, const Loop& b) {
      return rank_[at(s)][at(a.dim)] < rank_[at(s)][at(b.dim)];
    });
  }
}

void NestOrders::go(const Chain& chain, double cycles, Mapping& mapping, const Visit& visit) {
  cycles_ = cycles;
  mapping_ = &mapping;
  visit_ = &visit;
  prepare(chain);
  outer_[at(terms_.num_levels() - 1)].clear();
  level(terms_.num_levels() - 1, terms_.compute_energy());
}

// Chooses the order of a level; `known` = pJ of the boundaries further out.
void NestOrders::level(int s, double known) {
  if (s < 0) return (*visit_)();
  extend(s, known, open_[at(s)], open_[at(s)]);
}

// Places one more loop, or takes the rest as they come if nothing depends on their order.
void NestOrders::extend(int s, double known, Spaces open, Spaces open_before_last) {
  auto& placed = placed_[at(s)];
  auto& left = left_[at(s)];
  const bool begun = !placed.empty() || left.empty();
  if (begun) {
    const double here = bound_.energy(boundaries_[at(s)], placed, left, outer_[at(s)]);
    if (!contest_.open(known + here + below_[at(s)], cycles_)) return;
    if (left.empty() || open == 0) return close(s, known + here);
  }
  for (std::size_t i = 0; i < left.size(); ++i) {
    const Loop next = left[i];
    const auto& rank = rank_[at(s)];
    if (rank[at(next.dim)] != rank[at(left[0].dim)]) break;
    if (!placed.empty()) {
      const int last = placed.back().dim;
      const bool free = rank[at(last)] == rank[at(next.dim)];
      if (free && next.dim < last && commute(last, next.dim, open_before_last)) continue;
    }
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(i));
    placed.push_back(next);
    extend(s, known, without_settled(open, next.dim), open);
    placed.pop_back();
    left.insert(left.begin() + static_cast<std::ptrdiff_t>(i), next);
    if (open == 0) break;  // any first loop will do
  }
}

// Writes the order of a level and goes on inwards.
void NestOrders::close(int s, double known) {
  std::vector<Loop> loops = placed_[at(s)];
  loops.insert(loops.end(), left_[at(s)].begin(), left_[at(s)].end());
  auto& order = mapping_->levels[at(s)].orders(LoopKind::temporal);
  std::size_t next = 0;
  Terms::DimMask written = 0;
  for (const Loop& loop : loops) {
    order[next++] = static_cast<std::uint8_t>(loop.dim);
    written |= bit(loop.dim);
  }
  for (int d = 0; d < mapping_->num_dims; ++d) {
    if ((written & bit(d)) == 0) order[next++] = static_cast<std::uint8_t>(d);
  }
  if (s > 0) {
    auto& outer = outer_[at(s - 1)];
    outer = std::move(loops);
    outer.insert(outer.end(), outer_[at(s)].begin(), outer_[at(s)].end());
  }
  level(s - 1, known);
}

}  // namespace tilewright::check
