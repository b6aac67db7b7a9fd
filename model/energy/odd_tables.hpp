#pragma once

#include "model/arch/architecture.hpp"
#include "model/energy/reference_table.hpp"
#include "model/spec/readers.hpp"

namespace tilewright {

/// Tells what is odd in a table of energies that a user gives: components and actions whose names
/// are close to what is looked for, levels that it prices in part.
void warn_of_odd_table(const Architecture& arch, const ReferenceTable& table,
                       const spec::Findings& findings);

}  // namespace tilewright
