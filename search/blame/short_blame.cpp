#include <fmt/format.h>
#include <fmt/ranges.h>

#include "search/blame/blame.hpp"

namespace tilewright::explain {

std::string short_blame(const Blame& blame, const Feasibility& feasibility) {
  const auto text_of = [&](std::size_t demand) {
    return describe(feasibility.demands()[demand], feasibility.problem(), feasibility.given());
  };
  if (blame.conflicts.empty()) return "nothing that was asked for rules all mappings out";
  std::vector<std::string> members;
  for (const std::size_t member : blame.conflicts.front().members) {
    members.push_back(text_of(member));
  }
  std::string text = fmt::format("no mapping satisfies {}{}", fmt::join(members, "; "),
                                 members.size() > 1 ? " together" : "");
  if (blame.conflicts.size() > 1) {
    text += fmt::format(" (and {} more such sets)", blame.conflicts.size() - 1);
  }
  if (blame.repairs.empty()) return text;
  std::vector<std::string> changes;
  for (const Change& change : blame.repairs.front().changes) {
    changes.push_back(fmt::format("{}: {}", text_of(change.demand), change.text));
  }
  return text + fmt::format("; a way out: {}", fmt::join(changes, " and "));
}

}  // namespace tilewright::explain
