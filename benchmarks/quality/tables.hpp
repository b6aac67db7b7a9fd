#pragma once

#include <string>
#include <vector>

#include "quality/contest.hpp"
#include "quality/resources.hpp"

namespace tilewright::benchmarks {

/// The order of rows.
struct Plan {
  std::vector<std::string> archs, layers, searchers;
  std::vector<std::uint64_t> seeds;
  double limit = 0;           // seconds of a run
  double complete_limit = 0;  // of `optimal` and `exhaustive`
  double resource_time = 0;
  int threads = 0;
};

/// Markdown: how long the searchers take, what is the best that is known of each layer, and what
/// the portfolio needs.
std::string markdown(const Plan& plan, const std::vector<Run>& runs,
                     const std::vector<Resources>& resources);

/// One line per run.
std::string runs_csv(const std::vector<Run>& runs);

/// One line per improvement of each run.
std::string history_csv(const std::vector<Run>& runs);

/// `text` between the two lines of `document` that mark the place for it.
/// \throws UsageError if the document has no such lines.
std::string put_between_marks(const std::string& document, const std::string& text);

}  // namespace tilewright::benchmarks
