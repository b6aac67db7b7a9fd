#include <cstddef>
#include <sstream>

#include "oracle/random_case.hpp"

namespace tilewright::oracle {
namespace {

/// Dimensions are single letters in Timeloop's mappings.
const std::string& letter(const Problem& problem, int dim) {
  return problem.dims[static_cast<std::size_t>(dim)];
}

void write_shape(const Problem& problem, std::ostream& out) {
  out << "problem:\n  shape:\n    name: " << problem.shape_name << "\n    dimensions: [";
  for (int dim = 0; dim < problem.num_dims(); ++dim) {
    out << (dim ? ", " : "") << letter(problem, dim);
  }
  out << "]\n    coefficients:\n";
  int count = 0;
  for (const DataSpace& space : problem.spaces) {
    for (const Coordinate& coordinate : space.projection) {
      for (const Term& term : coordinate) {
        out << "    - {name: c" << count++ << ", default: " << term.coefficient << "}\n";
      }
    }
  }
  count = 0;
  out << "    data-spaces:\n";
  for (const DataSpace& space : problem.spaces) {
    out << "    - name: " << space.name << "\n      projection: [";
    for (std::size_t i = 0; i < space.projection.size(); ++i) {
      out << (i ? ", [" : "[");
      for (std::size_t j = 0; j < space.projection[i].size(); ++j) {
        out << (j ? ", [" : "[") << letter(problem, space.projection[i][j].dim) << ", c" << count++
            << "]";
      }
      out << "]";
    }
    out << "]\n" << (space.read_write ? "      read-write: True\n" : "");
  }
  out << "  instance: {";
  for (int dim = 0; dim < problem.num_dims(); ++dim) {
    out << (dim ? ", " : "") << letter(problem, dim) << ": "
        << problem.bounds[static_cast<std::size_t>(dim)];
  }
  out << "}\n";
}

void write_storage(const StorageLevel& storage, std::ostream& out) {
  const Network& network = storage.implicit_network;
  out << "  - {name: " << storage.name << ", instances: " << storage.instances
      << ", meshX: " << storage.mesh_x << ", word-bits: " << storage.word_bits
      << ", block-size: " << storage.block_size;
  for (const DataBits& entry : storage.data_bits) {
    out << (&entry == storage.data_bits.data() ? ", data-bits: {" : ", ") << entry.space << ": "
        << entry.bits << (&entry == &storage.data_bits.back() ? "}" : "");
  }
  if (storage.technology == Technology::dram) out << ", technology: DRAM";
  // Timeloop wants a size for everything but DRAM.
  if (storage.entries || storage.technology != Technology::dram) {
    out << ", entries: " << storage.entries.value_or(1 << 20);
  }
  if (storage.multiple_buffering != 1) {
    out << ", multiple-buffering: " << storage.multiple_buffering << ".0";
  }
  if (storage.min_utilization > 0) out << ", min-utilization: " << storage.min_utilization;
  if (storage.reduction_supported) {
    out << ", reduction_supported: " << (*storage.reduction_supported ? "true" : "false");
  }
  if (storage.read_bandwidth) out << ", read_bandwidth: " << *storage.read_bandwidth << ".0";
  if (storage.write_bandwidth) out << ", write_bandwidth: " << *storage.write_bandwidth << ".0";
  if (storage.vector_access_energy) {
    out << ", vector-access-energy: " << *storage.vector_access_energy << ".0";
  }
  if (network.tile_width) out << ", tile-width: " << *network.tile_width << ".0";
  if (network.wire_energy) out << ", wire-energy: " << *network.wire_energy;
  out << ", router-energy: " << network.router_energy
      << ".0, energy-per-ingress: " << network.energy_per_ingress << ".0";
  if (network.distributed_multicast) out << ", network-type: 'M:N'";
  out << "}\n";
}

void write_factors(const Case& c, const LevelMapping& at, LoopKind kind, std::ostream& out) {
  for (int dim = 0; dim < c.problem.num_dims(); ++dim) {
    std::int32_t factor = at.factors(kind)[dim];
    std::int32_t residual = at.residuals(kind)[dim];
    if (kind == LoopKind::spatial_x && factor == 1) {
      factor = at.factors(LoopKind::spatial_y)[dim];
      residual = at.residuals(LoopKind::spatial_y)[dim];
    }
    out << (dim ? " " : "") << letter(c.problem, dim) << "=" << factor;
    if (residual != factor) out << "," << residual;
  }
}

void write_list(const char* key, const Problem& problem, SpaceMask mask, std::ostream& out) {
  out << ", " << key << ": [";
  const char* separator = "";
  for (int space = 0; space < problem.num_spaces(); ++space) {
    if (((mask >> space) & 1) == 0) continue;
    out << separator << problem.spaces[static_cast<std::size_t>(space)].name;
    separator = ", ";
  }
  out << "]";
}

// The letters of X first, then those of Y: the split is the number of the former.
void write_spatial(const Case& c, const LevelMapping& at, std::ostream& out) {
  std::string letters;
  int split = 0;
  for (LoopKind kind : {LoopKind::spatial_x, LoopKind::spatial_y}) {
    for (int i = 0; i < c.problem.num_dims(); ++i) {
      const int dim = at.orders(kind)[i];
      const bool on_y = at.factors(LoopKind::spatial_y)[dim] > 1;
      if (on_y != (kind == LoopKind::spatial_y)) continue;
      letters += letter(c.problem, dim);
      if (!on_y) ++split;
    }
  }
  out << "type: spatial, factors: ";
  write_factors(c, at, LoopKind::spatial_x, out);
  out << ", permutation: " << letters << ", split: " << split;
  if (at.no_link_transfer) write_list("no_link_transfer", c.problem, at.no_link_transfer, out);
  if (at.no_multicast) write_list("no_multicast_no_reduction", c.problem, at.no_multicast, out);
}

// Flat files know no networks of their own: what they would be stands in comments.
void write_networks(const Architecture& arch, std::ostream& out) {
  constexpr const char* kKinds[] = {"Legacy", "SimpleMulticast", "ReductionTree"};
  for (const Network& network : arch.networks) {
    out << "# " << network.name << ": " << kKinds[static_cast<int>(network.kind)] << "\n";
  }
  if (arch.networks.empty()) return;
  for (const StorageLevel& storage : arch.storage) {
    out << "# " << storage.name << ": network_read '" << storage.read_network
        << "', network_update '" << storage.update_network << "'\n";
  }
}

}  // namespace

std::string case_yaml(const Case& c) {
  std::ostringstream out;
  write_networks(c.arch, out);
  out << "arch:\n  arithmetic: {name: " << c.arch.compute.name
      << ", instances: " << c.arch.compute.instances << ", meshX: " << c.arch.compute.mesh_x
      << ", word-bits: " << c.arch.compute.word_bits << "}\n  storage:\n";
  for (const StorageLevel& storage : c.arch.storage) write_storage(storage, out);
  write_shape(c.problem, out);
  out << "mapping:\n";
  for (int level = 0; level < c.mapping.num_levels; ++level) {
    const LevelMapping& at = c.mapping.levels[level];
    const std::string target = "- {target: " + c.arch.storage[level].name + ", ";
    out << target << "type: datatype";
    write_list("keep", c.problem, at.keep, out);
    write_list("bypass", c.problem, static_cast<SpaceMask>(~at.keep), out);
    out << "}\n" << target;
    if (c.arch.fanout(level) > 1) {  // Timeloop refuses a spatial line without a fan-out
      write_spatial(c, at, out);
      out << "}\n" << target;
    }
    out << "type: temporal, factors: ";
    write_factors(c, at, LoopKind::temporal, out);
    out << ", permutation: ";
    for (int i = 0; i < c.problem.num_dims(); ++i) {
      out << letter(c.problem, at.orders(LoopKind::temporal)[i]);
    }
    if (at.no_temporal_reuse) {
      write_list("no_temporal_reuse", c.problem, at.no_temporal_reuse, out);
    }
    out << "}\n";
  }
  return out.str();
}

}  // namespace tilewright::oracle
