#include "model/oracle/point_set_oracle.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "model/arch/precision.hpp"
#include "model/oracle/nest.hpp"
#include "model/oracle/tile_chain.hpp"

namespace tilewright::oracle {
namespace {

std::uint64_t rounded(double value, bool& clamped) {
  if (value < -0.5) clamped = true;
  return value < 0 ? 0 : static_cast<std::uint64_t>(std::llround(value));
}

bool mask_bit(SpaceMask mask, int space) { return ((mask >> space) & 1) != 0; }

SpaceCounts memory_counts(const ChainLink& link, bool read_write, bool outermost, bool& clamped) {
  SpaceCounts counts;
  counts.keep = link.kept;
  if (!link.kept) return counts;
  counts.tile = link.shape;
  counts.partition = link.partition;
  if (!read_write) {
    counts.reads = rounded(link.served + link.peer, clamped);
    counts.fills = static_cast<std::uint64_t>(link.share + link.peer);
    return counts;
  }
  // The first arrival of an output needs neither a read nor a fill: it starts at zero.
  const auto first = static_cast<double>(link.partition);
  counts.updates = rounded(link.served, clamped);
  counts.reads = rounded(link.served + link.peer - first, clamped);
  counts.temporal_reductions = counts.reads;
  counts.fills = rounded(link.share + link.peer - (outermost ? 0 : first), clamped);
  return counts;
}

void check_instances(int level, const Nest& nest, std::uint64_t instances, std::uint64_t mesh_x,
                     std::uint64_t mesh_y, std::vector<Rejection>& violations) {
  std::uint64_t x = 1;
  std::uint64_t y = 1;
  for (const NestLoop& loop : nest.loops) {
    if (loop.level <= level) continue;
    if (loop.kind == LoopKind::spatial_x) x *= static_cast<std::uint64_t>(loop.bound);
    if (loop.kind == LoopKind::spatial_y) y *= static_cast<std::uint64_t>(loop.bound);
  }
  const auto id = static_cast<std::int8_t>(level);
  if (x * y > instances) violations.push_back({RejectReason::instances, id, x * y, instances, {}});
  if (x > mesh_x) violations.push_back({RejectReason::mesh_x, id, x, mesh_x, {}});
  if (y > mesh_y) violations.push_back({RejectReason::mesh_y, id, y, mesh_y, {}});
}

// In bits where elements are no words.
void check_capacity(int level, const StorageLevel& storage, const Problem& problem,
                    const std::vector<SpaceCounts>& spaces, std::vector<Rejection>& violations) {
  if (!storage.entries) return;
  const bool mixed = is_mixed(storage, problem);
  std::uint64_t size = *storage.entries;
  if (mixed) size = size * storage.word_bits + storage.spare_bits;
  const auto available = static_cast<std::uint64_t>(
      std::floor(static_cast<double>(size) / storage.multiple_buffering));
  Rejection rejection;
  rejection.level = static_cast<std::int8_t>(level);
  rejection.available = available;
  for (std::size_t space = 0; space < spaces.size(); ++space) {
    rejection.share[space] = spaces[space].tile;
    const std::uint64_t each =
        mixed ? element_bits(storage, problem, static_cast<int>(space)) : std::uint64_t{1};
    rejection.needed += spaces[space].tile * each;
  }
  if (rejection.needed > available) {
    rejection.reason = RejectReason::capacity;
    violations.push_back(rejection);
  } else if (static_cast<double>(rejection.needed) <
             static_cast<double>(available) * storage.min_utilization) {
    rejection.reason = RejectReason::min_utilization;
    violations.push_back(rejection);
  }
}

void count_computes(const Nest& nest, OracleCounts& counts) {
  for (const NestLoop& loop : nest.loops) {
    (loop.spatial() ? counts.compute_instances : counts.compute_cycles) *=
        static_cast<std::uint64_t>(loop.bound);
  }
  counts.computes = counts.compute_cycles * counts.compute_instances;
}

void count_space(const Problem& problem, const Architecture& arch, const Mapping& mapping,
                 const std::vector<RawLevel>& raw, int space, OracleCounts& counts) {
  std::vector<bool> keep;
  std::vector<bool> distributes;
  int outermost = -1;
  for (int level = 0; level < mapping.num_levels; ++level) {
    keep.push_back(mask_bit(mapping.levels[level].keep, space));
    distributes.push_back(distributes_reads(arch, level));
    if (keep.back()) outermost = level;
  }
  if (outermost < 0) {
    counts.violations.push_back({RejectReason::bypassed_everywhere, 0, 0, 0, {}});
    return;
  }
  const bool read_write = problem.spaces[space].read_write;
  const Chain chain = derive_chain(raw, space, keep, distributes);
  counts.undefined_distribution |= chain.undefined_distribution;
  for (int level = 0; level < mapping.num_levels; ++level) {
    const ChainLink& link = chain.links[level];
    counts.levels[level][space] =
        memory_counts(link, read_write, level == outermost, counts.clamped);
  }
  for (OracleNetwork& network : counts.networks) {
    network.spaces[static_cast<std::size_t>(space)] = network_counts(
        network, chain.links[network.level], read_write, arch.storage[network.level].can_reduce());
  }
}

}  // namespace

OracleCounts point_set_oracle(const Problem& problem, const Architecture& arch,
                              const Mapping& mapping, const StopToken& stop) {
  const Nest nest = build_nest(mapping);
  const std::vector<RawLevel> raw = count_deltas(problem, arch, mapping, nest, stop);
  OracleCounts counts;
  count_computes(nest, counts);
  counts.levels.assign(raw.size(), std::vector<SpaceCounts>(problem.spaces.size()));
  counts.networks = list_networks(arch);
  for (OracleNetwork& network : counts.networks) network.spaces.resize(problem.spaces.size());
  for (int space = 0; space < problem.num_spaces(); ++space) {
    count_space(problem, arch, mapping, raw, space, counts);
  }
  check_instances(-1, nest, arch.compute.instances, arch.compute.mesh_x, arch.compute.mesh_y,
                  counts.violations);
  for (int level = 0; level < mapping.num_levels; ++level) {
    const StorageLevel& storage = arch.storage[level];
    check_capacity(level, storage, problem, counts.levels[level], counts.violations);
    check_instances(level, nest, storage.instances, storage.mesh_x, storage.mesh_y,
                    counts.violations);
  }
  return counts;
}

}  // namespace tilewright::oracle
