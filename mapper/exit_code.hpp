#pragma once

namespace tilewright {

/// What the program's exit status says; 128 + signal number when a signal ended it.
enum ExitCode : int {
  kDone = 0,
  kComparisonFailed = 1,
  kBadInput = 2,   // a file, an option, or a place that cannot be written
  kNoMapping = 3,  // the mapping was rejected, or none is valid
  kInternal = 70,  // a defect of the program
  kSignalBase = 128,
};

}  // namespace tilewright
