#include "model/energy/odd_tables.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "model/energy/prices.hpp"
#include "model/names.hpp"
#include "model/suggestion.hpp"

namespace tilewright {
namespace {

std::string last_part(const std::string& name) { return name.substr(name.rfind('.') + 1); }

// Tables hold much that no level is, wires and adders; but hardly by a name that is nearly a
// level's.
void warn_of_components(const Architecture& arch, const ReferenceTable& table,
                        const spec::Findings& findings) {
  std::vector<std::string> names = arch.level_names();
  names.push_back(arch.compute.name);
  const std::vector<std::string> all = names;
  std::erase_if(names, [&](const std::string& name) { return table.find_energy(name) != nullptr; });
  for (const ReferenceComponent& component : table.components) {
    const std::string name = last_part(component.name);
    if (component.actions.empty() || std::find(all.begin(), all.end(), name) != all.end()) continue;
    const auto close = nearest(name, names);
    if (close.empty()) continue;
    findings.warn(table.mark(component),
                  fmt::format("ERT: '{}' is no level, and none of its prices count; {}", name,
                              proposal(close)),
                  odd::kUnpriced);
  }
}

// The row that was meant to price one of the actions, if its name is nearly right.
std::string misspelt(const ReferenceComponent& component) {
  static const std::vector<std::string> known{"read",        "write",        "fill",
                                              "update",      "random_read",  "random_write",
                                              "random_fill", "random_update"};
  for (const ReferenceAction& action : component.actions) {
    if (std::find(known.begin(), known.end(), action.name) != known.end()) continue;
    const auto close = nearest(action.name, known);
    if (!close.empty()) return fmt::format("; it has '{}': {}", action.name, proposal(close));
  }
  return {};
}

void warn_of_actions(const StorageLevel& level, const ReferenceTable& table,
                     const spec::Findings& findings) {
  const ReferenceComponent* component = table.find_energy(level.name);
  if (component == nullptr || level.vector_access_energy) return;
  const auto missing = actions_without_row(*component, table.is_v04);
  if (missing.empty()) return;
  findings.warn_about(level.name, table.mark(*component),
                      fmt::format("the ERT has no price of {}; the technology model pat prices "
                                  "{}{}",
                                  fmt::join(missing, ", "), missing.size() == 1 ? "it" : "them",
                                  misspelt(*component)),
                      odd::kUnpriced);
}

}  // namespace

void warn_of_odd_table(const Architecture& arch, const ReferenceTable& table,
                       const spec::Findings& findings) {
  if (!table.has_energy) return;
  warn_of_components(arch, table, findings);
  for (const StorageLevel& level : arch.storage) warn_of_actions(level, table, findings);
}

}  // namespace tilewright
