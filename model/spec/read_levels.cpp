// Storage, compute and network components: the keys that they may have, in all their spellings.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>

#include "model/arch/component_kind.hpp"
#include "model/names.hpp"
#include "model/spec/level_keys.hpp"
#include "model/spec/read_technology.hpp"
#include "model/spec/readers.hpp"

namespace tilewright::spec {
namespace {

constexpr std::uint64_t kMost32 = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t kMost = std::uint64_t{1} << 40;  // entries, cycles
constexpr std::uint64_t kMostInstances = std::numeric_limits<std::int32_t>::max();
constexpr double kLeastBandwidth = 1e-6;  // words per cycle; with none at all nothing would end
constexpr double kNegative = -std::numeric_limits<double>::max();

// Attributes that Accelergy's components know and that have no bearing on counts: no reason to
// warn when a tree, which is written for both programs, has them.
constexpr std::array<std::string_view, 43> kAccelergyKeys{"technology",
                                                          "n_instances",
                                                          "latency",
                                                          "type",
                                                          "voltage",
                                                          "n_rd_ports",
                                                          "n_wr_ports",
                                                          "n_rdwr_ports",
                                                          "n_buffets",
                                                          "update_fifo_depth",
                                                          "fifo_depth",
                                                          "fifo_width",
                                                          "num_pipeline_stages",
                                                          "bank_depth",
                                                          "col_id_width",
                                                          "length",
                                                          "Y_X_wire_avg_length",
                                                          "X_comparator_width",
                                                          "Y_comparator_width",
                                                          "n_PE_cols",
                                                          "n_PE_rows",
                                                          "total_PEs",
                                                          "global_cycle_seconds",
                                                          "cycle_time",
                                                          "frequency",
                                                          "clock",
                                                          "n_bits",
                                                          "datawidth",
                                                          "width",
                                                          "depth",
                                                          "size",
                                                          "action_latency_cycles",
                                                          "global_cycle_period",
                                                          "temperature",
                                                          "cell_type",
                                                          "vdd",
                                                          "tag_size",
                                                          "associativity",
                                                          "has_power_gating",
                                                          "power_gated_at",
                                                          "allow_overbooking",
                                                          "multiplier_width",
                                                          "adder_width"};

// Storage and compute keys are looked up in `attributes`, or next to `name` in the flat form.
const Node& attributes_of(const Node& component) {
  const Node* attributes = component.find("attributes");
  return attributes != nullptr ? *attributes : component;
}

std::string class_of(const Node& component) {
  const Node* node = component.find("class");
  return node != nullptr ? usual_class(node->text("class")) : std::string();
}

std::string name_of(const Node& component) {
  const auto& name = component.at("name").name("a component");
  if (name.empty()) component.at("name").fail("a component needs a name");
  return name.substr(0, name.find('['));
}

// Typed access to the attributes of one component.
class Attributes {
 public:
  explicit Attributes(const Node& component)
      : is_tree_(component.find("attributes") != nullptr),
        own_(component, "a component"),
        fields_(attributes_of(component), "attributes") {
    for (Fields* fields : {&own_, &fields_}) {
      if (is_tree_ && fields == &fields_) continue;
      fields->know({"name", "class", "subclass", "attributes"});
    }
    own_.know({"required_actions"});
  }

  const Node* take(Spellings spellings) { return fields_.take(spellings); }

  template <class Number>
  void count(Spellings spellings, Number& target, std::uint64_t least, std::uint64_t most) {
    if (const Node* node = take(spellings)) {
      target = static_cast<Number>(node->count(*spellings.begin(), least, most));
    }
  }
  template <class Number>
  void count(Spellings spellings, std::optional<Number>& target, std::uint64_t least,
             std::uint64_t most) {
    if (const Node* node = take(spellings)) {
      target = static_cast<Number>(node->count(*spellings.begin(), least, most));
    }
  }
  template <class Real>  // double or an optional one
  void real(Spellings spellings, Real& target, double least = 0) {
    if (const Node* node = take(spellings)) target = node->real(*spellings.begin(), least);
  }
  void text(std::string_view key, std::string& target) {
    if (const Node* node = take({key})) target = node->text(key);
  }
  void flag(std::string_view key, std::optional<bool>& target) {
    if (const Node* node = take({key})) target = node->flag(key);
  }

  const Node& node() const { return fields_.node(); }
  bool is_tree() const { return is_tree_; }

  // One warning per map of the component, at its first unknown key.
  void report_unknown(const std::string& component, const Findings& findings) const {
    if (findings.is_own(node().file())) return;  // what is there is known, or for estimators
    std::vector<const Entry*> unknown;
    for (const Entry* entry : fields_.rest()) {
      const auto is_this = [&](std::string_view key) { return same_key(key, entry->key); };
      if (is_tree_ && std::any_of(kAccelergyKeys.begin(), kAccelergyKeys.end(), is_this)) continue;
      if (is_open(*entry, findings)) continue;
      unknown.push_back(entry);
    }
    warn_unread(fields_, unknown, component, findings);
    if (is_tree_) warn_unread(own_, component + ", outside of 'attributes'", findings);
  }

 private:
  // In version 0.4 a component has any attribute that its class knows or its expressions use; what
  // is close to a key of ours is more likely misspelt.
  bool is_open(const Entry& entry, const Findings& findings) const {
    if (findings.attributes == nullptr) return false;
    return findings.attributes->contains(entry.key) || nearest(entry.key, fields_.asked()).empty();
  }

  bool is_tree_;
  Fields own_;     // keys next to `attributes`
  Fields fields_;  // keys in `attributes`, or the same where there are none
};

struct Mesh {
  std::uint64_t instances, x, y;
};

// Any two of instances, meshX and meshY determine the third; instances alone form a row.
Mesh read_mesh(Attributes& attributes, std::uint64_t implied, const std::string& name) {
  std::optional<std::uint64_t> instances;
  std::optional<std::uint64_t> x;
  std::optional<std::uint64_t> y;
  attributes.count({"instances"}, instances, 1, kMostInstances);
  attributes.count(kMeshXKeys, x, 1, kMostInstances);
  attributes.count(kMeshYKeys, y, 1, kMostInstances);
  if (!instances && implied != 0) instances = implied;
  const auto divide = [&](std::uint64_t part, std::string_view axis) {
    if (*instances % part != 0) {
      attributes.node().fail(fmt::format("{}: {} instances cannot be laid out with {} = {}", name,
                                         *instances, axis, part));
    }
    return *instances / part;
  };
  if (!instances) {
    if (!x || !y) {
      attributes.node().fail(
          fmt::format("{}: 'instances' is missing (or 'meshX' and 'meshY')", name));
    }
    instances = *x * *y;
    if (*instances > kMostInstances) {
      attributes.node().fail(
          fmt::format("{}: meshX {} times meshY {} are too many instances; at "
                      "most {} are supported",
                      name, *x, *y, kMostInstances));
    }
  }
  if (x && y) {
    if (*x * *y != *instances) {
      attributes.node().fail(
          fmt::format("{}: meshX {} times meshY {} is not the number of "
                      "instances, {}",
                      name, *x, *y, *instances));
    }
    return {*instances, *x, *y};
  }
  if (y) return {*instances, divide(*y, "meshY"), *y};
  if (x) return {*instances, *x, divide(*x, "meshX")};
  return {*instances, *instances, 1};
}

void read_word_bits(Attributes& attributes, std::uint32_t& word_bits) {
  attributes.count(kWordBitsKeys, word_bits, 1, kMost32);
}

}  // namespace

std::vector<DataBits> read_data_bits(const Node& node) {
  constexpr std::uint64_t kMostBits = 65536;
  constexpr std::size_t kMostNames = 64;
  std::vector<DataBits> result;
  if (node.map("data-bits").size() > kMostNames) {
    node.fail(fmt::format("data-bits: {} names; at most {} are supported", node.entries().size(),
                          kMostNames));
  }
  for (const Entry& entry : node.map("data-bits")) {
    const auto bits = entry.value->count(fmt::format("data-bits of {}", entry.key), 1, kMostBits);
    result.push_back({entry.key, static_cast<std::uint32_t>(bits), node.mark(entry)});
  }
  return result;
}

namespace {

// `width` is the bits of one row: word-bits * block-size * cluster-size. It replaces one of them.
void read_row(Attributes& attributes, StorageLevel& level) {
  std::optional<std::uint32_t> block;
  std::optional<std::uint32_t> cluster;
  attributes.count(kBlockSizeKeys, block, 1, kMost32);
  attributes.count({"cluster-size"}, cluster, 1, kMost32);
  level.block_size = block.value_or(1);
  level.cluster_size = cluster.value_or(1);
  const Node* node = attributes.take(kWidthKeys);
  if (node == nullptr) return;
  const std::uint64_t width = node->count("width", 1, kMost32);
  // The product of three sizes may leave 64 bits.
  const double product =
      static_cast<double>(level.word_bits) * level.block_size * (block && cluster ? *cluster : 1);
  const bool fits = product <= static_cast<double>(width);
  const std::uint64_t known = fits ? static_cast<std::uint64_t>(product) : 1;
  if (!fits || width % known != 0 || (block && cluster && width != known)) {
    node->fail(fmt::format("{}: the width is {} bits, but word-bits {} and block-size {}{} make {}",
                           level.name, width, level.word_bits, level.block_size,
                           block && cluster ? fmt::format(" and cluster-size {}", *cluster) : "",
                           product));
  }
  if (block && !cluster) level.cluster_size = static_cast<std::uint32_t>(width / known);
  if (!block) {
    // A width below one word per instance of a cluster means the width of one instance.
    const std::uint64_t words = width / level.word_bits;
    level.block_size =
        static_cast<std::uint32_t>(words < level.cluster_size ? words : words / level.cluster_size);
  }
}

// `entries` count, as in Timeloop; rows that stand beside them are there for tables of prices.
void read_entries(const Node& node, StorageLevel& level, const Findings& findings) {
  const std::optional<std::uint64_t> by_rows = level.entries;
  level.entries = node.count("entries", 0, kMost);
  if (!by_rows || *by_rows == *level.entries) return;
  findings.warn_about(
      level.name, node.mark(),
      fmt::format("'depth' makes {} entries; 'entries', {}, counts", *by_rows, *level.entries));
}

// Whole kilobytes may end within a word; a part of one has to be whole words.
std::uint64_t read_bits(const Node& node, std::uint32_t word_bits) {
  const double bits = node.real("sizeKB", 0) * 8192;
  if (bits > static_cast<double>(kMost32) * 8192) return node.count("sizeKB", 0, kMost32) * 8192;
  if (std::fmod(bits, 8192) != 0 && std::fmod(bits, word_bits) != 0) {
    node.fail(fmt::format("sizeKB: {} kilobytes are {} bits, no whole number of words of {} bits",
                          node.text("sizeKB"), bits, word_bits));
  }
  return static_cast<std::uint64_t>(bits);
}

// Entries, rows or kilobytes. 0 is a buffer that holds nothing; none of them is no limit.
void read_size(Attributes& attributes, StorageLevel& level, const Findings& findings) {
  const Node* entries = attributes.take({"entries"});
  const Node* depth = attributes.take(kDepthKeys);
  const Node* kilobytes = attributes.take(kKilobytesKeys);
  if (kilobytes != nullptr && (entries != nullptr || depth != nullptr)) {
    attributes.node().fail(
        fmt::format("{}: give one of 'entries', 'depth' and 'sizeKB'", level.name));
  }
  if (depth != nullptr) level.entries = depth->count("depth", 0, kMost32) * level.block_size;
  if (entries != nullptr) read_entries(*entries, level, findings);
  if (kilobytes != nullptr) {
    const std::uint64_t bits = read_bits(*kilobytes, level.word_bits);
    level.entries = bits / level.word_bits;
    level.spare_bits = static_cast<std::uint32_t>(bits % level.word_bits);
  }
}

void read_bandwidth(Attributes& attributes, StorageLevel& level, const Findings& findings) {
  if (const Node* node = attributes.take({"bandwidth"})) {
    level.read_bandwidth = level.write_bandwidth = node->real("bandwidth", kLeastBandwidth) / 2;
    findings.warn_about(level.name, node->mark(),
                        "'bandwidth' is deprecated; read_bandwidth and write_bandwidth get half of "
                        "it each",
                        odd::kSpec, Effect::none);
  }
  attributes.real({"read_bandwidth"}, level.read_bandwidth, kLeastBandwidth);
  attributes.real({"write_bandwidth"}, level.write_bandwidth, kLeastBandwidth);
  attributes.real({"shared_bandwidth"}, level.shared_bandwidth, kLeastBandwidth);
}

void read_energies(Attributes& attributes, StorageLevel& level) {
  attributes.real({"vector-access-energy"}, level.vector_access_energy);
  // Negative = not given, as in Timeloop.
  attributes.real({"addr-gen-energy"}, level.addr_gen_energy, kNegative);
  if (level.addr_gen_energy && *level.addr_gen_energy < 0) level.addr_gen_energy.reset();
  attributes.real({"cluster-area"}, level.cluster_area);
  if (level.cluster_area == 0.0) level.cluster_area.reset();
}

// What the wires of a level or of a network component cost.
void read_wires(Attributes& attributes, Network& network) {
  if (const Node* node = attributes.take({"network-type"})) {
    const auto& type = node->text("network-type");
    if (type != "1:1" && type != "1:N" && type != "M:N") {
      node->fail(fmt::format("network-type: expected 1:1, 1:N or M:N, found '{}'", type));
    }
    network.distributed_multicast = type == "M:N";
  }
  read_word_bits(attributes, network.word_bits);
  attributes.count({"network-word-bits"}, network.word_bits, 1, kMost32);
  attributes.real({"tile-width"}, network.tile_width);
  attributes.real({"wire-energy"}, network.wire_energy);
  attributes.real({"energy-per-hop"}, network.energy_per_hop);
  attributes.real({"router-energy"}, network.router_energy);
  attributes.real({"energy-per-ingress"}, network.energy_per_ingress);
}

void read_connections(Attributes& attributes, StorageLevel& level) {
  attributes.text("network_read", level.read_network);
  attributes.text("network_fill", level.fill_network);
  attributes.text("network_update", level.update_network);
  attributes.text("network_drain", level.drain_network);
  attributes.count({"network_fill_latency"}, level.network_fill_latency, 0, kMost);
  attributes.count({"network_drain_latency"}, level.network_drain_latency, 0, kMost);
}

NetworkKind kind_of(const Node& component, const std::string& component_class) {
  if (component_class == "XY_NoC" || component_class == "Legacy") return NetworkKind::legacy;
  if (component_class == "ReductionTree") return NetworkKind::reduction_tree;
  if (component_class == "SimpleMulticast") return NetworkKind::simple_multicast;
  component.at("class").fail(
      fmt::format("unknown class of network '{}'; expected XY_NoC, Legacy, "
                  "ReductionTree or SimpleMulticast",
                  component_class));
}

}  // namespace

StorageLevel read_storage(const Node& component, std::uint64_t instances,
                          const Findings& findings) {
  StorageLevel level;
  level.name = name_of(component);
  level.mark = component.mark();
  level.component_class = class_of(component);
  Attributes attributes(component);
  read_word_bits(attributes, level.word_bits);
  if (const Node* node = attributes.take({"data-bits"})) level.data_bits = read_data_bits(*node);
  read_row(attributes, level);
  read_size(attributes, level, findings);
  read_technology(component, attributes.take({"technology"}), level, findings);
  const Mesh mesh = read_mesh(attributes, instances, level.name);
  level.instances = mesh.instances;
  level.mesh_x = mesh.x;
  level.mesh_y = mesh.y;
  attributes.real({"multiple-buffering"}, level.multiple_buffering);
  if (const Node* node = attributes.take({"min-utilization"})) {
    level.min_utilization = node->real("min-utilization", 0);
    if (level.min_utilization > 1) {
      node->fail("min-utilization: expected a share of the capacity from 0 to 1");
    }
  }
  attributes.count(kPortsKeys, level.num_ports, 1, kMost32);
  attributes.count(kBanksKeys, level.num_banks, 0, kMost32);
  attributes.flag("reduction_supported", level.reduction_supported);
  read_bandwidth(attributes, level, findings);
  read_energies(attributes, level);
  read_connections(attributes, level);
  read_wires(attributes, level.implicit_network);
  attributes.report_unknown(level.name, findings);
  return level;
}

namespace {

// They price a component in Accelergy; a unit does an operation in every cycle, whatever they are.
void warn_of_latency(Attributes& attributes, const std::string& name, const Findings& findings) {
  const Node* first = nullptr;
  std::vector<std::string> keys;
  for (const std::string_view key : {"latency", "num_pipeline_stages"}) {
    const Node* node = attributes.take({key});
    if (node == nullptr) continue;
    if (first == nullptr) first = node;
    keys.push_back(fmt::format("'{}'", key));
  }
  if (first == nullptr) return;
  findings.warn_about(name, first->mark(),
                      fmt::format("{} ha{} no effect on cycles: a unit does one operation in every "
                                  "cycle",
                                  fmt::join(keys, " and "), keys.size() == 1 ? "s" : "ve"),
                      odd::kWithoutEffect, Effect::none);
}

}  // namespace

ComputeLevel read_compute(const Node& component, std::uint64_t instances,
                          const Findings& findings) {
  ComputeLevel compute;
  if (component.find("name") != nullptr) compute.name = name_of(component);
  compute.mark = component.mark();
  compute.component_class = class_of(component);
  Attributes attributes(component);
  const Mesh mesh = read_mesh(attributes, instances, compute.name);
  compute.instances = mesh.instances;
  compute.mesh_x = mesh.x;
  compute.mesh_y = mesh.y;
  read_word_bits(attributes, compute.word_bits);
  compute.process_nm =
      read_process(component, attributes.take({"technology"}), compute.name, "", findings);
  attributes.real({"energy"}, compute.energy);
  attributes.real({"area"}, compute.area);
  attributes.text("network_operand", compute.operand_network);
  attributes.text("network_result", compute.result_network);
  warn_of_latency(attributes, compute.name, findings);
  attributes.report_unknown(compute.name, findings);
  return compute;
}

Network read_network(const Node& component, const Findings& findings) {
  Network network;
  network.name = component.at("name").name("a network");
  network.kind = kind_of(component, class_of(component));
  Attributes attributes(component);
  read_wires(attributes, network);
  attributes.real({"adder-energy"}, network.adder_energy);
  attributes.count({"fill_latency"}, network.fill_latency, 0, kMost);
  attributes.count({"drain_latency"}, network.drain_latency, 0, kMost);
  attributes.text("action_name", network.action_name);
  attributes.text("multicast_factor_argument", network.multicast_factor_argument);
  if (const Node* node = attributes.take({"per_datatype_ERT"})) {
    network.per_dataspace_action = node->flag("per_datatype_ERT");
  }
  if (network.kind == NetworkKind::simple_multicast && network.action_name.empty()) {
    component.fail(
        fmt::format("{}: a SimpleMulticast needs 'action_name', the action of the "
                    "energy table that it costs",
                    network.name));
  }
  attributes.report_unknown(network.name, findings);
  return network;
}

}  // namespace tilewright::spec
