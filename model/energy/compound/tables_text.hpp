#pragma once

#include <string>

#include "model/energy/compound/write_tables.hpp"

namespace tilewright::energy {

/// For people: pJ of every action (least to most over its arguments) and um2 of one instance of
/// every component; which estimators answered, how accurately, and what their answers rest on.
std::string tables_text(const EnergyTables& tables, Precision precision = {});

/// For every part: who priced its actions and its area, on what grounds, and why nobody else did.
std::string reasons_text(const EnergyTables& tables);

/// One line that names the prices that are guesses (see kGuessBelow); empty if there are none.
std::string guesses_text(const EnergyTables& tables);

}  // namespace tilewright::energy
