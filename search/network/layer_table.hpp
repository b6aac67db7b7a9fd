#pragma once

#include <string>
#include <vector>

#include "model/arch/architecture.hpp"
#include "search/network/network_search.hpp"

namespace tilewright {

inline constexpr std::size_t kTableWidth = 80;  // columns of a terminal

/// The table at the end of a run, for people: a row for all layers of equal work, with what limits
/// them; no line is longer than kTableWidth, and names are cut to that.
std::string layer_table(const std::vector<LayerResult>& results, const Architecture& arch);

/// `text` in so many columns at most: what is too long loses its middle.
std::string shortened(const std::string& text, std::size_t columns);

}  // namespace tilewright
