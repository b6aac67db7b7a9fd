// Mappings: a list of directives, each for one level. What no directive says is a factor of 1, the
// dimensions in their own order, and everything kept.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "model/names.hpp"
#include "model/spec/directive.hpp"
#include "model/spec/readers.hpp"
#include "model/spec/spec.hpp"
#include "model/spec/spec_files.hpp"

namespace tilewright {
namespace {

using spec::FactorTerm;
using spec::Fields;
using spec::Node;

class MappingReader {
 public:
  MappingReader(const Architecture& arch, const Problem& problem, std::vector<Warning>* warnings)
      : arch_(arch),
        problem_(problem),
        warnings_(warnings),
        mapping_(Mapping::unit(arch.num_levels(), problem.num_dims(), problem.num_spaces())) {}

  Mapping read(const Node& node) {
    for (const Node* directive : node.list("mapping")) read_directive(*directive);
    for (const auto& rest : rests_) fill_rest(rest);
    check_bounds(node);
    return mapping_;
  }

  /// The mapping that constraints are, as in version 0.4; `node` is to blame for what they leave
  /// open.
  Mapping from(const Constraints& constraints, const Node& node) {
    for (int s = 0; s < arch_.num_levels(); ++s) {
      const LevelConstraint& from = constraints.levels[s];
      LevelMapping& to = mapping_.levels[s];
      to.keep = static_cast<SpaceMask>(to.keep & ~from.must_bypass);
      to.no_link_transfer = from.no_link_transfer;
      to.no_multicast = from.no_multicast;
      to.no_temporal_reuse = from.no_temporal_reuse;
      to.orders(LoopKind::temporal) = order_of(from.temporal);
      const LevelMapping::Order spatial = order_of(from.spatial);
      const int split = from.spatial.split.value_or(problem_.num_dims());
      to.orders(LoopKind::spatial_x) = to.orders(LoopKind::spatial_y) = spatial;
      for (int p = 0; p < problem_.num_dims(); ++p) {
        const int d = spatial[p];
        take_factor(s, p < split ? LoopKind::spatial_x : LoopKind::spatial_y, from.spatial, d,
                    node);
        take_factor(s, LoopKind::temporal, from.temporal, d, node);
      }
    }
    check_bounds(node);
    return mapping_;
  }

 private:
  // A factor 0: what the others leave of the bound.
  struct Rest {
    const Node* node;
    int level;
    LoopKind kind;
    int dim;
  };

  LevelMapping::Order order_of(const LoopConstraint& loops) const {
    std::vector<int> dims = loops.inner;
    const auto is_in = [](const std::vector<int>& list, int d) {
      return std::find(list.begin(), list.end(), d) != list.end();
    };
    for (int d = 0; d < problem_.num_dims(); ++d) {
      if (!is_in(loops.inner, d) && !is_in(loops.outer, d)) dims.push_back(d);
    }
    dims.insert(dims.end(), loops.outer.begin(), loops.outer.end());
    LevelMapping::Order order = mapping_.levels[0].order[0];
    std::copy(dims.begin(), dims.end(), order.begin());
    return order;
  }

  void take_factor(int s, LoopKind kind, const LoopConstraint& loops, int d, const Node& node) {
    LevelMapping& level = mapping_.levels[s];
    const std::int32_t factor = std::max(1, loops.fixed[d]);
    const bool too_large = loops.at_most[d] != 0 && factor > loops.at_most[d];
    if (too_large || factor < loops.at_least[d]) {
      throw MappingMisfit(
          node.mark(),
          fmt::format("{}: the factor of {} is {}, but a constraint says {}{}",
                      arch_.storage[s].name, problem_.dims[d], factor,
                      too_large ? "<=" : ">=", too_large ? loops.at_most[d] : loops.at_least[d]));
    }
    const std::int32_t residual = loops.residual[d] == 0 ? factor : loops.residual[d];
    level.factors(kind)[d] = factor;
    level.residuals(kind)[d] = residual;
    if (residual != factor) mapping_.imperfect = true;
  }

  void read_directive(const Node& directive) {
    static const std::vector<std::string> kTypes{"temporal", "spatial", "datatype", "bypass"};
    const auto& type = directive.at("type").text("type");
    if (type == "skew") directive.at("type").fail("skewed loops are not supported");
    const int level = spec::read_target(directive, arch_);
    if (type == "temporal") {
      read_temporal(directive, level);
    } else if (type == "spatial" || type == "spatial-x" || type == "spatial-y") {
      read_spatial(directive, level, type);
    } else if (type == "datatype" || type == "bypass" || type == "dataspace") {
      read_keep(directive, level);
    } else {
      directive.at("type").fail(
          fmt::format("unknown type '{}' of a directive{}", type, hint(type, kTypes)));
    }
  }

  static Fields open(const Node& directive) {
    Fields fields(directive, "a directive");
    fields.know({"target", "name", "type"});
    return fields;
  }

  // As Timeloop, which has others in some versions; but not in silence. \throws SpecError for keys
  // that contradict each other.
  void warn_unread(const Fields& fields, std::string_view type) const {
    for (const auto& [entry, first] : fields.repeated()) {
      throw SpecError(fields.node().mark(*entry),
                      fmt::format("'{}' says the same as '{}' in line {}", entry->key, first->key,
                                  first->line));
    }
    if (warnings_ == nullptr) return;
    spec::warn_unread(fields, fmt::format("a {} directive of the mapping", type), {warnings_});
  }

  // The same loops must not be given twice.
  void claim(const Node& directive, int level, LoopKind kind) {
    const auto [it, is_new] = seen_.try_emplace({level, static_cast<int>(kind)}, &directive);
    if (is_new) return;
    directive.fail(fmt::format("the {} loops of {} are already given in line {}",
                               kind == LoopKind::temporal ? "temporal" : "spatial",
                               arch_.storage[level].name, it->second->mark().line));
  }

  // The dimensions of a permutation, then those it leaves out.
  LevelMapping::Order read_order(const Node* node) const {
    std::vector<int> dims;
    if (node != nullptr) {
      const auto permutation = spec::read_permutation(*node, problem_);
      dims = permutation.first;
      dims.insert(dims.end(), permutation.last.begin(), permutation.last.end());
    }
    for (int d = 0; d < problem_.num_dims(); ++d) {
      if (std::find(dims.begin(), dims.end(), d) == dims.end()) dims.push_back(d);
    }
    LevelMapping::Order order = mapping_.levels[0].order[0];
    std::copy(dims.begin(), dims.end(), order.begin());
    return order;
  }

  void set(const Node& node, int level, LoopKind kind, const FactorTerm& term) {
    if (term.relation != spec::Relation::equal) {
      node.fail("a mapping states factors with '='; '<=' and '>=' are for constraints");
    }
    if (term.value == 0) {
      rests_.push_back({&node, level, kind, term.dim});
      return;
    }
    auto& loops = mapping_.levels[level];
    loops.factors(kind)[term.dim] = term.value;
    loops.residuals(kind)[term.dim] = term.residual == 0 ? term.value : term.residual;
    if (loops.residuals(kind)[term.dim] != term.value) mapping_.imperfect = true;
  }

  void read_temporal(const Node& directive, int level) {
    Fields fields = open(directive);
    claim(directive, level, LoopKind::temporal);
    auto& loops = mapping_.levels[level];
    loops.orders(LoopKind::temporal) = read_order(fields.take("permutation"));
    if (const Node* node = fields.take("factors")) {
      for (const auto& term : spec::read_factors(*node, problem_)) {
        set(*node, level, LoopKind::temporal, term);
      }
    }
    read_mask(fields, "no_temporal_reuse", loops.no_temporal_reuse);
    warn_unread(fields, "temporal");
  }

  void read_spatial(const Node& directive, int level, const std::string& type) {
    Fields fields = open(directive);
    const LevelMapping::Order order = read_order(fields.take("permutation"));
    // One directive for both axes, divided by `split`, or (not known to Timeloop) one per axis.
    int split = type == "spatial-y" ? 0 : problem_.num_dims();
    if (const Node* node = fields.take("split"); node != nullptr) {
      if (type != "spatial") node->fail("'split' goes with the type 'spatial', for both axes");
      split = static_cast<int>(
          std::min<std::uint64_t>(node->count("split", 0, 1U << 31), problem_.num_dims()));
    }
    auto& loops = mapping_.levels[level];
    for (const auto kind : {LoopKind::spatial_x, LoopKind::spatial_y}) {
      if (type != "spatial" && (kind == LoopKind::spatial_x) != (type == "spatial-x")) continue;
      claim(directive, level, kind);
      loops.orders(kind) = order;
    }
    if (const Node* node = fields.take("factors")) {
      for (const auto& term : spec::read_factors(*node, problem_)) {
        const auto position = std::find(order.begin(), order.end(), term.dim) - order.begin();
        if (term.value != 1 && arch_.fanout(level) == 1) {
          spec::fail_without_fanout(directive, arch_, level);
        }
        set(*node, level, position < split ? LoopKind::spatial_x : LoopKind::spatial_y, term);
      }
    }
    read_mask(fields, "no_link_transfer", loops.no_link_transfer);
    read_mask(fields, "no_multicast_no_reduction", loops.no_multicast);
    warn_unread(fields, "spatial");
  }

  void read_mask(Fields& fields, std::string_view key, SpaceMask& mask) const {
    if (const Node* node = fields.take(key)) mask |= spec::read_spaces(*node, key, problem_);
  }

  void read_keep(const Node& directive, int level) {
    Fields fields = open(directive);
    SpaceMask keep = 0;
    SpaceMask bypass = 0;
    read_mask(fields, "keep", keep);
    read_mask(fields, "bypass", bypass);
    warn_unread(fields, "datatype");
    for (int s = 0; s < problem_.num_spaces(); ++s) {
      if (((keep & bypass) >> s & 1) != 0) {
        directive.fail(fmt::format("{} both keeps and bypasses {}", arch_.storage[level].name,
                                   problem_.spaces[s].name));
      }
    }
    auto& mask = mapping_.levels[level].keep;
    mask = static_cast<SpaceMask>((mask | keep) & ~bypass);
  }

  void fill_rest(const Rest& rest) {
    const std::int64_t bound = problem_.bounds[rest.dim];
    std::int64_t product = 1;
    for (int s = 0; s < arch_.num_levels(); ++s) {
      for (int kind = 0; kind < kLoopKinds; ++kind) {
        const auto& level = mapping_.levels[s];
        if (level.residual[kind][rest.dim] != level.factor[kind][rest.dim]) {
          rest.node->fail(
              fmt::format("factors: {}=0 needs perfect other factors of {}; state the "
                          "number",
                          problem_.dims[rest.dim], problem_.dims[rest.dim]));
        }
        product *= level.factor[kind][rest.dim];
        if (product > bound) break;
      }
    }
    if (product > bound || bound % product != 0) {
      rest.node->fail(
          fmt::format("factors: {}=0 stands for the rest of {}, but the other factors "
                      "do not divide it",
                      problem_.dims[rest.dim], bound));
    }
    const auto same_dim = [&](const Rest& other) { return other.dim == rest.dim; };
    if (bound != product && std::count_if(rests_.begin(), rests_.end(), same_dim) > 1) {
      rest.node->fail(
          fmt::format("factors: {}=0, the rest, is given at two levels", problem_.dims[rest.dim]));
    }
    auto& level = mapping_.levels[rest.level];
    level.factors(rest.kind)[rest.dim] = static_cast<std::int32_t>(bound / product);
    level.residuals(rest.kind)[rest.dim] = static_cast<std::int32_t>(bound / product);
  }

  void check_bounds(const Node& node) const {
    // Checked here first because the products could leave 64 bits.
    constexpr double kMost = 9e18;
    for (int d = 0; d < problem_.num_dims(); ++d) {
      double product = 1;
      for (int s = 0; s < arch_.num_levels(); ++s) {
        for (const auto& factors : mapping_.levels[s].factor) product *= factors[d];
      }
      if (product > kMost) fail_product(node, d, fmt::format("{:.3g}", product));
    }
    const auto reached = reached_bounds(mapping_);
    for (int d = 0; d < problem_.num_dims(); ++d) {
      if (reached[d] != problem_.bounds[d]) fail_product(node, d, fmt::format("{}", reached[d]));
    }
  }

  [[noreturn]] void fail_product(const Node& node, int dim, const std::string& product) const {
    throw MappingMisfit(
        node.mark(), fmt::format("the factors of dimension {} multiply to {}, but its bound is {}",
                                 problem_.dims[dim], product, problem_.bounds[dim]));
  }

  const Architecture& arch_;
  const Problem& problem_;
  std::vector<Warning>* warnings_;
  Mapping mapping_;
  std::map<std::pair<int, int>, const Node*> seen_;
  std::vector<Rest> rests_;
};

}  // namespace

bool has_nodes(const SpecSet& specs) { return specs.source != nullptr && specs.source->has_nodes; }

Mapping read_mapping(const SpecSet& specs, const Problem& problem, std::vector<Warning>* warnings) {
  if (has_nodes(specs) && (specs.source->maps_in_part || specs.source->mapping == nullptr)) {
    const Node& node = specs.source->mapping != nullptr ? *specs.source->mapping
                                                        : *specs.source->constraints.front();
    const Constraints constraints = read_constraints(specs, problem, warnings);
    try {
      return MappingReader(*specs.architecture, problem, warnings).from(constraints, node);
    } catch (const MappingMisfit& misfit) {
      if (specs.source->mapping != nullptr) throw;
      throw MappingMisfit(misfit.mark(),
                          "no 'mapping' is given, and the constraints, which are one in version "
                          "0.4, do not say all of it (to search for one: tilewright map): " +
                              misfit.message());
    }
  }
  if (specs.source == nullptr || specs.source->mapping == nullptr) {
    throw SpecError({}, "none of the specs has a 'mapping'");
  }
  if (!specs.architecture) {
    specs.source->mapping->fail("a mapping needs an architecture; none of the specs has one");
  }
  return MappingReader(*specs.architecture, problem, warnings).read(*specs.source->mapping);
}

Mapping read_mapping_text(const SpecText& text, const Architecture& arch, const Problem& problem) {
  std::vector<Warning> warnings;
  const auto document = spec::parse_document(text.name, text.text, warnings);
  if (!warnings.empty()) throw SpecError(warnings.front().mark, warnings.front().message);
  Fields fields(*document->root, "a mapping");
  const Node* mapping = fields.take("mapping");
  fields.expect_no_more("a text that holds a mapping only");
  if (mapping == nullptr) document->root->fail("expected 'mapping: ...'");
  Mapping read = MappingReader(arch, problem, &warnings).read(*mapping);
  if (!warnings.empty()) throw SpecError(warnings.front().mark, warnings.front().message);
  return read;
}

}  // namespace tilewright
