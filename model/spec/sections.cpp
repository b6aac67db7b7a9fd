#include "model/spec/sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/spec/node_sections.hpp"

namespace tilewright::spec {
namespace {

// Those of Timeloop and Accelergy. What follows a further dot changes nothing that is read.
void check_version(const Node& version, const Findings& findings) {
  constexpr std::array<std::string_view, 4> kKnown{"0.1", "0.2", "0.3", "0.4"};
  if (!version.is_text()) return;
  const std::string& text = version.raw_text();
  const bool is_known = std::any_of(kKnown.begin(), kKnown.end(), [&](std::string_view known) {
    return text == known || text.starts_with(std::string(known) + ".");
  });
  if (is_known) return;
  findings.warn(version.mark(),
                fmt::format("version '{}' is none that is known (0.1, 0.2, 0.3, 0.4); what the "
                            "section holds tells how it is read",
                            text),
                odd::kUnknownValue);
}

// With sparse optimizations the counts would be others.
Effect effect_of_ignoring(const Section& section) {
  return section.entry->key.starts_with("sparse") ? Effect::on_results : Effect::none;
}

}  // namespace

void check_section(const Section& section, bool has_nodes, const Findings& findings) {
  if (section.is("version")) return check_version(section.node(), findings);
  if (const Node* version = section.node().is_map() ? section.node().find("version") : nullptr) {
    check_version(*version, findings);
  }
  if (section.is("compound_components") || section.is("components")) return;
  if (has_nodes && is_constraints(section)) return;
  const auto is_this = [&](std::string_view key) { return section.is(key); };
  const auto& known = known_sections();
  if (std::any_of(known.begin(), known.end(), is_this)) return;
  if (std::any_of(kIgnoredSections.begin(), kIgnoredSections.end(), is_this) ||
      section.entry->key.ends_with("_ignore")) {
    return findings.ignore(section.mark(), fmt::format("the section {}", section.entry->key),
                           effect_of_ignoring(section));
  }
  throw SpecError(section.mark(), fmt::format("unknown section '{}'{}", section.entry->key,
                                              hint(section.entry->key, known)));
}

}  // namespace tilewright::spec
