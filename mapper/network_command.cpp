// tilewright network FILES...: shows the layers of a network and how they depend on each other.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapper/commands.hpp"
#include "mapper/console.hpp"
#include "mapper/exit_code.hpp"
#include "mapper/files.hpp"
#include "mapper/spec_options.hpp"
#include "model/error.hpp"
#include "model/network/batch.hpp"
#include "model/network/layer_graph.hpp"
#include "model/printable.hpp"
#include "model/spec/spec.hpp"
#include "search/network/numbers.hpp"

namespace tilewright {
namespace {

struct NetworkOptions {
  std::vector<std::string> files;
  ReadOptions reading;
  std::string dot;  // empty = a table
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
  std::size_t width = 5;
  BigInt total = 0;
  for (std::size_t v = 0; v < num_vertices(graph); ++v) {
    width = std::max(width, printable(graph[v].name).size());
    total += BigInt(graph[v].operations) * graph[v].repeats;
  }
  std::string text = fmt::format("{:<{}}  {:>7}  {:>18}  {:<44}  reads\n", "layer", width,
                                 "repeats", "MACs of each", "sizes");
  for (const std::size_t v : rows_of(layers, merged)) {
    const LayerGraph::Vertex& vertex = graph[v];
    const Problem& problem = specs.layers[vertex.layers.front()].problem;
    text += fmt::format("{:<{}}  {:>7}  {:>18}  {:<44}  {}\n", printable(vertex.name), width,
                        vertex.repeats, with_commas(vertex.operations),
                        problem.shape_name + sizes_of(problem), inputs_of(graph, v));
  }
  return text + fmt::format("{:<{}}  {:>7}  {:>18}\n", "total", width, "", with_commas(total));
}

int run_network(const NetworkOptions& options) {
  SpecSet specs = read_specs(options.files, options.reading);
  print_warnings(specs);
  if (specs.layers.empty()) {
    throw UsageError("no problem: none of the files has a key 'problem' or is a network");
  }
  if (options.batch) set_batch(specs.layers, *options.batch);
  const LayerGraph graph =
      options.merge ? LayerGraph::merged(specs.layers) : LayerGraph(specs.layers);
  if (options.dot.empty()) {
    print(table_of(graph, specs, options.merge));
  } else if (options.dot == "-") {
    print(graph.dot(specs.network_name));
  } else {
    write_atomically(options.dot, graph.dot(specs.network_name));
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
  command
      ->add_option("--dot", options->dot,
                   "write the graph in Graphviz's language instead; - is standard output")
      ->type_name("FILE");
  command->add_flag("--merge", options->merge, "take layers of equal work as one");
  add_batch_option(*command, options->batch);
  add_spec_options(*command, options->reading);
  command->callback([options, &exit_code] { exit_code = run_network(*options); });
}

}  // namespace tilewright
