#pragma once

#include <string>

#include "model/report/timeloop/run.hpp"

namespace tilewright::timeloop {

/// The file `stats.txt`: levels from the arithmetic outwards, networks, and a summary. Levels and
/// networks that neither move a word nor take energy are left out, as Timeloop does.
std::string stats_text(const Run& run);

/// The section of one network.
std::string network_text(const Run& run, const NetworkStats& network);

}  // namespace tilewright::timeloop
