#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/convert/write_levels.hpp"
#include "model/spec/spec.hpp"

namespace tilewright::convert {

/// How prices are said.
enum class PriceForm : std::uint8_t {
  sources,  // as tables and classes of components, where the specs have them
  numbers,  // as the numbers that came of them
};

/// Whether prices can only be numbers: estimators of version 0.4 are asked in another way.
bool needs_numbers(const SpecSet& specs);

/// Who prices the architecture of the specs. `notes` gets what is left out.
PriceSources price_sources(const SpecSet& specs, PriceForm form, std::vector<std::string>& notes);

}  // namespace tilewright::convert
