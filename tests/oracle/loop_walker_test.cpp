#include "oracle/loop_walker.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>
#include <string>

#include "model/oracle/point_set_oracle.hpp"
#include "oracle/check_cases.hpp"

namespace tilewright::oracle {
namespace {

// Cases on which the reference's conventions do not hide what happens: no M:N networks, nothing
// switched off, no peer forwarding, and the outermost memory keeps everything.
CaseOptions small_cases() {
  CaseOptions options;
  options.max_operations = 768;
  options.distributed = options.reuse_masks = options.no_temporal_reuse = false;
  options.capacities = options.over_mapped = false;
  options.odd_problems = false;
  return options;
}

Case without_links(Case c) {
  for (int level = 0; level < c.mapping.num_levels; ++level) {
    c.mapping.levels[level].no_link_transfer = 0xff;
  }
  c.mapping.levels[c.mapping.num_levels - 1].keep = 0xff;
  return c;
}

/// One dimension with coefficient 1 on each coordinate: tiles are boxes without gaps that either
/// coincide or are disjoint, so the reference and the walk must agree word for word.
bool simple(const DataSpace& space) {
  for (const Coordinate& coordinate : space.projection) {
    if (coordinate.size() != 1 || coordinate[0].coefficient != 1) return false;
  }
  return true;
}

/// Every word of every tile's box is used: coefficients 1, each dimension on one coordinate.
bool dense(const DataSpace& space) {
  int seen = 0;
  for (const Coordinate& coordinate : space.projection) {
    for (const Term& term : coordinate) {
      if (std::abs(term.coefficient) != 1 || ((seen >> term.dim) & 1)) return false;
      seen |= 1 << term.dim;
    }
  }
  return true;
}

/// Collects complaints about one dataspace at one level.
class Report {
 public:
  explicit Report(std::string place) : place_(std::move(place)) {}
  void equal(const char* what, std::uint64_t walked, std::uint64_t counted) {
    if (walked == counted) return;
    text_ << place_ << ": " << what << ": walked " << walked << ", counted " << counted << "\n";
  }
  void at_most(const char* what, std::uint64_t walked, std::uint64_t counted) {
    if (walked <= counted) return;
    text_ << place_ << ": " << what << ": walked " << walked << " > counted " << counted << "\n";
  }
  std::string text() const { return text_.str(); }

 private:
  std::string place_;
  std::ostringstream text_;
};

std::string place(const Case& c, int level, int space) {
  return "level " + std::to_string(level) + " " + c.problem.spaces[space].name;
}

// Each operation once, nothing lost, and every result complete.
std::string conservation(const Case& c, const Walk& walk) {
  Report report("walk");
  report.equal("operations", walk.operations, c.problem.operations());
  report.equal("operations run twice", walk.repeated, 0);
  report.equal("results lost", walk.lost, 0);
  std::string text = report.text();
  for (int space = 0; space < c.problem.num_spaces(); ++space) {
    if (!c.problem.spaces[space].read_write) continue;
    Report results(c.problem.spaces[space].name);
    results.equal("elements", walk.results[space].size(), c.problem.tensor_words(space));
    const std::uint64_t each = c.problem.operations() / c.problem.tensor_words(space);
    for (const auto& [word, count] : walk.results[space]) {
      results.equal("accumulations of an element", count, each);
    }
    text += results.text();
  }
  return text;
}

// What a memory gets is what the next one outwards sends, counted at both ends.
std::string both_ends(const Case& c, const Walk& walk) {
  std::string text;
  for (int space = 0; space < c.problem.num_spaces(); ++space) {
    std::uint64_t wanted = c.problem.operations();  // by the MACs
    for (int level = 0; level < c.mapping.num_levels; ++level) {
      if (((c.mapping.levels[level].keep >> space) & 1) == 0) continue;
      const WalkedSpace& walked = walk.levels[level][space];
      Report report(place(c, level, space));
      report.equal("words sent", walked.delivered, wanted);
      report.at_most("distinct words sent", walked.served, walked.delivered);
      wanted = walked.filled;
      text += report.text();
    }
  }
  return text;
}

std::string walk_complaint(const Case& original) {
  const Case c = without_links(original);
  const Walk walk = walk_nest(c.problem, c.mapping);
  const OracleCounts counts = point_set_oracle(c.problem, c.arch, c.mapping);
  Report cycles("walk");
  cycles.equal("cycles", walk.cycles, counts.compute_cycles);
  std::string text = cycles.text() + conservation(c, walk) + both_ends(c, walk);
  for (int level = 0; level < c.mapping.num_levels; ++level) {
    for (int space = 0; space < c.problem.num_spaces(); ++space) {
      const SpaceCounts& counted = counts.levels[level][space];
      if (!counted.keep) continue;
      const WalkedSpace& walked = walk.levels[level][space];
      Report report(place(c, level, space));
      report.at_most("words held", walked.peak, counted.tile);
      if (dense(c.problem.spaces[space])) report.equal("words held", walked.peak, counted.tile);
      text += report.text();
    }
  }
  return text;
}

std::string simple_space_complaint(const Case& original) {
  const Case c = without_links(original);
  const Walk walk = walk_nest(c.problem, c.mapping);
  const OracleCounts counts = point_set_oracle(c.problem, c.arch, c.mapping);
  std::string text;
  for (int space = 0; space < c.problem.num_spaces(); ++space) {
    if (!simple(c.problem.spaces[space])) continue;
    for (int level = 0; level < c.mapping.num_levels; ++level) {
      const SpaceCounts& counted = counts.levels[level][space];
      if (!counted.keep) continue;
      const WalkedSpace& walked = walk.levels[level][space];
      const std::uint64_t copies = counts.networks[level].spaces[space].instances;
      const bool outermost = level == c.mapping.num_levels - 1;
      Report report(place(c, level, space));
      if (c.problem.spaces[space].read_write) {
        report.equal("updates", walked.updated, counted.updates * copies);
        report.equal("reads", walked.reserved, counted.reads * copies);
        if (!outermost) report.equal("fills", walked.refilled, counted.fills * copies);
      } else {
        report.equal("reads", walked.served, counted.reads * copies);
        if (!outermost) report.equal("fills", walked.filled, counted.fills * copies);
      }
      text += report.text();
    }
  }
  return text;
}

// With temporal bounds of 2 the reference sees every step, and without gaps its boxes are what is
// needed; then its rules can only fetch too much.
std::string never_too_little_complaint(const Case& original) {
  const Case c = without_links(original);
  const Walk walk = walk_nest(c.problem, c.mapping);
  const OracleCounts counts = point_set_oracle(c.problem, c.arch, c.mapping);
  std::string text;
  for (int space = 0; space < c.problem.num_spaces(); ++space) {
    if (!dense(c.problem.spaces[space]) || c.problem.spaces[space].read_write) continue;
    for (int level = 0; level < c.mapping.num_levels; ++level) {
      const SpaceCounts& counted = counts.levels[level][space];
      if (!counted.keep) continue;
      const WalkedSpace& walked = walk.levels[level][space];
      const std::uint64_t copies = counts.networks[level].spaces[space].instances;
      Report report(place(c, level, space));
      report.at_most("reads", walked.served, counted.reads * copies);
      const bool outermost = level == c.mapping.num_levels - 1;
      if (!outermost) report.at_most("fills", walked.filled, counted.fills * copies);
      text += report.text();
    }
  }
  return text;
}

std::string imperfect_complaint(const Case& original) {
  const Case c = without_links(original);
  const Walk walk = walk_nest(c.problem, c.mapping);
  return conservation(c, walk) + both_ends(c, walk);
}

TEST(LoopWalker, RunsEveryOperationOnceAndLosesNothing) {
  check_cases(2000, small_cases(), walk_complaint);
}

TEST(LoopWalker, MovesTheWordsThatTheReferenceCountsIfTilesCoincideOrAreDisjoint) {
  check_cases(2000, small_cases(), simple_space_complaint);
}

TEST(LoopWalker, NeverMovesMoreWordsThanTheReferenceCountsIfEveryStepIsSeen) {
  CaseOptions options = small_cases();
  options.max_temporal_bound = 2;
  check_cases(2000, options, never_too_little_complaint);
}

TEST(LoopWalker, RunsEveryOperationOnceWithImperfectFactors) {
  CaseOptions options = small_cases();
  options.imperfect = true;
  check_cases(2000, options, imperfect_complaint);
}

}  // namespace
}  // namespace tilewright::oracle
