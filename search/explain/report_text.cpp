#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "model/printable.hpp"
#include "model/report/numbers.hpp"
#include "model/report/text_table.hpp"
#include "search/explain/report.hpp"
#include "search/indices.hpp"
#include "search/network/limits.hpp"

namespace tilewright::explain {
namespace {

constexpr double kPercent = 100;
constexpr std::size_t kMostGains = 8;        // in the terminal; JSON has all
constexpr std::size_t kMostDifferences = 6;  // of one gain

class Text {
 public:
  Text(const Explanation& explanation, const SearchPlan& plan)
      : e_(explanation),
        problem_(explanation.layer->problem),
        arch_(explanation.given.arch),
        objective_(plan.objective),
        metric_(plan.objective.metrics().front()) {}

  std::string str() {
    line(e_.layer->name);
    if (e_.blame) {
      blame(*e_.blame);
    } else if (!e_.account) {
      budgets();
    } else {
      account();
    }
    if (e_.interrupted) item("There was no time for the rest.");
    return text_;
  }

 private:
  void line(const std::string& words) { text_ += printable(words) + "\n"; }
  void item(const std::string& words, std::size_t indent = 2) {
    text_ += std::string(indent, ' ') +
             wrapped(printable(words), kTableWidth - indent, indent + 2) + "\n";
  }

  std::string demand(std::size_t place) const {
    return describe(e_.demands[place], problem_, e_.given);
  }

  void blame(const Blame& blame) {
    if (blame.conflicts.empty()) {
      item("No mapping is valid, and nothing that was asked for is to blame.");
    }
    for (std::size_t i = 0; i < blame.conflicts.size(); ++i) {
      const Conflict& conflict = blame.conflicts[i];
      item(i == 0 ? "No mapping is valid. These cannot hold together, whatever else holds, and "
                    "without any one of them the others could:"
                  : "Nor can these:");
      for (std::size_t m = 0; m < conflict.members.size(); ++m) {
        item(fmt::format("- {}", demand(conflict.members[m])), 4);
        item(change_of_member(conflict, m), 6);
      }
    }
    for (std::size_t i = 0; i < blame.repairs.size(); ++i) {
      const Repair& repair = blame.repairs[i];
      item(fmt::format("Way out {}:", i + 1));
      for (const Change& change : repair.changes) {
        item(fmt::format("- {}: {}", demand(change.demand), change.text), 4);
      }
      item(format_compact(repair.mapping, problem_), 4);
    }
    if (e_.runs_imperfect) {
      item("It runs as it is where factors need not divide: --imperfect.");
    }
  }

  std::string change_of_member(const Conflict& conflict, std::size_t m) const {
    if (conflict.alone[m]) return "alone: " + conflict.alone[m]->text;
    std::string text = "not alone";
    for (const std::size_t other : conflict.together[m]) {
      text += fmt::format("{} {}", text == "not alone" ? ", together with" : " and", demand(other));
    }
    return text;
  }

  void budgets() {
    for (const BudgetMiss& miss : e_.budgets) {
      item(fmt::format("No mapping was found with {}; the best has {:.6g}{}.", miss.what,
                       miss.possible, miss.proven ? " (proven)" : ""));
    }
    if (e_.together) {
      item("Each budget can be met, but no mapping was found that meets them together.");
    }
    if (e_.budgets.empty() && !e_.together && !e_.rejection.empty()) {
      item("The mapping cannot run: " + e_.rejection);
    }
  }

  double value(const Incumbent& incumbent) const {
    return objective_.value(metric_, incumbent.cost);
  }

  void account() {
    const Account& account = *e_.account;
    if (!e_.rejection.empty()) item(e_.rejection);
    item(format_compact(account.incumbent.mapping, problem_));
    std::string how = account.origin == "given" ? "as given" : "found by " + account.origin;
    if (account.proven) {
      how += ", proven optimal";
    } else if (account.gap) {
      how += fmt::format(", at most {:.3g} % above the optimum", kPercent * *account.gap);
    }
    item(fmt::format("{} = {:.6g} ({})", metric_.name, value(account.incumbent), how));
    time();
    energy();
    if (e_.bound) bound(*e_.bound);
    comparison();
    neighbours();
    gains();
  }

  void time() {
    const Stats& stats = e_.account->stats;
    const Limits limits = limits_of(stats, arch_);
    item(fmt::format("Time: {} cycles, set by {}; steps of the roofline, in cycles:",
                     with_commas(stats.outcome.cost.cycles), limits.slowest));
    TextTable table({{"", TextTable::Kind::text}, {"cycles"}, {"of all"}});
    const auto add = [&](const std::string& name, double cycles) {
      table.add({printable(name), with_commas(cycles),
                 fmt::format("{:.1f}%", kPercent * cycles / stats.outcome.cost.cycles)});
    };
    add(arch_.compute.name, static_cast<double>(stats.compute_cycles));
    for (std::size_t s = 0; s < stats.levels.size(); ++s) {
      const StorageLevel& level = arch_.storage[s];
      const bool limited = level.read_bandwidth || level.write_bandwidth || level.shared_bandwidth;
      if (limited) add(level.name, stats.levels[s].cycles);
    }
    indent(table.str(kTableWidth - 4));
  }

  void energy() {
    const Stats& stats = e_.account->stats;
    item(fmt::format("Energy: {:.6g} pJ", stats.outcome.cost.energy));
    TextTable table(
        {{"", TextTable::Kind::text}, {"pJ"}, {"share"}, {"read"}, {"fill"}, {"update"}});
    const double all = stats.outcome.cost.energy;
    const auto add = [&](const std::string& name, double energy, const std::vector<double>& parts) {
      std::vector<TextTable::Cell> cells{printable(name), fmt::format("{:.4g}", energy),
                                         fmt::format("{:.1f}%", kPercent * energy / all)};
      for (const double part : parts) cells.emplace_back(fmt::format("{:.4g}", part));
      table.add(std::move(cells));
    };
    for (std::size_t s = stats.levels.size(); s-- > 0;) {
      std::vector<double> parts{0, 0, 0};
      for (const SpaceStats& space : stats.levels[s].spaces) {
        parts[0] += space.read_energy;
        parts[1] += space.fill_energy;
        parts[2] += space.update_energy;
      }
      add(arch_.storage[s].name, stats.levels[s].energy_total, parts);
    }
    add(arch_.compute.name, stats.compute.energy_total, {});
    double networks = 0;
    for (const NetworkStats& network : stats.networks) networks += network.energy_total;
    if (networks > 0) add("networks", networks, {});
    if (stats.counts_idle) add("leakage", stats.idle_energy(), {});
    indent(table.str(kTableWidth - 4));
  }

  void bound(const LayerBound& bound) {
    const Cost& cost = e_.account->incumbent.cost;
    item(
        fmt::format("Bounds of every mapping: {} cycles ({}), {:.6g} pJ; this one takes {:.3g} "
                    "and {:.3g} times as much.",
                    with_commas(bound.cycles), bound.steps.empty() ? "" : bound.steps.back().name,
                    bound.energy, cost.cycles / bound.cycles, cost.energy / bound.energy));
  }

  void comparison() {
    if (!e_.other) return;
    const double more = value(e_.other->incumbent) / value(e_.account->incumbent) - 1;
    item(fmt::format("{}: {} = {:.6g} ({:+.3g} %):",
                     e_.other->origin == "given" ? "The second mapping" : "The best mapping",
                     metric_.name, value(e_.other->incumbent), kPercent * more));
    list(e_.differences);
    if (e_.differences.empty()) item("no difference", 4);
  }

  void neighbours() {
    if (e_.neighbour) {
      item(fmt::format("The best single change gains {:.3g} %:",
                       kPercent * std::abs(e_.neighbour->share())));
      list(e_.neighbour->differences);
    } else {
      item("No single change of the mapping is better.");
    }
    if (!e_.runner_up) return;
    const Incumbent& best =
        e_.other && e_.other->origin != "given" ? e_.other->incumbent : e_.account->incumbent;
    item(fmt::format("The next best tiling costs {:+.3g} %{}:",
                     kPercent * (value(*e_.runner_up) / value(best) - 1),
                     e_.runner_up_proven ? "" : " (not proven)"));
    item(format_compact(e_.runner_up->mapping, problem_), 4);
  }

  void gains() {
    if (e_.gains.empty()) {
      item(e_.gains_complete ? "Nothing that was asked for, and twice of no resource, gains alone."
                             : "There was no time to see what other specs would gain.");
      return;
    }
    item("What would gain most, each alone, searched again:");
    for (std::size_t i = 0; i < std::min(kMostGains, e_.gains.size()); ++i) {
      const Gain& gain = e_.gains[i];
      item(fmt::format("- {:.3g} %{}: {}", kPercent * std::abs(gain.share()),
                       gain.proven ? "" : " at least", gain.what),
           4);
    }
    if (!e_.gains_complete) item("- there was no time for all", 4);
  }

  void list(const std::vector<std::string>& lines) {
    for (std::size_t i = 0; i < std::min(kMostDifferences, lines.size()); ++i) {
      item("- " + lines[i], 4);
    }
    if (lines.size() > kMostDifferences) {
      item(fmt::format("- and {} more", lines.size() - kMostDifferences), 4);
    }
  }

  void indent(const std::string& table) {
    std::size_t begin = 0;
    while (begin < table.size()) {
      const std::size_t end = std::min(table.find('\n', begin), table.size());
      text_ += "    " + table.substr(begin, end - begin) + "\n";
      begin = end + 1;
    }
  }

  const Explanation& e_;
  const Problem& problem_;
  const Architecture& arch_;
  const Objective& objective_;
  const Metric& metric_;
  std::string text_;
};

}  // namespace

std::string text_of(const Explanation& explanation, const SearchPlan& plan) {
  return Text(explanation, plan).str();
}

}  // namespace tilewright::explain
