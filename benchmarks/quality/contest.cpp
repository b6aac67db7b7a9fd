#include "quality/contest.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <limits>

#include "model/energy/prices.hpp"
#include "model/error.hpp"

namespace tilewright::benchmarks {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr double kRounding = 1e-9;  // of an optimum that was summed up in another order

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

const Problem& find_layer(const SpecSet& specs, const std::string& name) {
  for (const Layer& layer : specs.layers) {
    if (layer.name == name) return layer.problem;
  }
  throw UsageError("network '" + specs.network_name + "' has no layer '" + name + "'");
}

class HistorySink : public Sink {
 public:
  explicit HistorySink(double optimum) : optimum_(optimum) {}
  void improved(const Incumbent& incumbent) override {
    steps_.push_back({seconds_since(start_), incumbent.cost.edp()});
    if (incumbent.cost.edp() <= optimum_ * (1 + kRounding)) reached_ = true;
  }
  void progress(const SearchResult& /*result*/) override {}

  const std::atomic<bool>& reached() const { return reached_; }
  std::vector<Step> take() { return std::move(steps_); }

 private:
  double optimum_;
  Clock::time_point start_ = Clock::now();
  std::vector<Step> steps_;
  std::atomic<bool> reached_ = false;
};

}  // namespace

Contest::Contest(const std::string& arch, const std::string& layer) : arch_(arch), layer_(layer) {
  const std::size_t colon = layer.find(':');
  if (colon == std::string::npos) throw UsageError("'" + layer + "' is not NETWORK:LAYER");
  const std::string folder = TILEWRIGHT_SOURCE_DIR "/specs/";
  specs_ = std::make_unique<const SpecSet>(read_specs(
      {folder + "arch/" + arch + ".yaml", folder + "network/" + layer.substr(0, colon) + ".yaml"}));
  problem_ = &find_layer(*specs_, layer.substr(colon + 1));
  const auto start = Clock::now();
  space_ = std::make_unique<const Mapspace>(*problem_, *specs_->architecture,
                                            read_constraints(*specs_, *problem_));
  evaluator_ = std::make_unique<const Evaluator>(*problem_, *specs_->architecture,
                                                 price(*specs_->architecture, {}));
  setup_seconds_ = seconds_since(start);
}

SearchResult Contest::run(std::string_view searcher, const SearchOptions& options,
                          const StopRules& stop, Sink& sink) const {
  return make_searcher(searcher, options)->run(*space_, *evaluator_, Objective(), stop, sink);
}

double Run::edp() const { return steps.empty() ? kNever : steps.back().edp; }

double Run::seconds_to(double best, double share) const {
  const double limit = best * (1 + share) * (1 + kRounding);
  const auto step =
      std::find_if(steps.begin(), steps.end(), [&](const Step& s) { return s.edp <= limit; });
  return step == steps.end() ? kNever : step->seconds;
}

Run record(const Contest& contest, const std::string& searcher, const SearchOptions& options,
           double limit_seconds, double optimum) {
  Run run{
      .arch = contest.arch(), .layer = contest.layer(), .searcher = searcher, .seed = options.seed};
  HistorySink sink(optimum);
  StopRules stop;
  const std::chrono::duration<double> limit(limit_seconds);
  stop.deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(limit);
  stop.cancelled = &sink.reached();
  try {
    const SearchResult result = contest.run(searcher, options, stop, sink);
    run.evaluated = result.evaluated;
    run.seconds = result.seconds;
    run.proven = result.proven;
  } catch (const UsageError& error) {  // too large a mapspace for the time
    run.refusal = error.what();
  }
  run.steps = sink.take();
  return run;
}

}  // namespace tilewright::benchmarks
