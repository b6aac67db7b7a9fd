#include "model/energy/compound/write_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <set>
#include <string_view>
#include <unordered_map>

#include "model/energy/compound/tables_text.hpp"
#include "model/energy/compound/yaml_text.hpp"

namespace tilewright::energy {
namespace {

YamlStyle style_of(Dialect dialect) {
  return dialect == Dialect::v03 ? YamlStyle{2, 0, false} : YamlStyle{4, 2, true};
}

// The version of the written files: that of the tool that reads files of this version.
Value version_of(Dialect dialect) { return dialect == Dialect::v03 ? Value(0.3) : Value("0.4"); }

ValueMap with_version(Dialect dialect, const char* key, ValueList items) {
  ValueMap content;
  content.emplace_back("version", version_of(dialect));
  content.emplace_back(key, std::move(items));
  return content;
}

std::string document(Dialect dialect, const char* section, ValueMap content) {
  ValueMap root;
  root.emplace_back(section, std::move(content));
  return yaml_text(root, style_of(dialect));
}

// Version 0.3 sorts, and writes nothing where there are none.
Value arguments_value(const Attributes& arguments, Dialect dialect) {
  ValueMap map(arguments.begin(), arguments.end());
  if (dialect == Dialect::v04) return map;
  if (map.empty()) return {};
  std::sort(map.begin(), map.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return map;
}

ValueMap named(const std::string& name) {
  ValueMap map;
  map.emplace_back("name", name);
  return map;
}

// Energy of one action over its rows.
ValueMap action_summary(const std::vector<const EnergyRow*>& rows, Dialect dialect,
                        Precision precision) {
  ValueMap map = named(rows.front()->action);
  const auto number = [&](double energy) { return Value(rounded(energy, dialect, precision)); };
  if (rows.size() == 1) {
    map.emplace_back("energy", number(rows.front()->energy));
    return map;
  }
  double sum = 0;
  double least = rows.front()->energy;
  double most = least;
  for (const EnergyRow* row : rows) {
    sum += row->energy;
    least = std::min(least, row->energy);
    most = std::max(most, row->energy);
  }
  map.emplace_back("average_energy", number(sum / static_cast<double>(rows.size())));
  map.emplace_back("max_energy", number(most));
  map.emplace_back("min_energy", number(least));
  return map;
}

ValueList action_summaries(const TableEntry& entry, Dialect dialect, Precision precision) {
  std::vector<std::vector<const EnergyRow*>> actions;
  std::unordered_map<std::string_view, std::size_t> at;
  for (const EnergyRow& row : entry.rows) {
    const auto [it, is_new] = at.try_emplace(row.action, actions.size());
    if (is_new) actions.emplace_back();
    actions[it->second].push_back(&row);
  }
  ValueList list;
  for (const auto& rows : actions) list.emplace_back(action_summary(rows, dialect, precision));
  return list;
}

ValueMap estimation(const std::string& part, const Pricing& price) {
  ValueMap map = named(part);
  map.emplace_back("estimator", price.estimator);
  map.emplace_back("accuracy", price.accuracy);
  return map;
}

ValueList energy_estimations(const TableEntry& entry) {
  ValueList list;
  std::set<std::string> listed;
  for (const EnergyRow& row : entry.rows) {
    for (const EnergyTerm& term : row.terms) {
      if (listed.insert(term.part).second) list.emplace_back(estimation(term.part, *term.price));
    }
  }
  return list;
}

// What is guessed, as a comment, for the form is not ours.
std::string with_guesses(std::string text, const EnergyTables& tables) {
  std::string line = guesses_text(tables);
  if (line.empty()) return text;
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return std::iscntrl(c) != 0; }, ' ');
  return text + "# " + line + "\n";
}

}  // namespace

double rounded(double number, Dialect dialect, Precision precision) {
  const std::string text =
      dialect == Dialect::v03
          ? fmt::format("{:.{}f}", number, precision.digits > 0 ? precision.digits : 5)
          : fmt::format("{:.{}e}", number, (precision.digits > 0 ? precision.digits : 6) - 1);
  return std::strtod(text.c_str(), nullptr);
}

std::string write_ert(const EnergyTables& tables, Precision precision) {
  ValueList list;
  for (const TableEntry& entry : tables.entries) {
    if (entry.rows.empty()) continue;
    ValueList actions;
    for (const EnergyRow& row : entry.rows) {
      ValueMap action = named(row.action);
      action.emplace_back("arguments", arguments_value(row.arguments, tables.dialect));
      action.emplace_back("energy", rounded(row.energy, tables.dialect, precision));
      actions.emplace_back(std::move(action));
    }
    ValueMap component = named(entry.name);
    component.emplace_back("actions", std::move(actions));
    list.emplace_back(std::move(component));
  }
  return document(tables.dialect, "ERT", with_version(tables.dialect, "tables", std::move(list)));
}

std::string write_art(const EnergyTables& tables, Precision precision) {
  ValueList list;
  for (const TableEntry& entry : tables.entries) {
    ValueMap component = named(entry.name);
    component.emplace_back("area", rounded(entry.area, tables.dialect, precision));
    list.emplace_back(std::move(component));
  }
  return document(tables.dialect, "ART", with_version(tables.dialect, "tables", std::move(list)));
}

std::string write_ert_summary(const EnergyTables& tables, Precision precision) {
  ValueList list;
  for (const TableEntry& entry : tables.entries) {
    if (entry.rows.empty()) continue;
    ValueMap component = named(entry.name);
    component.emplace_back("actions", action_summaries(entry, tables.dialect, precision));
    component.emplace_back("primitive_estimation(s)", energy_estimations(entry));
    list.emplace_back(std::move(component));
  }
  return with_guesses(document(tables.dialect, "ERT_summary",
                               with_version(tables.dialect, "table_summary", std::move(list))),
                      tables);
}

std::string write_art_summary(const EnergyTables& tables, Precision precision) {
  ValueList list;
  for (const TableEntry& entry : tables.entries) {
    ValueMap component = named(entry.name);
    component.emplace_back("area", rounded(entry.area, tables.dialect, precision));
    ValueList estimations;
    for (const AreaTerm& term : entry.areas) {
      estimations.emplace_back(estimation(term.part, *term.price));
    }
    component.emplace_back("primitive_estimations", std::move(estimations));
    list.emplace_back(std::move(component));
  }
  return with_guesses(document(tables.dialect, "ART_summary",
                               with_version(tables.dialect, "table_summary", std::move(list))),
                      tables);
}

std::string write_flattened(const Design& design) {
  ValueList list;
  for (const FlatComponent& component : design.components) {
    ValueMap map = named(component.name);
    map.emplace_back("class", component.role.empty() ? component.component_class : component.role);
    if (!component.role.empty()) map.emplace_back("subclass", component.component_class);
    ValueMap attributes;
    for (const Setting& setting : component.attributes) {
      attributes.emplace_back(setting.name, setting.value);
    }
    if (design.dialect == Dialect::v03) {
      std::sort(attributes.begin(), attributes.end(),
                [](const auto& a, const auto& b) { return a.first < b.first; });
    }
    map.emplace_back("attributes", std::move(attributes));
    ValueList actions(component.required_actions.begin(), component.required_actions.end());
    if (!actions.empty()) map.emplace_back("required_actions", std::move(actions));
    list.emplace_back(std::move(map));
  }
  return document(design.dialect, "architecture",
                  with_version(design.dialect, "local", std::move(list)));
}

std::string write_energy_estimation(const Design& design,
                                    const std::vector<ComponentEnergy>& energies) {
  ValueList list;
  double total = 0;
  for (const ComponentEnergy& component : energies) {
    ValueMap map = named(component.name);
    map.emplace_back("energy", component.energy);
    list.emplace_back(std::move(map));
    total += component.energy;
  }
  ValueMap content = with_version(design.dialect, "components", std::move(list));
  content.emplace_back("Total", total);
  return document(design.dialect, "energy_estimation", std::move(content));
}

}  // namespace tilewright::energy
