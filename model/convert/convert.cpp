// Specs in another form. What is written is what was understood: Tilewright's own form is made from
// values and the statements of constraints, and version 0.3 is what that form stands for.
#include "model/convert/convert.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "model/convert/price_sources.hpp"
#include "model/convert/same_meaning.hpp"
#include "model/convert/statements.hpp"
#include "model/convert/write_levels.hpp"
#include "model/convert/write_work.hpp"
#include "model/convert/yaml_maker.hpp"
#include "model/error.hpp"
#include "model/names.hpp"
#include "model/printable.hpp"
#include "model/spec/constraint_list.hpp"
#include "model/spec/own/lower_own.hpp"
#include "model/spec/spec_files.hpp"
#include "model/spec/write_document.hpp"

namespace tilewright::convert {
namespace {

using spec::Entry;
using spec::Node;
using Entries = YamlMaker::Entries;

constexpr const char* kWritten = "converted.yaml";  // what is read again
constexpr std::array<const char*, 4> kParts{"architecture", "network", "mapping", "search"};

// A section of Tilewright's own form, and the part that it belongs to.
struct OwnSection {
  const char* part;
  Entry entry;
};

std::vector<const Node*> lists_of(const std::vector<const Node*>& sections, std::size_t first,
                                  std::size_t last) {
  std::vector<const Node*> lists;
  for (std::size_t i = first; i < last; ++i) {
    if (const Node* list = spec::find_constraint_list(*sections[i])) lists.push_back(list);
  }
  return lists;
}

class OwnFormWriter {
 public:
  OwnFormWriter(const SpecSet& specs, PriceForm prices, std::vector<std::string>& notes)
      : specs_(specs), source_(*specs.source), prices_(prices), notes_(notes) {}

  std::vector<OwnSection> write() {
    read_constraint_statements();
    if (specs_.architecture) {
      add("architecture", "architecture",
          write_architecture(*specs_.architecture, price_sources(specs_, prices_, notes_),
                             hardware_, make_));
    }
    if (!specs_.layers.empty()) {
      add("network", "network", write_network(specs_, source_.shapes, make_));
    }
    if (!mapspace_.empty()) add("search", "mapspace", levels_of(mapspace_));
    if (const Node* mapping = write_mapping_section()) add("mapping", "mapping", mapping);
    if (Entries search = search_settings(); !search.empty()) {
      add("search", "search", make_.map(std::move(search)));
    }
    return std::move(sections_);
  }

 private:
  void add(const char* part, const char* key, const Node* value) {
    sections_.push_back({part, {key, 0, 0, value}});
  }

  void read_constraint_statements() {
    const auto& sections = source_.constraints;
    const auto arch_lists = lists_of(sections, 0, source_.arch_constraints);
    auto map_lists = lists_of(sections, source_.arch_constraints, sections.size());
    if (has_nodes(specs_) || has_macros(arch_lists) || has_macros(map_lists)) {
      hardware_ = resolved();
      return;
    }
    if (specs_.architecture) {
      hardware_ = read_statements(arch_lists, specs_);
    } else {
      map_lists.insert(map_lists.begin(), arch_lists.begin(), arch_lists.end());
    }
    mapspace_ = read_statements(map_lists, specs_);
  }

  // Macros, and all constraints of version 0.4, stand for factors only once a problem is known.
  Statements resolved() const {
    if (specs_.layers.empty()) {
      source_.constraints.front()->fail(
          "these constraints stand for factors of a problem: give the problem as well");
    }
    Statements statements;
    for (const Layer& layer : specs_.layers) {
      const Constraints constraints = read_constraints(specs_, layer.problem);
      Statements own = statements_of(constraints, layer.problem, *specs_.architecture);
      if (!statements.empty() && own != statements) {
        throw UsageError(fmt::format(
            "the constraints stand for other factors in layer '{}' than in '{}': convert with one "
            "layer at a time",
            layer.name, specs_.layers.front().name));
      }
      statements = std::move(own);
    }
    return statements;
  }

  const Node* levels_of(const Statements& statements) const {
    std::vector<const Node*> levels;
    for (const LevelStatement& statement : statements) {
      Entries entries;
      tilewright::convert::add(entries, "name", make_.text(statement.level));
      add_statement(statement, make_, entries);
      levels.push_back(make_.map(std::move(entries)));
    }
    Entries entries;
    tilewright::convert::add(entries, "levels", make_.list(std::move(levels)));
    return make_.map(std::move(entries));
  }

  const Node* write_mapping_section() const {
    if (!has_nodes(specs_)) {
      if (source_.mapping == nullptr) return nullptr;
      return levels_of(read_mapping_statements(*source_.mapping, specs_));
    }
    if (specs_.layers.size() != 1) {
      if (source_.mapping != nullptr) {
        source_.mapping->fail(
            "a mapping of version 0.4 is one of a single problem: give that alone");
      }
      return nullptr;
    }
    const Problem& problem = specs_.layers.front().problem;
    std::string text;
    try {
      text = write_mapping(read_mapping(specs_, problem), problem, *specs_.architecture);
    } catch (const MappingMisfit&) {
      if (specs_.has_mapping && !source_.maps_in_part) throw;
      return nullptr;  // the constraints leave a choice
    }
    std::vector<Warning> warnings;
    const auto document = spec::parse_document("mapping", text, warnings);
    return levels_of(read_mapping_statements(document->root->at("mapping"), specs_));
  }

  Entries search_settings() const {
    const SearchSettings& search = specs_.search;
    Entries entries;
    const auto add_count = [&](const char* key, const auto& count) {
      if (count) tilewright::convert::add(entries, key, make_.plain(fmt::format("{}", *count)));
    };
    if (!search.metrics.empty()) {
      tilewright::convert::add(entries, "objectives", make_.texts(search.metrics));
    }
    add_count("threads", search.threads);
    if (search.imperfect) tilewright::convert::add(entries, "imperfect", make_.flag(true));
    if (search.algorithm) {
      tilewright::convert::add(entries, "algorithm", make_.text(*search.algorithm));
    }
    add_count("search-size", search.search_size);
    add_count("victory-condition", search.victory_condition);
    add_count("timeout", search.timeout);
    return entries;
  }

  const SpecSet& specs_;
  const Spec& source_;
  PriceForm prices_;
  std::vector<std::string>& notes_;
  YamlMaker make_;
  Statements hardware_, mapspace_;
  std::vector<OwnSection> sections_;
};

std::string heading_of(const SpecSet& specs, const std::vector<std::string>& notes) {
  std::string files;
  for (const std::string& file : specs.files) files += (files.empty() ? "" : ", ") + file;
  std::string text = "# Converted by tilewright from " + printable(files) + ".\n";
  for (const std::string& note : notes) text += "# Note: " + printable(note) + ".\n";
  return text;
}

std::string own_text(const std::vector<OwnSection>& sections, const char* part) {
  std::string text = fmt::format("{}: {}\n", spec::kOwnFormKey, spec::kOwnFormVersion);
  for (const OwnSection& section : sections) {
    const bool is_wanted = part == nullptr || std::string_view(section.part) == part;
    if (is_wanted) text += "\n" + spec::write_section(section.entry);
  }
  return text;
}

// The sections of version 0.3 that a text in Tilewright's own form stands for.
std::string lowered_text(const std::string& own) {
  std::vector<Warning> warnings;
  const auto document = spec::parse_document(kWritten, own, warnings);
  (void)spec::lower_own_form(*document, warnings);
  std::string text;
  for (const Entry& entry : document->root->entries()) {
    text += (text.empty() ? "" : "\n") + spec::write_section(entry);
  }
  return text;
}

}  // namespace

const std::vector<std::string>& form_names() {
  static const std::vector<std::string> names{"tilewright", "v0.3", "v0.4"};
  return names;
}

Form form_of(std::string_view name) {
  if (name == "tilewright") return Form::tilewright;
  if (name == "v0.3") return Form::v03;
  if (name == "v0.4") {
    throw UsageError(
        "version 0.4 is read, but not written: convert to v0.3, which Timeloop reads as well, or "
        "to "
        "tilewright");
  }
  throw UsageError(fmt::format("unknown form '{}'{}", name, hint(name, form_names())));
}

namespace {

Converted convert_with(const SpecSet& specs, Form form, PriceForm prices, std::string note) {
  Converted converted;
  if (!note.empty()) converted.notes.push_back(std::move(note));
  OwnFormWriter writer(specs, prices, converted.notes);  // owns the nodes
  const std::vector<OwnSection> sections = writer.write();
  if (sections.empty()) {
    throw UsageError(
        "nothing to convert: none of the files has an architecture (to which ERT and ART belong), "
        "constraints, a problem, a network, a mapping or settings of the search");
  }
  const std::string heading = heading_of(specs, converted.notes);
  const auto text_of = [&](const char* part) {
    const std::string own = own_text(sections, part);
    return heading + (form == Form::tilewright ? own : lowered_text(own));
  };
  converted.text = text_of(nullptr);
  for (const char* part : kParts) {
    const bool has_part = std::any_of(sections.begin(), sections.end(), [&](const auto& section) {
      return std::string_view(section.part) == part;
    });
    if (has_part) converted.parts.push_back({part, text_of(part)});
  }
  const std::string difference =
      find_difference(specs, read_spec_texts({{kWritten, converted.text}}));
  if (!difference.empty()) {
    throw UsageError(fmt::format("cannot say the same in the form {}: {} would differ",
                                 form_names()[static_cast<std::size_t>(form)], difference));
  }
  return converted;
}

constexpr std::string_view kNumbers =
    "energies and areas are written as numbers, as tables and estimators gave them; classes and "
    "attributes of components are left out";

}  // namespace

Converted convert(const SpecSet& specs, Form form) {
  if (needs_numbers(specs)) {
    return convert_with(specs, form, PriceForm::numbers, std::string(kNumbers));
  }
  std::string reason;
  try {
    return convert_with(specs, form, PriceForm::sources, "");
  } catch (const SpecError& error) {
    if (!specs.architecture) throw;
    // A place in what is written tells the user nothing.
    reason = error.mark().file == kWritten ? error.message() : error.what();
  } catch (const UsageError& error) {
    if (!specs.architecture) throw;
    reason = error.what();
  }
  return convert_with(specs, form, PriceForm::numbers, fmt::format("{} ({})", kNumbers, reason));
}

}  // namespace tilewright::convert
