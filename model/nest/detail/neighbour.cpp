#include "model/nest/detail/neighbour.hpp"

#include <algorithm>
#include <bit>

#include "model/nest/detail/accounting.hpp"
#include "model/nest/detail/billing.hpp"
#include "model/nest/detail/geometry.hpp"
#include "model/nest/detail/traffic.hpp"

namespace tilewright::detail {
namespace {

// Finds the words at all boundaries of a dataspace; those outside all changed loops are still the
// base's, unless neighbours took part.
void find_changed_words(const Compiled& c, const Mapping& mapping, int p, int highest,
                        const SpaceCounts& base, Scratch& scratch) {
  auto& counts = scratch.of(p);
  counts.clear();
  const int end = base.linked != 0 ? c.num_levels : highest + 1;
  for (int s = end; s < c.num_levels; ++s) counts.words[s] = base.words[s];
  find_words(c, mapping, p, end, Detail::cost, scratch);
}

// Who shares what changes with the loops of a group, and with their steps where several loops meet
// on one coordinate.
void find_changed_sharing(const Compiled& c, const Mapping& mapping, int p,
                          const MappingChange& stray, Scratch& scratch) {
  const bool steps = (stray.dims & c.spaces[p].shared()) != 0;
  unsigned levels = steps ? (1U << static_cast<unsigned>(c.num_levels)) - 1U : stray.spatial;
  for (; levels != 0; levels &= levels - 1)
    find_sharing(c, mapping, p, std::countr_zero(levels), Detail::cost, scratch);
}

// Whether all that the base's counts of a dataspace rest on is as it was, once the words are known
// to be.
bool same_conditions(const CompiledSpace& space, int p, const MappingChange& change) {
  const DimMask moved = change.dims & space.relevant;
  if (((change.keeps >> p) & 1) != 0) return false;
  // Of partial sums the tile itself counts; on shared coordinates the steps tell who shares.
  return space.read_write ? moved == 0 : (moved & space.shared()) == 0;
}

bool same_words(const Compiled& c, const SpaceCounts& a, const SpaceCounts& b) {
  return a.linked == 0 && b.linked == 0 &&
         std::equal(a.words.begin(), a.words.begin() + c.num_levels, b.words.begin());
}

}  // namespace

Outcome score_neighbour(const Compiled& c, const Mapping& mapping, const MappingChange& change,
                        const CostCeiling& ceiling, Scratch& scratch) {
  Outcome outcome;
  const MappingChange stray = change | scratch.stray;
  scratch.stray = stray;  // should it be rejected half-way
  scratch.may_be_base = false;
  outcome.rejection = lay_out_again(c, mapping, stray, scratch);
  if (!outcome.valid()) return outcome;

  const int highest = stray.highest();
  double energy = c.operations * c.prices.compute.op;
  const auto cycles = static_cast<double>(scratch.compute_cycles + c.network_latency);
  for (int p = 0; p < c.num_spaces; ++p) {
    const auto& space = c.spaces[p];
    const SpaceCounts& base = *scratch.base[p];
    find_changed_sharing(c, mapping, p, stray, scratch);
    scratch.counts[p] = &scratch.beside_base(p);
    find_changed_words(c, mapping, p, highest, base, scratch);
    if (change.spatial == 0 && same_conditions(space, p, change) &&
        same_words(c, base, scratch.of(p))) {
      scratch.counts[p] = scratch.base[p];
    } else {
      share_words(c, p, scratch);
      count_accesses(c, mapping, p, Detail::cost, scratch);
      find_bills(c, p, scratch);
    }
    energy += scratch.of(p).energy;
    if (ceiling.exceeded(energy, cycles)) {
      outcome.abandoned = true;
      return outcome;
    }
  }
  scratch.stray = change;
  scratch.may_be_base = true;
  outcome.cost = total_cost(c, scratch);
  return outcome;
}

}  // namespace tilewright::detail
