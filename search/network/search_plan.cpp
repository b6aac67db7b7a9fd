#include "search/network/search_plan.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "model/error.hpp"
#include "model/names.hpp"
#include "search/arena.hpp"
#include "search/settings.hpp"

namespace tilewright {
namespace {

// So many mappings in a row that do not run mean that looking further is hopeless.
constexpr std::uint64_t kDefaultInvalidRun = 5'000'000;

// The rules by number. A search that neither the user nor the spec bounds gets our own rules.
StopRules choose_counts(const SearchWishes& wishes, StopRules rules, bool timed) {
  rules.max_evaluated = wishes.max_evaluated.value_or(rules.max_evaluated);
  rules.max_valid = wishes.max_valid.value_or(rules.max_valid);
  rules.victory_condition = wishes.victory_condition.value_or(rules.victory_condition);
  if (timed || rules.max_evaluated != 0) return rules;
  if (rules.max_valid == 0 && rules.victory_condition == 0) {
    rules.victory_condition = kDefaultVictory;
  }
  // The other rules count valid mappings: alone they would wait for ever where there is none.
  if (rules.max_invalid_run == 0) rules.max_invalid_run = kDefaultInvalidRun;
  return rules;
}

Objective choose_objective(const SearchWishes& wishes, const Objective& of_spec,
                           const Architecture* arch) {
  Budgets budgets;
  if (wishes.max_delay) budgets.max_delay = static_cast<double>(*wishes.max_delay);
  if (wishes.max_energy) budgets.max_energy = *wishes.max_energy;
  if (wishes.min_utilization) budgets.min_utilization = *wishes.min_utilization;
  auto metrics =
      wishes.objective.empty() ? of_spec.metrics() : parse_metrics(wishes.objective, arch);
  auto axes = wishes.pareto.empty() ? std::vector<Metric>() : parse_metrics(wishes.pareto, arch);
  return Objective(std::move(metrics), budgets, std::move(axes));
}

void check_proof_wishes(const SearchWishes& wishes, const SearchPlan& plan) {
  const bool proves = plan.searcher == "optimal" || plan.searcher == "auto";
  const bool front = plan.objective.wants_front();
  if (wishes.gap > 0 && (!proves || front)) {
    throw UsageError(front ? "--gap does not go with --pareto"
                           : "--gap is for the searchers auto and optimal");
  }
  if (wishes.imperfect && (!proves || front)) {
    throw UsageError(front ? "--imperfect does not go with --pareto"
                           : "--imperfect is for the searchers auto and optimal");
  }
  if (wishes.imperfect && wishes.perfect) {
    throw UsageError("--perfect and --imperfect exclude each other");
  }
}

void choose_top(const SearchWishes& wishes, SearchPlan& plan) {
  plan.top = wishes.top;
  if (!wishes.top_by.empty()) plan.top_by = top::parse_differ(wishes.top_by);
  if (plan.top == 1) return;
  if (plan.objective.wants_front()) throw UsageError("--top does not go with --pareto");
  if (plan.mapspace.both_axes) throw UsageError("--top does not go with --both-axes");
  if (wishes.imperfect) throw UsageError("--top does not go with --imperfect");
  // What comes next to a mapping is known among factors that divide.
  plan.mapspace.imperfect = false;
  plan.options.perfect_only = true;
}

// Of the machine, whatever else runs on it: what a search does must not depend on that.
std::uint64_t half_of_memory() {
  const auto pages = static_cast<std::uint64_t>(std::max(1L, ::sysconf(_SC_PHYS_PAGES)));
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) / 2;
}

// The searcher of the spec's section `mapper`.
constexpr const char* kOfSpec = "mapper";

// What of the section is not followed, if anything: an optimum needs none of it.
std::string describe_unfollowed(const SearchSettings& settings) {
  std::string text;
  const auto add = [&](std::string_view key, const auto& value) {
    if (value) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", key, *value);
  };
  add("algorithm", settings.algorithm);
  add("search-size", settings.search_size);
  add("victory-condition", settings.victory_condition);
  add("timeout", settings.timeout);
  return text;
}

void choose_searcher(const SearchWishes& wishes, const SearchSettings& settings,
                     SearchRequest& request, SearchPlan& plan) {
  plan.searcher = wishes.searcher.empty() ? "auto" : wishes.searcher;
  if (plan.searcher != kOfSpec) {
    request.stop = {};
    if (!request.unknown_algorithm.empty()) {
      plan.notes.push_back(
          unknown_name_message("search algorithm", request.unknown_algorithm, searcher_names()));
    }
    const std::string unfollowed = describe_unfollowed(settings);
    if (unfollowed.empty()) return;
    plan.unfollowed = fmt::format(
        "the spec's mapper section ({}) is not followed: '{}' searches; --searcher "
        "mapper follows it",
        unfollowed, plan.searcher);
    return;
  }
  plan.searcher = request.searcher;
  if (request.unknown_algorithm.empty()) return;
  plan.notes.push_back(fmt::format("the spec's search algorithm '{}' is replaced by '{}'",
                                   request.unknown_algorithm, plan.searcher));
}

}  // namespace

SearchPlan make_plan(const SearchWishes& wishes, const SearchSettings& settings,
                     const Architecture* arch) {
  SearchRequest request = interpret(settings, arch);
  SearchPlan plan;
  plan.objective = choose_objective(wishes, request.objective, arch);
  plan.notes = std::move(request.notes);
  plan.mark = settings.mark;
  choose_searcher(wishes, settings, request, plan);
  plan.options.seed = wishes.seed;
  plan.options.threads = wishes.threads ? *wishes.threads : settings.threads.value_or(0);
  if (plan.options.threads < 0 || plan.options.threads > kMostThreads) {
    throw UsageError(fmt::format("{} threads: give 1 to {}, or 0 for all cores",
                                 plan.options.threads, kMostThreads));
  }
  plan.options.max_memory = wishes.max_memory.value_or(half_of_memory());
  if (const int most = threads_of_machine(); plan.options.threads > most) {
    plan.machine_notes.push_back(
        fmt::format("{} threads: this machine runs {} at once, and so many are used",
                    plan.options.threads, most));
    plan.options.threads = most;
  }
  if ((wishes.from || wishes.to) && plan.searcher != "exhaustive") {
    throw UsageError("--from and --to name a slice for --searcher exhaustive");
  }
  if (wishes.from) plan.options.from = *wishes.from;
  plan.options.to = wishes.to;
  plan.options.gap = wishes.gap;
  plan.options.perfect_only = wishes.perfect;
  plan.mapspace.both_axes = wishes.both_axes;
  const bool proves = plan.searcher == "optimal" || plan.searcher == "auto";
  const bool of_spec = settings.imperfect && proves && !plan.objective.wants_front();
  plan.mapspace.imperfect = wishes.imperfect || (of_spec && !wishes.perfect);
  if (settings.imperfect && !plan.mapspace.imperfect) {
    plan.notes.emplace_back("the mapspace template 'ruby' is not followed: perfect factors only");
  }
  check_proof_wishes(wishes, plan);
  choose_top(wishes, plan);
  plan.time = wishes.time;
  plan.total_time = wishes.total_time;
  plan.counts = choose_counts(wishes, request.stop, plan.time || plan.total_time);
  // Fails now rather than after the first layer's mapspace was counted.
  (void)make_searcher(plan.searcher, plan.options);
  return plan;
}

namespace {

Warning of_mapper(const Mark& mark, const std::string& note, Effect effect) {
  return {mark, "mapper: " + note, odd::kMapper, effect};
}

}  // namespace

std::vector<Warning> warnings_of(const SearchPlan& plan) {
  std::vector<Warning> warnings;
  for (const std::string& note : plan.notes) {
    warnings.push_back(of_mapper(plan.mark, note, Effect::on_results));
  }
  if (!plan.unfollowed.empty()) {
    warnings.push_back(of_mapper(plan.mark, plan.unfollowed, Effect::none));
  }
  return warnings;
}

std::vector<Warning> machine_warnings_of(const SearchPlan& plan) {
  std::vector<Warning> warnings;
  for (const std::string& note : plan.machine_notes) {
    warnings.push_back(of_mapper({}, note, Effect::none));
  }
  return warnings;
}

}  // namespace tilewright
