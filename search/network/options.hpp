#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "search/network/search_plan.hpp"

namespace tilewright {

/// An option of a search. Whatever front a user comes from, it is described here, once.
struct SearchOption {
  std::string_view name;        // "max-delay"; where hyphens cannot stand, underscores do
  std::string_view short_name;  // "j", or nothing
  std::string_view value;       // what its value is called; empty = a flag
  std::string_view fallback;    // what holds when it is not given, for people; may be empty
  std::uint64_t least;          // whole numbers only
  std::uint64_t most;
  std::string_view help;
  std::vector<std::string_view> (*choices)();  // null = any value
  void (*assign)(const SearchOption& option, std::string_view text, SearchWishes& wishes);

  bool is_flag() const { return value.empty(); }
};

/// All of them, in the order of the help.
std::span<const SearchOption> search_options();

/// Its help with choices and default.
std::string help_of(const SearchOption& option);

/// Sets an option by its name, with hyphens or underscores; for a flag, "true" or "false".
/// \throws UsageError naming the option, what is wrong, or the nearest option.
void set_option(SearchWishes& wishes, std::string_view name, std::string_view text);

}  // namespace tilewright
