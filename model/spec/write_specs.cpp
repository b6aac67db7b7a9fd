// What was read, as it was; and its sections as one file, with all changes applied.

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <string_view>

#include "model/error.hpp"
#include "model/names.hpp"
#include "model/printable.hpp"
#include "model/spec/spec.hpp"
#include "model/spec/spec_files.hpp"
#include "model/spec/texts.hpp"
#include "model/spec/write_document.hpp"

namespace tilewright {
namespace {

using spec::Entry;

}  // namespace

std::vector<StoredText> texts_of(const SpecSet& specs) { return specs.source->texts; }

std::string compare_text(const SpecSet& specs) {
  std::multimap<std::string, std::string> sections;  // those of one key in their order
  const std::vector<StoredText>& texts = specs.source->texts;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].only_named) continue;
    for (const Entry& entry : specs.source->documents[i]->root->map("a spec file")) {
      if (same_key(entry.key, "architecture_changes") || entry.key == "names") continue;
      sections.emplace(entry.key, spec::write_section(entry));
    }
  }
  std::string text = fmt::format("{}\n{}\n", specs.architecture_name, specs.network_name);
  for (const Layer& layer : specs.layers) text += layer.name + '\n';
  for (const auto& [key, each] : sections) text += each;
  for (const StoredText& each : texts) {
    if (each.only_named) text += each.text;
  }
  return text;
}

std::string write_specs(const SpecSet& specs) {
  std::map<std::string, std::string> seen;  // section and file
  std::string text;
  for (const auto& document : specs.source->documents) {
    for (const Entry& entry : document->root->map("a spec file")) {
      if (same_key(entry.key, "architecture_changes")) continue;
      const auto [it, is_new] = seen.try_emplace(entry.key, document->source.file);
      if (!is_new) {
        throw UsageError(fmt::format("cannot write one file: both {} and {} have a section '{}'",
                                     it->second, document->source.file, entry.key));
      }
      text += spec::write_section(entry);
    }
  }
  return text;
}

}  // namespace tilewright
