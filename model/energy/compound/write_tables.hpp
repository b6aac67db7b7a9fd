#pragma once

#include <string>
#include <vector>

#include "model/energy/compound/energy_input.hpp"

namespace tilewright::energy {

/// Digits behind the point (up to version 0.3) or significant ones (0.4) of written numbers.
struct Precision {
  int digits = 0;  // 0 = as Accelergy: 5 and 6
};

// Accelergy's files, in the form of the version of the architecture.
std::string write_ert(const EnergyTables& tables, Precision precision = {});
std::string write_art(const EnergyTables& tables, Precision precision = {});
/// Per action the energy, or its range over the arguments; who estimated what, and how accurately.
std::string write_ert_summary(const EnergyTables& tables, Precision precision = {});
std::string write_art_summary(const EnergyTables& tables, Precision precision = {});
std::string write_flattened(const Design& design);
std::string write_energy_estimation(const Design& design,
                                    const std::vector<ComponentEnergy>& energies);

/// A number as the file of a version has it.
double rounded(double number, Dialect dialect, Precision precision = {});

}  // namespace tilewright::energy
