#include "search/network/options.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "model/error.hpp"
#include "places.hpp"
#include "search/settings.hpp"

namespace tilewright {
namespace {

// A value of each option that is not its default.
const std::map<std::string_view, const char*> kSamples{{"objective", "energy"},
                                                       {"pareto", "energy,delay"},
                                                       {"max-delay", "100"},
                                                       {"max-energy", "3uJ"},
                                                       {"min-utilization", "50%"},
                                                       {"searcher", "exhaustive"},
                                                       {"seed", "7"},
                                                       {"threads", "3"},
                                                       {"max-memory", "123MB"},
                                                       {"time", "5s"},
                                                       {"total-time", "2m"},
                                                       {"max-evaluated", "10"},
                                                       {"max-valid", "20"},
                                                       {"victory-condition", "30"},
                                                       {"from", "1"},
                                                       {"to", "2"},
                                                       {"both-axes", "true"},
                                                       {"gap", "2%"},
                                                       {"imperfect", "true"},
                                                       {"perfect", "true"},
                                                       {"top", "5"},
                                                       {"top-by", "tilings"}};

// All that a plan says.
std::string describe(const SearchPlan& plan) {
  const Budgets& budgets = plan.objective.budgets();
  const auto seconds = [](const auto& time) { return time ? time->count() : 0; };
  return fmt::format(
      "{} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {}", plan.objective.name(),
      join_names(plan.objective.axes()), budgets.max_delay, budgets.max_energy,
      budgets.min_utilization, plan.searcher, plan.options.seed, plan.options.threads,
      plan.options.max_memory, plan.mapspace.both_axes, plan.mapspace.imperfect,
      plan.options.perfect_only, plan.options.gap, plan.counts.max_evaluated, plan.counts.max_valid,
      plan.counts.victory_condition, plan.counts.max_invalid_run, seconds(plan.time),
      seconds(plan.total_time), plan.options.from.str(), plan.top,
      plan.top_by == top::Differ::loops, plan.options.to ? plan.options.to->str() : "-");
}

std::string message(std::string_view name, std::string_view text) {
  SearchWishes wishes;
  try {
    set_option(wishes, name, text);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "nothing thrown";
}

TEST(SearchOptions, EveryOneChangesThePlanAndNoneDoesTheSame) {
  std::set<std::string> plans{describe(make_plan({}, {}))};
  for (const SearchOption& option : search_options()) {
    ASSERT_TRUE(kSamples.contains(option.name)) << option.name;
    SearchWishes wishes;
    if (option.name == "from" || option.name == "to") set_option(wishes, "searcher", "exhaustive");
    set_option(wishes, option.name, kSamples.at(option.name));
    EXPECT_TRUE(plans.insert(describe(make_plan(wishes, {}))).second) << option.name;
  }
  EXPECT_EQ(plans.size(), kSamples.size() + 1);
}

TEST(SearchOptions, EveryOneIsInTheDocs) {
  std::ifstream in(std::string(kSourceFolder) + "/docs/map.md");
  std::ostringstream text;
  text << in.rdbuf();
  for (const SearchOption& option : search_options()) {
    const std::string flag = option.name == "threads" ? "`-j" : fmt::format("`--{}", option.name);
    EXPECT_NE(text.str().find(flag), std::string::npos) << option.name;
  }
}

TEST(SearchOptions, DefaultsInTheHelpAreThoseInForce) {
  const SearchPlan plan = make_plan({}, {});
  const std::map<std::string_view, std::string> expected{
      {"objective", plan.objective.name()},
      {"searcher", plan.searcher},
      {"seed", fmt::format("{}", plan.options.seed)},
      {"threads", fmt::format("{}", plan.options.threads)},
      {"max-memory", "half of the machine's"},
      {"from", plan.options.from.str()},
      {"top", fmt::format("{}", plan.top)},
      {"top-by", plan.top_by == top::Differ::loops ? "loops" : "tilings"},
      {"victory-condition",
       fmt::format("{} if no other rule is given", plan.counts.victory_condition)}};
  for (const SearchOption& option : search_options()) {
    EXPECT_FALSE(option.help.empty());
    const auto known = expected.find(option.name);
    EXPECT_EQ(option.fallback, known == expected.end() ? "" : known->second) << option.name;
  }
}

TEST(SearchOptions, HelpNamesChoicesAndDefault) {
  for (const SearchOption& option : search_options()) {
    if (option.name != "searcher") continue;
    EXPECT_NE(help_of(option).find("annealing"), std::string::npos);
    EXPECT_NE(help_of(option).find("(default: auto)"), std::string::npos);
  }
}

TEST(SearchOptions, UnderscoresAreHyphens) {
  SearchWishes wishes;
  set_option(wishes, "max_delay", "12");
  EXPECT_EQ(wishes.max_delay, 12U);
}

TEST(SearchOptions, MessagesNameTheOptionAndWhatItTakes) {
  EXPECT_EQ(message("threads", "4097"), "threads: '4097' is no whole number from 0 to 4096");
  EXPECT_EQ(message("threads", "4096"), "nothing thrown");
  EXPECT_EQ(message("max-delay", "0"),
            "max-delay: '0' is no whole number from 1 to 18446744073709551615");
  EXPECT_EQ(message("max-delay", "1"), "nothing thrown");
  EXPECT_EQ(message("seed", "-1"), "seed: '-1' is no whole number from 0 to 18446744073709551615");
  EXPECT_EQ(message("time", "soon"),
            "time: 'soon' is no duration; write it as 10s, 500ms, 2m or 1h");
  EXPECT_EQ(message("max-energi", "1"), "unknown option 'max-energi'; did you mean 'max-energy'?");
  EXPECT_EQ(message("from", "1e9"), "from: '1e9' is not a number of a factorization");
  EXPECT_EQ(message("from", "007"), "nothing thrown");
  EXPECT_EQ(message("both-axes", "yes"), "both-axes: 'yes' is neither true nor false");
  EXPECT_EQ(message("objective", ""), "objective: the value is empty");
}

}  // namespace
}  // namespace tilewright
