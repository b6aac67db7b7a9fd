#include "model/energy/compound/energy_input.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "model/energy/compound/plain_components.hpp"
#include "model/names.hpp"
#include "model/spec/own/lower_own.hpp"
#include "model/spec/readers.hpp"
#include "model/spec/spec_files.hpp"
#include "model/spec/template.hpp"

namespace tilewright::energy {
namespace {

namespace fs = std::filesystem;
using spec::Document;
using spec::Findings;
using spec::Node;

class InputReader {
 public:
  explicit InputReader(const EnergyReadOptions& options) : options_(options) {}

  void load(const std::string& path) {
    std::error_code ignored;
    const bool is_folder = fs::is_directory(path, ignored);
    spec::VisibleFolders visible;
    visible.add(is_folder ? fs::path(path) : fs::absolute(path, ignored).parent_path());
    for (const std::string& folder : options_.limits.include) visible.add(folder);
    load(path, visible);
  }

  void add(const SpecText& text) {
    keep(spec::parse_document(text.name, text.text, input_.warnings));
  }

  void add(const Document& document) {
    documents_.push_back(&document);
    input_.design.limits->add_file(document.bytes);
  }

  EnergyInput finish() {
    variables_ = evaluate_variables(sections("variables"), input_.design.limits->expressions,
                                    has_nodes() ? Dialect::v04 : Dialect::v03);
    for (const Node* section : sections("compound_components")) add_classes(*section);
    for (const Node* section : sections("components")) add_classes(*section);
    read_architecture();
    if (options_.components_only) return std::move(input_);
    for (const Node* section : sections("ERT")) read_tables(*section, "ERT", true);
    for (const Node* section : sections("ART")) read_tables(*section, "ART", false);
    for (const Node* section : sections("action_counts")) {
      read_action_counts(*section, input_.design, findings());
    }
    return std::move(input_);
  }

 private:
  Findings findings() { return {&input_.warnings}; }

  void load(const std::string& path, const spec::VisibleFolders& visible) {
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) {
      for (const auto& file : files_in(path)) load(file, visible);
      return;
    }
    constexpr std::size_t kMostFiles = 1000;
    if (documents_.size() == kMostFiles) {
      throw SpecError({path, 0, 0},
                      fmt::format("a file too many; at most {} are read", kMostFiles));
    }
    keep(spec::load_template(path, {options_.limits.variables, visible, options_.limits.max_bytes},
                             input_.warnings));
  }

  // A template includes what it needs of its folder.
  static std::vector<std::string> files_in(const std::string& folder) {
    std::vector<std::string> files;
    std::vector<std::string> templates;
    std::error_code error;
    fs::directory_iterator it(folder, error);
    for (const fs::directory_iterator end; !error && it != end; it.increment(error)) {
      const auto extension = it->path().extension();
      if (extension == ".jinja2") templates.push_back(it->path().string());
      if (it->is_directory() || extension == ".yaml" || extension == ".yml") {
        files.push_back(it->path().string());
      }
    }
    if (error) throw SpecError({folder, 0, 0}, "cannot read the folder: " + error.message());
    auto& chosen = templates.empty() ? files : templates;
    std::sort(chosen.begin(), chosen.end());
    return chosen;
  }

  void keep(std::unique_ptr<Document> document) {
    input_.files.push_back(document->source.file);
    (void)spec::lower_own_form(*document, input_.warnings);
    add(*document);
    input_.documents.push_back(std::move(document));
  }

  std::vector<const Node*> sections(std::string_view key) const {
    std::vector<const Node*> result;
    for (const Document* document : documents_) {
      if (!document->root->is_map()) document->root->fail("expected a map of sections");
      const Node* section = document->root->find(key);
      if (section != nullptr) result.push_back(section);
    }
    return result;
  }

  void add_classes(const Node& section) {
    read_classes(section, input_.design.classes, findings());
  }

  bool has_nodes() const {
    for (const char* key : {"architecture", "arch"}) {
      for (const Node* section : sections(key)) {
        if (section->is_map() && section->find("nodes") != nullptr) return true;
      }
    }
    return false;
  }

  // Timeloop's flat form names no classes of components.
  static bool is_flat(const Node& architecture) {
    return architecture.find("subtree") == nullptr && architecture.find("storage") != nullptr;
  }

  void read_architecture() {
    auto found = sections("architecture");
    const auto in_short = sections("arch");
    found.insert(found.end(), in_short.begin(), in_short.end());
    if (found.empty()) return;
    if (found.size() > 1) {
      found[1]->fail(fmt::format("a second architecture; the first is in {}:{}",
                                 found[0]->mark().file, found[0]->mark().line));
    }
    const Node& node = *found.front();
    Design& design = input_.design;
    input_.has_architecture = true;
    if (is_flat(node)) {
      const Architecture arch = spec::read_architecture(node, findings());
      add_plain_components(arch, design);
      input_.assumes_node = !arch.compute.process_nm ||
                            std::any_of(arch.storage.begin(), arch.storage.end(),
                                        [](const auto& level) { return !level.process_nm; });
      set_technology();
      return;
    }
    const bool is_nodes = node.find("nodes") != nullptr;
    design.dialect = is_nodes ? Dialect::v04 : dialect_of(node, Dialect::v03);
    const Node* version = node.find("version");
    design.version = is_nodes ? "0.4" : version == nullptr ? "0.3" : version->raw_text();
    Resolver resolver(design.dialect, design.limits->expressions);
    DesignLimits& limits = *design.limits;
    if (is_nodes) {
      const auto problems = sections("problem");
      const NamedValues named =
          specification_values(variables_, problems.size() == 1 ? problems.front() : nullptr);
      design.components =
          flatten_nodes(node, {variables_, named}, resolver, limits.attributes, findings())
              .components;
    } else {
      design.components = flatten_tree(node, variables_, resolver, limits.attributes, findings());
    }
    if (!options_.components_only) apply_classes(design, resolver);
    set_technology();
  }

  // As the registry prices them.
  void set_technology() {
    if (!options_.technology) return;
    for (FlatComponent& component : input_.design.components) {
      const Setting* known = find_setting(component.attributes, "technology");
      if (known == nullptr || known->value == Value(-1.0)) continue;
      Setting changed = *known;
      changed.value = node_text(*options_.technology);
      put_setting(component.attributes, std::move(changed));
    }
  }

  void read_tables(const Node& section, std::string_view what, bool is_energy) {
    for (const Node* item : section.at("tables").list("tables")) {
      TableEntry entry;
      entry.name = item->at("name").raw_text();
      if (!is_energy) {
        entry.area = item->at("area").real("area", 0);
        input_.given.area.push_back(std::move(entry));
        continue;
      }
      for (const Node* action : item->at("actions").list("actions")) {
        EnergyRow row;
        row.action = action->at("name").raw_text();
        row.energy = action->at("energy").real(what, 0);
        row.arguments =
            to_attributes(read_settings(action->find("arguments"), "arguments", Dialect::v04));
        entry.rows.push_back(std::move(row));
      }
      input_.given.energy.push_back(std::move(entry));
    }
  }

  const EnergyReadOptions& options_;
  std::vector<const Document*> documents_;
  EnergyInput input_;
  Settings variables_;
};

// Components by their names without ranges; of several, the first.
class EntryIndex {
 public:
  void add(const TableEntry& entry, std::size_t index) {
    by_name_.try_emplace(without_ranges(entry.name), index);
  }
  std::optional<std::size_t> find(const std::string& base) const {
    const auto it = by_name_.find(base);
    return it == by_name_.end() ? std::nullopt : std::optional(it->second);
  }

 private:
  std::unordered_map<std::string, std::size_t> by_name_;
};

EntryIndex index_of(const std::vector<TableEntry>& entries) {
  EntryIndex index;
  for (std::size_t i = 0; i < entries.size(); ++i) index.add(entries[i], i);
  return index;
}

bool same_value(const Value& a, const Value& b) { return a.to_string() == b.to_string(); }

bool matches(const EnergyRow& row, const ActionCount& count) {
  return std::all_of(count.arguments.begin(), count.arguments.end(), [&](const auto& argument) {
    const Value* value = row.arguments.find(argument.first);
    return value != nullptr && same_value(*value, argument.second);
  });
}

bool knows_rest(const TableEntry& entry) {
  return std::any_of(entry.rows.begin(), entry.rows.end(), [](const EnergyRow& row) {
    return row.action == "idle" || row.action == "leak";
  });
}

// Looks up what action counts ask for.
class CountPricer {
 public:
  explicit CountPricer(const EnergyTables& tables)
      : tables_(tables), index_(index_of(tables.entries)), rows_(tables.entries.size()) {}

  double energy_of(const ActionCount& count) {
    const std::size_t entry = find(count);
    const Rows& rows = rows_of(entry);
    const auto [first, last] = rows.equal_range(count.action);
    for (auto it = first; it != last; ++it) {
      if (matches(*it->second, count)) return it->second->energy;
    }
    if (first != last) {
      throw SpecError(count.mark,
                      fmt::format("action_counts: {}: no row of '{}' has these arguments",
                                  count.component, count.action));
    }
    std::vector<std::string> known;
    for (const EnergyRow& row : tables_.entries[entry].rows) {
      if (known.empty() || known.back() != row.action) known.push_back(row.action);
    }
    throw SpecError(count.mark,
                    fmt::format("action_counts: {} has no action '{}'{}", count.component,
                                count.action, hint(count.action, known)));
  }

 private:
  using Rows = std::multimap<std::string_view, const EnergyRow*>;  // in the order of the table

  std::size_t find(const ActionCount& count) const {
    const std::string base = without_ranges(count.component);
    const auto found = index_.find(base);
    if (!found) {
      std::vector<std::string> known;
      for (const TableEntry& entry : tables_.entries) known.push_back(without_ranges(entry.name));
      throw SpecError(count.mark, fmt::format("action_counts: there is no component '{}'{}",
                                              count.component, hint(base, known)));
    }
    const TableEntry& entry = tables_.entries[*found];
    const auto wanted = ranges_in_name(count.component);
    const auto there = ranges_in_name(entry.name);
    bool fits = wanted.empty() || wanted.size() == there.size();
    for (std::size_t i = 0; fits && i < wanted.size(); ++i) {
      fits = wanted[i].first >= there[i].first && wanted[i].last <= there[i].last;
    }
    if (!fits) {
      throw SpecError(count.mark, fmt::format("action_counts: '{}' is no part of '{}'",
                                              count.component, entry.name));
    }
    return *found;
  }

  const Rows& rows_of(std::size_t entry) {
    Rows& rows = rows_[entry];
    if (rows.empty()) {
      for (const EnergyRow& row : tables_.entries[entry].rows) rows.emplace(row.action, &row);
    }
    return rows;
  }

  const EnergyTables& tables_;
  EntryIndex index_;
  std::vector<Rows> rows_;  // of each entry, once asked for
};

}  // namespace

EnergyInput read_energy_input(const std::vector<std::string>& paths,
                              const EnergyReadOptions& options) {
  InputReader reader(options);
  for (const auto& path : paths) reader.load(path);
  return reader.finish();
}

EnergyInput read_energy_texts(const std::vector<SpecText>& texts,
                              const EnergyReadOptions& options) {
  InputReader reader(options);
  for (const auto& text : texts) reader.add(text);
  return reader.finish();
}

EnergyInput read_energy_sections(const SpecSet& specs, const EnergyReadOptions& options) {
  InputReader reader(options);
  for (const auto& document : specs.source->documents) reader.add(*document);
  return reader.finish();
}

namespace {

// The name of a component in an architecture: the last part of that in a tree.
std::string level_name(const std::string& component) {
  const std::string base = without_ranges(component);
  return base.substr(base.rfind('.') + 1);  // npos + 1 = 0
}

void warn_of_failures(const std::vector<Unpriced>& failures, SpecSet& specs) {
  for (const auto& [component, of_users] : failures) {
    Warning warning;  // in place: GCC 12 sees uninitialised texts in a list of values
    warning.about = level_name(component->name);
    const Setting* type = find_setting(component->attributes, "type");
    warning.message = fmt::format(
        "{}: no estimator can price the class '{}'{} as it is described here (`tilewright energy` "
        "says why{}); the technology model pat prices it instead",
        warning.about, component->component_class,
        type != nullptr ? fmt::format(" of type '{}'", type->value.to_string()) : "",
        of_users.empty() ? "" : fmt::format("; {}", fmt::join(of_users, "; ")));
    warning.mark = component->mark;
    warning.code = odd::kUnpriced;
    specs.warnings.push_back(std::move(warning));
  }
}

void warn_of_leakage(const std::string& name, SpecSet& specs) {
  Warning warning;
  warning.about = name;
  warning.message = name + ": nobody knows its leakage, which counts as 0";
  const int level = specs.architecture->find_level(name);
  warning.mark =
      (level < 0 ? specs.architecture->compute.mark : specs.architecture->storage[level].mark);
  warning.code = odd::kUnpriced;
  specs.warnings.push_back(std::move(warning));
}

void warn_of_assumed_node(SpecSet& specs) {
  Warning warning;
  warning.message = kAssumedNode;
  warning.mark = specs.architecture->compute.mark;
  warning.code = odd::kAssumedNode;
  specs.warnings.push_back(std::move(warning));
}

}  // namespace

void add_estimates(SpecSet& specs, const Registry& registry, Priced priced) {
  if (!specs.architecture) return;
  EnergyInput input = read_energy_sections(specs);
  const ReferenceTable given = specs.table.value_or(ReferenceTable{});
  const Architecture& arch = *specs.architecture;
  std::erase_if(input.design.components, [&](const FlatComponent& component) {
    const std::string name = level_name(component.name);
    const int level = arch.find_level(name);
    const bool is_level = level >= 0 || name == arch.compute.name;
    const bool has_user_price = level >= 0 ? arch.storage[level].vector_access_energy.has_value()
                                           : arch.compute.energy.has_value();
    const bool is_asked_for =
        priced == Priced::all || (level >= 0 && !arch.storage[level].dram_type.empty());
    return !is_level || !is_asked_for || has_user_price || given.find_energy(name) != nullptr;
  });
  std::vector<Unpriced> failures;
  const EnergyTables tables = price_design(input.design, registry, {}, &failures);
  ReferenceTable table = to_reference_table(tables);
  const bool depends_on_node = priced == Priced::all && !input.design.components.empty();
  if (input.assumes_node && !registry.technology() && depends_on_node) warn_of_assumed_node(specs);
  warn_of_failures(failures, specs);
  // Levels that stand for fan-outs are no hardware; in version 0.4 arithmetic does not leak.
  const auto leaks = [&](const TableEntry& entry) {
    const int level = arch.find_level(level_name(entry.name));
    if (level < 0) return !given.idle_in_use;
    return arch.storage[level].component_class.find("dummy") == std::string::npos;
  };
  for (const TableEntry& entry : tables.entries) {
    if (given.count_idle && leaks(entry) && !knows_rest(entry)) {
      warn_of_leakage(level_name(entry.name), specs);
    }
  }
  table.count_idle = given.count_idle;
  table.idle_in_use = given.idle_in_use;
  table.is_v04 = given.is_v04;
  table.file = given.file;
  table.components.insert(table.components.end(), given.components.begin(), given.components.end());
  specs.table = std::move(table);
}

void warn_of_unknown_leakage(SpecSet& specs) {
  if (!specs.architecture || !specs.table || !specs.table->count_idle) return;
  std::vector<std::string> names = specs.architecture->level_names();
  names.insert(names.begin(), specs.architecture->compute.name);
  std::erase_if(names, [&](const std::string& name) {
    const ReferenceComponent* component = specs.table->find_energy(name);
    return component != nullptr && first_energy(*component, {"leak", "idle"});
  });
  for (const std::string& name : names) warn_of_leakage(name, specs);
}

EnergyTables price_input(const EnergyInput& input, const Registry& registry) {
  GivenNames names;
  GivenTables given = input.given;
  for (const TableEntry& entry : given.energy) names.energy.insert(without_ranges(entry.name));
  for (const TableEntry& entry : given.area) names.area.insert(without_ranges(entry.name));
  EnergyTables tables = price_design(input.design, registry, names);
  EntryIndex index = index_of(tables.entries);
  for (TableEntry& entry : given.energy) {
    if (const auto known = index.find(without_ranges(entry.name))) {
      tables.entries[*known].rows = std::move(entry.rows);
    } else {
      index.add(entry, tables.entries.size());
      tables.entries.push_back(std::move(entry));
    }
  }
  for (const TableEntry& entry : given.area) {
    const auto known = index.find(without_ranges(entry.name));
    if (!known) continue;
    tables.entries[*known].area = entry.area;
    tables.entries[*known].areas.clear();
  }
  return tables;
}

std::vector<ComponentEnergy> energy_of_counts(const Design& design, const EnergyTables& tables) {
  CountPricer pricer(tables);
  std::vector<ComponentEnergy> result;
  std::unordered_map<std::string_view, std::size_t> at;
  for (const ActionCount& count : design.action_counts) {
    const auto [it, is_new] = at.try_emplace(count.component, result.size());
    if (is_new) result.push_back({count.component, 0});
    result[it->second].energy += pricer.energy_of(count) * count.count;
  }
  return result;
}

}  // namespace tilewright::energy
