#include "model/convert/price_sources.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/energy/compound/energy_input.hpp"
#include "model/energy/prices.hpp"
#include "model/error.hpp"
#include "model/names.hpp"
#include "model/spec/spec_files.hpp"

namespace tilewright::convert {
namespace {

using energy::Dialect;
using spec::Entry;
using spec::Node;

template <class Use>
void for_each_section(const SpecSet& specs, const Use& use) {
  for (const auto& document : specs.source->documents) {
    for (const Entry& entry : document->root->entries()) use(entry);
  }
}

bool is_classes(const Entry& entry) {
  return same_key(entry.key, "compound_components") || same_key(entry.key, "components");
}

bool is_level(const SpecSet& specs, const std::string& name) {
  return specs.architecture->find_level(name) >= 0 || specs.architecture->compute.name == name;
}

std::string last_name(const std::string& path) {
  const std::string base = energy::without_ranges(path);
  return base.substr(base.rfind('.') + 1);
}

void add_row(ReferenceComponent& row, const char* action, double energy) {
  row.actions.push_back({action, {}, energy});
}

// The numbers that the model counts with.
void set_numbers(const Architecture& arch, const Prices& prices, PriceSources& sources) {
  const auto add_area = [&](const std::string& name, const std::optional<double>& area) {
    if (area) sources.areas[name] = *area;
  };
  for (int s = 0; s < arch.num_levels(); ++s) {
    const StorageLevel& level = arch.storage[s];
    const StoragePrice& price = prices.storage[s];
    ReferenceComponent& row = sources.energies[level.name];
    add_row(row, "read", price.read);
    add_row(row, "random_fill", price.fill);
    add_row(row, "random_update", price.update);
    if (prices.count_idle) add_row(row, "leak", price.idle);
    const bool takes_none = level.technology == Technology::dram || level.entries == 0;
    if (!takes_none || price.area != 0) add_area(level.name, price.area);
  }
  ReferenceComponent& row = sources.energies[arch.compute.name];
  add_row(row, "compute", prices.compute.op);
  if (prices.count_idle) add_row(row, "leak", prices.compute.idle);
  add_area(arch.compute.name, prices.compute.area);
}

// Wires, and networks.
bool is_priced_elsewhere(const SpecSet& specs, const std::string& name) {
  const auto& networks = specs.architecture->networks;
  return name == "wire" || name == "Wire" ||
         std::any_of(networks.begin(), networks.end(),
                     [&](const Network& network) { return network.name == name; });
}

// What the user's own tables say; estimators have names.
void set_tables(const SpecSet& specs, PriceSources& sources, std::vector<std::string>& notes) {
  if (!specs.table) return;
  for (const ReferenceComponent& row : specs.table->components) {
    if (!row.source.empty()) continue;
    const std::string name = last_name(row.name);
    if (!is_level(specs, name)) {
      if (is_priced_elsewhere(specs, name)) continue;
      notes.push_back(
          fmt::format("the tables' component {} is no level and is left out", row.name));
      continue;
    }
    if (row.area) sources.areas[name] = *row.area;
    if (!row.actions.empty()) sources.energies[name] = row;
  }
}

bool is_tree(const SpecSet& specs) {
  bool found = false;
  for_each_section(specs, [&](const Entry& entry) {
    const bool is_arch = same_key(entry.key, "arch") || same_key(entry.key, "architecture");
    found = found || (is_arch && entry.value->is_map() && entry.value->find("subtree") != nullptr);
  });
  return found;
}

// Classes and attributes of components, as they stand in the tree.
void set_classes(const SpecSet& specs, PriceSources& sources) {
  for_each_section(specs, [&](const Entry& entry) {
    if (!is_classes(entry)) return;
    sources.asks_estimators = true;
    const Node* classes = entry.value->is_map() ? entry.value->find("classes") : nullptr;
    if (classes == nullptr) return;
    sources.compound.insert(sources.compound.end(), classes->items().begin(),
                            classes->items().end());
  });
  if (!is_tree(specs)) return;
  energy::EnergyReadOptions options;
  options.components_only = true;
  for (auto& component : energy::read_energy_sections(specs, options).design.components) {
    const std::string name = last_name(component.name);
    if (is_level(specs, name)) sources.classes.emplace(name, std::move(component));
  }
}

}  // namespace

bool needs_numbers(const SpecSet& specs) {
  bool is_new = has_nodes(specs);
  for_each_section(specs, [&](const Entry& entry) {
    is_new = is_new || (is_classes(entry) && entry.value->is_map() &&
                        energy::dialect_of(*entry.value, Dialect::v04) == Dialect::v04);
  });
  return is_new;
}

PriceSources price_sources(const SpecSet& specs, PriceForm form, std::vector<std::string>& notes) {
  PriceSources sources;
  if (specs.table && specs.table->count_idle) {
    sources.leakage = specs.table->idle_in_use ? "in-use" : "all";
  }
  for (const char* name : {"wire", "Wire"}) {
    const ReferenceComponent* wire = specs.table ? specs.table->find_energy(name) : nullptr;
    if (wire != nullptr) sources.wire_energy = first_energy(*wire, {"transfer_random"});
  }
  const Prices prices = price(*specs.architecture, specs.table.value_or(ReferenceTable{}));
  for (std::size_t n = 0; n < prices.networks.size(); ++n) {
    sources.multicasts[specs.architecture->networks[n].name] = prices.networks[n].multicast;
  }
  if (form == PriceForm::numbers) {
    set_numbers(*specs.architecture, prices, sources);
  } else {
    set_tables(specs, sources, notes);
    set_classes(specs, sources);
  }
  return sources;
}

}  // namespace tilewright::convert
