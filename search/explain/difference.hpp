#pragma once

#include <string>
#include <vector>

#include "model/arch/architecture.hpp"
#include "model/mapping/mapping.hpp"
#include "model/problem/problem.hpp"

namespace tilewright::explain {

/// Where two mappings of a problem differ, outermost level first, one line each: "Buffer: temporal
/// C 4 -> 8", "Buffer: temporal order C K -> K C", "Buffer: keeps Weights -> passes it by". Orders
/// of loops of one step do not count.
std::vector<std::string> differences(const Mapping& a, const Mapping& b, const Problem& problem,
                                     const Architecture& arch);

}  // namespace tilewright::explain
