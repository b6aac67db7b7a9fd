#include "mapper/search_options.hpp"

#include <fmt/format.h>

#include <string>

#include "model/error.hpp"
#include "search/network/options.hpp"

namespace tilewright {

// What the options mean stands in the table that all fronts share.
void add_search_options(CLI::App& command, SearchWishes& wishes, std::vector<GivenOption>* given) {
  for (const SearchOption& option : search_options()) {
    std::string names = fmt::format("--{}", option.name);
    if (!option.short_name.empty()) names = fmt::format("-{},{}", option.short_name, names);
    const auto set = [&wishes, given, &option](const std::string& text) {
      set_option(wishes, option.name, text);
      if (given != nullptr) given->push_back({std::string(option.name), text, ""});
    };
    if (option.is_flag()) {
      command.add_flag_callback(
          names, [set] { set("true"); }, help_of(option));
    } else {
      command.add_option_function<std::string>(names, set, help_of(option))
          ->type_name(std::string(option.value));
    }
  }
}

ExitCode exit_code_of(LayerFault fault) {
  switch (fault) {
    case LayerFault::none:
      return kNoMapping;
    case LayerFault::refused:
      return kBadInput;
    case LayerFault::internal:
      return kInternal;
  }
  return kInternal;
}

}  // namespace tilewright
