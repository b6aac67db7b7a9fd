// Tilewright's own form in the words of version 0.3, so that one reader reads both.
#include "model/spec/own/lower_own.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "model/spec/own/lower_levels.hpp"
#include "model/spec/own/lower_loops.hpp"
#include "model/spec/own/lower_work.hpp"
#include "model/spec/own/own_keys.hpp"

namespace tilewright::spec {
namespace {

class OwnFormLowering {
 public:
  explicit OwnFormLowering(Document& document) : make_(document) {}

  const Node* run(const Node& root) {
    const OwnKeys own(root, "a file in Tilewright's own form",
                      {kOwnFormKey, "architecture", "mapspace", "network", "mapping", "search"});
    check_version(own.at(kOwnFormKey));
    if (const Node* arch = own.find("architecture")) add_architecture(*arch);
    if (const Node* network = own.find("network")) {
      add("network", lower_network_section(*network, make_));
    }
    if (const Node* search = own.find("search")) add_search(*search);
    add_mapspace(own);
    if (const Node* mapping = own.find("mapping")) {
      const OwnKeys keys(*mapping, "a mapping", {"levels"});
      add("mapping", make_.list(lower_mapping(keys.at("levels"), make_), *mapping));
    }
    return make_.map(std::move(sections_), root);
  }

 private:
  static void check_version(const Node& version) {
    if (version.is_text() && version.raw_text() == std::to_string(kOwnFormVersion)) return;
    version.fail(
        fmt::format("version {} of Tilewright's own form is not known; this program reads {}",
                    version.describe(), kOwnFormVersion));
  }

  void add(const char* key, const Node* section) { sections_.push_back(make_entry(key, section)); }

  void add_architecture(const Node& node) {
    const LoweredArchitecture lowered = lower_architecture(node, make_);
    add("architecture", lowered.arch);
    std::vector<const Node*> targets;
    for (const Node* level : lowered.levels) lower_level_constraints(*level, make_, targets);
    if (!targets.empty()) {
      add("architecture_constraints",
          make_.map({make_entry("targets", make_.list(std::move(targets), node))}, node));
    }
    if (lowered.classes != nullptr) add("compound_components", lowered.classes);
    add_table("ERT", lowered.energies, node);
    add_table("ART", lowered.areas, node);
  }

  void add_table(const char* key, const std::vector<const Node*>& rows, const Node& place) {
    if (rows.empty()) return;
    add(key, make_.map({make_entry("version", make_.plain("0.3", place)),
                        make_entry("tables", make_.list(rows, place))},
                       place));
  }

  void add_search(const Node& node) {
    const OwnKeys own(node, "'search'",
                      {"objectives", "threads", "imperfect", "algorithm", "search-size",
                       "victory-condition", "timeout"});
    std::vector<Entry> entries;
    copy_key(own, "objectives", "optimization-metrics", entries);
    copy_key(own, "threads", "num-threads", entries);
    for (const char* key : {"algorithm", "search-size", "victory-condition", "timeout"}) {
      copy_key(own, key, key, entries);
    }
    if (const Node* imperfect = own.find("imperfect"); imperfect && imperfect->flag("imperfect")) {
      template_ = imperfect;
    }
    if (!entries.empty()) add("mapper", make_.map(std::move(entries), node));
  }

  // Whether factors need to divide is a matter of the mapspace in version 0.3.
  void add_mapspace(const OwnKeys& root) {
    const Node* mapspace = root.find("mapspace");
    if (mapspace == nullptr && template_ == nullptr) return;
    const Node& place = mapspace != nullptr ? *mapspace : *template_;
    std::vector<Entry> entries;
    if (template_ != nullptr) {
      entries.push_back(make_entry("template", make_.text("ruby", *template_)));
    }
    if (mapspace != nullptr) {
      const OwnKeys own(*mapspace, "a mapspace", {"levels"});
      const Node* targets = make_.list(lower_constraints(own.at("levels"), make_), place);
      entries.push_back(make_entry("targets", targets));
    }
    add("mapspace", make_.map(std::move(entries), place));
  }

  NodeMaker make_;
  std::vector<Entry> sections_;
  const Node* template_ = nullptr;  // where it stands that factors need not divide
};

}  // namespace

bool is_own_form(const Document& document) {
  if (document.root == nullptr || !document.root->is_map()) return false;
  for (const Entry& entry : document.root->entries()) {
    if (entry.key == kOwnFormKey) return true;
  }
  return false;
}

bool lower_own_form(Document& document, const std::vector<Warning>& warnings) {
  if (!is_own_form(document)) return false;
  for (const Warning& warning : warnings) {
    if (warning.mark.file == document.source.file) throw SpecError(warning.mark, warning.message);
  }
  document.root = OwnFormLowering(document).run(*document.root);
  return true;
}

}  // namespace tilewright::spec
