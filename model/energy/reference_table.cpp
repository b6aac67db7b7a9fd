#include "model/energy/reference_table.hpp"

#include <algorithm>

namespace tilewright {
namespace {

std::string_view last_part(std::string_view name) {
  const auto dot = name.rfind('.');
  return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

}  // namespace

const ReferenceComponent* ReferenceTable::find_energy(std::string_view level) const {
  const auto it = std::find_if(components.rbegin(), components.rend(), [&](const auto& c) {
    return !c.actions.empty() && last_part(c.name) == level;
  });
  return it == components.rend() ? nullptr : &*it;
}

std::optional<double> ReferenceTable::find_area(std::string_view level) const {
  const auto it = std::find_if(components.rbegin(), components.rend(),
                               [&](const auto& c) { return c.area && last_part(c.name) == level; });
  return it == components.rend() ? std::nullopt : it->area;
}

std::optional<double> first_energy(const ReferenceComponent& component,
                                   const std::vector<std::string_view>& names) {
  for (const auto name : names) {
    std::optional<double> energy;
    for (const auto& action : component.actions) {
      if (action.name == name) energy = std::max(energy.value_or(0), action.energy);
    }
    if (energy) return energy;
  }
  return std::nullopt;
}

}  // namespace tilewright
