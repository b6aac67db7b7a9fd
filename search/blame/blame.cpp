#include "search/blame/blame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "model/error.hpp"
#include "search/indices.hpp"
#include "search/mapspace/membership.hpp"
#include "search/mapspace/residuals.hpp"

namespace tilewright::explain {
namespace {

DemandSet without(DemandSet held, const Members& members) {
  for (const std::size_t member : members) held[member] = false;
  return held;
}

bool includes(const Members& all, const Members& some) {
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

/// Smallest sets that have a member in common with each of some conflicts.
class HittingSets {
 public:
  explicit HittingSets(const StopToken& stop) : check_(stop) {}
  void add_conflict(Members members) { conflicts_.push_back(std::move(members)); }
  /// From now on, sets that include this one are left out.
  void exclude(Members members) { excluded_.push_back(std::move(members)); }

  /// One of the fewest members, if there is any. \throws Stopped
  std::optional<Members> smallest() {
    std::size_t most = 0;
    for (const Members& conflict : conflicts_) most += conflict.size();
    for (std::size_t size = 1; size <= most; ++size) {
      Members chosen;
      if (choose(size, chosen)) return chosen;
    }
    return std::nullopt;
  }

 private:
  bool choose(std::size_t size, Members& chosen) {
    check_.step();
    const auto missed = std::find_if(conflicts_.begin(), conflicts_.end(), [&](const Members& set) {
      return std::none_of(set.begin(), set.end(), [&](std::size_t member) {
        return std::find(chosen.begin(), chosen.end(), member) != chosen.end();
      });
    });
    if (missed == conflicts_.end()) {
      std::sort(chosen.begin(), chosen.end());
      return std::none_of(excluded_.begin(), excluded_.end(),
                          [&](const Members& set) { return includes(chosen, set); });
    }
    if (chosen.size() == size) return false;
    for (const std::size_t member : *missed) {
      Members more = chosen;
      more.push_back(member);
      if (!choose(size, more)) continue;
      chosen = std::move(more);
      return true;
    }
    return false;
  }

  StopCheck check_;
  std::vector<Members> conflicts_;
  std::vector<Members> excluded_;
};

// The fewest demands, none of them `fixed`, without which and without those not `held` the rest can
// hold; nothing if there are none.
std::optional<Members> least_correction(const Feasibility& feasibility, const DemandSet& held,
                                        const Members& fixed) {
  HittingSets sets(feasibility.stop());
  Members dropped;
  while (!feasibility.find(without(held, dropped))) {
    Members open;
    for (const std::size_t member : minimal_conflict(feasibility, without(held, dropped))) {
      if (std::find(fixed.begin(), fixed.end(), member) == fixed.end()) open.push_back(member);
    }
    if (open.empty()) return std::nullopt;
    sets.add_conflict(std::move(open));
    const auto next = sets.smallest();
    if (!next) return std::nullopt;
    dropped = *next;
  }
  return dropped;
}

// What each member of a conflict would have to be, alone or with others.
void explain_members(const Feasibility& feasibility, Conflict& conflict) {
  const Changes changes(feasibility);
  for (const std::size_t member : conflict.members) {
    Demands values = feasibility.given();
    conflict.alone.push_back(changes.least(member, feasibility.all(), values));
    conflict.together.emplace_back();
    if (conflict.alone.back()) continue;
    const DemandSet held = without(feasibility.all(), {member});
    if (auto others = least_correction(feasibility, held, conflict.members)) {
      conflict.together.back() = std::move(*others);
    }
  }
}

Mapping write_mapping(const Feasibility& feasibility, const Demands& values, const Tiling& tiling) {
  const Problem& problem = feasibility.problem();
  const Mapspace space(problem, values.arch, values.constraints, feasibility.options(),
                       feasibility.stop());
  Mapping mapping = space.blank();
  tiling.write(spatial_slots(values.arch), mapping);
  if (feasibility.options().imperfect) write_residuals(problem, mapping);
  const Evaluator evaluator(problem, values.arch, feasibility.prices());
  const ScratchPtr scratch = evaluator.scratch();
  const Rejection rejection = evaluator.evaluate(mapping, *scratch).rejection;
  const Departure departure = Membership(space, problem).find_departure(mapping);
  if (rejection.reason != RejectReason::none || departure.what != Departure::What::nothing) {
    throw InternalError(fmt::format(
        "a repaired spec does not run {}: {}{}", format_compact(mapping, problem),
        describe(rejection, problem, values.arch), describe(departure, problem, values.arch)));
  }
  return mapping;
}

// Changes the members one after the other, each as little as those before allow.
std::optional<Repair> repair(const Feasibility& feasibility, const Members& members) {
  const Changes changes(feasibility);
  DemandSet held = without(feasibility.all(), members);
  Repair result{.values = feasibility.given()};
  for (const std::size_t member : members) {
    auto change = changes.least(member, held, result.values);
    if (!change) return std::nullopt;
    held[member] = true;
    result.cost += change->cost;
    result.changes.push_back(std::move(*change));
  }
  const auto tiling = feasibility.find(held, result.values);
  if (!tiling) throw InternalError("a repaired spec does not run");
  result.mapping = write_mapping(feasibility, result.values, *tiling);
  return result;
}

}  // namespace

Members minimal_conflict(const Feasibility& feasibility, DemandSet held) {
  Members members;
  for (std::size_t i = 0; i < held.size(); ++i) {
    if (!held[i]) continue;
    held[i] = false;
    if (!feasibility.find(held)) continue;
    held[i] = true;
    members.push_back(i);
  }
  return members;
}

Blame blame(const Feasibility& feasibility, std::size_t most_repairs) {
  Blame result;
  HittingSets ways_out(feasibility.stop());
  DemandSet held = feasibility.all();
  while (!feasibility.find(held)) {
    Conflict conflict{.members = minimal_conflict(feasibility, held)};
    if (conflict.members.empty()) break;  // nothing that was asked for is to blame
    held = without(std::move(held), conflict.members);
    explain_members(feasibility, conflict);
    ways_out.add_conflict(conflict.members);
    result.conflicts.push_back(std::move(conflict));
  }
  while (result.repairs.size() < most_repairs && !result.conflicts.empty()) {
    const std::optional<Members> members = ways_out.smallest();
    if (!members) break;
    const DemandSet rest = without(feasibility.all(), *members);
    if (!feasibility.find(rest)) {
      ways_out.add_conflict(minimal_conflict(feasibility, rest));
      continue;
    }
    ways_out.exclude(*members);
    if (auto found = repair(feasibility, *members)) result.repairs.push_back(std::move(*found));
  }
  std::stable_sort(result.repairs.begin(), result.repairs.end(),
                   [](const Repair& a, const Repair& b) {
                     if (a.changes.size() != b.changes.size()) {
                       return a.changes.size() < b.changes.size();
                     }
                     return a.cost < b.cost;
                   });
  return result;
}

}  // namespace tilewright::explain
