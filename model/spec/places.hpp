#pragma once

#include <string>
#include <string_view>

#include "model/spec/spec.hpp"

// Where files say what a finished spec no longer remembers: for messages.
namespace tilewright {

/// The first constraint of a type (`temporal`, `spatial`, `datatype`, `utilization`) on a level;
/// else the first section with constraints, or nowhere.
Mark place_of_constraint(const SpecSet& specs, int level, std::string_view type);

/// The size of a dimension in a layer; else the layer, or the section that it stands in.
Mark place_of_size(const SpecSet& specs, const std::string& layer, const std::string& dim);

}  // namespace tilewright
