#include "model/spec/read_technology.hpp"

#include <fmt/format.h>

#include "model/arch/component_kind.hpp"
#include "model/names.hpp"

namespace tilewright::spec {

std::optional<double> read_process(const Node& component, const Node* technology,
                                   const std::string& name, std::string_view taken_as,
                                   const Findings& findings) {
  if (technology == nullptr) return std::nullopt;
  const bool is_tree = component.find("attributes") != nullptr;
  const bool is_memory = !taken_as.empty();
  const std::string& text = technology->text("technology");
  if (is_memory && (dram_kind(text) || same_but_for_case(text, "SRAM"))) return std::nullopt;
  if (const auto node = process_node(text)) {
    return is_tree ? std::nullopt : node;
  }
  // A number marks what is no hardware.
  if (is_tree && may_be_expression(text, findings)) return std::nullopt;
  findings.warn_about(
      name, technology->mark(),
      fmt::format("the technology '{}' is {}process node such as 28nm; {}", text,
                  is_memory
                      ? "neither SRAM nor DRAM, nor a kind of it such as HBM2 or LPDDR4, nor a "
                      : "no ",
                  is_memory ? fmt::format("the level is taken as {}", taken_as) : "it is not used"),
      odd::kUnknownValue);
  return std::nullopt;
}

void read_technology(const Node& component, const Node* node, StorageLevel& level,
                     const Findings& findings) {
  const Node* of_class = component.find("class");
  auto kind = of_class != nullptr ? dram_kind(of_class->text("class")) : std::nullopt;
  if (node != nullptr && node->is_text() && dram_kind(node->text("technology"))) {
    kind = dram_kind(node->text("technology"));
  }
  const bool is_dram = kind || level.component_class.find("DRAM") != std::string::npos;
  level.technology = is_dram ? Technology::dram : Technology::sram;
  if (kind && *kind != "DRAM") level.dram_type = *kind;
  level.process_nm = read_process(component, node, level.name, is_dram ? "DRAM" : "SRAM", findings);
  const bool is_known = component_kind(level.component_class) == ComponentKind::storage;
  if (of_class == nullptr || is_known) return;  // in a tree the class makes it a memory
  findings.warn_about(
      level.name, of_class->mark(),
      fmt::format("the class '{}' is no memory's (DRAM, SRAM, regfile, smartbuffer, "
                  "storage); the level is taken as {}",
                  level.component_class, is_dram ? "DRAM" : "SRAM"),
      odd::kUnknownValue);
}

}  // namespace tilewright::spec
