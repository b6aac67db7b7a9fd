// What layers of a network say about each other.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <limits>
#include <map>
#include <set>
#include <string_view>

#include "model/names.hpp"
#include "model/network/layer_graph.hpp"
#include "model/spec/readers.hpp"

namespace tilewright::spec {
namespace {

constexpr std::uint64_t kMostEach = std::numeric_limits<std::int32_t>::max();
constexpr std::array<std::string_view, 3> kUses{"own", "shared", "none"};  // as in WeightUse

// The entry of `node` that names the layer `input`.
const Node& entry_of(const Node& node, const std::string& input) {
  for (const Node* name : node.texts("inputs")) {
    if (name->text("inputs") == input) return *name;
  }
  return node;
}

void check_cycles(const std::vector<const Node*>& nodes, const std::vector<Layer>& layers,
                  std::size_t first) {
  const std::vector<std::size_t> cycle = LayerGraph(layers).find_cycle();
  if (cycle.empty()) return;
  constexpr std::size_t kMostNames = 20;
  std::vector<std::string_view> names;
  for (const std::size_t layer : cycle) {
    if (names.size() == kMostNames) break;
    names.emplace_back(layers[layer].name);
  }
  names.emplace_back(cycle.size() > kMostNames ? "..." : names.front());
  entry_of(*nodes[cycle.front() - first], layers[cycle.back()].name)
      .fail(fmt::format("the layers wait for each other: {}", fmt::join(names, " -> ")));
}

}  // namespace

WeightUse read_weight_use(const Node& node) {
  const std::string& text = node.text("weights");
  for (std::size_t i = 0; i < kUses.size(); ++i) {
    if (text == kUses[i]) return static_cast<WeightUse>(i);
  }
  node.fail(unknown_name_message("use of weights", text, kUses));
}

BatchUse read_batch_use(const Node& node, const Problem& problem) {
  BatchUse use{.growth = BatchUse::Growth::dimension};
  const Node* name = &node;
  std::string dim;
  if (node.is_map()) {
    const auto& entries = node.map("batch");
    if (entries.size() != 1) node.fail("batch: expected one dimension, as in {N: 35}");
    dim = entries.front().key;
    name = entries.front().value;
    use.each = static_cast<std::int64_t>(name->count("batch", 1, kMostEach));
  } else {
    dim = node.text("batch");
    if (dim == "none") return {.growth = BatchUse::Growth::none};
    if (dim == "unknown") return {.growth = BatchUse::Growth::unknown};
  }
  use.dim = problem.find_dim(dim);
  if (use.dim < 0) node.fail(fmt::format("unknown dimension '{}'{}", dim, hint(dim, problem.dims)));
  const std::int64_t bound = problem.bounds[use.dim];
  if (bound % use.each != 0) {
    name->fail(fmt::format("batch: {} is {}, no multiple of {}", dim, bound, use.each));
  }
  return use;
}

void check_defaults(const Node& defaults) {
  constexpr std::size_t kMost = 256;
  const std::size_t count = defaults.map("defaults").size();
  if (count > kMost) {
    defaults.fail(fmt::format("{} defaults; at most {} are supported", count, kMost));
  }
}

void warn_of_unused_defaults(const Node& defaults, const std::set<std::string>& sizes,
                             const Findings& findings) {
  const std::vector<std::string> known(sizes.begin(), sizes.end());
  for (const auto& entry : defaults.map("defaults")) {
    if (sizes.contains(entry.key)) continue;
    const auto close = nearest(entry.key, known);
    findings.warn(defaults.mark(entry),
                  fmt::format("defaults: no layer has a dimension or coefficient '{}'{}", entry.key,
                              close.empty() ? "" : fmt::format("; did you mean '{}'?", close)),
                  odd::kUnreadKey);
  }
}

void read_inputs(const std::vector<const Node*>& nodes, std::vector<Layer>& layers) {
  const std::size_t first = layers.size() - nodes.size();
  std::map<std::string, std::size_t> known;
  std::vector<std::string> names;
  for (std::size_t i = first; i < layers.size(); ++i) {
    known.emplace(layers[i].name, i);
    names.push_back(layers[i].name);
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i] == nullptr) continue;
    std::vector<std::size_t>& inputs = layers[first + i].inputs;
    std::set<std::size_t> seen;
    for (const Node* name : nodes[i]->texts("inputs")) {
      const std::string& text = name->text("inputs");
      const auto it = known.find(text);
      if (it == known.end()) {
        name->fail(fmt::format("unknown layer '{}'{}", text, hint(text, names)));
      }
      if (!seen.insert(it->second).second) {
        name->fail(fmt::format("the layer '{}' occurs twice", text));
      }
      inputs.push_back(it->second);
    }
  }
  check_cycles(nodes, layers, first);
}

}  // namespace tilewright::spec
