#pragma once

#include <boost/graph/adjacency_list.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/network/layer.hpp"

namespace tilewright {

/// For each layer the first one of equal work: its own index when none before is.
std::vector<std::size_t> first_of_equal_work(const std::vector<Layer>& layers);

/// A network as a directed graph: an edge leads from a layer to one that reads its result.
/// Plain data after construction; const use is thread-safe.
class LayerGraph {
 public:
  struct Vertex {
    std::string name;
    std::vector<std::size_t> layers;  // indices of the layers that it stands for, rising
    std::uint64_t repeats = 0;        // of all of them
    std::uint64_t operations = 0;     // of one occurrence
  };
  struct Edge {
    std::uint64_t count = 1;  // dependencies that it stands for
  };
  using Graph =
      boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS, Vertex, Edge>;

  /// One vertex per layer, in their order.
  explicit LayerGraph(const std::vector<Layer>& layers);

  /// One vertex per distinct work. Layers of equal work may wait for each other, so that there can
  /// be cycles.
  static LayerGraph merged(const std::vector<Layer>& layers);

  const Graph& graph() const { return graph_; }

  /// The vertices such that each comes after those that it reads; where that leaves a choice, the
  /// order of the layers counts. \throws std::invalid_argument if there is a cycle.
  std::vector<std::size_t> order() const;

  /// The vertices of a cycle, each read by the next and the last by the first; empty if there is
  /// none.
  std::vector<std::size_t> find_cycle() const;

  /// The graph in the language of Graphviz.
  std::string dot(const std::string& name) const;

 private:
  LayerGraph() = default;

  Graph graph_;
};

}  // namespace tilewright
