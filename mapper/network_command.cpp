// tilewright network FILES...: shows the layers of a network and how they depend on each other.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapper/commands.hpp"
#include "mapper/console.hpp"
#include "mapper/exit_code.hpp"
#include "mapper/output_options.hpp"
#include "mapper/spec_options.hpp"
#include "model/error.hpp"
#include "model/network/batch.hpp"
#include "model/network/layer_graph.hpp"
#include "model/printable.hpp"
#include "model/report/numbers.hpp"
#include "model/report/text_table.hpp"
#include "model/spec/spec.hpp"

namespace tilewright {
namespace {

using Json = nlohmann::ordered_json;

struct NetworkOptions {
  std::vector<std::string> files;
  ReadOptions reading;
  std::string dot;  // empty = a table
  OutputOptions output;
  bool merge = false;
  std::optional<std::int64_t> batch;
};

std::string sizes_of(const Problem& problem) {
  std::string text;
  for (int d = 0; d < problem.num_dims(); ++d) {
    if (problem.bounds[d] > 1) text += fmt::format(" {}={}", problem.dims[d], problem.bounds[d]);
  }
  return text;
}

std::string inputs_of(const LayerGraph::Graph& graph, std::size_t vertex) {
  std::vector<std::string> names;
  for (auto [it, end] = in_edges(vertex, graph); it != end; ++it) {
    names.push_back(printable(graph[source(*it, graph)].name));
  }
  return names.empty() ? "-" : fmt::format("{}", fmt::join(names, ", "));
}

// Layers of equal work may wait for each other: then no order is right.
std::vector<std::size_t> rows_of(const LayerGraph& graph, bool merged) {
  if (!merged) return graph.order();
  std::vector<std::size_t> rows(num_vertices(graph.graph()));
  for (std::size_t v = 0; v < rows.size(); ++v) rows[v] = v;
  return rows;
}

std::string table_of(const LayerGraph& layers, const SpecSet& specs, bool merged) {
  const LayerGraph::Graph& graph = layers.graph();
  using Kind = TextTable::Kind;
  TextTable table({{"layer", Kind::text},
                   {"repeats"},
                   {"MACs of each"},
                   {"sizes", Kind::wrapped},
                   {"reads", Kind::wrapped}});
  BigInt total = 0;
  for (const std::size_t v : rows_of(layers, merged)) {
    const LayerGraph::Vertex& vertex = graph[v];
    const Problem& problem = specs.layers[vertex.layers.front()].problem;
    table.add({printable(vertex.name), fmt::format("{}", vertex.repeats),
               count_cell_with_commas(static_cast<double>(vertex.operations)),
               printable(problem.shape_name + sizes_of(problem)), inputs_of(graph, v)});
    total += BigInt(vertex.operations) * vertex.repeats;
  }
  // Exact, even where that is wider than its column.
  const std::string sum = with_commas(total);
  const bool fits = sum == count_cell_with_commas(total.convert_to<double>());
  if (fits) table.add({{"total"}, {}, sum});
  if (!fits) table.add({{"total"}}, sum);
  return table.str();
}

Json layer_json(const LayerGraph::Graph& graph, std::size_t vertex, const SpecSet& specs) {
  const LayerGraph::Vertex& layer = graph[vertex];
  const Problem& problem = specs.layers[layer.layers.front()].problem;
  Json json{
      {"name", layer.name},          {"repeats", layer.repeats}, {"operations", layer.operations},
      {"shape", problem.shape_name}, {"sizes", Json::object()},  {"reads", Json::array()},
      {"layers", Json::array()}};
  for (int d = 0; d < problem.num_dims(); ++d) json["sizes"][problem.dims[d]] = problem.bounds[d];
  for (auto [it, end] = in_edges(vertex, graph); it != end; ++it) {
    json["reads"].push_back(graph[source(*it, graph)].name);
  }
  for (const std::size_t index : layer.layers) json["layers"].push_back(specs.layers[index].name);
  return json;
}

std::string json_of(const LayerGraph& layers, const SpecSet& specs, bool merged) {
  const LayerGraph::Graph& graph = layers.graph();
  Json list = Json::array();
  BigInt total = 0;
  for (const std::size_t v : rows_of(layers, merged)) {
    list.push_back(layer_json(graph, v, specs));
    total += BigInt(graph[v].operations) * graph[v].repeats;
  }
  const Json json{{"format", "tilewright network 1"},
                  {"network", specs.network_name},
                  {"layers", std::move(list)},
                  {"total", {{"operations", count_json(total)}}}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

int run_network(const NetworkOptions& options) {
  SpecSet specs = read_specs(options.files, options.reading);
  print_warnings(specs.warnings);
  if (specs.layers.empty()) {
    throw UsageError("no problem: none of the files has a key 'problem' or is a network");
  }
  if (options.batch) set_batch(specs.layers, *options.batch);
  const LayerGraph graph =
      options.merge ? LayerGraph::merged(specs.layers) : LayerGraph(specs.layers);
  if (!options.dot.empty()) deliver(options.dot, graph.dot(specs.network_name));
  if (options.output.wants_json()) {
    deliver(options.output.json, json_of(graph, specs, options.merge));
  }
  if (options.dot.empty() && options.output.wants_tables()) {
    print(table_of(graph, specs, options.merge));
  }
  return kDone;
}

}  // namespace

void add_network_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<NetworkOptions>();
  CLI::App* command =
      app.add_subcommand("network", "show layers and how they depend on each other");
  command->add_option("files", options->files, "a network, or problems")
      ->required()
      ->type_name("FILES");
  CLI::Option* dot =
      command
          ->add_option("--dot", options->dot,
                       "write the graph in Graphviz's language instead; - is standard output")
          ->type_name("FILE");
  add_json_option(*command, options->output, "the layers and what they read")->excludes(dot);
  add_quiet_option(*command, options->output, "print no table");
  command->add_flag("--merge", options->merge, "take layers of equal work as one");
  add_batch_option(*command, options->batch);
  add_spec_options(*command, options->reading);
  command->callback([options, &exit_code] { exit_code = run_network(*options); });
}

}  // namespace tilewright
