#pragma once

#include <functional>
#include <string>

#include "oracle/random_case.hpp"

namespace tilewright::oracle {

/// What is wrong with a case; empty = nothing.
using Complaint = std::function<std::string(const Case&)>;

/// Checks `count` random cases (20 times as many with TILEWRIGHT_FULL=1) as a rapidcheck property
/// of the running test. A failure is shrunk and shown as YAML. The cases are the same in every
/// run unless TILEWRIGHT_SEED says otherwise.
void check_cases(int count, const CaseOptions& options, const Complaint& complaint);

}  // namespace tilewright::oracle
