#include "model/nest/terms.hpp"

#include <algorithm>

#include "model/nest/detail/billing.hpp"
#include "model/nest/detail/moves.hpp"
#include "model/nest/detail/sharing.hpp"

namespace tilewright {
namespace {

// Words of one vector access share its price.
double per_word(double energy, const detail::CompiledLevel& level, int space) {
  return energy * static_cast<double>(level.size[space]) / static_cast<double>(level.block_size);
}

// A cluster pays once for all its instances, so the price of a word falls to this share of it when
// all of them are in use.
double cluster_share(const Architecture& arch, int level) {
  return 1.0 / static_cast<double>(arch.storage[level].cluster_size);
}

}  // namespace

bool Terms::regular(int space) const {
  const auto& from = c_.spaces[space];
  if (!from.separable) return false;
  for (int x = 0; x < from.num_shared; ++x) {
    for (int i = 0; i < from.coordinates[x].num_terms; ++i) {
      if (from.coordinates[x].terms[i].coefficient < 0) return false;
    }
  }
  return true;
}

bool Terms::dense(int space) const {
  const auto& from = c_.spaces[space];
  return from.simple &&
         std::all_of(from.alone_terms.begin(), from.alone_terms.begin() + from.rank,
                     [](const detail::CompiledTerm& term) { return term.coefficient == 1; });
}

double Terms::delta_words(int space, const Extents& extents, int dim, std::int64_t step) const {
  const auto& from = c_.spaces[space];
  const std::int64_t tile = from.box_words(extents);
  if (from.moved_afar_by(dim)) return static_cast<double>(tile);
  detail::Move move{};
  for (int x = 0; x < from.num_shared; ++x) {
    move[x] = from.coordinates[x].coefficient(dim) * step;
  }
  return static_cast<double>(tile) - detail::overlap(from, extents, move, tile);
}

Terms::Sharing Terms::sharing(int space, std::span<const Loop> loops, Scratch& scratch) const {
  detail::SpatialGroup group;
  for (const Loop& loop : loops) {
    group.loops[group.num_loops++] = loop;
    group.size *= static_cast<std::uint64_t>(loop.bound);
  }
  group.size_x = group.size;
  const detail::GroupQuery query{
      .space = &c_.spaces[space], .group = &group, .row = group.size, .column = 1};
  detail::Sharing shared;
  detail::share(query, scratch, shared);
  Sharing result{static_cast<double>(shared.portions()), 1};
  for (int i = 0; i < shared.num_classes; ++i) {
    result.most = std::max(result.most, static_cast<double>(shared.classes[i].multicast));
  }
  return result;
}

double Terms::read_price(int level, int space) const {
  const auto& at = c_.levels[level];
  const double address = c_.spaces[space].read_write ? 0 : at.addr_gen_energy;
  return (per_word(at.read_energy, at, space) + address) * cluster_share(c_.arch, level);
}

double Terms::fill_price(int level, int space) const {
  const auto& at = c_.levels[level];
  return (per_word(at.fill_energy, at, space) + at.addr_gen_energy) * cluster_share(c_.arch, level);
}

double Terms::update_price(int level, int space) const {
  const auto& at = c_.levels[level];
  return (per_word(at.update_energy, at, space) + at.addr_gen_energy) *
         cluster_share(c_.arch, level);
}

double Terms::average_energy(int level, int space, double reads, double fills, double updates,
                             double used) const {
  return detail::bill_average(c_, level, space, {reads / used, fills / used, updates / used},
                              static_cast<std::uint64_t>(used))
      .total();
}

bool Terms::free_networks() const {
  return std::all_of(c_.networks.begin(), c_.networks.begin() + c_.num_networks,
                     [](const detail::CompiledNetwork& network) { return network.free; });
}

}  // namespace tilewright
