#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "model/energy/estimator.hpp"

namespace tilewright::energy {

/// A user's table of prices. The first line names the columns:
///
///     class, technology, width, action,     arg:data_delta, energy, area, leakage, accuracy,
///     source SRAM,  45nm,       64,    read|write, 1,              27.8,   530,  12.5,    95, ours
///
/// `energy` in pJ, `area` in um2, `leakage` in uW, `accuracy` in percent (90 if absent), `source`
/// for reports; `arg:NAME` is an argument of the action; every other column is an attribute. An
/// empty cell and `*` match anything, `a|b` either, numbers by value. Of several rows that match,
/// the one with most cells that are not empty answers, then the first. `#` starts a comment.
/// \throws SpecError with line and column.
std::unique_ptr<EnergyEstimator> read_csv_table(const std::string& path);
/// The same of a text; `file` is its name in messages, and the estimator's name is its stem.
std::unique_ptr<EnergyEstimator> parse_csv_table(const std::string& file, std::string_view text);

}  // namespace tilewright::energy
