#pragma once

#include <string>

#include "model/energy/compound/energy_tables.hpp"

namespace tilewright::energy {

/// For programs: pJ of every action with its arguments, um2 of one instance of every component,
/// and for every part who priced it, on what grounds, and why nobody else did.
std::string tables_json(const EnergyTables& tables);

}  // namespace tilewright::energy
