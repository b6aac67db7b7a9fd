#pragma once

#include <string>

#include "model/report/timeloop/run.hpp"

namespace tilewright::timeloop {

/// The file `map+stats.xml`. What is of sparse tensors only is left out, but for the counts of
/// accesses, of which none is gated or skipped.
std::string stats_xml(const Run& run);

}  // namespace tilewright::timeloop
