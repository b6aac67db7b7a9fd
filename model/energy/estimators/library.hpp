#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/energy/estimator.hpp"
#include "model/energy/estimators/node_scaling.hpp"

namespace tilewright::energy {

/// Figures of published components, scaled to the attributes of a query, by the rules of
/// Accelergy's library plug-in. A file holds tables in CSV:
///
///     COMPONENT: isaac_adc        # or the name of the file, for its first table
///     technology, global_cycle_seconds, resolution, energy, area, action
///     32nm,       1e-9,                 8,          1.67,   1200, convert|read
///     POINTER: newton_adc = isaac_adc
///
/// energy in pJ, area in um2; `a|b` in a header are two names of one attribute; `*` and an empty
/// cell match anything. Of the rows of a component and action the one with most attributes that are
/// equal answers; the others are scaled: widths linearly, depth with the power 0.78 (energy),
/// resolution by powers of 2, voltage with the square, technology as Stillmaker and Baas (2017).
/// Attributes that nothing is known about make a row unfit.
struct LibraryFile {
  std::string name;
  std::string text;
};

std::unique_ptr<EnergyEstimator> make_library(
    const std::vector<LibraryFile>& user_files = {},
    NodeInterpolation interpolation = NodeInterpolation::upstream);

/// The files (`.csv`) of a folder and those below it. \throws SpecError if there are none.
std::vector<LibraryFile> read_library_folder(const std::string& folder);

/// The built-in tables, each with its source.
std::string_view builtin_library();

}  // namespace tilewright::energy
