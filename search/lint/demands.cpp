// What can run at all is decided exactly, one demand changed at a time: a constraint never binds if
// its opposite is impossible, a level is of no use if no tensor can be kept there.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "model/spec/places.hpp"
#include "search/blame/blame.hpp"
#include "search/indices.hpp"
#include "search/lint/parts.hpp"

namespace tilewright::lint {
namespace {

using explain::Demand;
using explain::DemandKind;
using explain::Demands;
using explain::DemandSet;
using explain::Feasibility;
using explain::is_factor;

bool is_keeping(DemandKind kind) { return kind == DemandKind::keep || kind == DemandKind::bypass; }

Mark place_of(const Demand& demand, const SpecSet& specs) {
  if (demand.kind == DemandKind::parallelism) return place_of_constraint(specs, -1, "utilization");
  const auto of = [&](std::string_view type) {
    return place_of_constraint(specs, demand.level, type);
  };
  if (is_keeping(demand.kind)) return of("datatype");
  if (is_of_loops(demand.kind)) return of(demand.spatial ? "spatial" : "temporal");
  return specs.architecture->storage[at(demand.level)].mark;
}

// One layer and what is demanded of its mappings.
class Demanded {
 public:
  Demanded(const Subject& subject, const Work& work, const StopToken& stop)
      : problem_(work.layer->problem),
        prices_(subject.prices),
        stop_(stop),
        given_{work.constraints, *subject.specs.architecture},
        demands_(list_demands(problem_, given_)) {
    options_.imperfect = subject.specs.search.imperfect;
  }

  bool runs() const { return can_run(given_, demands_); }

  /// Is there a valid mapping that keeps a tensor in `level`?
  bool can_use(int level) const {
    for (int space = 0; space < problem_.num_spaces(); ++space) {
      const auto bit = static_cast<SpaceMask>(1U << at(space));
      Demands changed = given_;
      LevelConstraint& constraint = changed.constraints.levels[at(level)];
      if ((constraint.must_bypass & bit) != 0) continue;
      constraint.must_keep |= bit;
      if (can_run(changed)) return true;
    }
    return false;
  }

  /// Does the demand rule out any mapping that all others allow?
  bool binds(const Demand& demand) const {
    Demands lifted = given_;
    lift(demand, lifted);
    // Factors that fix a dimension at all levels imply each other, which is no fault of any of
    // them.
    for (const Demand& other : demands_) {
      const bool is_of_dim = is_factor(demand.kind) && other.dim == demand.dim;
      if (is_of_dim && other.kind == DemandKind::factor) lift(other, lifted);
    }
    if (is_keeping(demand.kind)) {
      LevelConstraint& constraint = lifted.constraints.levels[at(demand.level)];
      const auto bit = static_cast<SpaceMask>(1U << at(demand.dim));
      (demand.kind == DemandKind::keep ? constraint.must_bypass : constraint.must_keep) |= bit;
      return can_run(lifted);
    }
    Constraints values = given_.constraints;
    const std::int32_t limit = factor_limit(demand, values);
    const bool from_above = demand.kind != DemandKind::least;
    const bool from_below = demand.kind != DemandKind::most && limit > 1;
    return (from_above && can_run(with_limit(lifted, demand, DemandKind::least, limit + 1))) ||
           (from_below && can_run(with_limit(lifted, demand, DemandKind::most, limit - 1)));
  }

  explain::Members conflict() const {
    const Feasibility feasibility(problem_, given_, demands_, prices_, options_, stop_);
    return minimal_conflict(feasibility, feasibility.all());
  }

  const std::vector<Demand>& demands() const { return demands_; }
  /// The demand of another layer as one of this, or nothing: dimensions and tensors go by names.
  std::optional<Demand> find(const Demand& demand, const Problem& of) const {
    Demand mine = demand;
    mine.dim = is_keeping(demand.kind) ? problem_.find_space(of.spaces[at(demand.dim)].name)
                                       : problem_.find_dim(of.dims[at(demand.dim)]);
    const bool is_there = std::find(demands_.begin(), demands_.end(), mine) != demands_.end();
    return mine.dim >= 0 && is_there ? std::optional(mine) : std::nullopt;
  }
  std::string text(const Demand& demand) const { return describe(demand, problem_, given_); }
  const Problem& problem() const { return problem_; }
  const Demands& given() const { return given_; }

 private:
  bool can_run(const Demands& demands) const {
    return can_run(demands, list_demands(problem_, demands));
  }
  bool can_run(const Demands& demands, const std::vector<Demand>& list) const {
    const Feasibility feasibility(problem_, demands, list, prices_, options_, stop_);
    return feasibility.find(feasibility.all()).has_value();
  }

  // The tighter of two limits counts.
  static Demands with_limit(Demands demands, Demand demand, DemandKind kind, std::int32_t limit) {
    demand.kind = kind;
    std::int32_t& value = factor_limit(demand, demands.constraints);
    const bool is_least = kind == DemandKind::least;
    value = value == 0 ? limit : is_least ? std::max(value, limit) : std::min(value, limit);
    return demands;
  }

  const Problem& problem_;
  const Prices& prices_;
  StopToken stop_;
  Demands given_;
  std::vector<Demand> demands_;
  MapspaceOptions options_;
};

std::string_view code_of(const std::vector<Demand>& members) {
  const auto all = [&](auto predicate) {
    return std::all_of(members.begin(), members.end(),
                       [&](const Demand& member) { return predicate(member.kind); });
  };
  if (all(is_factor)) return kFactors;
  const auto is_room = [](DemandKind kind) {
    return kind == DemandKind::capacity || kind == DemandKind::keep;
  };
  return all(is_room) ? kCapacity : kContradiction;
}

void add_conflict(const Demanded& demanded, const SpecSet& specs, std::vector<Finding>& findings) {
  std::vector<Demand> members;
  std::vector<std::string> texts;
  for (const std::size_t index : demanded.conflict()) {
    members.push_back(demanded.demands()[index]);
    texts.push_back(demanded.text(members.back()));
  }
  if (members.empty()) return;
  findings.push_back({Severity::error, code_of(members), place_of(members.front(), specs),
                      fmt::format("layer '{}' has no valid mapping: {} {}", demanded.problem().name,
                                  fmt::join(texts, "; "),
                                  texts.size() == 1 ? "allows none" : "exclude each other"),
                      "`tilewright explain` shows by how much, and the least changes that help"});
}

// What the user wrote of this very dimension, and what is not true by itself.
bool is_worth_a_look(const Demand& demand, const Demanded& demanded) {
  if (is_keeping(demand.kind)) {
    return demanded.given().arch.storage[at(demand.level)].entries != 0U;
  }
  if (!is_factor(demand.kind)) return false;
  const LevelConstraint& level = demanded.given().constraints.levels[at(demand.level)];
  const LoopConstraint& loops = demand.spatial ? level.spatial : level.temporal;
  const std::uint32_t by_default = loops.default_most | loops.default_least;
  Constraints values = demanded.given().constraints;
  const bool is_trivial = demanded.problem().bounds[at(demand.dim)] == 1 ||
                          (demand.kind == DemandKind::least && factor_limit(demand, values) <= 1) ||
                          (demand.spatial && demanded.given().arch.fanout(demand.level) == 1);
  return !is_trivial && (by_default >> demand.dim & 1U) == 0;
}

// What never binds, by the place of the constraint that it is a part of.
using Never = std::vector<std::pair<Mark, std::vector<std::string>>>;

void note_never(const std::string& text, const Mark& mark, Never& never) {
  for (auto& [place, texts] : never) {
    const bool is_same =
        place.file == mark.file && place.line == mark.line && place.column == mark.column;
    if (is_same) return texts.push_back(text);
  }
  never.push_back({mark, {text}});
}

// In all layers where it says anything.
void check_binding(const std::vector<Demanded>& all, const SpecSet& specs,
                   std::vector<Finding>& findings) {
  Never never;
  for (auto first = all.begin(); first != all.end(); ++first) {
    for (const Demand& demand : first->demands()) {
      if (!is_worth_a_look(demand, *first)) continue;
      const auto has_it = [&](const Demanded& other) {
        return other.find(demand, first->problem()).has_value();
      };
      if (std::any_of(all.begin(), first, has_it)) continue;  // is looked at already
      const bool binds = std::any_of(first, all.end(), [&](const Demanded& other) {
        const auto same = other.find(demand, first->problem());
        return same && other.binds(*same);
      });
      if (!binds) note_never(first->text(demand), place_of(demand, specs), never);
    }
  }
  for (const auto& [mark, texts] : never) {
    findings.push_back(
        {Severity::note, kNeverBinds, mark,
         fmt::format("never binding: {} (no valid mapping of any layer{} would do otherwise)",
                     fmt::join(texts, "; "), specs.search.imperfect ? "" : " with perfect factors"),
         "leave it out, or make it tighter"});
  }
}

void check_levels(const std::vector<Demanded>& all, const SpecSet& specs,
                  std::vector<Finding>& findings) {
  const Architecture& arch = *specs.architecture;
  for (int level = 0; level + 1 < arch.num_levels(); ++level) {
    const StorageLevel& storage = arch.storage[at(level)];
    const bool can_use = std::any_of(
        all.begin(), all.end(), [&](const Demanded& demanded) { return demanded.can_use(level); });
    const bool is_meant = std::all_of(all.begin(), all.end(), [&](const Demanded& demanded) {
      const unsigned every = (1U << at(demanded.problem().num_spaces())) - 1U;
      return demanded.given().constraints.levels[at(level)].must_bypass == every;
    });
    if (can_use || is_meant || !is_hardware(storage)) continue;
    findings.push_back(
        {Severity::warning, kUnusable, storage.mark,
         fmt::format("'{}' can never hold anything: no valid mapping keeps a tensor there",
                     storage.name),
         "give it room for a word of each tensor that it is to hold, or lift its bypasses"});
  }
}

}  // namespace

void check_demands(const Subject& subject, const StopToken& stop, std::vector<Finding>& findings) {
  std::vector<Demanded> running;
  running.reserve(subject.works.size());
  for (const Work& work : subject.works) {
    Demanded demanded(subject, work, stop);
    if (demanded.runs()) {
      running.push_back(std::move(demanded));
    } else {
      add_conflict(demanded, subject.specs, findings);
    }
  }
  if (running.empty()) return;
  check_levels(running, subject.specs, findings);
  check_binding(running, subject.specs, findings);
}

}  // namespace tilewright::lint
