#include "quality/tables.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "model/error.hpp"

namespace tilewright::benchmarks {
namespace {

constexpr std::array kShares{0.10, 0.05, 0.01};
constexpr double kNever = std::numeric_limits<double>::infinity();

/// The best of one layer on one architecture that any run found.
struct Best {
  double edp = kNever;
  bool proven = false;
  std::string finder;  // the searcher that had it first, by time
};

Best best_of(const std::vector<Run>& runs, const std::string& arch, const std::string& layer) {
  Best best;
  const auto concerns = [&](const Run& run) { return run.arch == arch && run.layer == layer; };
  for (const Run& run : runs) {
    if (!concerns(run)) continue;
    best.edp = std::min(best.edp, run.edp());
    best.proven = best.proven || run.proven;
  }
  double first = kNever;
  for (const Run& run : runs) {
    if (!concerns(run) || run.seconds_to(best.edp, 0) >= first) continue;
    first = run.seconds_to(best.edp, 0);
    best.finder = run.searcher;
  }
  return best;
}

// The upper one of the two in the middle, so that half of the runs at least were as fast.
double median(std::vector<double> values) {
  if (values.empty()) return kNever;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::string seconds_text(double seconds) {
  if (!std::isfinite(seconds)) return "-";
  return seconds < 1 ? fmt::format("{:.3g} ms", 1e3 * seconds) : fmt::format("{:.3g} s", seconds);
}

// Without the runs that were refused.
std::vector<const Run*> runs_of(const std::vector<Run>& runs, const std::string& arch,
                                const std::string& searcher) {
  std::vector<const Run*> found;
  for (const Run& run : runs) {
    if (run.arch == arch && run.searcher == searcher && run.refusal.empty()) found.push_back(&run);
  }
  return found;
}

std::string times_cell(const std::vector<Run>& all, const std::vector<const Run*>& runs,
                       double share) {
  std::vector<double> times;
  for (const Run* run : runs) {
    times.push_back(run->seconds_to(best_of(all, run->arch, run->layer).edp, share));
  }
  const auto reached =
      std::count_if(times.begin(), times.end(), [](double t) { return std::isfinite(t); });
  return fmt::format("{} of {}, {}", reached, times.size(), seconds_text(median(times)));
}

std::string searchers_table(const Plan& plan, const std::vector<Run>& runs,
                            const std::string& arch) {
  std::string text = fmt::format("### {}\n\n| searcher |", arch);
  for (const double share : kShares) text += fmt::format(" within {:.0f} % |", 100 * share);
  text += " median left at the end | mappings/s |\n|---|---|---|---|---|---|\n";
  for (const std::string& searcher : plan.searchers) {
    const auto own = runs_of(runs, arch, searcher);
    if (own.empty()) continue;
    text += fmt::format("| {} |", searcher);
    for (const double share : kShares) text += fmt::format(" {} |", times_cell(runs, own, share));
    std::vector<double> gaps;
    std::vector<double> rates;
    for (const Run* run : own) {
      gaps.push_back(run->edp() / best_of(runs, arch, run->layer).edp - 1);
      rates.push_back(static_cast<double>(run->evaluated) / run->seconds);
    }
    text += fmt::format(" {:.2f} % | {:.3g} |\n", 100 * median(gaps), median(rates));
  }
  return text + "\n";
}

std::string layers_table(const Plan& plan, const std::vector<Run>& runs) {
  std::string text =
      "### Layers\n\nThe best EDP that any run found, and the time of each searcher until it was "
      "within 1 % of\nit, with the first seed.\n\n| architecture | layer | EDP (pJ * cycles) | "
      "proven | first found by |";
  for (const std::string& searcher : plan.searchers) text += fmt::format(" {} |", searcher);
  text += "\n|---|---|---|---|---|";
  for (std::size_t i = 0; i < plan.searchers.size(); ++i) text += "---|";
  text += "\n";
  for (const std::string& arch : plan.archs) {
    for (const std::string& layer : plan.layers) {
      const Best best = best_of(runs, arch, layer);
      text += fmt::format("| {} | {} | {:.6g} | {} | {} |", arch, layer, best.edp,
                          best.proven ? "yes" : "no", best.finder);
      for (const std::string& searcher : plan.searchers) {
        const auto run = std::find_if(runs.begin(), runs.end(), [&](const Run& r) {
          return r.arch == arch && r.layer == layer && r.searcher == searcher;
        });
        const bool searched = run != runs.end() && run->refusal.empty();
        text += searched ? fmt::format(" {} |", seconds_text(run->seconds_to(best.edp, 0.01)))
                         : " refused |";
      }
      text += "\n";
    }
  }
  return text + "\n";
}

std::string resources_table(const Plan& plan, const std::vector<Resources>& resources) {
  std::string text = fmt::format(
      "### What the portfolio needs\n\nMappings per second with 1 and 2 threads, and the peak of "
      "the process's memory (2 threads) before the\nsearch, after {0:.3g} s and after {1:.3g} s; "
      "{2}.\n\n| architecture | 1 thread | 2 threads | ratio | before | after {0:.3g} s | after "
      "{1:.3g} s | mappings by then |\n|---|---|---|---|---|---|---|---|\n",
      plan.resource_time, 4 * plan.resource_time, plan.layers.front());
  for (const Resources& r : resources) {
    text += fmt::format(
        "| {} | {:.3g} | {:.3g} | {:.2f} | {:.1f} MiB | {:.1f} MiB | {:.1f} MiB | {:.3g} |\n",
        r.arch, r.rates[0], r.rates[1], r.rates[1] / r.rates[0], r.base_mib, r.short_mib,
        r.long_mib, static_cast<double>(r.long_evaluated));
  }
  return text;
}

}  // namespace

std::string markdown(const Plan& plan, const std::vector<Run>& runs,
                     const std::vector<Resources>& resources) {
  std::string text = fmt::format(
      "{} layers, EDP, {} threads, seeds {}; at most {:.3g} s for a run, {:.3g} s for `optimal` "
      "and "
      "`exhaustive`,\nwhich is left out where that is not enough. A cell says how many runs came "
      "within that share of the best EDP known, and the median "
      "time of all runs until then (-: half\nof them or more did not). Times begin when the "
      "mapspace is built.\n\n",
      plan.layers.size(), plan.threads, fmt::join(plan.seeds, ", "), plan.limit,
      plan.complete_limit);
  for (const std::string& arch : plan.archs) text += searchers_table(plan, runs, arch);
  text += layers_table(plan, runs);
  if (!resources.empty()) text += resources_table(plan, resources);
  return text;
}

std::string runs_csv(const std::vector<Run>& runs) {
  std::string text =
      "architecture,layer,searcher,seed,seconds,evaluated,edp_pJ_cycles,above_best,proven,"
      "seconds_to_10_percent,seconds_to_5_percent,seconds_to_1_percent,refused\n";
  for (const Run& run : runs) {
    const double best = best_of(runs, run.arch, run.layer).edp;
    text += fmt::format("{},{},{},{},{},{},{},{},{}", run.arch, run.layer, run.searcher, run.seed,
                        run.seconds, run.evaluated, run.edp(), run.edp() / best - 1, run.proven);
    for (const double share : kShares) text += fmt::format(",{}", run.seconds_to(best, share));
    text += fmt::format(",{}\n", !run.refusal.empty());
  }
  return text;
}

std::string history_csv(const std::vector<Run>& runs) {
  std::string text = "architecture,layer,searcher,seed,seconds,edp_pJ_cycles\n";
  for (const Run& run : runs) {
    for (const Step& step : run.steps) {
      text += fmt::format("{},{},{},{},{},{}\n", run.arch, run.layer, run.searcher, run.seed,
                          step.seconds, step.edp);
    }
  }
  return text;
}

std::string put_between_marks(const std::string& document, const std::string& text) {
  const std::string begin = "<!-- searchers: begin -->\n";
  const std::string end = "<!-- searchers: end -->\n";
  const std::size_t from = document.find(begin);
  const std::size_t to = document.find(end);
  if (from == std::string::npos || to == std::string::npos || to < from) {
    throw UsageError("the document has no place between '<!-- searchers: begin -->' and '...end'");
  }
  return document.substr(0, from) + begin + "\n" + text + "\n" + document.substr(to);
}

}  // namespace tilewright::benchmarks
