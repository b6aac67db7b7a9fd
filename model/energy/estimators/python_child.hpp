#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/energy/estimator.hpp"

namespace tilewright::energy {

/// The estimators of a Python file or of a plug-in of Accelergy (a Python file, a folder with
/// `*.estimator.yaml` or Python files). One child process `python3` per call runs them; it answers
/// questions in JSON, one per line, until the last of its estimators goes. No Python is linked.
/// \throws EstimationError with what Python says.
std::vector<std::unique_ptr<EnergyEstimator>> load_python(const std::string& path);

}  // namespace tilewright::energy
