#pragma once

#include <vector>

#include "model/spec/spec.hpp"
#include "model/stop_token.hpp"
#include "search/lint/finding.hpp"

namespace tilewright::lint {

/// What is wrong, odd or in vain in specs, found without a search for a mapping.
struct Report {
  std::vector<Finding> findings;  // the gravest first
  bool complete = true;           // false: the time was over before all was looked at

  bool is_readable() const;
};

/// The warnings of the readers, and what the architecture and the layers together tell. Whatever
/// part is missing is not looked at.
Report check(const SpecSet& specs, const StopToken& stop);

/// A file that cannot be read, as the only finding.
Report unreadable(const SpecError& error);

/// In lines of 80 columns.
std::string text_of(const Report& report);
/// As docs/schema/check.schema.json has it.
std::string json_of(const Report& report, const std::vector<std::string>& files);

}  // namespace tilewright::lint
