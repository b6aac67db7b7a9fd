#include "oracle/random_case.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <random>
#include <utility>

namespace tilewright::oracle {

Choices Choices::from_seed(std::uint64_t seed) {
  std::mt19937_64 engine(seed);
  std::vector<std::uint32_t> numbers(kChoiceCount);
  for (auto& number : numbers) number = static_cast<std::uint32_t>(engine() >> 40);
  return Choices(std::move(numbers));
}

int Choices::pick(int low, int high) {
  const std::uint32_t number = next_ < numbers_.size() ? numbers_[next_++] : 0;
  return low + static_cast<int>(number % static_cast<std::uint32_t>(high - low + 1));
}

namespace {

int pick_of(Choices& choices, std::initializer_list<int> values) {
  return values.begin()[choices.pick(0, static_cast<int>(values.size()) - 1)];
}

/// The loops that have been chosen so far.
struct Draft {
  Mapping mapping;
  std::int64_t operations = 1;
  int temporal_loops = 0;
  std::array<std::int64_t, kMaxLevels> spatial_x{};
  std::array<std::int64_t, kMaxLevels> spatial_y{};
};

void add_names(Architecture& arch) {
  for (std::size_t level = 0; level < arch.storage.size(); ++level) {
    arch.storage[level].name = "M" + std::to_string(level);
    arch.storage[level].implicit_network.name = "N" + std::to_string(level);
  }
  arch.compute.name = "MAC";
}

void choose_storage(Choices& choices, const CaseOptions& options, StorageLevel& storage) {
  storage.component_class = "storage";
  storage.block_size = static_cast<std::uint32_t>(pick_of(choices, {1, 1, 2, 4}));
  if (options.capacities && choices.chance(30)) {
    storage.entries = static_cast<std::uint64_t>(pick_of(choices, {64, 16, 256, 4, 1024}));
    if (choices.chance(20)) storage.multiple_buffering = 2;
    if (choices.chance(10)) storage.min_utilization = 0.25;
  }
  if (choices.chance(20)) storage.read_bandwidth = choices.pick(1, 4);
  if (choices.chance(20)) storage.write_bandwidth = choices.pick(1, 4);
  storage.vector_access_energy = choices.pick(1, 20);
  Network& network = storage.implicit_network;
  network.distributed_multicast = options.distributed && choices.chance(8);
  network.tile_width = 100.0 * choices.pick(0, 3);
  network.wire_energy = 0.25;
  network.router_energy = choices.pick(0, 2);
  network.energy_per_ingress = choices.pick(0, 2);
}

Architecture random_architecture(Choices& choices, const CaseOptions& options) {
  Architecture arch;
  arch.name = "random";
  const int levels = pick_of(choices, {1, 2, 2, 3, 3, 3, 4});
  arch.storage.resize(static_cast<std::size_t>(levels));
  std::uint64_t x = choices.chance(5) ? 2 : 1;
  std::uint64_t y = 1;
  for (int level = levels - 1; level >= 0; --level) {
    StorageLevel& storage = arch.storage[level];
    choose_storage(choices, options, storage);
    if (level == levels - 1 && choices.chance(70)) storage.technology = Technology::dram;
    if (choices.chance(8)) storage.reduction_supported = choices.chance(50);
    storage.mesh_x = x;
    storage.mesh_y = y;
    storage.instances = x * y;
    if (choices.chance(55)) {
      x *= static_cast<std::uint64_t>(pick_of(choices, {2, 4, 3, 1, 6}));
      y *= static_cast<std::uint64_t>(pick_of(choices, {1, 2, 3, 4}));
    }
  }
  arch.compute.mesh_x = x;
  arch.compute.mesh_y = y;
  arch.compute.instances = x * y;
  arch.compute.component_class = "intmac";
  arch.compute.energy = 1;
  add_names(arch);
  return arch;
}

// A dimension of a level lies on X or on Y, as in Timeloop's files.
bool room_for_spatial(const Draft& draft, const Architecture& arch, int level, LoopKind kind,
                      int dim, int factor, bool over) {
  const LevelMapping& at = draft.mapping.levels[level];
  const bool on_x = kind == LoopKind::spatial_x;
  const auto& other = at.factors(on_x ? LoopKind::spatial_y : LoopKind::spatial_x);
  if (other[dim] > 1) return false;
  const auto fanout = static_cast<std::int64_t>(on_x ? arch.fanout_x(level) : arch.fanout_y(level));
  const std::int64_t used = on_x ? draft.spatial_x[level] : draft.spatial_y[level];
  return used * factor <= fanout || (over && arch.fanout(level) > 1 && used * factor <= 6);
}

void try_loop(Choices& choices, const CaseOptions& options, const Architecture& arch,
              Draft& draft) {
  const int dim = choices.pick(0, draft.mapping.num_dims - 1);
  const int factor = pick_of(choices, {1, 2, 3, 2, 4, 2, 5});  // 1: no loop
  const int level = choices.pick(0, draft.mapping.num_levels - 1);
  const auto kind = static_cast<LoopKind>(pick_of(choices, {2, 0, 1, 2}));
  const bool over = options.over_mapped && choices.chance(2);
  if (draft.operations * factor > options.max_operations) return;
  std::int32_t& old = draft.mapping.levels[level].factors(kind)[dim];
  if (kind == LoopKind::temporal) {
    if (old * factor > options.max_temporal_bound) return;
    if (old == 1 && draft.temporal_loops == options.max_temporal_loops) return;
    if (old == 1) ++draft.temporal_loops;
  } else {
    if (!room_for_spatial(draft, arch, level, kind, dim, factor, over)) return;
    (kind == LoopKind::spatial_x ? draft.spatial_x : draft.spatial_y)[level] *= factor;
  }
  old *= factor;
  draft.operations *= factor;
}

void choose_orders(Choices& choices, Mapping& mapping) {
  for (int level = 0; level < mapping.num_levels; ++level) {
    for (int kind = 0; kind < kLoopKinds; ++kind) {
      auto& order = mapping.levels[level].order[kind];
      auto& factor = mapping.levels[level].factor[kind];
      // Dimensions without a loop need no place of their own.
      std::stable_partition(order.begin(), order.begin() + mapping.num_dims,
                            [&](std::uint8_t dim) { return factor[dim] > 1; });
      const auto loops =
          static_cast<int>(std::count_if(order.begin(), order.begin() + mapping.num_dims,
                                         [&](std::uint8_t dim) { return factor[dim] > 1; }));
      for (int last = loops - 1; last > 0; --last) {
        std::swap(order[last], order[last - choices.pick(0, last)]);
      }
    }
  }
}

SpaceMask random_mask(Choices& choices, int num_spaces, int percent) {
  if (!choices.chance(percent)) return 0;
  return static_cast<SpaceMask>(choices.pick(1, (1 << num_spaces) - 1));
}

void choose_masks(Choices& choices, const CaseOptions& options, int num_spaces, Mapping& mapping) {
  for (int level = 0; level < mapping.num_levels; ++level) {
    LevelMapping& at = mapping.levels[level];
    const bool outermost = level == mapping.num_levels - 1;
    if (options.bypass) at.keep &= ~random_mask(choices, num_spaces, outermost ? 4 : 45);
    if (options.reuse_masks) {
      at.no_link_transfer = random_mask(choices, num_spaces, 12);
      at.no_multicast = random_mask(choices, num_spaces, 6);
    }
    if (options.no_temporal_reuse) at.no_temporal_reuse = random_mask(choices, num_spaces, 6);
  }
}

void copy_residuals(Mapping& mapping) {
  for (int level = 0; level < mapping.num_levels; ++level) {
    mapping.levels[level].residual = mapping.levels[level].factor;
  }
}

// The outermost loop of a dimension keeps its whole bound: only its residual counts anyway.
void choose_residuals(Choices& choices, Mapping& mapping) {
  for (int dim = 0; dim < mapping.num_dims; ++dim) {
    bool inside = false;
    for (int level = mapping.num_levels - 1; level >= 0; --level) {
      LevelMapping& at = mapping.levels[level];
      for (int kind = kLoopKinds - 1; kind >= 0; --kind) {
        const std::int32_t factor = at.factor[kind][dim];
        if (inside && factor > 1 && choices.chance(60)) {
          at.residual[kind][dim] = choices.pick(1, factor);
          mapping.imperfect |= at.residual[kind][dim] != factor;
        }
        inside |= factor > 1;
      }
    }
  }
}

// Words of few bits, so that elements of other sizes share vector accesses in many ways.
void choose_bits(Choices& choices, const Problem& problem, Architecture& arch) {
  for (StorageLevel& level : arch.storage) {
    level.word_bits = static_cast<std::uint32_t>(pick_of(choices, {8, 4, 16, 1, 6}));
    for (const DataSpace& space : problem.spaces) {
      const int bits = choices.chance(25) ? choices.pick(1, 40) : pick_of(choices, {8, 4, 16, 24});
      if (choices.chance(80)) {
        level.data_bits.push_back({space.name, static_cast<std::uint32_t>(bits), {}});
      }
    }
  }
}

// Adds a network of some kind and returns its name.
std::string add_network(Choices& choices, Architecture& arch) {
  Network network;
  network.name = "W" + std::to_string(arch.networks.size());
  network.kind = static_cast<NetworkKind>(choices.pick(0, 2));
  network.energy_per_hop = choices.pick(1, 3);
  network.router_energy = choices.pick(0, 2);
  network.energy_per_ingress = choices.pick(0, 2);
  network.adder_energy = choices.pick(0, 2);
  network.action_name = "send";
  arch.networks.push_back(network);
  return network.name;
}

// Below each level one network for both directions or one each, of its own or without a name.
void choose_networks(Choices& choices, Architecture& arch) {
  for (int level = 0; level < arch.num_levels(); ++level) {
    StorageLevel& outer = arch.storage[level];
    if (choices.chance(60)) outer.read_network = add_network(choices, arch);
    if (choices.chance(40) && !outer.read_network.empty()) {
      outer.update_network = outer.read_network;
    } else if (choices.chance(70) || !outer.read_network.empty()) {
      outer.update_network = add_network(choices, arch);
    }
    (level == 0 ? arch.compute.operand_network : arch.storage[level - 1].fill_network) =
        outer.read_network;
    (level == 0 ? arch.compute.result_network : arch.storage[level - 1].drain_network) =
        outer.update_network;
  }
}

}  // namespace

Case random_case(Choices& choices, const CaseOptions& options) {
  Case c;
  c.problem = random_problem(choices, choices.pick(0, 63), options.odd_problems);
  c.arch = random_architecture(choices, options);
  Draft draft;
  draft.mapping = Mapping::unit(c.arch.num_levels(), c.problem.num_dims(), c.problem.num_spaces());
  draft.spatial_x.fill(1);
  draft.spatial_y.fill(1);
  const int tries = choices.pick(1, 25);
  for (int i = 0; i < tries; ++i) try_loop(choices, options, c.arch, draft);
  c.mapping = draft.mapping;
  choose_orders(choices, c.mapping);
  choose_masks(choices, options, c.problem.num_spaces(), c.mapping);
  copy_residuals(c.mapping);
  if (options.imperfect) choose_residuals(choices, c.mapping);
  if (options.networks) choose_networks(choices, c.arch);
  if (options.mixed) choose_bits(choices, c.problem, c.arch);
  c.problem.bounds = reached_bounds(c.mapping);
  return c;
}

}  // namespace tilewright::oracle
