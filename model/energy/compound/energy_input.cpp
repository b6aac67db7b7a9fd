#include "model/energy/compound/energy_input.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "model/energy/compound/plain_components.hpp"
#include "model/names.hpp"
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
    if (!fs::is_directory(path, ignored)) {
      spec::TemplateContext context{options_.variables, {}, options_.limits.max_bytes, 0};
      keep(spec::load_template(path, context, input_.warnings));
      return;
    }
    for (const auto& file : files_in(path)) load(file);
  }

  void add(const SpecText& text) {
    keep(spec::parse_document(text.name, text.text, input_.warnings));
  }

  void add(const Document& document) { documents_.push_back(&document); }

  EnergyInput finish() {
    read_variables();
    for (const Node* section : sections("compound_components")) add_classes(*section);
    for (const Node* section : sections("components")) add_classes(*section);
    read_architecture();
    for (const Node* section : sections("ERT")) read_tables(*section, "ERT", true);
    for (const Node* section : sections("ART")) read_tables(*section, "ART", false);
    for (const Node* section : sections("action_counts")) {
      read_action_counts(*section, input_.design, findings());
    }
    return std::move(input_);
  }

 private:
  Findings findings() { return {&input_.warnings, &input_.ignored}; }

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
    documents_.push_back(document.get());
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

  // Each may use those before it.
  void read_variables() {
    for (const Node* section : sections("variables")) {
      const Dialect dialect = dialect_of(*section, Dialect::v03);
      Resolver resolver(dialect);
      for (Setting& setting : read_settings(section, "variables", dialect)) {
        if (setting.name == "version" && dialect == Dialect::v03) continue;
        const SettingScope scope({&variables_});
        setting.value = resolver.resolve(setting, scope);
        setting.is_open = false;
        put_setting(variables_, std::move(setting));
      }
    }
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
      add_plain_components(spec::read_architecture(node, findings()), design);
      return;
    }
    design.dialect = dialect_of(node, Dialect::v03);
    const Node* version = node.find("version");
    design.version = version == nullptr ? "0.3" : version->raw_text();
    Resolver resolver(design.dialect);
    design.components = node.find("nodes") != nullptr
                            ? flatten_nodes(node, variables_, resolver, findings())
                            : flatten_tree(node, variables_, resolver, findings());
    apply_classes(design, resolver);
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

TableEntry* find_entry(std::vector<TableEntry>& entries, const std::string& base) {
  const auto it = std::find_if(entries.begin(), entries.end(), [&](const TableEntry& entry) {
    return without_ranges(entry.name) == base;
  });
  return it == entries.end() ? nullptr : &*it;
}

bool same_value(const Value& a, const Value& b) { return a.to_string() == b.to_string(); }

bool matches(const EnergyRow& row, const ActionCount& count) {
  if (row.action != count.action) return false;
  return std::all_of(count.arguments.begin(), count.arguments.end(), [&](const auto& argument) {
    const Value* value = row.arguments.find(argument.first);
    return value != nullptr && same_value(*value, argument.second);
  });
}

const TableEntry& find_counted(const EnergyTables& tables, const ActionCount& count) {
  const std::string base = without_ranges(count.component);
  std::vector<std::string> known;
  for (const TableEntry& entry : tables.entries) {
    known.push_back(without_ranges(entry.name));
    if (known.back() != base) continue;
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
    return entry;
  }
  throw SpecError(count.mark, fmt::format("action_counts: there is no component '{}'{}",
                                          count.component, hint(base, known)));
}

bool knows_rest(const TableEntry& entry) {
  return std::any_of(entry.rows.begin(), entry.rows.end(), [](const EnergyRow& row) {
    return row.action == "idle" || row.action == "leak";
  });
}

double energy_of(const TableEntry& entry, const ActionCount& count) {
  std::vector<std::string> known;
  for (const EnergyRow& row : entry.rows) {
    if (matches(row, count)) return row.energy;
    known.push_back(row.action);
  }
  if (std::find(known.begin(), known.end(), count.action) != known.end()) {
    throw SpecError(count.mark, fmt::format("action_counts: {}: no row of '{}' has these arguments",
                                            count.component, count.action));
  }
  known.erase(std::unique(known.begin(), known.end()), known.end());
  throw SpecError(count.mark, fmt::format("action_counts: {} has no action '{}'{}", count.component,
                                          count.action, hint(count.action, known)));
}

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

EnergyInput read_energy_sections(const SpecSet& specs) {
  const EnergyReadOptions options;
  InputReader reader(options);
  for (const auto& document : specs.source->documents) reader.add(*document);
  return reader.finish();
}

void add_estimates(SpecSet& specs, const Registry& registry) {
  if (!specs.architecture) return;
  EnergyInput input = read_energy_sections(specs);
  const ReferenceTable given = specs.table.value_or(ReferenceTable{});
  const Architecture& arch = *specs.architecture;
  std::erase_if(input.design.components, [&](const FlatComponent& component) {
    const std::string base = without_ranges(component.name);
    const std::string name = base.substr(base.rfind('.') + 1);  // npos + 1 = 0
    const int level = arch.find_level(name);
    const bool is_level = level >= 0 || name == arch.compute.name;
    const bool has_user_price = level >= 0 ? arch.storage[level].vector_access_energy.has_value()
                                           : arch.compute.energy.has_value();
    return !is_level || has_user_price || given.find_energy(name) != nullptr;
  });
  std::vector<std::string> failures;
  const EnergyTables tables = price_design(input.design, registry, {}, &failures);
  ReferenceTable table = to_reference_table(tables);
  const auto warn = [&](std::string message) {
    Warning warning;  // in place: GCC 12 sees uninitialised texts in a list of values
    warning.message = std::move(message);
    specs.warnings.push_back(std::move(warning));
  };
  for (const std::string& failure : failures) {
    warn(failure + "\n  the technology model pat prices it instead");
  }
  for (const TableEntry& entry : tables.entries) {
    if (given.count_idle && !knows_rest(entry)) {
      warn(entry.name + ": no estimator knows its leakage, which counts as 0");
    }
  }
  table.count_idle = given.count_idle;
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
  if (names.empty()) return;
  Warning warning;
  warning.message =
      fmt::format("no table knows the leakage of {}, which counts as 0", fmt::join(names, ", "));
  specs.warnings.push_back(std::move(warning));
}

EnergyTables price_input(const EnergyInput& input, const Registry& registry) {
  GivenNames names;
  GivenTables given = input.given;
  for (const TableEntry& entry : given.energy) names.energy.insert(without_ranges(entry.name));
  for (const TableEntry& entry : given.area) names.area.insert(without_ranges(entry.name));
  EnergyTables tables = price_design(input.design, registry, names);
  for (TableEntry& entry : given.energy) {
    if (TableEntry* known = find_entry(tables.entries, without_ranges(entry.name))) {
      known->rows = std::move(entry.rows);
    } else {
      tables.entries.push_back(std::move(entry));
    }
  }
  for (const TableEntry& entry : given.area) {
    TableEntry* known = find_entry(tables.entries, without_ranges(entry.name));
    if (known == nullptr) continue;
    known->area = entry.area;
    known->areas.clear();
  }
  return tables;
}

std::vector<ComponentEnergy> energy_of_counts(const Design& design, const EnergyTables& tables) {
  std::vector<ComponentEnergy> result;
  for (const ActionCount& count : design.action_counts) {
    const double energy = energy_of(find_counted(tables, count), count) * count.count;
    if (result.empty() || result.back().name != count.component) {
      const auto it = std::find_if(result.begin(), result.end(), [&](const ComponentEnergy& known) {
        return known.name == count.component;
      });
      if (it != result.end()) {
        it->energy += energy;
        continue;
      }
      result.push_back({count.component, 0});
    }
    result.back().energy += energy;
  }
  return result;
}

}  // namespace tilewright::energy
