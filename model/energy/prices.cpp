#include "model/energy/prices.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <string_view>

#include "model/energy/pat.hpp"
#include "model/error.hpp"
#include "model/number_range.hpp"

namespace tilewright {
namespace {

using Actions = std::vector<std::string_view>;

// What tables say besides the prices of actions. `missing`: the actions that they do not price.
template <class Price>
void note_source(const ReferenceComponent& component, std::size_t actions, const Actions& missing,
                 const ReferenceTable& table, Price& price) {
  if (missing.size() < actions) {
    const std::string otherwise = price.source;
    price.source = component.source.empty() ? "ERT" : component.source;
    if (!missing.empty()) {
      price.source += fmt::format("; {}: {}", fmt::join(missing, ", "), otherwise);
    }
  }
  price.accuracy = component.accuracy;
  // Version 0.4 has the leakage per cycle, 0.3 the energy of an idle cycle.
  const auto leak = first_energy(component, {"leak"});
  const auto idle = table.idle_in_use ? std::nullopt : first_energy(component, {"idle"});
  price.idle = leak ? *leak : idle.value_or(0);
}

const Actions& operation_rows() {
  static const Actions names{"mac_random", "mult_random", "mac", "mult", "compute"};
  return names;
}

ComputePrice price_compute(const ComputeLevel& compute, const ReferenceTable& table) {
  ComputePrice price{.op = pat::multiply(compute.word_bits), .area = compute.area, .source = "pat"};
  if (compute.energy) {
    price.op = *compute.energy;
    price.source = "user";
  }
  if (const auto* component = table.find_energy(compute.name)) {
    const auto energy = first_energy(*component, operation_rows());
    if (energy) price.op = *energy;
    note_source(*component, 1, energy ? Actions{} : Actions{"operation"}, table, price);
  }
  if (const auto area = table.find_area(compute.name)) price.area = area;
  return price;
}

// The rows of a table that price an action, the best first.
struct StorageAction {
  std::string_view name;
  double StoragePrice::*price;
  std::vector<std::string_view> rows, rows_v04;
};
const std::array<StorageAction, 3>& storage_actions() {
  static const std::array<StorageAction, 3> actions{
      StorageAction{"read", &StoragePrice::read, {"random_read", "read"}, {"random_read", "read"}},
      StorageAction{"fill",
                    &StoragePrice::fill,
                    {"random_fill", "write"},
                    {"random_fill", "random_write", "fill", "write"}},
      StorageAction{"update",
                    &StoragePrice::update,
                    {"random_update", "random_fill", "write"},
                    {"random_update", "random_write", "update", "write"}}};
  return actions;
}

// Sets the prices that a table has, and gives the actions that it lacks.
Actions take_prices(const ReferenceComponent& component, bool is_v04, StoragePrice& price) {
  Actions missing;
  for (const StorageAction& action : storage_actions()) {
    if (const auto energy = first_energy(component, is_v04 ? action.rows_v04 : action.rows)) {
      price.*action.price = *energy;
    } else {
      missing.push_back(action.name);
    }
  }
  return missing;
}

StoragePrice price_storage(const StorageLevel& level, const ReferenceTable& table) {
  const double access = level.vector_access_energy.value_or(pat::storage_access(level));
  StoragePrice price{.read = access, .fill = access, .update = access};
  const bool sized = level.technology == Technology::dram || level.entries;
  price.source = level.vector_access_energy ? "user" : sized ? "pat" : kUnknownSource;
  // What the user wrote next to the level is meant for it alone and wins over a table.
  if (const auto* component = table.find_energy(level.name);
      component && !level.vector_access_energy) {
    const Actions missing = take_prices(*component, table.is_v04, price);
    note_source(*component, storage_actions().size(), missing, table, price);
  }
  // A negative price means "not given" in Timeloop's files; `pat` has no adder to price it with.
  price.addr_gen = std::max(0.0, level.addr_gen_energy.value_or(0));
  if (level.cluster_area) price.area = *level.cluster_area / level.cluster_size;
  if (const auto area = table.find_area(level.name)) price.area = area;
  const bool takes_none = level.technology == Technology::dram || level.entries == 0;
  if (!price.area && takes_none) price.area = 0;
  return price;
}

std::uint64_t factor_of(const Network& network, const std::string& action,
                        const std::string& text) {
  std::uint64_t factor = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, factor);
  if (result.ec != std::errc{} || result.ptr != end) {
    throw SpecError({}, fmt::format("ERT: action {} of {}: the argument {} is '{}', expected a "
                                    "whole number",
                                    action, network.name, network.multicast_factor_argument, text));
  }
  return factor;
}

void add_multicast_prices(const Network& network, const ReferenceTable& table,
                          NetworkPrice& price) {
  const auto* component = table.find_energy(network.name);
  if (component == nullptr) return;
  for (const auto& action : component->actions) {
    NetworkPrice::Multicast entry{.energy = action.energy};
    if (network.per_dataspace_action && action.name.starts_with(network.action_name + "_")) {
      entry.space = action.name.substr(network.action_name.size() + 1);
    } else if (network.per_dataspace_action || action.name != network.action_name) {
      continue;
    }
    if (const auto factor = action.arguments.find(network.multicast_factor_argument);
        factor != action.arguments.end()) {
      entry.factor = factor_of(network, action.name, factor->second);
    }
    price.multicast.push_back(entry);
  }
}

NetworkPrice price_network(const Network& network, double planned_width,
                           const ReferenceTable& table, std::optional<double> table_wire_energy) {
  NetworkPrice price{.per_router = network.router_energy,
                     .per_ingress = network.energy_per_ingress,
                     .per_add = network.adder_energy,
                     .tile_width = network.tile_width.value_or(planned_width)};
  // Timeloop does not read the tile width of a reduction tree; it is always floor-planned.
  if (network.kind == NetworkKind::reduction_tree) price.tile_width = planned_width;
  const double wire = table_wire_energy.value_or(network.wire_energy.value_or(0));
  price.per_hop =
      network.energy_per_hop.value_or(network.word_bits * (price.tile_width / 1000) * wire);
  if (network.kind == NetworkKind::simple_multicast) add_multicast_prices(network, table, price);
  return price;
}

// Side of the square that one instance of each level (and all below it) takes: the length of a
// hop on the network above it. [0] = compute.
std::vector<double> planned_widths(const Architecture& arch, const Prices& prices) {
  std::vector<double> widths;
  double area = prices.compute.area.value_or(0);
  std::uint64_t inner_instances = arch.compute.instances;
  for (int s = 0; s < arch.num_levels(); ++s) {
    widths.push_back(std::sqrt(area));
    const double fanout = static_cast<double>(inner_instances / arch.storage[s].instances);
    area = prices.storage[s].area.value_or(0) + area * fanout;
    inner_instances = arch.storage[s].instances;
  }
  return widths;
}

// The innermost level that names `network` as its read or update network, or -1.
int level_above(const Architecture& arch, const Network& network) {
  for (int s = 0; s < arch.num_levels(); ++s) {
    const auto& level = arch.storage[s];
    if (level.read_network == network.name || level.update_network == network.name) return s;
  }
  return -1;
}

void check_number(double value, std::string_view what, const std::string& level) {
  if (value == 0 || (std::abs(value) >= kLeastNumber && std::abs(value) <= kMostNumber)) return;
  throw UsageError(fmt::format(
      "{}: {} is {}; prices are 0, or from {} to {}: beyond, energies and their products "
      "with times are no longer exact",
      level, what, value, kLeastNumber, kMostNumber));
}

void check_network(const NetworkPrice& price, const std::string& name) {
  check_number(price.per_hop, "the energy of a hop (pJ)", name);
  check_number(price.per_router, "the energy of a router (pJ)", name);
  check_number(price.per_ingress, "the energy of an ingress (pJ)", name);
  check_number(price.per_add, "the energy of an addition (pJ)", name);
  for (const auto& entry : price.multicast) {
    check_number(entry.energy, "the energy of a multicast (pJ)", name);
  }
}

void check_prices(const Architecture& arch, const Prices& prices) {
  check_number(prices.compute.op, "the energy of an operation (pJ)", arch.compute.name);
  check_number(prices.compute.idle, "the energy of an idle cycle (pJ)", arch.compute.name);
  check_number(prices.compute.area.value_or(0), "the area (um2)", arch.compute.name);
  for (std::size_t s = 0; s < arch.storage.size(); ++s) {
    const StoragePrice& price = prices.storage[s];
    const std::string& name = arch.storage[s].name;
    check_number(price.read, "the energy of a read (pJ)", name);
    check_number(price.fill, "the energy of a fill (pJ)", name);
    check_number(price.update, "the energy of an update (pJ)", name);
    check_number(price.addr_gen, "the energy of an address (pJ)", name);
    check_number(price.idle, "the energy of an idle cycle (pJ)", name);
    check_number(price.area.value_or(0), "the area (um2)", name);
    check_network(prices.implicit_networks[s], arch.storage[s].implicit_network.name);
  }
  for (std::size_t n = 0; n < arch.networks.size(); ++n) {
    check_network(prices.networks[n], arch.networks[n].name);
  }
}

}  // namespace

std::vector<std::string_view> actions_without_row(const ReferenceComponent& component,
                                                  bool is_v04) {
  StoragePrice price;
  return take_prices(component, is_v04, price);
}

std::vector<std::string> levels_without_area(const Architecture& arch, const Prices& prices) {
  std::vector<std::string> names;
  if (!prices.compute.area) names.push_back(arch.compute.name);
  for (std::size_t s = 0; s < arch.storage.size(); ++s) {
    if (!prices.storage[s].area) names.push_back(arch.storage[s].name);
  }
  return names;
}

Prices price(const Architecture& arch, const ReferenceTable& table) {
  Prices prices{.compute = price_compute(arch.compute, table)};
  prices.count_idle = table.count_idle;
  prices.idle_in_use = table.idle_in_use;
  for (const auto& level : arch.storage) prices.storage.push_back(price_storage(level, table));

  const auto widths = planned_widths(arch, prices);
  std::optional<double> wire;  // an ERT's component "wire" prices the implicit networks
  for (const auto* name : {"wire", "Wire"}) {
    const auto* component = table.find_energy(name);
    if (component != nullptr) wire = first_energy(*component, {"transfer_random"});
  }
  for (int s = 0; s < arch.num_levels(); ++s) {
    prices.implicit_networks.push_back(
        price_network(arch.storage[s].implicit_network, widths[s], table, wire));
  }
  for (const auto& network : arch.networks) {
    const int level = level_above(arch, network);
    prices.networks.push_back(
        price_network(network, level < 0 ? 0 : widths[level], table, std::nullopt));
  }
  check_prices(arch, prices);
  return prices;
}

}  // namespace tilewright
