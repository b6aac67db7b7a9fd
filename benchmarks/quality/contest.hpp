#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/nest/evaluator.hpp"
#include "model/spec/spec.hpp"
#include "search/mapspace/mapspace.hpp"
#include "search/searcher.hpp"

namespace tilewright::benchmarks {

/// One layer on one architecture, ready to be searched.
class Contest {
 public:
  /// `arch` is the name of a shipped architecture, `layer` is NETWORK:LAYER of a shipped network.
  /// \throws UsageError if there is no such layer.
  Contest(const std::string& arch, const std::string& layer);

  const std::string& arch() const { return arch_; }
  const std::string& layer() const { return layer_; }
  /// What it took to build the mapspace and the evaluator, once for all searchers.
  double setup_seconds() const { return setup_seconds_; }
  SearchResult run(std::string_view searcher, const SearchOptions& options, const StopRules& stop,
                   Sink& sink) const;

 private:
  std::string arch_, layer_;
  std::unique_ptr<const SpecSet> specs_;  // the evaluator points into it
  const Problem* problem_ = nullptr;
  std::unique_ptr<const Mapspace> space_;
  std::unique_ptr<const Evaluator> evaluator_;
  double setup_seconds_ = 0;
};

/// The incumbent of a search at one moment.
struct Step {
  double seconds = 0;  // since the search began
  double edp = 0;      // pJ * cycles
};

/// What one searcher did with one layer.
struct Run {
  std::string arch, layer, searcher;
  std::uint64_t seed = 1;
  std::vector<Step> steps;  // the history of the incumbent, falling
  std::uint64_t evaluated = 0;
  double seconds = 0;
  bool proven = false;
  std::string refusal;  // why nothing was searched, if so

  double edp() const;  // of the best mapping; infinite if there is none
  /// Seconds until a mapping within `share` of `best` was known; infinite if that never happened.
  double seconds_to(double best, double share) const;
};

/// Lets a searcher run for so long at most, and records the history of its incumbent. It is ended
/// early once it has `optimum` (0 = not known).
Run record(const Contest& contest, const std::string& searcher, const SearchOptions& options,
           double limit_seconds, double optimum);

}  // namespace tilewright::benchmarks
