#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "model/energy/estimator.hpp"
#include "model/energy/estimators/child_process.hpp"

namespace tilewright::energy {

/// The estimators of a Python file or of a plug-in of Accelergy (a Python file, a folder with
/// `*.estimator.yaml` or Python files). One child process `python3` per call runs them; it answers
/// questions in JSON, one per line, until the last of its estimators goes. No Python is linked. An
/// answer that takes longer than `limit` or is longer than 1 MiB is refused, and the child ended.
/// \throws EstimationError with what Python says; Stopped.
std::vector<std::unique_ptr<EnergyEstimator>> load_python(
    const std::string& path, std::chrono::milliseconds limit = kAnswerTime,
    const StopToken& stop = {});

}  // namespace tilewright::energy
