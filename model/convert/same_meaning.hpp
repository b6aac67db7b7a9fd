#pragma once

#include <string>

#include "model/spec/spec.hpp"

namespace tilewright::convert {

/// In what two sets of specs differ for model and search, in words; "" if in nothing.
/// \throws SpecError where the constraints of the first are wrong
std::string find_difference(const SpecSet& a, const SpecSet& b);

}  // namespace tilewright::convert
