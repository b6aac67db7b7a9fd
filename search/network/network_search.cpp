#include "search/network/network_search.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <new>

#include "model/error.hpp"
#include "model/network/layer_graph.hpp"
#include "search/mapspace/array_layout.hpp"
#include "search/network/explain_failure.hpp"
#include "search/network/numbers.hpp"
#include "search/top/top_search.hpp"

namespace tilewright {
namespace {

using Clock = std::chrono::steady_clock;

// The report counts in another way than the search: they must agree.
Stats explain_best(const Incumbent& best, const Evaluator& evaluator) {
  constexpr double kTolerance = 1e-9;
  const ScratchPtr scratch = evaluator.scratch();
  Stats stats = evaluator.explain(best.mapping, *scratch);
  const Cost& cost = stats.outcome.cost;
  const bool agree =
      stats.outcome.valid() && cost.cycles == best.cost.cycles &&
      std::abs(cost.energy - best.cost.energy) <= kTolerance * std::abs(best.cost.energy);
  if (!agree) throw InternalError("the search and the report disagree on the cost of a mapping");
  return stats;
}

// A metric that nobody knows would be the same for all mappings, and "best" would mean nothing.
void check_known(const Objective& objective, const Architecture& arch, const Prices& prices) {
  const auto is_area = [](const Metric& metric) { return metric.kind == MetricKind::area; };
  if (std::none_of(objective.metrics().begin(), objective.metrics().end(), is_area) &&
      std::none_of(objective.axes().begin(), objective.axes().end(), is_area)) {
    return;
  }
  const std::vector<std::string> unknown = levels_without_area(arch, prices);
  if (unknown.empty()) return;
  throw UsageError(
      fmt::format("the metric 'area' has no value: no price source knows the area of {}; an ART, "
                  "'cluster-area' of a memory and 'area' of the arithmetic, or --estimate tell it",
                  fmt::join(unknown, ", ")));
}

}  // namespace

void check_searchable(const SpecSet& specs) {
  if (!specs.architecture) {
    throw UsageError("no architecture: none of the files has a key 'arch' or 'architecture'");
  }
  if (specs.layers.empty()) {
    throw UsageError("no problem: none of the files has a key 'problem' or is a network");
  }
}

NetworkSearch::NetworkSearch(const SpecSet& specs, SearchPlan plan)
    : specs_(specs),
      plan_(std::move(plan)),
      prices_(price(*specs.architecture, specs.table.value_or(ReferenceTable{}))) {
  check_known(plan_.objective, *specs.architecture, prices_);
  plan_.mapspace.distances_are_free = distances_are_free(*specs.architecture, prices_);
  const std::vector<std::size_t> first = first_of_equal_work(specs.layers);
  for (std::size_t i = 0; i < specs.layers.size(); ++i) {
    LayerResult result;
    result.layer = &specs.layers[i];
    result.same_as = first[i];
    if (result.same_as == i) ++left_;
    // The same remark on every layer would drown the others.
    std::vector<Warning>* sink = i == 0 ? &warnings : nullptr;
    constraints_.push_back(read_constraints(specs, specs.layers[i].problem, sink));
    results_.push_back(std::move(result));
  }
}

std::vector<Warning> NetworkSearch::all_warnings() const {
  std::vector<Warning> all = warnings;
  for (Warning& warning : warnings_of(plan_)) all.push_back(std::move(warning));
  return all;
}

std::size_t NetworkSearch::distinct_layers() const {
  std::size_t distinct = 0;
  for (std::size_t i = 0; i < results_.size(); ++i) distinct += results_[i].same_as == i ? 1 : 0;
  return distinct;
}

void NetworkSearch::take_finished(std::size_t index, FinishedLayer layer) {
  LayerResult& result = results_[index];
  result.searched = true;
  result.search = std::move(layer.search);
  result.space = std::move(layer.space);
  result.failure = std::move(layer.failure);
  result.fault = layer.fault;
  earlier_seconds_ += result.search.seconds;
  --left_;
  if (!result.search.best) return;
  const Evaluator evaluator(result.layer->problem, *specs_.architecture, prices_,
                            plan_.objective.access_levels());
  result.stats = explain_best(*result.search.best, evaluator);
}

void NetworkSearch::run(NetworkSink& sink, const StopToken& stop, const Done& done) {
  if (plan_.total_time) {
    const std::chrono::duration<double> earlier(earlier_seconds_);
    end_ = Clock::now() + *plan_.total_time - std::chrono::duration_cast<Clock::duration>(earlier);
  }
  for (std::size_t i = 0; i < results_.size(); ++i) {
    LayerResult& result = results_[i];
    if (result.same_as != i) {
      copy_result(result);
      if (result.searched) {
        sink.same_as(i, result.layer->name, specs_.layers[result.same_as].name);
      }
    } else if (!result.searched && !stop.requested()) {
      search_layer(result, sink, rules_of_layer(stop));
      --left_;
    }
    if (result.searched) done(result);
  }
}

void NetworkSearch::search_layer(LayerResult& result, NetworkSink& sink, const StopRules& rules) {
  const std::size_t index = static_cast<std::size_t>(&result - results_.data());
  const Problem& problem = result.layer->problem;
  result.searched = true;
  std::optional<Mapspace> space;
  try {
    space.emplace(problem, *specs_.architecture, constraints_[index], plan_.mapspace, rules);
  } catch (const SpecError& error) {  // the constraints leave nothing: the other layers go on
    result.failure = error.what();
  } catch (const UsageError& error) {
    result.failure = explain_empty(error.what(), problem, *specs_.architecture, constraints_[index],
                                   prices_, plan_.mapspace, rules);
  } catch (const Stopped& stopped) {
    result.search.stopped_by = cause_of(stopped.why());
    result.failure = fmt::format("{} before the mapspace was known", stopped.what());
  }
  if (!space) return;
  result.space = space->size();
  sink.begin_layer(index, result.layer->name, short_form(space->size()));
  const auto fail = [&](LayerFault fault, const char* why) {
    result.search = {};
    result.fault = fault;
    result.failure = why;
    sink.end_layer(result.search);
  };
  try {
    return search_space(result, *space, sink, rules);
  } catch (const SpecError& error) {
    fail(LayerFault::refused, error.what());
  } catch (const UsageError& error) {
    fail(LayerFault::refused, error.what());
  } catch (const InternalError& error) {
    fail(LayerFault::internal, error.what());
  } catch (const std::bad_alloc&) {
    fail(LayerFault::internal, "out of memory");
  }
}

void NetworkSearch::search_space(LayerResult& result, const Mapspace& space, NetworkSink& sink,
                                 const StopRules& rules) {
  const Evaluator evaluator(result.layer->problem, *specs_.architecture, prices_,
                            plan_.objective.access_levels());
  const auto searcher = make_searcher(plan_.searcher, plan_.options);
  if (rules.deadline) sink.ends_by(*rules.deadline);
  result.search = searcher->run(space, evaluator, plan_.objective, rules, sink);
  if (result.search.best) {
    result.stats = explain_best(*result.search.best, evaluator);
    if (plan_.top > 1) find_top(result.search, space, evaluator, rules);
  } else {
    result.failure = explain_failure(result.search, plan_, space, evaluator, rules);
  }
  sink.end_layer(result.search);
}

void NetworkSearch::find_top(SearchResult& result, const Mapspace& space,
                             const Evaluator& evaluator, const StopRules& rules) const {
  const TopSearch search(space, evaluator, plan_.objective,
                         {.count = plan_.top,
                          .differ = plan_.top_by,
                          .searcher = plan_.searcher,
                          .options = plan_.options});
  TopSearch::Result found = search.run(result, rules);
  result.top = std::move(found.best);
  result.top_proven = found.proven;
}

// Problems that are the same work may still differ in their names, which the writers use.
void NetworkSearch::copy_result(LayerResult& result) {
  const LayerResult& original = results_[result.same_as];
  result.searched = original.searched;
  result.search = original.search;
  result.space = original.space;
  result.stats = original.stats;
  result.failure = original.failure;
  result.fault = original.fault;
}

// The total time is shared evenly among the layers that are left: what one does not use, the
// others get.
StopRules NetworkSearch::rules_of_layer(const StopToken& stop) const {
  StopRules rules = plan_.counts;
  static_cast<StopToken&>(rules) = stop;
  const Clock::time_point now = Clock::now();
  if (plan_.time) rules.end_by(now + *plan_.time);
  if (end_) rules.end_by(now + std::max(*end_ - now, Clock::duration::zero()) / left_);
  return rules;
}

}  // namespace tilewright
