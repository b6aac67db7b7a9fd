#include "model/convert/statements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <string_view>

#include "model/error.hpp"
#include "model/spec/constraint_item.hpp"
#include "model/spec/constraint_list.hpp"

namespace tilewright::convert {
namespace {

using spec::ConstraintItem;
using spec::NamedFactor;
using spec::Node;
using spec::Relation;

using Names = std::vector<std::string>;

constexpr std::array<std::string_view, 7> kMacros{
    "factors_only",  "no_iteration_over_dataspaces", "must_iterate_over_dataspaces",
    "maximize_dims", "maximize_dims_capacity",       "keep_only",
    "bypass_only"};

// A dimension of a built-in shape, each of which has one letter.
bool is_builtin(char letter) {
  return std::string_view("CGKMNPQRS").find(letter) != std::string_view::npos;
}

class StatementReader {
 public:
  explicit StatementReader(const SpecSet& specs) : specs_(specs) {}

  void read(const Node& list) {
    spec::for_each_constraint(list, [this](const Node& target, const Node& constraint) {
      read_one(statement_of(target), constraint);
    });
  }

  Statements finish() {
    if (specs_.architecture) {
      const Architecture& arch = *specs_.architecture;
      std::stable_sort(statements_.begin(), statements_.end(), [&](const auto& a, const auto& b) {
        return arch.find_level(a.level) > arch.find_level(b.level);
      });
    }
    return std::move(statements_);
  }

 private:
  LevelStatement& statement_of(const Node& target) {
    const std::string name = level_name(target);
    const auto is_this = [&](const LevelStatement& known) { return known.level == name; };
    const auto it = std::find_if(statements_.begin(), statements_.end(), is_this);
    if (it != statements_.end()) return *it;
    statements_.emplace_back().level = name;
    return statements_.back();
  }

  std::string level_name(const Node& target) const {
    if (specs_.architecture) {
      return specs_.architecture->storage[spec::read_target(target, *specs_.architecture)].name;
    }
    const Node* node = target.find("target");
    if (node == nullptr) node = target.find("name");
    if (node == nullptr) node = &target.at("target");
    const std::string& name = node->text("target");
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (!name.empty() && std::all_of(name.begin(), name.end(), is_digit)) {
      node->fail("a level by its number needs the architecture: give it as well");
    }
    return name;
  }

  void read_one(LevelStatement& level, const Node& constraint) {
    const std::string& type = constraint.at("type").text("type");
    ConstraintItem item(constraint);
    if (type == "temporal") {
      read_loops(item, level.temporal, false);
    } else if (type == "spatial") {
      read_loops(item, level.spatial, true);
    } else if (type == "spatial-x" || type == "spatial-y") {
      read_loops(item, type == "spatial-x" ? level.spatial_x : level.spatial_y, true);
    } else if (type == "datatype" || type == "bypass" || type == "bypassing" ||
               type == "dataspace") {
      add_names(item.take("keep"), "keep", level.keep);
      add_names(item.take("bypass"), "bypass", level.bypass);
    } else if (type == "utilization" || type == "parallelism") {
      if (const Node* least = item.take("min")) level.min_parallelism = least->real("min", 0);
    } else if (type != "max_overbooked_proportion") {  // of which the reader tells
      constraint.at("type").fail(fmt::format("unknown type '{}' of a constraint", type));
    }
    for (const char* key : {"rmw_first_update", "no_coalesce"}) (void)item.take(key);  // empty
    if (type != "max_overbooked_proportion") item.expect_no_more("a constraint");
  }

  static void add_names(const Node* node, std::string_view what, Names& names) {
    if (node == nullptr) return;
    for (const Node* item : node->texts(what)) {
      const std::string& name = item->text(what);
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }

  void read_loops(ConstraintItem& item, LoopStatement& loops, bool is_spatial) {
    if (const Node* node = item.take("factors")) add_factors(*node, loops);
    const auto count = [&](const char* key, std::optional<std::uint64_t>& target) {
      const Node* node = item.take(key);
      if (node != nullptr) {
        target = node->count(key, 0, std::numeric_limits<std::int32_t>::max());
      }
    };
    count("default_max_factor", loops.others_at_most);
    count("default_min_factor", loops.others_at_least);
    if (const Node* node = item.take("permutation")) set_order(*node, loops);
    (void)item.take("remainders");  // ignored by the reader, which tells
    if (is_spatial) count("split", loops.split);
    const auto add = [&](const char* key, Names& names) { add_names(item.take(key), key, names); };
    add("no_link_transfer", loops.no_link_transfer);
    add("no_multicast_no_reduction", loops.no_multicast);
    add("no_temporal_reuse", loops.no_reuse);
    add("no_reuse", is_spatial ? loops.no_multicast : loops.no_reuse);
  }

  static void add_factors(const Node& node, LoopStatement& loops) {
    for (const NamedFactor& term : spec::scan_factors(node)) {
      const auto same = [&](const NamedFactor& known) {
        return known.dim == term.dim && known.relation == term.relation;
      };
      const auto it = std::find_if(loops.factors.begin(), loops.factors.end(), same);
      if (it == loops.factors.end()) {
        loops.factors.push_back(term);
      } else if (*it != term) {
        node.fail(fmt::format("the factor of {} is set twice", term.dim));
      }
    }
  }

  void set_order(const Node& node, LoopStatement& loops) const {
    const spec::NamedPermutation named = spec::scan_permutation(node);
    Names inner = dims_of(named.first);
    Names outer = dims_of(named.last);
    const bool is_new = loops.inner.empty() && loops.outer.empty();
    if (!is_new && (loops.inner != inner || loops.outer != outer)) {
      node.fail("the permutation is set twice");
    }
    loops.inner = std::move(inner);
    loops.outer = std::move(outer);
  }

  Names dims_of(const Names& words) const {
    Names dims;
    for (const std::string& word : words) {
      if (is_one_dimension(word)) {
        dims.push_back(word);
      } else {
        for (const char letter : word) dims.emplace_back(1, letter);
      }
    }
    return dims;
  }

  bool is_one_dimension(const std::string& word) const {
    if (word.size() == 1) return true;
    if (specs_.layers.empty()) return !std::all_of(word.begin(), word.end(), is_builtin);
    return std::any_of(specs_.layers.begin(), specs_.layers.end(),
                       [&](const Layer& layer) { return layer.problem.find_dim(word) >= 0; });
  }

  const SpecSet& specs_;
  Statements statements_;
};

Names names_in(SpaceMask mask, const Problem& problem) {
  Names names;
  for (int s = 0; s < problem.num_spaces(); ++s) {
    if ((mask >> s & 1) != 0) names.push_back(problem.spaces[s].name);
  }
  return names;
}

LoopStatement loops_of(const LoopConstraint& loops, const Problem& problem) {
  LoopStatement statement;
  const auto add = [&](int dim, Relation relation, std::int32_t value, std::int32_t residual) {
    if (value != 0) statement.factors.push_back({problem.dims[dim], relation, value, residual});
  };
  for (int d = 0; d < problem.num_dims(); ++d) {
    add(d, Relation::equal, loops.fixed[d], loops.residual[d]);
    add(d, Relation::at_most, loops.at_most[d], 0);
    add(d, Relation::at_least, loops.at_least[d], 0);
  }
  for (const int dim : loops.inner) statement.inner.push_back(problem.dims[dim]);
  for (const int dim : loops.outer) statement.outer.push_back(problem.dims[dim]);
  if (loops.split) statement.split = static_cast<std::uint64_t>(*loops.split);
  return statement;
}

}  // namespace

Statements read_statements(const std::vector<const Node*>& lists, const SpecSet& specs) {
  StatementReader reader(specs);
  for (const Node* list : lists) reader.read(*list);
  return reader.finish();
}

// In a mapping all dimensions have their place, those that are not named outside the others.
Statements read_mapping_statements(const Node& mapping, const SpecSet& specs) {
  Statements statements = read_statements({&mapping}, specs);
  for (LevelStatement& level : statements) {
    for (LoopStatement* loops :
         {&level.temporal, &level.spatial, &level.spatial_x, &level.spatial_y}) {
      loops->inner.insert(loops->inner.end(), loops->outer.begin(), loops->outer.end());
      loops->outer.clear();
    }
  }
  return statements;
}

bool has_macros(const std::vector<const Node*>& lists) {
  bool found = false;
  for (const Node* list : lists) {
    spec::for_each_constraint(*list, [&](const Node& /*target*/, const Node& constraint) {
      ConstraintItem item(constraint);
      for (const std::string_view key : kMacros) found = found || item.take(key) != nullptr;
    });
  }
  return found;
}

Statements statements_of(const Constraints& constraints, const Problem& problem,
                         const Architecture& arch) {
  Statements statements;
  for (int s = arch.num_levels() - 1; s >= 0; --s) {
    const LevelConstraint& level = constraints.levels[s];
    LevelStatement statement;
    statement.level = arch.storage[s].name;
    statement.keep = names_in(level.must_keep, problem);
    statement.bypass = names_in(level.must_bypass, problem);
    statement.temporal = loops_of(level.temporal, problem);
    statement.temporal.no_reuse = names_in(level.no_temporal_reuse, problem);
    // Where nothing fans out, constraints on spatial loops change nothing.
    if (arch.fanout(s) > 1) {
      statement.spatial = loops_of(level.spatial, problem);
      statement.spatial.no_link_transfer = names_in(level.no_link_transfer, problem);
      statement.spatial.no_multicast = names_in(level.no_multicast, problem);
    }
    if (s == 0) statement.min_parallelism = constraints.min_parallelism;
    statements.push_back(std::move(statement));
  }
  return statements;
}

}  // namespace tilewright::convert
