#pragma once

#include <string>
#include <vector>

#include "model/arch/architecture.hpp"
#include "model/report/text_table.hpp"
#include "search/network/network_search.hpp"

namespace tilewright {

/// The table at the end of a run, for people: a row for all layers of equal work, with what limits
/// them; no line is longer than kTableWidth, and names are cut to that.
std::string layer_table(const std::vector<LayerResult>& results, const Architecture& arch);

/// The best mappings of each distinct layer, where several were asked for: what each is worth and
/// how much more than the best that is. Empty otherwise.
std::string top_table(const std::vector<LayerResult>& results, const SearchPlan& plan);

}  // namespace tilewright
