#include "model/spec/node_sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "model/energy/compound/design.hpp"
#include "model/printable.hpp"

namespace tilewright::spec {
namespace {

namespace fs = std::filesystem;

bool is_architecture(const Section& section) {
  return section.is("architecture") || section.is("arch");
}

const Node* find_tag(const Node& node, std::string_view tag) {
  if (node.tag() == tag) return &node;
  const Node* nodes = node.is_map() ? node.find("nodes") : nullptr;
  if (nodes == nullptr) return nullptr;
  for (const Node* item : nodes->items()) {
    if (const Node* found = find_tag(*item, tag)) return found;
  }
  return nullptr;
}

// The functions that a section names, or nullptr.
const Node* functions_in(const Section& section) {
  const Node& node = section.node();
  if (!section.is("globals") || !node.is_map()) return nullptr;
  const Node* functions = node.find("expression_custom_functions");
  return functions == nullptr || is_empty(*functions) ? nullptr : functions;
}

const Node& targets_in(const Node& section) {
  if (section.is_list()) return section;
  const Node* targets = section.find("targets");
  return targets != nullptr ? *targets : section.at("constraints");
}

void refuse_sparse(const Node& section, const Findings& findings) {
  const Node* targets = section.is_map() ? section.find("targets") : &section;
  if (targets == nullptr || targets->items().empty()) return;
  refuse_sparse_optimizations(*targets, findings);
}

// The problem that expressions may ask about.
const Node* single_problem(const std::vector<Section>& sections) {
  const auto is_problem = [](const Section& section) { return section.is("problem"); };
  const auto it = std::find_if(sections.begin(), sections.end(), is_problem);
  if (it == sections.end()) return nullptr;
  return std::any_of(it + 1, sections.end(), is_problem) ? nullptr : &it->node();
}

}  // namespace

bool has_nodes(const std::vector<Section>& sections) {
  return std::any_of(sections.begin(), sections.end(), [](const Section& section) {
    return is_architecture(section) && section.node().is_map() &&
           section.node().find("nodes") != nullptr;
  });
}

bool is_constraints(const Section& section) {
  return section.entry->key.find("constraints") != std::string::npos;
}

bool is_empty(const Node& section) {
  return section.is_null() || (section.is_list() && section.items().empty());
}

bool asks_for_short_tiles(const std::vector<Section>& sections) {
  return std::any_of(sections.begin(), sections.end(), [](const Section& section) {
    const bool is_map = section.is("mapspace") && section.node().is_map();
    const Node* name = is_map ? section.node().find("template") : nullptr;
    return name != nullptr && name->is_text() && name->text("template") == "ruby";
  });
}

std::set<std::string, std::less<>> class_attributes(const std::vector<Section>& sections) {
  std::set<std::string, std::less<>> names;
  for (const Section& section : sections) {
    const bool has_classes = section.is("components") || section.is("compound_components");
    if (!has_classes || !section.node().is_map()) continue;
    const Node* classes = section.node().find("classes");
    if (classes == nullptr) continue;
    for (const Node* item : classes->items()) {
      const Node* attributes = item->is_map() ? item->find("attributes") : nullptr;
      if (attributes == nullptr) continue;
      for (const Entry& entry : attributes->entries()) names.insert(entry.key);
    }
  }
  return names;
}

void refuse_functions(const std::vector<Section>& sections) {
  for (const Section& section : sections) {
    const Node* functions = functions_in(section);
    if (functions == nullptr) continue;
    std::string message = "expression_custom_functions: functions in Python are not supported";
    for (const Section& other : sections) {
      const Node* array =
          is_architecture(other) ? find_tag(other.node(), "!ArrayContainer") : nullptr;
      if (array == nullptr) continue;
      message += fmt::format("; nor are nodes '!ArrayContainer' of in-memory models ({}:{})",
                             array->mark().file, array->mark().line);
    }
    functions->fail(message);
  }
}

NodeAttachments attachments_in(const std::vector<Section>& sections, energy::Settings variables,
                               const Findings& findings) {
  NodeAttachments attachments;
  attachments.named = energy::specification_values(variables, single_problem(sections));
  attachments.variables = std::move(variables);
  for (const Section& section : sections) {
    if (section.is("mapping") && !is_empty(section.node())) attachments.mapping = &section.node();
    if (is_constraints(section) && !section.node().is_null()) {
      attachments.constraints.push_back(&targets_in(section.node()));
    }
    if (section.is("sparse_optimizations")) refuse_sparse(section.node(), findings);
  }
  return attachments;
}

namespace {

// Names that tell one design from another as little as `arch.yaml` does.
bool says_nothing(const std::string& name) {
  constexpr std::array<std::string_view, 10> kUsual{"arch",  "architecture", "top",    "spec",
                                                    "specs", "input",        "inputs", "design",
                                                    "prob",  "problem"};
  return std::find(kUsual.begin(), kUsual.end(), name) != kUsual.end();
}

std::string name_by_file(const fs::path& file) {
  const std::string whole = file.stem().string();
  std::string stem = whole.substr(0, whole.find('.'));
  if (!says_nothing(stem)) return stem;
  std::error_code unknown;
  fs::path folder = fs::absolute(file, unknown).lexically_normal().parent_path();
  while (says_nothing(folder.filename().string())) folder = folder.parent_path();
  return folder.filename().empty() ? stem : folder.filename().string();
}

}  // namespace

std::string name_of(const Section& section) {
  const Node* names = section.root->find("names");
  const Node* name =
      names != nullptr && names->is_map() ? names->find(section.entry->key) : nullptr;
  return name != nullptr ? name->name("a section") : name_by_file(section.node().file());
}

std::string names_of_included(const Document& document) {
  std::string names;
  for (const char* key : {"architecture", "problem"}) {
    const Node* node = document.root->is_map() ? document.root->find(key) : nullptr;
    if (node == nullptr || node->file() == document.source.file) continue;
    names += fmt::format("  {}: {}\n", key, double_quoted(name_by_file(node->file())));
  }
  return names.empty() ? names : "names:\n" + names;
}

}  // namespace tilewright::spec
