#pragma once

#include <string>
#include <vector>

#include "model/convert/write_levels.hpp"
#include "model/spec/spec.hpp"

namespace tilewright::convert {

/// Who prices the architecture of the specs: their tables and the classes of their components, or
/// where those are of version 0.4, whose estimators are asked in another way, the numbers that came
/// of it. `notes` gets a line about what is said in other words.
PriceSources price_sources(const SpecSet& specs, std::vector<std::string>& notes);

}  // namespace tilewright::convert
