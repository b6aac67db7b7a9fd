#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/energy/estimator.hpp"

namespace tilewright::energy {

/// The estimators of a shared library (see model/energy/plugin.hpp). They keep it loaded.
/// \throws EstimationError that names the library: not found, no such function, made for another
/// version, no estimator.
std::vector<std::unique_ptr<EnergyEstimator>> load_plugin(const std::string& path);

}  // namespace tilewright::energy
