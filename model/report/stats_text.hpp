#pragma once

#include <string>

#include "model/arch/architecture.hpp"
#include "model/energy/prices.hpp"
#include "model/nest/stats.hpp"
#include "model/problem/problem.hpp"

namespace tilewright {

/// The counts of an accepted mapping as tables for people: memories, networks, totals.
std::string stats_text(const Stats& stats, const Problem& problem, const Architecture& arch);

/// Who priced each level, and at what: one line per level.
std::string prices_text(const Architecture& arch, const Prices& prices);

}  // namespace tilewright
