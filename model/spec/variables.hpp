#pragma once

#include <vector>

#include "model/energy/compound/setting.hpp"
#include "model/spec/sections.hpp"
#include "model/spec/spec_files.hpp"

namespace tilewright::spec {

/// Makes the names in the section `variables` stand for their values in all files, as in Timeloop;
/// in version 0.4 for the values of expressions, which are returned. \throws SpecError for a second
/// such section
energy::Settings set_variables(const std::vector<Section>& sections, Spec& spec);

}  // namespace tilewright::spec
