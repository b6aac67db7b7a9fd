// Constraints: lists of entries, each for one level. They come as a list, under `targets` or
// `constraints`, or under a name (`constraints: rowstationary` with `constraints_rowstationary`);
// an entry may hold a list `constraints` of its own, and its settings may stand in `attributes`.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "model/names.hpp"
#include "model/spec/constraint_item.hpp"
#include "model/spec/constraint_list.hpp"
#include "model/spec/constraint_macros.hpp"
#include "model/spec/directive.hpp"
#include "model/spec/spec.hpp"
#include "model/spec/spec_files.hpp"

namespace tilewright {
namespace {

using spec::Entry;
using spec::FactorTerm;
using spec::Fields;
using spec::Node;
using Item = spec::ConstraintItem;
using spec::Relation;

constexpr std::string_view kDefaultMost = "default_max_factor";
constexpr std::string_view kDefaultLeast = "default_min_factor";

class ConstraintReader {
 public:
  ConstraintReader(const Architecture& arch, const Problem& problem, std::vector<Warning>* warnings)
      : arch_(arch),
        problem_(problem),
        warnings_(warnings),
        macros_(arch, problem, [this](const LoopConstraint& loops, int dim) {
          const auto it = mentioned_.find(&loops);
          return it != mentioned_.end() && (it->second >> dim & 1U) != 0;
        }) {
    constraints_.levels.resize(arch.num_levels());
    claimed_.resize(arch.num_levels());
  }

  Constraints read(const std::vector<const Node*>& sections, const Spec& spec) {
    own_files_ = spec.own_files;
    for (const Node* section : sections) read_section(*section);
    spec::apply_parallels(spec.parallels, arch_, problem_, constraints_);
    macros_.apply(constraints_, [this](const LoopConstraint& loops, int dim) {
      return std::any_of(rests_.begin(), rests_.end(),
                         [&](const Rest& rest) { return rest.loops == &loops && rest.dim == dim; });
    });
    for (const LimitCheck& check : limit_checks_) check_limits(check);
    for (const auto& rest : rests_) fill_rest(rest);
    if (spec.has_nodes) spec::put_ones_first(arch_, problem_, constraints_, warnings_);
    for (const auto& [first, dims] : absent_) warn_absent(*first, dims);
    // The backing store keeps everything that no constraint sends past it.
    auto& outermost = constraints_.levels.back();
    const SpaceMask all = spec::all_spaces(problem_);
    outermost.must_keep |= static_cast<SpaceMask>(all & ~outermost.must_bypass);
    return std::move(constraints_);
  }

 private:
  // What the constraints on one level have set so far, so that nothing is set twice.
  struct Claimed {
    bool no_link_transfer = false;
    bool no_multicast = false;
    bool no_temporal_reuse = false;
  };

  // A factor 0: what the other fixed factors leave of the bound.
  struct Rest {
    const Node* node;
    LoopConstraint* loops;
    int dim;
  };

  // Limits to be looked at when all factors are known.
  struct LimitCheck {
    const Node* node;
    const LoopConstraint* loops;
    std::string where;
  };

  void check_limits(const LimitCheck& check) const {
    for (int d = 0; d < problem_.num_dims(); ++d) {
      check_least(*check.node, *check.loops, d, check.where);
    }
  }

  void warn(const Node& node, std::string message, std::string_view code,
            Effect effect = Effect::on_results) const {
    if (warnings_ == nullptr) return;
    warnings_->push_back({node.mark(), std::move(message), code, effect});
  }

  // Constraints of an architecture are written for the dataspaces of a convolution; those of
  // another problem play the same roles.
  spec::UnknownSpace by_role() const {
    return [this](const Node& node, const std::string& name) {
      if (own_files_.contains(node.file())) return -1;  // which are strict
      const int space = space_by_role(problem_, name);
      if (space >= 0) {
        warn(node,
             fmt::format("'{}' is taken as {}, which problem {} uses so", name,
                         problem_.spaces[static_cast<std::size_t>(space)].name, problem_.name),
             odd::kAssumed);
      }
      return space;
    };
  }

  // Where the absent dimensions of the node's file are noted.
  spec::AbsentDims* absent_of(const Node& node) {
    const auto same_file = [&](const auto& entry) { return entry.first->file() == node.file(); };
    const auto it = std::find_if(absent_.begin(), absent_.end(), same_file);
    return it != absent_.end() ? &it->second
                               : &absent_.emplace_back(&node, spec::AbsentDims()).second;
  }

  void warn_absent(const Node& first, const spec::AbsentDims& dims) const {
    if (dims.empty()) return;
    warn(first,
         fmt::format("the constraints name {}, which problem {} lacks (it has {}); they are "
                     "taken as dimensions of size 1",
                     fmt::join(dims, ", "), problem_.name, fmt::join(problem_.dims, ", ")),
         odd::kWithoutEffect, Effect::none);
  }

  void read_section(const Node& section) {
    if (section.is_text()) {
      section.fail(
          fmt::format("expected a map such as {{template: ruby}}, or one with constraints, "
                      "found {}",
                      section.describe()));
    }
    if (!section.is_list()) {
      for (const auto& entry : section.map("constraints")) check_key(section, entry);
    }
    const Node* list = spec::find_constraint_list(section);
    if (list == nullptr) return;
    spec::for_each_constraint(*list, [this](const Node& target, const Node& constraint) {
      count(constraint);
      read_one(target, constraint);
    });
  }

  void check_key(const Node& section, const Entry& entry) const {
    static const std::vector<std::string> kKeys{"constraints", "targets", "template", "version",
                                                "name"};
    static const std::string kNone;
    const auto is_this = [&](const std::string& key) { return same_key(key, entry.key); };
    if (entry.key.starts_with("constraints_")) return;
    if (std::none_of(kKeys.begin(), kKeys.end(), is_this)) {
      throw SpecError(section.mark(entry), fmt::format("unknown key '{}' in a mapspace{}",
                                                       entry.key, hint(entry.key, kKeys)));
    }
    // `ruby`, factors that need not divide, is a setting of the search.
    const std::string& value =
        is_this("template") && entry.value->is_text() ? entry.value->text("template") : kNone;
    if (!value.empty() && value != "uber" && value != "ruby") {
      warn(*entry.value,
           fmt::format("the mapspace template '{}' is neither uber (perfect factors) nor ruby "
                       "(imperfect ones); perfect factors are searched",
                       value),
           odd::kUnknownValue);
    }
  }

  // They are read for every layer.
  void count(const Node& constraint) {
    constexpr int kMost = 1000;
    if (++count_ > kMost) {
      constraint.fail(fmt::format("a constraint too many; at most {} are supported", kMost));
    }
  }

  void read_one(const Node& target, const Node& constraint) {
    static const std::vector<std::string> kTypes{"temporal", "spatial",     "datatype",
                                                 "bypass",   "utilization", "parallelism"};
    const auto& type = constraint.at("type").text("type");
    const int level = spec::read_target(target, arch_);
    Item item(constraint);
    if (type == "temporal") {
      read_temporal(item, level);
    } else if (type == "spatial") {
      read_spatial(item, level);
    } else if (type == "datatype" || type == "bypass" || type == "bypassing" ||
               type == "dataspace") {
      read_keep(item, level);
    } else if (type == "utilization" || type == "parallelism") {
      read_parallelism(item, level);
    } else if (type == "max_overbooked_proportion") {
      item.take("proportion");
      item.expect_no_more("a constraint of this type");
      warn(constraint, "'max_overbooked_proportion' is ignored: tensors are dense", odd::kIgnored);
    } else {
      constraint.at("type").fail(
          fmt::format("unknown type '{}' of a constraint{}", type, hint(type, kTypes)));
    }
  }

  std::string at(int level, std::string_view what) const {
    return fmt::format("{} of {}", what, arch_.storage[level].name);
  }
  [[noreturn]] static void fail_twice(const Node& node, const std::string& what) {
    node.fail(
        fmt::format("{} is set twice; the constraints of the architecture and of the "
                    "mapspace count together",
                    what));
  }

  void read_loops(Item& item, LoopConstraint& loops, const std::string& where) {
    if (const Node* node = item.take("factors")) {
      set_all(*node, loops, where);
    }
    read_default(item.take(kDefaultMost), kDefaultMost, where, loops, loops.at_most,
                 loops.default_most);
    read_default(item.take(kDefaultLeast), kDefaultLeast, where, loops, loops.at_least,
                 loops.default_least);
    limit_checks_.push_back({&item.node, &loops, where});
    if (const Node* node = item.take("permutation")) {
      auto permutation = spec::read_permutation(*node, problem_, absent_of(*node));
      const bool is_same = loops.inner == permutation.first && loops.outer == permutation.last;
      if (!is_same && (!loops.inner.empty() || !loops.outer.empty())) {
        fail_twice(*node, fmt::format("the permutation of the {}", where));
      }
      loops.inner = std::move(permutation.first);
      loops.outer = std::move(permutation.last);
    }
    if (const Node* node = item.take("remainders")) {
      warn(*node, "'remainders' is ignored: perfect factors are searched", odd::kIgnored);
    }
  }

  void set_all(const Node& node, LoopConstraint& loops, const std::string& where) {
    for (const auto& term : spec::read_factors(node, problem_, absent_of(node))) {
      set(node, loops, term, where);
    }
  }

  // What names no factors one by one; these are kept until all factors are known.
  void read_macros(Item& item, LoopConstraint& loops, int level, bool is_spatial,
                   const std::string& where) {
    spec::LoopMacros macros{&loops, level, is_spatial, where};
    macros.factors_only = item.take("factors_only");
    macros.no_iteration = item.take("no_iteration_over_dataspaces");
    macros.must_iterate = item.take("must_iterate_over_dataspaces");
    macros.maximize = item.take("maximize_dims");
    macros.capacity = item.take("maximize_dims_capacity");
    if (macros.capacity != nullptr && macros.maximize == nullptr) {
      warn(*macros.capacity, "'maximize_dims_capacity' has no effect without 'maximize_dims'",
           odd::kWithoutEffect);
    }
    if (macros.factors_only != nullptr) set_all(*macros.factors_only, loops, where);
    macros_.add(std::move(macros));
  }

  static void refuse(Item& item, const char* key) {
    const Node* node = item.take(key);
    if (node == nullptr || (node->is_list() && node->items().empty())) return;
    node->fail(fmt::format("'{}' changes what is counted in a way that is not modelled", key));
  }

  void set(const Node& node, LoopConstraint& loops, const FactorTerm& term,
           const std::string& where) {
    const auto dim = static_cast<std::size_t>(term.dim);
    mention(loops, dim);
    const std::string& name = problem_.dims[dim];
    const std::int64_t bound = problem_.bounds[dim];
    auto& slot = term.relation == Relation::equal     ? loops.fixed[dim]
                 : term.relation == Relation::at_most ? loops.at_most[dim]
                                                      : loops.at_least[dim];
    const auto is_rest = [&](const Rest& rest) {
      return rest.loops == &loops && rest.dim == term.dim && term.relation == Relation::equal;
    };
    const bool is_old_rest = std::any_of(rests_.begin(), rests_.end(), is_rest);
    if (slot == 0 && term.value == 0 && is_old_rest) return;  // the same again
    if (slot != 0 && slot == term.value && loops.residual[dim] == term.residual) return;
    if (slot != 0 || is_old_rest) {
      fail_twice(node, fmt::format("the factor of {} in the {}", name, where));
    }
    if (term.relation != Relation::equal && term.value == 0) {
      node.fail(fmt::format("factors: a limit of {} must be at least 1", name));
    }
    if (term.relation == Relation::equal && term.value == 0) {
      rests_.push_back({&node, &loops, term.dim});
    } else if (term.relation == Relation::equal && term.value > bound) {
      warn(node,
           fmt::format("{}={} in the {} exceeds the bound {} and is ignored", name, term.value,
                       where, bound),
           odd::kIgnored);
    } else {
      slot = term.value;
      if (term.relation == Relation::equal) loops.residual[dim] = term.residual;
    }
  }

  // Defaults are for dimensions that no constraint on the same loops mentions, here or elsewhere.
  void mention(LoopConstraint& loops, std::size_t dim) {
    const std::uint32_t bit = 1U << dim;
    mentioned_[&loops] |= bit;
    if ((loops.default_most & bit) != 0) loops.at_most[dim] = 0;
    if ((loops.default_least & bit) != 0) loops.at_least[dim] = 0;
    loops.default_most &= ~bit;
    loops.default_least &= ~bit;
  }

  void read_default(const Node* node, std::string_view what, const std::string& where,
                    LoopConstraint& loops, std::array<std::int32_t, kMaxDims>& limits,
                    std::uint32_t& by_default) {
    if (node == nullptr) return;
    if (!defaults_.insert({&loops, what}).second) {
      fail_twice(*node, fmt::format("the {} of the {}", what, where));
    }
    const auto value =
        static_cast<std::int32_t>(node->count(what, 1, std::numeric_limits<std::int32_t>::max()));
    for (int d = 0; d < problem_.num_dims(); ++d) {
      if ((mentioned_[&loops] >> d & 1U) != 0) continue;
      limits[d] = value;
      by_default |= 1U << d;
    }
  }

  void check_least(const Node& node, const LoopConstraint& loops, int d,
                   const std::string& where) const {
    const auto of_default = [d](std::uint32_t mask, std::string_view key) {
      return (mask >> d & 1U) != 0 ? fmt::format(" ({})", key) : std::string();
    };
    const std::string least = fmt::format("{}>={}{}", problem_.dims[d], loops.at_least[d],
                                          of_default(loops.default_least, kDefaultLeast));
    if (loops.at_least[d] > problem_.bounds[d]) {
      node.fail(fmt::format("{} in the {} leaves nothing: the bound is {}", least, where,
                            problem_.bounds[d]));
    }
    if (loops.at_most[d] != 0 && loops.at_least[d] > loops.at_most[d]) {
      node.fail(fmt::format("{} and {}<={}{} in the {} leave nothing", least, problem_.dims[d],
                            loops.at_most[d], of_default(loops.default_most, kDefaultMost), where));
    }
  }

  void read_temporal(Item& item, int level) {
    auto& constraint = constraints_.levels[level];
    const std::string where = at(level, "temporal loops");
    read_loops(item, constraint.temporal, where);
    read_macros(item, constraint.temporal, level, false, where);
    read_mask(item, {"no_temporal_reuse", "no_reuse"}, level, claimed_[level].no_temporal_reuse,
              constraint.no_temporal_reuse);
    refuse(item, "rmw_first_update");
    item.expect_no_more("a temporal constraint");
  }

  void read_spatial(Item& item, int level) {
    auto& constraint = constraints_.levels[level];
    const std::string where = at(level, "spatial loops");
    read_loops(item, constraint.spatial, where);
    read_macros(item, constraint.spatial, level, true, where);
    if (const Node* node = item.take("split")) {
      const int split = static_cast<int>(
          std::min<std::uint64_t>(node->count("split", 0, 1U << 31), problem_.num_dims()));
      if (constraint.spatial.split.value_or(split) != split) {
        fail_twice(*node, at(level, "the split"));
      }
      constraint.spatial.split = split;
    }
    read_mask(item, {"no_link_transfer"}, level, claimed_[level].no_link_transfer,
              constraint.no_link_transfer);
    read_mask(item, {"no_multicast_no_reduction", "no_reuse"}, level, claimed_[level].no_multicast,
              constraint.no_multicast);
    item.expect_no_more("a spatial constraint");
    if (arch_.fanout(level) == 1) check_without_fanout(item.node, level);
  }

  // Where nothing fans out, only factors of 1 can be asked for, and asking changes nothing.
  void check_without_fanout(const Node& node, int level) const {
    const auto& loops = constraints_.levels[level].spatial;
    bool is_vain = true;
    for (int d = 0; d < problem_.num_dims(); ++d) {
      is_vain = is_vain && loops.fixed[d] <= 1 && loops.at_least[d] <= 1;
    }
    for (const auto& rest : rests_) {
      is_vain = is_vain && (rest.loops != &loops || problem_.bounds[rest.dim] == 1);
    }
    if (!is_vain) spec::fail_without_fanout(node, arch_, level);
    warn(node,
         fmt::format("{} has no spatial loops; this constraint has no effect",
                     arch_.storage[level].name),
         odd::kWithoutEffect, Effect::none);
  }

  // The keys mean the same in version 0.3 and 0.4.
  void read_mask(Item& item, std::initializer_list<std::string_view> keys, int level,
                 bool& is_claimed, SpaceMask& mask) const {
    for (const std::string_view key : keys) {
      const Node* node = item.take(key);
      if (node == nullptr) continue;
      const SpaceMask read = spec::read_spaces(*node, key, problem_, by_role());
      if (is_claimed && read != mask) fail_twice(*node, at(level, key));
      is_claimed = true;
      mask = read;
    }
  }

  void read_keep(Item& item, int level) {
    auto& constraint = constraints_.levels[level];
    const auto [keep, bypass] =
        spec::read_keeps([&](std::string_view key) { return item.take(key); }, problem_, by_role());
    refuse(item, "no_coalesce");
    item.expect_no_more("a datatype constraint");
    for (int s = 0; s < problem_.num_spaces(); ++s) {
      const auto is_in = [s](unsigned mask) { return (mask >> s & 1U) != 0; };
      if (is_in(keep & bypass) || is_in(keep & constraint.must_bypass) ||
          is_in(bypass & constraint.must_keep)) {
        fail_twice(item.node, fmt::format("whether {} keeps {}", arch_.storage[level].name,
                                          problem_.spaces[s].name));
      }
    }
    constraint.must_keep |= keep;
    constraint.must_bypass |= bypass;
  }

  void read_parallelism(Item& item, int level) {
    const Node* node = item.take("min");
    item.expect_no_more("a parallelism constraint");
    if (level != 0) {
      item.node.fail(fmt::format("parallelism is constrained at the innermost level, {}, not at {}",
                                 arch_.storage[0].name, arch_.storage[level].name));
    }
    if (node == nullptr) item.node.fail("a parallelism constraint needs 'min'");
    if (constraints_.min_parallelism) fail_twice(*node, "the parallelism");
    constraints_.min_parallelism = node->real("min", 0);
    if (*constraints_.min_parallelism > 1) {
      node->fail("min: expected a share of the arithmetic units from 0 to 1");
    }
  }

  // Without other fixed factors this is the whole bound, as in Timeloop.
  void fill_rest(const Rest& rest) {
    const std::int64_t bound = problem_.bounds[rest.dim];
    std::int64_t product = 1;
    for (const auto& level : constraints_.levels) {
      for (const auto* loops : {&level.temporal, &level.spatial}) {
        const std::int64_t fixed = loops->fixed[rest.dim];
        if (fixed > 1 && product <= bound) product *= fixed;
      }
    }
    if (product > bound || bound % product != 0) {
      rest.node->fail(
          fmt::format("factors: {}=0 stands for the rest of {}, but the other fixed "
                      "factors do not divide it",
                      problem_.dims[rest.dim], bound));
    }
    const auto same_dim = [&](const Rest& other) { return other.dim == rest.dim; };
    if (bound != product && std::count_if(rests_.begin(), rests_.end(), same_dim) > 1) {
      rest.node->fail(
          fmt::format("factors: {}=0, the rest, is given at two levels", problem_.dims[rest.dim]));
    }
    rest.loops->fixed[rest.dim] = static_cast<std::int32_t>(bound / product);
  }

  const Architecture& arch_;
  const Problem& problem_;
  std::set<std::string> own_files_;
  std::vector<Warning>* warnings_;
  Constraints constraints_;
  spec::ConstraintMacros macros_;
  std::vector<LimitCheck> limit_checks_;
  int count_ = 0;
  std::vector<Claimed> claimed_;
  std::vector<Rest> rests_;
  std::map<const LoopConstraint*, std::uint32_t> mentioned_;  // bit d: in some `factors`
  std::set<std::pair<const LoopConstraint*, std::string_view>> defaults_;
  // Per file: where it first names loops, and the dimensions it names that the problem lacks.
  std::vector<std::pair<const Node*, spec::AbsentDims>> absent_;
};

}  // namespace

namespace {

Constraints read_written(const SpecSet& specs, const Problem& problem,
                         std::vector<Warning>* warnings) {
  if (!specs.architecture) {
    throw SpecError({}, "constraints need an architecture; none of the specs has one");
  }
  ConstraintReader reader(*specs.architecture, problem, warnings);
  if (specs.source == nullptr) return reader.read({}, Spec());
  std::vector<const Node*> sections = specs.source->constraints;
  // In version 0.4 a search stays within the mapping that is given.
  if (specs.source->maps_in_part) sections.push_back(specs.source->mapping);
  return reader.read(sections, *specs.source);
}

}  // namespace

Constraints read_constraints(const SpecSet& specs, const Problem& problem,
                             std::vector<Warning>* warnings) {
  Constraints constraints = read_written(specs, problem, warnings);
  apply_dataflow(specs.dataflow, problem, *specs.architecture, constraints);
  return constraints;
}

std::string dataflow_text(const SpecSet& specs, const Problem& problem) {
  Constraints constraints = read_written(specs, problem, nullptr);
  return apply_dataflow(specs.dataflow, problem, *specs.architecture, constraints);
}

}  // namespace tilewright
