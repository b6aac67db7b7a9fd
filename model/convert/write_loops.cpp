#include <algorithm>
#include <ranges>

#include "model/convert/write_levels.hpp"

namespace tilewright::convert {
namespace {

using spec::NamedFactor;
using spec::Node;
using spec::Relation;
using Entries = YamlMaker::Entries;

const Node* value_of(const NamedFactor& factor, const YamlMaker& make) {
  if (factor.relation == Relation::equal && factor.value == 0) return make.plain("rest");
  if (factor.residual == 0 || factor.residual == factor.value) return make.number(factor.value);
  return make.list({make.number(factor.value), make.number(factor.residual)});
}

Entries factors_of(const LoopStatement& loops, Relation relation, const YamlMaker& make) {
  Entries entries;
  for (const NamedFactor& factor : loops.factors) {
    if (factor.relation == relation) entries.push_back({factor.dim, 0, 0, value_of(factor, make)});
  }
  return entries;
}

// From the outside in. In a mapping all are named but those that come first anyway.
const Node* order_of(const LoopStatement& loops, const YamlMaker& make) {
  std::vector<const Node*> dims;
  const auto add_reversed = [&](const std::vector<std::string>& names) {
    for (const std::string& name : std::views::reverse(names)) dims.push_back(make.text(name));
  };
  add_reversed(loops.outer);
  if (!loops.outer.empty()) dims.push_back(make.plain("..."));
  add_reversed(loops.inner);
  return make.list(std::move(dims));
}

void add_names(Entries& entries, const char* key, const std::vector<std::string>& names,
               const YamlMaker& make) {
  if (!names.empty()) add(entries, key, make.texts(names));
}

Entries loops_of(const LoopStatement& loops, const YamlMaker& make) {
  Entries entries;
  add_unless_empty(entries, "factors", factors_of(loops, Relation::equal, make), make);
  add_unless_empty(entries, "at-most", factors_of(loops, Relation::at_most, make), make);
  add_unless_empty(entries, "at-least", factors_of(loops, Relation::at_least, make), make);
  const auto add_count = [&](const char* key, const std::optional<std::uint64_t>& count) {
    if (count) add(entries, key, make.number(static_cast<double>(*count)));
  };
  add_count("others-at-most", loops.others_at_most);
  add_count("others-at-least", loops.others_at_least);
  if (!loops.inner.empty() || !loops.outer.empty()) add(entries, "order", order_of(loops, make));
  add_count("split", loops.split);
  add_names(entries, "no-multicast", loops.no_multicast, make);
  add_names(entries, "no-link-transfer", loops.no_link_transfer, make);
  add_names(entries, "no-reuse", loops.no_reuse, make);
  return entries;
}

}  // namespace

void add_statement(const LevelStatement& statement, const YamlMaker& make, Entries& entries) {
  add_names(entries, "keep", statement.keep, make);
  add_names(entries, "bypass", statement.bypass, make);
  add_unless_empty(entries, "temporal", loops_of(statement.temporal, make), make);
  add_unless_empty(entries, "spatial", loops_of(statement.spatial, make), make);
  add_unless_empty(entries, "spatial-x", loops_of(statement.spatial_x, make), make);
  add_unless_empty(entries, "spatial-y", loops_of(statement.spatial_y, make), make);
  if (statement.min_parallelism) {
    add(entries, "min-parallelism", make.number(*statement.min_parallelism));
  }
}

}  // namespace tilewright::convert
