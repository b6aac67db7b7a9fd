#include "model/spec/variables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "model/spec/constraint_values.hpp"

namespace tilewright::spec {
namespace {

// The one section with content, or nullptr.
const Node* find_section(const std::vector<Section>& sections, bool may_be_list) {
  const Section* found = nullptr;
  for (const Section& section : sections) {
    if (!section.is("variables") || section.node().is_null()) continue;
    if (found != nullptr) {
      throw SpecError(section.mark(),
                      fmt::format("a second section of variables; the first is in {} line {}",
                                  found->mark().file, found->mark().line));
    }
    if (!may_be_list || !section.node().is_list()) (void)section.node().map("variables");
    found = &section;
  }
  return found == nullptr ? nullptr : &found->node();
}

void add(std::string name, const Node* value, Variables& variables) {
  if (value->is_null()) return;
  std::replace(name.begin(), name.end(), '-', '_');
  variables.try_emplace(std::move(name), value);
}

// Included files see them in version 0.4.
void give(Document& document, const Spec& spec) {
  document.source.variables = &spec.variables;
  document.source.has_literals = spec.has_nodes;
  if (!spec.has_nodes) return;
  for (auto& part : document.parts) give(*part, spec);
}

}  // namespace

energy::Settings set_variables(const std::vector<Section>& sections, Spec& spec) {
  energy::Settings evaluated;
  const Node* section = find_section(sections, spec.has_nodes);
  if (section == nullptr) return evaluated;
  if (spec.has_nodes) {
    energy::DesignLimits limits;
    evaluated = energy::evaluate_variables({section}, limits.expressions, energy::Dialect::v04);
    for (const energy::Setting& variable : evaluated) {
      add(variable.name, to_node(*spec.lowered, variable.value, *section), spec.variables);
    }
  } else {
    for (const Entry& entry : section->map("variables")) {
      add(entry.key, entry.value, spec.variables);
    }
  }
  if (spec.variables.empty()) return evaluated;
  for (auto& document : spec.documents) give(*document, spec);
  return evaluated;
}

}  // namespace tilewright::spec
