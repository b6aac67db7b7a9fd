#pragma once

#include <string>

#include "model/report/timeloop/run.hpp"

namespace tilewright::timeloop {

/// The file `map.txt`: the loop nest with the tiles, in words, that each memory keeps.
std::string map_text(const Run& run);

/// The file `map.yaml`, in Timeloop's spelling where that can say it: where dimensions are single
/// letters and all factors divide.
std::string map_yaml(const Run& run);

/// The line of the mapping in `oaves.csv`: operations per byte off the chip, words of buffers,
/// words moved off the chip; the last two again for each tensor; and the mapping.
std::string oaves_csv(const Run& run);

}  // namespace tilewright::timeloop
