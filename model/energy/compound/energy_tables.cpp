#include "model/energy/compound/energy_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "model/energy/compound/expand.hpp"

namespace tilewright::energy {
namespace {

// Asks the registry once per question.
class Pricer {
 public:
  // Unless `complete`, area, leakage and idle energy that nobody can price are left out.
  Pricer(const Design& design, const Registry& registry, bool complete)
      : design_(design), registry_(registry), complete_(complete) {}

  // The rows, the area, or both.
  TableEntry price(const ExpandedComponent& expanded, bool rows, bool areas) {
    TableEntry entry;
    mark_ = expanded.component->mark;
    entry.name = expanded.component->name;
    entry.component_class = expanded.component->component_class;
    entry.is_compound = expanded.is_compound;
    if (!rows && !areas) return entry;
    if (!expanded.primitive_type.empty() && price_as_primitive(expanded, entry)) return entry;
    keys_.clear();
    for (const PrimitivePart& part : expanded.parts) {
      keys_.push_back(part_key(part.component_class, part.attributes));
    }
    if (areas && (complete_ || can_price_area(expanded))) price_areas(expanded, entry);
    if (!rows) return entry;
    for (const ActionRow& row : expanded.rows) {
      if (complete_ || !is_rest(row) || can_price(row, expanded, entry)) {
        entry.rows.push_back(price(row, expanded, entry));
      }
    }
    return entry;
  }

 private:
  // What a component takes when it does nothing: few estimators know that.
  static bool is_rest(const ActionRow& row) { return row.name == "idle" || row.name == "leak"; }

  bool can_price(const ActionRow& row, const ExpandedComponent& expanded,
                 const TableEntry& entry) const {
    return std::all_of(row.actions.begin(), row.actions.end(), [&](const PrimitiveAction& action) {
      Query query = query_of(expanded.parts[action.part], entry.name);
      query.action = action.action;
      query.arguments = action.arguments;
      return registry_.find_price(query).has_value();
    });
  }

  bool can_price_area(const ExpandedComponent& expanded) const {
    return std::all_of(expanded.parts.begin(), expanded.parts.end(), [&](const auto& part) {
      Query query = query_of(part, expanded.component->name);
      query.quantity = Quantity::area;
      return registry_.find_price(query).has_value();
    });
  }

  void price_areas(const ExpandedComponent& expanded, TableEntry& entry) {
    for (std::size_t i = 0; i < expanded.parts.size(); ++i) {
      const PrimitivePart& part = expanded.parts[i];
      AreaTerm term{part.name, area_of(part, keys_[i], entry.name), part.area_scale, part.count};
      entry.area += term.area();
      entry.areas.push_back(std::move(term));
    }
  }

  EnergyRow price(const ActionRow& row, const ExpandedComponent& expanded,
                  const TableEntry& entry) {
    EnergyRow result{row.name, row.arguments, {}, 0};
    for (const PrimitiveAction& action : row.actions) {
      const PrimitivePart& part = expanded.parts[action.part];
      EnergyTerm term{action.name,
                      action.action,
                      action.arguments,
                      energy_of(part, keys_[action.part], action, entry.name),
                      action.scale * part.energy_scale,
                      action.count};
      result.energy += term.energy();
      result.terms.push_back(std::move(term));
    }
    return result;
  }

  static std::string part_key(const std::string& component_class, const Attributes& attributes) {
    std::string key = component_class;
    for (const auto& [name, value] : attributes) key += '\n' + name + '=' + value.to_string();
    return key;
  }

  Query query_of(const PrimitivePart& part, const std::string& component) const {
    Query query;
    query.component_class = part.component_class;
    query.attributes = part.attributes;
    query.dialect = design_.dialect;
    query.component = component;
    return query;
  }

  // Version 0.4 counts the area and the leakage of all instances that a component stands for.
  double instances(const PrimitivePart& part) const {
    return design_.dialect == Dialect::v04 ? part.attributes.number_or("n_instances", 1) : 1;
  }

  SharedPricing energy_of(const PrimitivePart& part, const std::string& key,
                          const PrimitiveAction& action, const std::string& component) {
    std::string full = key + "\n." + action.action;
    for (const auto& [name, value] : action.arguments) {
      full += '\n' + name + '=' + value.to_string();
    }
    const auto known = prices_.find(full);
    if (known != prices_.end()) return known->second;
    Query query = query_of(part, component);
    query.action = action.action;
    query.arguments = action.arguments;
    Pricing pricing = registry_.price(query);
    if (action.action == "leak") pricing.value *= instances(part);
    return keep(std::move(full), std::move(pricing));
  }

  SharedPricing area_of(const PrimitivePart& part, const std::string& key,
                        const std::string& component) {
    const auto known = prices_.find(key);
    if (known != prices_.end()) return known->second;
    Query query = query_of(part, component);
    query.quantity = Quantity::area;
    Pricing pricing = registry_.price(query);
    pricing.value *= instances(part);
    return keep(key, std::move(pricing));
  }

  SharedPricing keep(std::string key, Pricing pricing) {
    design_.limits->prices.spend(1, mark_);
    return prices_.emplace(std::move(key), std::make_shared<const Pricing>(std::move(pricing)))
        .first->second;
  }

  // A compound component that estimators may know as a whole. Up to version 0.3 its parts answer
  // where none does.
  bool price_as_primitive(const ExpandedComponent& expanded, TableEntry& entry) {
    PrimitivePart whole{entry.name, expanded.primitive_type,
                        to_attributes(expanded.component->attributes)};
    Query query = query_of(whole, entry.name);
    query.quantity = Quantity::area;
    if (!registry_.find_price(query)) return refuse(query);
    const std::string key = part_key(whole.component_class, whole.attributes);
    TableEntry priced = entry;
    for (const ActionRow& row : expanded.rows) {
      const PrimitiveAction action{0, entry.name, row.name, row.arguments};
      query.quantity = Quantity::energy;
      query.action = row.name;
      query.arguments = row.arguments;
      if (!registry_.find_price(query)) return refuse(query);
      EnergyTerm term{entry.name, row.name, row.arguments,
                      energy_of(whole, key, action, entry.name)};
      priced.rows.push_back({row.name, row.arguments, {term}, term.energy()});
    }
    AreaTerm area{entry.name, area_of(whole, key, entry.name)};
    priced.area = area.area();
    priced.areas.push_back(std::move(area));
    entry = std::move(priced);
    return true;
  }

  bool refuse(const Query& query) const {
    if (design_.dialect == Dialect::v04) (void)registry_.price(query);  // throws the reasons
    return false;
  }

  const Design& design_;
  const Registry& registry_;
  const bool complete_;
  std::vector<std::string> keys_;  // of the parts of the component
  Mark mark_;                      // of the component
  std::unordered_map<std::string, SharedPricing> prices_;
};

}  // namespace

EnergyTables price_design(const Design& design, const Registry& registry, const GivenNames& given,
                          std::vector<Unpriced>* failures) {
  EnergyTables tables{design.dialect, design.version, {}};
  Pricer pricer(design, registry, failures == nullptr);
  for (const bool compound : {false, true}) {
    for (const FlatComponent& component : design.components) {
      if (design.classes.at(component.component_class).is_compound != compound) continue;
      const std::string name = without_ranges(component.name);
      const bool rows = !given.energy.contains(name);
      const bool areas = !given.area.contains(name);
      try {
        tables.entries.push_back(pricer.price(expand(component, design), rows, areas));
      } catch (const EstimatorFault&) {
        throw;
      } catch (const EstimationError& error) {
        if (failures == nullptr) throw;
        failures->push_back({&component, error.of_users()});
      }
    }
  }
  return tables;
}

EntrySource source_of(const TableEntry& entry) {
  EntrySource source;
  std::set<std::string> known;
  const auto add = [&](const Pricing& price) {
    if (known.insert(price.estimator).second) {
      source.estimators += (source.estimators.empty() ? "" : "+") + price.estimator;
    }
    source.accuracy =
        source.accuracy < 0 ? price.accuracy : std::min(source.accuracy, price.accuracy);
  };
  for (const EnergyRow& row : entry.rows) {
    for (const EnergyTerm& term : row.terms) add(*term.price);
  }
  if (known.empty()) {
    for (const AreaTerm& term : entry.areas) add(*term.price);
  }
  return source;
}

ReferenceTable to_reference_table(const EnergyTables& tables) {
  ReferenceTable result{.components = {}, .has_energy = true, .has_area = true};
  for (const TableEntry& entry : tables.entries) {
    ReferenceComponent component{.name = without_ranges(entry.name), .actions = {}, .area = {}};
    if (!entry.areas.empty()) component.area = entry.area;
    const EntrySource source = source_of(entry);
    component.source = source.estimators;
    component.accuracy = source.accuracy;
    for (const EnergyRow& row : entry.rows) {
      ReferenceAction action{.name = row.action, .arguments = {}, .energy = row.energy};
      for (const auto& [name, value] : row.arguments) action.arguments[name] = value.to_string();
      component.actions.push_back(std::move(action));
    }
    result.components.push_back(std::move(component));
  }
  return result;
}

}  // namespace tilewright::energy
