#include "model/spec/warning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace tilewright {
namespace {

// Warnings of the same words about different components.
struct Group {
  const Warning* first;
  std::vector<const std::string*> names;  // different ones, in the order met
};

std::string words_of(const Warning& warning) {
  const std::size_t name = warning.about.empty() ? 0 : warning.about.size() + 1;
  return warning.message.substr(name);
}

std::string names_of(const Group& group) {
  constexpr std::size_t kMostNames = 8;
  const std::size_t count = group.names.size();
  const std::size_t shown = count > kMostNames ? kMostNames - 1 : count;
  std::string text = *group.names.front();
  for (std::size_t i = 1; i < shown; ++i) {
    text += (i + 1 == count ? " and " : ", ") + *group.names[i];
  }
  return shown == count ? text : fmt::format("{} and {} more", text, count - shown);
}

Warning warning_of(const Group& group) {
  Warning warning = *group.first;
  if (group.names.size() < 2) return warning;
  warning.message = names_of(group) + ":" + words_of(*group.first);
  warning.about.clear();
  return warning;
}

}  // namespace

std::vector<Warning> arranged(const std::vector<Warning>& warnings) {
  std::vector<Group> groups;
  std::map<std::pair<std::string_view, std::string>, std::size_t> known;
  for (const Warning& warning : warnings) {
    const bool is_alone = warning.about.empty();
    const auto [it, is_new] = known.try_emplace(
        {warning.code, is_alone ? warning.text() : words_of(warning)}, groups.size());
    if (is_new) groups.push_back({&warning, {}});
    std::vector<const std::string*>& names = groups[it->second].names;
    const auto same = [&](const std::string* name) { return *name == warning.about; };
    if (!is_alone && std::none_of(names.begin(), names.end(), same)) {
      names.push_back(&warning.about);
    }
  }
  std::vector<Warning> result;
  for (const Effect effect : {Effect::on_results, Effect::none}) {
    for (const Group& group : groups) {
      if (group.first->effect == effect) result.push_back(warning_of(group));
    }
  }
  return result;
}

}  // namespace tilewright
