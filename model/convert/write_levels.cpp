#include "model/convert/write_levels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ranges>

#include "model/error.hpp"
#include "model/spec/constraint_values.hpp"
#include "model/spec/own/capacity.hpp"
#include "model/spec/own/class_attributes.hpp"

namespace tilewright::convert {
namespace {

using spec::Node;
using Entries = YamlMaker::Entries;

class ArchitectureWriter {
 public:
  ArchitectureWriter(const Architecture& arch, const PriceSources& prices,
                     const Statements& constraints, const YamlMaker& make)
      : arch_(arch), prices_(prices), constraints_(constraints), make_(make) {}

  const Node* write() const {
    Entries entries;
    add(entries, "name", make_.text(arch_.name));
    if (arch_.cycle_seconds) add(entries, "cycle-seconds", make_.number(*arch_.cycle_seconds));
    if (!prices_.leakage.empty()) add(entries, "leakage", make_.plain(prices_.leakage));
    if (prices_.asks_estimators) add(entries, "prices", make_.plain("estimators"));
    const StorageLevel& outermost = arch_.storage.back();
    add_mesh(entries, "copies", outermost.mesh_x, outermost.mesh_y);
    std::vector<const Node*> levels;
    for (int s = arch_.num_levels() - 1; s >= 0; --s) levels.push_back(level(s));
    add(entries, "levels", make_.list(std::move(levels)));
    add(entries, "arithmetic", arithmetic());
    if (!arch_.networks.empty()) add(entries, "networks", networks());
    if (!prices_.compound.empty()) add(entries, "classes", make_.list(prices_.compound));
    return make_.map(std::move(entries));
  }

 private:
  void add_mesh(Entries& entries, const char* key, std::uint64_t x, std::uint64_t y) const {
    Entries mesh;
    if (x > 1) add_count(mesh, "x", x);
    if (y > 1) add_count(mesh, "y", y);
    add_unless_empty(entries, key, std::move(mesh), make_);
  }

  void add_count(Entries& entries, const char* key, std::uint64_t count) const {
    add(entries, key, make_.plain(fmt::format("{}", count)));
  }
  void add_count(Entries& entries, const char* key, std::uint64_t count,
                 std::uint64_t usual) const {
    if (count != usual) add_count(entries, key, count);
  }
  void add_real(Entries& entries, const char* key, double value, double usual) const {
    if (value != usual) add(entries, key, make_.number(value));
  }
  void add_real(Entries& entries, const char* key, const std::optional<double>& value) const {
    if (value) add(entries, key, make_.number(*value));
  }
  void add_text(Entries& entries, const char* key, const std::string& text) const {
    if (!text.empty()) add(entries, key, make_.text(text));
  }

  const Node* level(int s) const {
    static const StorageLevel kUsual;
    const StorageLevel& level = arch_.storage[s];
    Entries entries;
    add(entries, "name", make_.text(level.name));
    if (level.technology == Technology::dram) add(entries, "kind", make_.plain("dram"));
    if (level.entries) {
      add(entries, "capacity",
          make_.plain(spec::capacity_text(*level.entries, level.word_bits, level.spare_bits)));
    }
    add_count(entries, "word-bits", level.word_bits);
    add_unless_empty(entries, "data-bits", data_bits(level.data_bits), make_);
    add_count(entries, "block-size", level.block_size, kUsual.block_size);
    add_count(entries, "cluster-size", level.cluster_size, kUsual.cluster_size);
    add_unless_empty(entries, "bandwidth", bandwidth(level), make_);
    add_mesh(entries, "fan-out", arch_.fanout_x(s), arch_.fanout_y(s));
    add_unless_empty(entries, "link", link(level), make_);
    Entries ends;
    add_text(ends, "read", level.read_network);
    add_text(ends, "fill", level.fill_network);
    add_text(ends, "update", level.update_network);
    add_text(ends, "drain", level.drain_network);
    add_unless_empty(entries, "connect", std::move(ends), make_);
    add_real(entries, "multiple-buffering", level.multiple_buffering, kUsual.multiple_buffering);
    add_real(entries, "min-utilization", level.min_utilization, kUsual.min_utilization);
    add_count(entries, "num-ports", level.num_ports, kUsual.num_ports);
    add_count(entries, "num-banks", level.num_banks, kUsual.num_banks);
    if (level.reduction_supported) {
      add(entries, "reduction-supported", make_.flag(*level.reduction_supported));
    }
    add_process(entries, level.process_nm);
    add_unless_empty(entries, "energy", energies(level), make_);
    add_area(entries, level.name,
             level.cluster_area ? std::optional(*level.cluster_area / level.cluster_size)
                                : std::nullopt);
    add_class(entries, level.name);
    for (const LevelStatement& statement : constraints_) {
      if (statement.level == level.name) add_statement(statement, make_, entries);
    }
    return make_.map(std::move(entries));
  }

  Entries data_bits(const std::vector<DataBits>& bits) const {
    Entries entries;
    for (const DataBits& each : bits) {
      entries.push_back({each.space, 0, 0, make_.number(each.bits)});
    }
    return entries;
  }

  Entries bandwidth(const StorageLevel& level) const {
    Entries entries;
    add_real(entries, "read", level.read_bandwidth);
    add_real(entries, "write", level.write_bandwidth);
    add_real(entries, "shared", level.shared_bandwidth);
    return entries;
  }

  Entries wires(const Network& network, const std::optional<double>& wire_energy) const {
    Entries entries;
    add_real(entries, "tile-width", network.tile_width);
    add_real(entries, "wire-energy", wire_energy ? wire_energy : network.wire_energy);
    add_real(entries, "hop-energy", network.energy_per_hop);
    add_real(entries, "router-energy", network.router_energy, 0);
    add_real(entries, "ingress-energy", network.energy_per_ingress, 0);
    if (network.distributed_multicast) add(entries, "distributed-multicast", make_.flag(true));
    return entries;
  }

  Entries link(const StorageLevel& level) const {
    Entries entries = wires(level.implicit_network, prices_.wire_energy);
    add_count(entries, "word-bits", level.implicit_network.word_bits, level.word_bits);
    add_count(entries, "fill-latency", level.network_fill_latency, 0);
    add_count(entries, "drain-latency", level.network_drain_latency, 0);
    return entries;
  }

  void add_process(Entries& entries, const std::optional<double>& nanometres) const {
    if (nanometres) add(entries, "process", make_.plain(energy::node_text(*nanometres)));
  }

  const ReferenceComponent* table_row(const std::string& level) const {
    const auto it = prices_.energies.find(level);
    return it == prices_.energies.end() ? nullptr : &it->second;
  }

  static std::optional<double> leak_of(const ReferenceComponent& row) {
    const auto leak = first_energy(row, {"leak"});
    return leak ? leak : first_energy(row, {"idle"});
  }

  // As price() finds them: what stands beside the level is meant for it alone.
  Entries energies(const StorageLevel& level) const {
    Entries entries;
    if (level.vector_access_energy) {
      add_real(entries, "access", level.vector_access_energy);
    } else if (const ReferenceComponent* row = table_row(level.name)) {
      add_real(entries, "read", first_energy(*row, {"random_read", "read"}));
      add_real(entries, "fill", first_energy(*row, {"random_fill", "write"}));
      add_real(entries, "update", first_energy(*row, {"random_update", "random_fill", "write"}));
      add_real(entries, "leak", leak_of(*row));
    }
    add_real(entries, "address", level.addr_gen_energy);
    return entries;
  }

  void add_area(Entries& entries, const std::string& name,
                const std::optional<double>& beside) const {
    const auto it = prices_.areas.find(name);
    add_real(entries, "area", it != prices_.areas.end() ? std::optional(it->second) : beside);
  }

  void add_class(Entries& entries, const std::string& name) const {
    const auto it = prices_.classes.find(name);
    if (it == prices_.classes.end()) return;
    const energy::FlatComponent& component = it->second;
    if (component.area_scale || component.energy_scale) {
      throw SpecError(component.mark,
                      fmt::format("{}: Tilewright's own form has no '{}'", name,
                                  component.area_scale ? "area_scale" : "energy_scale"));
    }
    add(entries, "class", make_.text(component.component_class));
    Entries attributes;
    for (const energy::Setting& setting : component.attributes) {
      if (spec::is_said_beside(setting.name) || setting.value.is_none()) continue;
      attributes.push_back(
          {setting.name, 0, 0, spec::to_node(make_.document(), setting.value, make_.place())});
    }
    add_unless_empty(entries, "attributes", std::move(attributes), make_);
    if (!component.required_actions.empty()) {
      add(entries, "required-actions", make_.texts(component.required_actions));
    }
  }

  const Node* arithmetic() const {
    const ComputeLevel& compute = arch_.compute;
    Entries entries;
    add(entries, "name", make_.text(compute.name));
    add_count(entries, "word-bits", compute.word_bits);
    add_process(entries, compute.process_nm);
    Entries ends;
    add_text(ends, "operand", compute.operand_network);
    add_text(ends, "result", compute.result_network);
    add_unless_empty(entries, "connect", std::move(ends), make_);
    Entries prices;
    const ReferenceComponent* row = table_row(compute.name);
    const auto listed =
        row == nullptr
            ? std::nullopt
            : first_energy(*row, {"mac_random", "mult_random", "mac", "mult", "compute"});
    add_real(prices, "operation", listed ? listed : compute.energy);
    if (row != nullptr) add_real(prices, "leak", leak_of(*row));
    add_unless_empty(entries, "energy", std::move(prices), make_);
    add_area(entries, compute.name, compute.area);
    add_class(entries, compute.name);
    return make_.map(std::move(entries));
  }

  const Node* networks() const {
    std::vector<const Node*> list;
    for (const Network& own : std::views::reverse(arch_.networks)) list.push_back(network(own));
    return make_.list(std::move(list));
  }

  const Node* network(const Network& network) const {
    constexpr std::array<const char*, 3> kKinds{"mesh", "multicast", "reduction-tree"};
    Entries entries;
    add(entries, "name", make_.text(network.name));
    add(entries, "kind", make_.plain(kKinds[static_cast<std::size_t>(network.kind)]));
    add_count(entries, "word-bits", network.word_bits);
    for (spec::Entry& entry : wires(network, std::nullopt)) entries.push_back(std::move(entry));
    add_real(entries, "adder-energy", network.adder_energy, 0);
    add_count(entries, "fill-latency", network.fill_latency, 0);
    add_count(entries, "drain-latency", network.drain_latency, 0);
    const auto prices = prices_.multicasts.find(network.name);
    if (prices != prices_.multicasts.end() && !prices->second.empty()) {
      add(entries, "multicast-energy", multicasts(prices->second));
    }
    return make_.map(std::move(entries));
  }

  const Node* multicasts(const std::vector<NetworkPrice::Multicast>& prices) const {
    std::vector<const Node*> list;
    for (const NetworkPrice::Multicast& price : prices) {
      Entries entries;
      add_text(entries, "tensor", price.space);
      add_count(entries, "receivers", price.factor, 0);
      add(entries, "energy", make_.number(price.energy));
      list.push_back(make_.map(std::move(entries)));
    }
    return make_.list(std::move(list));
  }

  const Architecture& arch_;
  const PriceSources& prices_;
  const Statements& constraints_;
  const YamlMaker& make_;
};

}  // namespace

const Node* write_architecture(const Architecture& arch, const PriceSources& prices,
                               const Statements& constraints, const YamlMaker& make) {
  return ArchitectureWriter(arch, prices, constraints, make).write();
}

}  // namespace tilewright::convert
