#include "model/energy/compound/tables_json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "model/report/numbers.hpp"

namespace tilewright::energy {
namespace {

using Json = nlohmann::ordered_json;

// Lists and maps as YAML prints them: no estimator of ours takes them for arguments.
Json value_json(const Value& value) {
  if (value.is_none()) return nullptr;
  if (const bool* flag = value.flag()) return *flag;
  if (const double* number = value.number()) {
    return std::floor(*number) == *number ? count_json(*number) : number_json(*number);
  }
  return value.to_string();
}

Json actions_json(const TableEntry& entry) {
  Json list = Json::array();
  for (const EnergyRow& row : entry.rows) {
    Json arguments = Json::object();
    for (const auto& [name, value] : row.arguments) arguments[name] = value_json(value);
    list.push_back({{"name", row.action},
                    {"arguments", std::move(arguments)},
                    {"energy_pJ", number_json(row.energy)}});
  }
  return list;
}

Json price_json(const std::string& part, const std::string& what, const Pricing& price) {
  return Json{{"part", part},
              {"of", what},
              {"estimator", price.estimator},
              {"accuracy_percent", number_json(price.accuracy)},
              {"guess", price.is_guess()},
              {"note", price.note.empty() ? Json(nullptr) : Json(price.note)},
              {"not_taken", price.others}};
}

// One for each action of a part, and for its area: rows of other arguments have the same source.
Json prices_json(const TableEntry& entry) {
  Json list = Json::array();
  std::set<std::pair<std::string, std::string>> told;
  const auto tell = [&](const std::string& part, const std::string& what, const Pricing& price) {
    if (told.emplace(part, what).second) list.push_back(price_json(part, what, price));
  };
  for (const EnergyRow& row : entry.rows) {
    for (const EnergyTerm& term : row.terms) tell(term.part, term.action, *term.price);
  }
  for (const AreaTerm& term : entry.areas) tell(term.part, "area", *term.price);
  return list;
}

}  // namespace

std::string tables_json(const EnergyTables& tables) {
  Json components = Json::array();
  for (const TableEntry& entry : tables.entries) {
    const bool has_area = !entry.areas.empty() || entry.area > 0;
    components.push_back(
        {{"name", entry.name},
         {"class", entry.component_class.empty() ? Json(nullptr) : Json(entry.component_class)},
         {"area_um2", has_area ? number_json(entry.area) : Json(nullptr)},
         {"actions", actions_json(entry)},
         {"prices", prices_json(entry)}});
  }
  const Json json{{"format", "tilewright energy 1"}, {"components", std::move(components)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace tilewright::energy
