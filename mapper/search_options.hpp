#pragma once

#include <CLI/CLI.hpp>
#include <vector>

#include "mapper/exit_code.hpp"
#include "mapper/run_settings.hpp"
#include "search/network/network_search.hpp"
#include "search/network/search_plan.hpp"

namespace tilewright {

/// The options of a command that searches. With `given`, those that the user names are noted there.
void add_search_options(CLI::App& command, SearchWishes& wishes,
                        std::vector<GivenOption>* given = nullptr);

/// What the program ends with when a layer has no result.
ExitCode exit_code_of(LayerFault fault);

}  // namespace tilewright
