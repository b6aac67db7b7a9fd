#include "model/nest/detail/compiled.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <span>
#include <stdexcept>

#include "model/arch/precision.hpp"

namespace tilewright::detail {
namespace {

// Dimensions of bound 1 never move. The same dimension twice on one coordinate is one term with
// the sum of the coefficients.
CompiledCoordinate compile_coordinate(const Coordinate& coordinate, const Problem& problem) {
  CompiledCoordinate compiled;
  for (const auto& term : coordinate) {
    if (problem.bounds[term.dim] == 1) continue;
    const auto end = compiled.terms.begin() + compiled.num_terms;
    const auto same =
        std::find_if(compiled.terms.begin(), end, [&](const auto& t) { return t.dim == term.dim; });
    if (same != end) {
      same->coefficient += term.coefficient;
    } else {
      compiled.terms[compiled.num_terms++] = {term.dim, term.coefficient};
    }
  }
  const auto end =
      std::remove_if(compiled.terms.begin(), compiled.terms.begin() + compiled.num_terms,
                     [](const auto& t) { return t.coefficient == 0; });
  compiled.num_terms = static_cast<int>(end - compiled.terms.begin());
  for (auto term = compiled.terms.begin(); term != end; ++term)
    compiled.coefficients[term->dim] = term->coefficient;
  return compiled;
}

}  // namespace

CompiledSpace compile_space(const DataSpace& space, const Problem& problem) {
  CompiledSpace result;
  result.read_write = space.read_write;
  std::array<int, kMaxDims> coordinates_of{};  // how many each dimension drives
  for (const auto& coordinate : space.projection) {
    const auto compiled = compile_coordinate(coordinate, problem);
    if (compiled.num_terms == 0) continue;
    result.coordinates[result.rank++] = compiled;
    for (int i = 0; i < compiled.num_terms; ++i) {
      const int dim = compiled.terms[i].dim;
      result.relevant |= DimMask{1} << dim;
      result.separable &= ++coordinates_of[dim] == 1;
    }
  }
  const auto end = result.coordinates.begin() + result.rank;
  const auto first_alone =
      std::stable_partition(result.coordinates.begin(), end, [&](const auto& coordinate) {
        return coordinate.num_terms > 1 || coordinates_of[coordinate.terms[0].dim] > 1;
      });
  int alone = 0;
  for (auto it = first_alone; it != end; ++it) {
    const auto& term = it->terms[0];
    result.alone |= DimMask{1} << term.dim;
    result.alone_terms[alone++] = {term.dim, std::abs(term.coefficient)};
  }
  result.num_shared = static_cast<int>(first_alone - result.coordinates.begin());
  result.simple = result.num_shared == 0;
  return result;
}

namespace {

CompiledLevel compile_level(const Architecture& arch, const Prices& prices, int s) {
  const auto& level = arch.storage[s];
  const auto& price = prices.storage[s];
  constexpr double kUnlimited = std::numeric_limits<double>::infinity();
  CompiledLevel result;
  result.bounded = level.entries.has_value();
  result.effective_entries = level.effective_entries().value_or(0);
  result.min_entries_needed = static_cast<std::uint64_t>(
      std::ceil(static_cast<double>(result.effective_entries) * level.min_utilization));
  result.instances = level.instances;
  result.mesh_x = level.mesh_x;
  result.mesh_y = level.mesh_y;
  result.fanout_x = arch.fanout_x(s);
  result.fanout_y = arch.fanout_y(s);
  result.clusters = level.instances / level.cluster_size;
  result.block_size = level.block_size;
  result.block_shift =
      std::has_single_bit(level.block_size) ? std::countr_zero(level.block_size) : -1;
  result.can_reduce = level.can_reduce();
  result.read_energy = price.read;
  result.fill_energy = price.fill;
  result.update_energy = price.update;
  result.addr_gen_energy = price.addr_gen;
  result.read_bandwidth = level.read_bandwidth.value_or(kUnlimited);
  result.write_bandwidth = level.write_bandwidth.value_or(kUnlimited);
  result.shared_bandwidth = level.shared_bandwidth.value_or(kUnlimited);
  result.limited = level.read_bandwidth || level.write_bandwidth || level.shared_bandwidth;
  result.size.fill(1);
  return result;
}

// Counts the level in bits.
void count_bits(const Compiled& c, int s, CompiledLevel& result) {
  const auto& level = c.arch.storage[s];
  const auto bits = static_cast<double>(level.word_bits);
  result.mixed = true;
  for (int p = 0; p < c.num_spaces; ++p) {
    result.size[p] = element_bits(level, c.problem, p);
    try {
      check_size(c.problem, result.size[p]);
    } catch (const std::invalid_argument& error) {
      throw UsageError(error.what());
    }
  }
  result.effective_entries = level.effective_bits().value_or(0);
  result.min_entries_needed = static_cast<std::uint64_t>(
      std::ceil(static_cast<double>(result.effective_entries) * level.min_utilization));
  result.block_size = std::uint64_t{level.block_size} * level.word_bits;
  result.block_shift = -1;
  result.read_bandwidth *= bits;
  result.write_bandwidth *= bits;
  result.shared_bandwidth *= bits;
}

bool costs_nothing(const NetworkPrice& price) {
  return price.per_hop == 0 && price.per_router == 0 && price.per_ingress == 0 &&
         price.per_add == 0 && price.multicast.empty();
}

bool pays_back(const Prices& prices) {
  const auto network_pays = [](const NetworkPrice& price) {
    return price.per_hop < 0 || price.per_router < 0 || price.per_ingress < 0 ||
           price.per_add < 0 ||
           std::any_of(price.multicast.begin(), price.multicast.end(),
                       [](const auto& entry) { return entry.energy < 0; });
  };
  return prices.compute.op < 0 ||
         std::any_of(prices.storage.begin(), prices.storage.end(),
                     [](const StoragePrice& price) {
                       return price.read < 0 || price.fill < 0 || price.update < 0 ||
                              price.addr_gen < 0;
                     }) ||
         std::any_of(prices.implicit_networks.begin(), prices.implicit_networks.end(),
                     network_pays) ||
         std::any_of(prices.networks.begin(), prices.networks.end(), network_pays);
}

int find_network(const Architecture& arch, const std::string& name) {
  for (std::size_t i = 0; i < arch.networks.size(); ++i) {
    if (arch.networks[i].name == name) return static_cast<int>(i);
  }
  throw std::invalid_argument(fmt::format("network '{}' is not part of the architecture", name));
}

// Adds the network `name` below level s, or the implicit one, and returns its index. A network
// that both directions name is one network.
int add_network(Compiled& c, int s, const std::string& name) {
  const Network* spec = &c.arch.storage[s].implicit_network;
  const NetworkPrice* price = &c.prices.implicit_networks[s];
  if (!name.empty()) {
    const int index = find_network(c.arch, name);
    spec = &c.arch.networks[index];
    price = &c.prices.networks[index];
  }
  for (int i = 0; i < c.num_networks; ++i) {
    if (c.networks[i].spec == spec) return i;
  }
  auto& network = c.networks[c.num_networks];
  network.spec = spec;
  network.price = price;
  network.outer = s;
  network.free = costs_nothing(*price);
  const auto& level = c.arch.storage[s];
  for (int p = 0; p < c.num_spaces; ++p) {
    // What a wire takes per bit and mm grows with the element, a price per word does not.
    const double part = spec->energy_per_hop
                            ? 1
                            : static_cast<double>(element_bits(level, c.problem, p)) /
                                  static_cast<double>(level.word_bits);
    network.per_hop[p] = price->per_hop * part;
  }
  for (int p = 0; p < c.num_spaces; ++p) {
    for (const auto& entry : price->multicast) {
      if (entry.space.empty() || entry.space == c.problem.spaces[p].name) {
        network.multicast[p].push_back({entry.factor, entry.energy});
      }
    }
  }
  network.needs_hops =
      spec->kind == NetworkKind::legacy && (price->per_hop != 0 || price->per_router != 0);
  return c.num_networks++;
}

void compile_networks(Compiled& c) {
  for (int s = 0; s < c.num_levels; ++s) {
    const auto& spec = c.arch.storage[s];
    auto& level = c.levels[s];
    level.read_fill = add_network(c, s, spec.read_network);
    // Without a network of its own, the way up is the way down.
    level.update_drain =
        spec.update_network.empty() ? level.read_fill : add_network(c, s, spec.update_network);
    auto& down = c.networks[level.read_fill];
    auto& up = c.networks[level.update_drain];
    down.carries_reads = true;
    up.carries_updates = true;
    up.doubles_updates = !level.can_reduce;
    level.distributes = down.spec->distributed_multicast;
    c.any_distribution |= level.distributes;
    // The reference asks an explicit network for its fill latency twice, never for the drain's.
    c.network_latency +=
        spec.read_network.empty() ? spec.network_fill_latency : down.spec->fill_latency;
    c.network_latency +=
        spec.update_network.empty() ? spec.network_drain_latency : up.spec->fill_latency;
  }
}

}  // namespace

Compiled::Compiled(Problem p, Architecture a, Prices c)
    : problem(std::move(p)), arch(std::move(a)), prices(std::move(c)) {
  num_dims = problem.num_dims();
  num_levels = arch.num_levels();
  num_spaces = problem.num_spaces();
  for (int d = 0; d < num_dims; ++d) {
    if (problem.bounds[d] > 1) active_dims[num_active++] = d;
  }
  for (int p_index = 0; p_index < num_spaces; ++p_index) {
    spaces[p_index] = compile_space(problem.spaces[p_index], problem);
  }
  tile_words = TileWords(problem, std::span(spaces.data(), problem.spaces.size()));
  operations = static_cast<double>(problem.operations());
  const auto macs = static_cast<double>(arch.compute.instances);
  area = prices.compute.area.value_or(0) * macs;
  idle = idle_power(arch, prices, operations);
  for (int s = 0; s < num_levels; ++s) {
    levels[s] = compile_level(arch, prices, s);
    if (is_mixed(arch.storage[s], problem)) count_bits(*this, s, levels[s]);
    const auto instances = static_cast<double>(arch.storage[s].instances);
    area += prices.storage[s].area.value_or(0) * instances;
  }
  // A mapping is checked against the cumulative mesh, so one level may feed every MAC.
  largest_group = arch.compute.instances;
  compile_networks(*this);
  any_rebate = pays_back(prices);
}

}  // namespace tilewright::detail
