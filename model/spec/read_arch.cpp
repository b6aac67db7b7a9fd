// Architectures: the flat form (`arithmetic` and `storage`, innermost first) and the tree form
// (`subtree` in `subtree`, outermost first).

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>
#include <string_view>

#include "model/arch/component_kind.hpp"
#include "model/limits.hpp"
#include "model/names.hpp"
#include "model/spec/read_technology.hpp"
#include "model/spec/readers.hpp"
#include "model/suggestion.hpp"

namespace tilewright::spec {
namespace {

constexpr std::uint64_t kMostInstances = std::numeric_limits<std::int32_t>::max();

// How many a name such as `PE[0..167]` stands for.
std::uint64_t size_of_range(const Node& node) {
  const std::string& name = node.text("name");
  const auto open = name.find('[');
  if (open == std::string::npos) return 1;
  const auto dots = name.find("..", open);
  const auto close = name.find(']', open);
  if (dots == std::string::npos) return 1;
  const auto number = [&](std::size_t begin, std::size_t end, std::uint64_t& value) {
    const char* last = name.data() + end;
    const auto result = std::from_chars(name.data() + begin, last, value);
    return result.ec == std::errc{} && result.ptr == last;
  };
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  if (close == std::string::npos || close < dots || !number(open + 1, dots, first) ||
      !number(dots + 2, close, last) || last < first || last - first >= kMostInstances) {
    node.fail(fmt::format("'{}': expected a name with a range such as 'PE[0..15]'", name));
  }
  return last - first + 1;
}

// An architecture while it is put together, with the nodes to blame for its faults.
struct Builder {
  Architecture arch;
  const Node* compute = nullptr;
  std::vector<const Node*> storage;
};

void add_compute(Builder& builder, const Node& node, std::uint64_t instances,
                 const Findings& findings) {
  if (builder.compute != nullptr) {
    node.fail(fmt::format("a second arithmetic component; the first is in line {}",
                          builder.compute->mark().line));
  }
  builder.compute = &node;
  builder.arch.compute = read_compute(node, instances, findings);
}

// Before anything that compares all levels with each other.
void check_counts(const Builder& builder) {
  constexpr std::size_t kMostNetworks = 64;
  const std::size_t levels = builder.storage.size();
  if (levels > kMaxLevels) {
    builder.storage[kMaxLevels]->fail(
        fmt::format("{} storage levels; at most {} are supported", levels, kMaxLevels));
  }
  if (builder.arch.networks.size() > kMostNetworks) {
    builder.compute->fail(fmt::format("{} networks; at most {} are supported",
                                      builder.arch.networks.size(), kMostNetworks));
  }
}

void check_names(const Builder& builder) {
  std::vector<std::string> names{builder.arch.compute.name};
  for (std::size_t s = 0; s < builder.storage.size(); ++s) {
    const auto& name = builder.arch.storage[s].name;
    if (std::find(names.begin(), names.end(), name) != names.end()) {
      builder.storage[s]->fail(fmt::format("two levels have the name '{}'", name));
    }
    names.push_back(name);
  }
}

// Both ends of a link must name the same network, and one that exists.
void check_link(const Builder& builder, const Node& node, std::string_view what,
                const std::string& outer, const std::string& inner) {
  if (outer != inner) {
    const auto quoted = [](const std::string& name) {
      return name.empty() ? std::string("no network") : fmt::format("'{}'", name);
    };
    node.fail(fmt::format("{}: this level names {}, the level inside it {}", what, quoted(outer),
                          quoted(inner)));
  }
  if (outer.empty()) return;
  std::vector<std::string> names;
  names.reserve(builder.arch.networks.size());
  for (const auto& network : builder.arch.networks) names.push_back(network.name);
  if (std::find(names.begin(), names.end(), outer) == names.end()) {
    node.fail(fmt::format("{}: there is no network '{}'{}", what, outer, hint(outer, names)));
  }
}

void check_links(const Builder& builder) {
  const Architecture& arch = builder.arch;
  for (int s = 0; s < arch.num_levels(); ++s) {
    const auto& level = arch.storage[s];
    const auto& fill = s == 0 ? arch.compute.operand_network : arch.storage[s - 1].fill_network;
    const auto& drain = s == 0 ? arch.compute.result_network : arch.storage[s - 1].drain_network;
    check_link(builder, *builder.storage[s], "network_read", level.read_network, fill);
    check_link(builder, *builder.storage[s], "network_update", level.update_network, drain);
    if (!level.update_network.empty() || level.read_network.empty()) continue;
    // The updates then use the network of the reads, which only works for one kind.
    const auto it =
        std::find_if(arch.networks.begin(), arch.networks.end(),
                     [&](const Network& network) { return network.name == level.read_network; });
    if (it->kind != NetworkKind::legacy) {
      builder.storage[s]->fail(
          fmt::format("{}: 'network_update' is missing: '{}' carries reads "
                      "only",
                      level.name, it->name));
    }
  }
}

// Nothing lies outside of the outermost level.
void warn_of_loose_ends(const Builder& builder, const Findings& findings) {
  const StorageLevel& level = builder.arch.storage.back();
  const auto check = [&](std::string_view key, const std::string& network) {
    if (network.empty()) return;
    findings.warn_about(
        level.name, builder.storage.back()->mark(),
        fmt::format("{} '{}' has no effect: no level is outside of this one", key, network),
        odd::kWithoutEffect, Effect::none);
  };
  check("network_fill", level.fill_network);
  check("network_drain", level.drain_network);
}

void finish(Builder& builder, const Node& node, const Findings& findings) {
  if (builder.compute == nullptr) {
    node.fail("no arithmetic component; expected one whose class contains mac or compute");
  }
  check_counts(builder);
  check_names(builder);
  if (auto fault = find_fault(builder.arch)) {
    const auto levels = static_cast<int>(builder.storage.size());
    const Node& culprit = fault->level < 0        ? *builder.compute
                          : fault->level < levels ? *builder.storage[fault->level]
                                                  : node;
    (levels == 0 ? node : culprit).fail(fault->message);
  }
  check_links(builder);
  warn_of_loose_ends(builder, findings);
  for (std::size_t s = 0; s < builder.arch.storage.size(); ++s) {
    const auto& inner = s == 0 ? builder.arch.compute.name : builder.arch.storage[s - 1].name;
    auto& level = builder.arch.storage[s];
    level.implicit_network.name = fmt::format("{} <==> {}", level.name, inner);
  }
}

Builder read_flat(const Node& node, const Findings& findings) {
  Builder builder;
  add_compute(builder, node.at("arithmetic"), 0, findings);
  for (const Node* level : node.at("storage").list("storage")) {
    builder.arch.storage.push_back(read_storage(*level, 0, findings));
    builder.storage.push_back(level);
  }
  return builder;
}

// A process node for all levels that name none.
void read_common_process(Fields& fields, Architecture& arch) {
  const Node* node = fields.take("technology");
  if (node == nullptr) return;
  const auto process = process_node(node->text("technology"));
  if (!process) {
    node->fail(fmt::format("technology: expected a process node such as 28nm, found '{}'",
                           node->text("technology")));
  }
  if (!arch.compute.process_nm) arch.compute.process_nm = process;
  for (StorageLevel& level : arch.storage) {
    if (!level.process_nm) level.process_nm = process;
  }
}

// Other programs know many classes; what is close to one of ours is more likely misspelt.
void ignore_component(const Node& component, const std::string& component_class,
                      const Findings& findings) {
  const auto& names = usual_classes();
  const auto close = nearest(component_class, names);
  const Node* place = component.find("class");
  findings.ignore(
      (place != nullptr ? *place : component).mark(),
      fmt::format("component {} of class '{}', which is no memory, arithmetic or network{}",
                  component.at("name").text("name"), component_class,
                  close.empty() ? "" : "; " + proposal(close)),
      Effect::on_results);
}

// The components of one node of the tree; levels are collected from the outside in.
void read_local(Builder& builder, const Node& local, std::uint64_t copies,
                const Findings& findings) {
  for (const Node* component : local.list("local")) {
    const Node* node = component->find("class");
    const std::string component_class = node != nullptr ? node->text("class") : std::string();
    const std::uint64_t size = size_of_range(component->at("name"));
    if (size > kMostInstances / copies) component->at("name").fail("too many instances");
    const std::uint64_t instances = copies * size;
    const ComponentKind kind = component_kind(component_class);
    if (kind == ComponentKind::storage) {
      builder.arch.storage.push_back(read_storage(*component, instances, findings));
      builder.storage.push_back(component);
    } else if (kind == ComponentKind::compute) {
      add_compute(builder, *component, instances, findings);
    } else if (kind == ComponentKind::network) {
      builder.arch.networks.push_back(read_network(*component, findings));
    } else {
      ignore_component(*component, component_class, findings);
    }
  }
}

// Expressions in the attributes of a tree are Accelergy's, and may name those of the nodes above.
std::set<std::string, std::less<>> names_in(const Node& root) {
  std::set<std::string, std::less<>> names;
  for (const Node* node = &root; node != nullptr;) {
    const Node* attributes = node->find("attributes");
    if (attributes != nullptr) {
      for (const Entry& entry : attributes->entries()) names.insert(entry.key);
    }
    const Node* subtree = node->find("subtree");
    const bool goes_on = subtree != nullptr && subtree->is_list() && !subtree->items().empty();
    node = goes_on ? subtree->items().front() : nullptr;
  }
  return names;
}

// It is handed down to components, for estimators.
void check_technology(const Node& branch, const Findings& findings) {
  const Node* attributes = branch.find("attributes");
  const Node* technology =
      attributes != nullptr && attributes->is_map() ? attributes->find("technology") : nullptr;
  if (technology == nullptr || !technology->is_text()) return;
  const Node* name = branch.find("name");
  (void)read_process(branch, technology, name != nullptr ? name->text("name") : "architecture", "",
                     findings);
}

Builder read_tree(const Node& root, const Findings& findings) {
  Builder builder;
  std::uint64_t copies = 1;
  for (const Node* subtree = root.find("subtree"); subtree != nullptr;) {
    const auto& branches = subtree->list("subtree");
    if (branches.size() != 1) {
      subtree->fail(
          fmt::format("expected one branch per node of the tree, found {}; only chains "
                      "of levels are modelled",
                      branches.size()));
    }
    const Node& branch = *branches.front();
    Fields fields(branch, "subtree");
    check_technology(branch, findings);
    if (const Node* name = fields.take("name")) {
      const std::uint64_t size = size_of_range(*name);
      if (size > kMostInstances / copies) name->fail("too many instances");
      copies *= size;
    }
    if (const Node* local = fields.take("local")) read_local(builder, *local, copies, findings);
    subtree = fields.take("subtree");
    // Only Accelergy hands attributes of a node down to the components in it.
    fields.know({"attributes", "class"});
    warn_unread(fields, "subtree", findings);
  }
  std::reverse(builder.arch.storage.begin(), builder.arch.storage.end());
  std::reverse(builder.storage.begin(), builder.storage.end());
  std::reverse(builder.arch.networks.begin(), builder.arch.networks.end());
  return builder;
}

// Counts are in cycles, so a clock only turns them into seconds and watts. Below the top,
// attributes are Accelergy's and may be expressions: those are left to it.
std::optional<double> clock_of(const Node* attributes, const Findings& findings) {
  const Node* node = attributes != nullptr ? attributes->find("global_cycle_seconds") : nullptr;
  if (node == nullptr || !node->is_text()) return std::nullopt;
  const std::string& text = node->raw_text();
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  if (is_number && std::isfinite(seconds) && seconds > 0) return seconds;
  if (is_number || !may_be_expression(text, findings)) {
    findings.warn(
        node->mark(),
        fmt::format("global_cycle_seconds: expected a time in seconds such as 1e-9, found "
                    "'{}'; nothing is told in seconds",
                    text),
        odd::kUnknownValue);
  }
  return std::nullopt;
}

// Of the architecture, or else of the outermost node of its tree that has one.
std::optional<double> read_clock(Fields& fields, const Node& root, const Findings& findings) {
  if (const Node* node = fields.take("global_cycle_seconds")) {
    constexpr double kLeastSeconds = 1e-15;
    return node->real("global_cycle_seconds", kLeastSeconds);
  }
  std::optional<double> clock;
  for (const Node* node = &root; node != nullptr && !clock;) {
    const Node* attributes = node->find("attributes");
    if (attributes != nullptr && attributes->is_map()) clock = clock_of(attributes, findings);
    const Node* subtree = node->find("subtree");
    node = subtree != nullptr && subtree->is_list() && !subtree->items().empty()
               ? subtree->items().front()
               : nullptr;
  }
  return clock;
}

}  // namespace

namespace {

// Nothing that says which of the three forms it is.
void check_form(const Node& node) {
  static const std::vector<std::string> kForms{"nodes", "subtree", "arithmetic", "storage"};
  constexpr std::string_view kMeaning =
      "'nodes' (version 0.4), 'subtree' (0.2 and 0.3) or 'arithmetic' and 'storage' (0.1)";
  for (const Entry& entry : node.map("architecture")) {
    const auto is_this = [&](const std::string& form) { return same_key(form, entry.key); };
    if (std::none_of(kForms.begin(), kForms.end(), is_this)) continue;
    if (!entry.value->is_null()) return;
    throw SpecError(node.mark(entry),
                    fmt::format("'{}' is empty: no component is given", entry.key));
  }
  for (const Entry& entry : node.entries()) {
    const auto close = nearest(entry.key, kForms);
    if (close.empty()) continue;
    throw SpecError(node.mark(entry), fmt::format("unknown key '{}' in an architecture; {}",
                                                  entry.key, proposal(close)));
  }
  node.fail(fmt::format("an architecture has {}; found {}", kMeaning,
                        node.entries().empty()
                            ? "none of them"
                            : fmt::format("'{}'", fmt::join(node.keys(), "', '"))));
}

}  // namespace

Architecture read_architecture(const Node& node, const Findings& above) {
  if (!node.is_map()) (void)node.map("architecture");
  const bool is_tree = node.find("subtree") != nullptr;
  if (!is_tree && node.find("storage") == nullptr && node.find("levels") != nullptr) {
    node.at("levels").fail(
        "'levels' belong to Tilewright's own form: begin the file with 'tilewright: 1'");
  }
  if (!is_tree && node.find("local") != nullptr) {
    node.fail(
        "this is the flattened architecture that Accelergy writes; give the one that it was "
        "made from, with 'subtree'");
  }
  check_form(node);
  const auto names = names_in(node);
  Findings findings = above;
  findings.names = &names;
  Builder builder = is_tree ? read_tree(node, findings) : read_flat(node, findings);
  finish(builder, node, findings);
  Fields fields(node, "architecture");
  fields.know({"version", "constraints", "attributes", "leakage"});
  if (is_tree) {
    fields.know({"subtree"});
  } else {
    fields.know({"arithmetic", "storage"});
    read_common_process(fields, builder.arch);
  }
  const Node* name = fields.take("name");
  builder.arch.cycle_seconds = read_clock(fields, node, findings);
  warn_unread(fields, "architecture", findings);
  if (name != nullptr) builder.arch.name = name->name("an architecture");
  return std::move(builder.arch);
}

void read_leakage(const Node& node, ReferenceTable& table) {
  const std::string& text = node.text("leakage");
  const std::vector<std::string_view> known{"none", "all", "in-use"};
  if (std::find(known.begin(), known.end(), text) == known.end()) {
    node.fail(unknown_name_message("kind of leakage", text, known));
  }
  if (text == "none") return;
  table.count_idle = true;
  table.idle_in_use = text == "in-use";
}

}  // namespace tilewright::spec
