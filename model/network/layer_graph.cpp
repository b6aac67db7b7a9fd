#include "model/network/layer_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/graph/depth_first_search.hpp>
#include <boost/graph/graphviz.hpp>
#include <functional>
#include <map>
#include <queue>
#include <sstream>
#include <stdexcept>

#include "model/printable.hpp"

namespace tilewright {
namespace {

using Graph = LayerGraph::Graph;
using Descriptor = boost::graph_traits<Graph>::vertex_descriptor;

// Notes the way to each vertex, and the first edge that leads back on it.
class CycleFinder : public boost::default_dfs_visitor {
 public:
  CycleFinder(std::vector<Descriptor>& parents, std::vector<std::size_t>& cycle)
      : parents_(&parents), cycle_(&cycle) {}

  template <class Edge>
  void tree_edge(Edge edge, const Graph& graph) const {
    (*parents_)[target(edge, graph)] = source(edge, graph);
  }

  template <class Edge>
  void back_edge(Edge edge, const Graph& graph) const {
    if (!cycle_->empty()) return;
    const Descriptor first = target(edge, graph);
    for (Descriptor v = source(edge, graph); v != first; v = (*parents_)[v]) cycle_->push_back(v);
    cycle_->push_back(first);
    std::reverse(cycle_->begin(), cycle_->end());
  }

 private:
  std::vector<Descriptor>* parents_;
  std::vector<std::size_t>* cycle_;
};

LayerGraph::Vertex vertex_of(const Layer& layer, std::size_t index) {
  return {layer.name, {index}, layer.repeats, layer.problem.operations()};
}

std::string label_of(const LayerGraph::Vertex& vertex) {
  std::string label = vertex.name;
  if (vertex.layers.size() > 1) label += fmt::format(" and {} more", vertex.layers.size() - 1);
  label += fmt::format("\n{} MACs", fmt::group_digits(vertex.operations));
  if (vertex.repeats > 1) label += fmt::format(" x {}", vertex.repeats);
  return label;
}

}  // namespace

std::vector<std::size_t> first_of_equal_work(const std::vector<Layer>& layers) {
  std::vector<std::size_t> first(layers.size());
  std::map<std::vector<std::int64_t>, std::vector<std::size_t>> by_bounds;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    std::vector<std::size_t>& known = by_bounds[layers[i].problem.bounds];
    const auto equal = std::find_if(known.begin(), known.end(), [&](std::size_t j) {
      return layers[j].problem.same_work(layers[i].problem);
    });
    first[i] = equal != known.end() ? *equal : i;
    if (first[i] == i) known.push_back(i);
  }
  return first;
}

LayerGraph::LayerGraph(const std::vector<Layer>& layers) {
  for (std::size_t i = 0; i < layers.size(); ++i) add_vertex(vertex_of(layers[i], i), graph_);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    for (const std::size_t input : layers[i].inputs) add_edge(input, i, graph_);
  }
}

LayerGraph LayerGraph::merged(const std::vector<Layer>& layers) {
  LayerGraph result;
  Graph& graph = result.graph_;
  const std::vector<std::size_t> first = first_of_equal_work(layers);
  std::vector<Descriptor> vertex_of_layer(layers.size());
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (first[i] == i) {
      vertex_of_layer[i] = add_vertex(vertex_of(layers[i], i), graph);
      continue;
    }
    vertex_of_layer[i] = vertex_of_layer[first[i]];
    graph[vertex_of_layer[i]].layers.push_back(i);
    graph[vertex_of_layer[i]].repeats += layers[i].repeats;
  }
  for (std::size_t i = 0; i < layers.size(); ++i) {
    for (const std::size_t input : layers[i].inputs) {
      const auto [known, exists] = edge(vertex_of_layer[input], vertex_of_layer[i], graph);
      if (exists) {
        ++graph[known].count;
      } else {
        add_edge(vertex_of_layer[input], vertex_of_layer[i], graph);
      }
    }
  }
  return result;
}

std::vector<std::size_t> LayerGraph::order() const {
  std::vector<std::size_t> waiting_for(num_vertices(graph_));
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
  for (std::size_t v = 0; v < waiting_for.size(); ++v) {
    waiting_for[v] = in_degree(v, graph_);
    if (waiting_for[v] == 0) ready.push(v);
  }
  std::vector<std::size_t> order;
  while (!ready.empty()) {
    const std::size_t v = ready.top();
    ready.pop();
    order.push_back(v);
    for (auto [it, end] = out_edges(v, graph_); it != end; ++it) {
      const std::size_t reader = target(*it, graph_);
      if (--waiting_for[reader] == 0) ready.push(reader);
    }
  }
  if (order.size() != waiting_for.size()) throw std::invalid_argument("the graph has a cycle");
  return order;
}

std::vector<std::size_t> LayerGraph::find_cycle() const {
  std::vector<Descriptor> parents(num_vertices(graph_));
  std::vector<std::size_t> cycle;
  std::vector<boost::default_color_type> colors(num_vertices(graph_));
  depth_first_search(
      graph_, CycleFinder(parents, cycle),
      boost::make_iterator_property_map(colors.begin(), get(boost::vertex_index, graph_)));
  return cycle;
}

std::string LayerGraph::dot(const std::string& name) const {
  std::ostringstream out;
  const auto write_vertex = [&](std::ostream& to, Descriptor v) {
    to << "[label=" << double_quoted(label_of(graph_[v])) << ", shape=box]";
  };
  const auto write_edge = [&](std::ostream& to, const auto& e) {
    if (graph_[e].count > 1) to << "[label=\"" << graph_[e].count << "\"]";
  };
  const auto write_graph = [&](std::ostream& to) {
    to << "label=" << double_quoted(name) << ";\n";
  };
  write_graphviz(out, graph_, write_vertex, write_edge, write_graph);
  return out.str();
}

}  // namespace tilewright
