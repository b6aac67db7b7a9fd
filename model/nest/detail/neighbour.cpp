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

// Finds the words of all dataspaces, and so which of them have to be counted again; adds what the
// others cost.
unsigned find_changed_spaces(const Compiled& c, const Mapping& mapping, const MappingChange& change,
                             const MappingChange& stray, Scratch& scratch, double& energy) {
  unsigned changed = 0;  // bit p = dataspace p
  const int highest = stray.highest();
  for (int p = 0; p < c.num_spaces; ++p) {
    const SpaceCounts& base = *scratch.base[p];
    const bool steady = change.spatial == 0 && same_conditions(c.spaces[p], p, change);
    find_changed_sharing(c, mapping, p, stray, scratch);
    scratch.counts[p] = &scratch.beside_base(p);
    find_changed_words(c, mapping, p, highest, base, scratch);
    if (steady && same_words(c, base, scratch.of(p))) {
      scratch.counts[p] = scratch.base[p];
      energy += base.energy;
    } else {
      changed |= 1U << static_cast<unsigned>(p);
    }
  }
  return changed;
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
  scratch.stray = change;

  double energy = c.operations * c.prices.compute.op;  // all that is known so far
  const unsigned changed = find_changed_spaces(c, mapping, change, stray, scratch, energy);
  const auto cycles = static_cast<double>(scratch.compute_cycles + c.network_latency);
  // The costliest first: it tells soonest that the whole is too much.
  for (int i = 0; i < c.num_spaces; ++i) {
    const int p = scratch.by_energy[i];
    if (ceiling.exceeded(energy, cycles)) {
      outcome.abandoned = true;
      return outcome;
    }
    if (((changed >> static_cast<unsigned>(p)) & 1) == 0) continue;
    share_words(c, p, scratch);
    count_accesses(c, mapping, p, Detail::cost, scratch);
    find_bills(c, p, scratch);
    energy += scratch.of(p).energy;
  }
  scratch.may_be_base = true;
  outcome.cost = total_cost(c, scratch);
  return outcome;
}

}  // namespace tilewright::detail
