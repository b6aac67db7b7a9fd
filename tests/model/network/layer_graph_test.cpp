#include "model/network/layer_graph.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace tilewright {
namespace {

Layer layer(const std::string& name, std::int64_t size, std::vector<std::size_t> inputs = {}) {
  Layer result;
  result.name = name;
  result.problem = make_problem(*find_builtin_shape("gemm"), name, {size, 2, 2}, {});
  result.inputs = std::move(inputs);
  return result;
}

// A block with a shortcut: a, then b and c, and d reads c and a; d and b are equal work.
std::vector<Layer> block() {
  std::vector<Layer> layers{layer("d", 3, {3, 1}), layer("a", 5), layer("b", 3, {1}),
                            layer("c", 7, {2})};
  layers[2].repeats = 4;
  return layers;
}

TEST(LayerGraph, OrderPutsALayerAfterThoseItReads) {
  EXPECT_EQ(LayerGraph(block()).order(), (std::vector<std::size_t>{1, 2, 3, 0}));
}

TEST(LayerGraph, OrderIsThatOfTheLayersWhereItIsFree) {
  const std::vector<Layer> layers{layer("a", 2), layer("b", 3), layer("c", 4)};
  EXPECT_EQ(LayerGraph(layers).order(), (std::vector<std::size_t>{0, 1, 2}));
}

TEST(LayerGraph, CycleIsFoundInTheDirectionOfTheData) {
  std::vector<Layer> layers = block();
  EXPECT_TRUE(LayerGraph(layers).find_cycle().empty());
  layers[2].inputs.push_back(0);  // b reads d as well: b -> c -> d -> b
  const std::vector<std::size_t> cycle = LayerGraph(layers).find_cycle();
  ASSERT_EQ(cycle.size(), 3);
  for (std::size_t i = 0; i < cycle.size(); ++i) {
    const auto& inputs = layers[cycle[(i + 1) % cycle.size()]].inputs;
    EXPECT_NE(std::find(inputs.begin(), inputs.end(), cycle[i]), inputs.end());
  }
  EXPECT_THROW(LayerGraph(layers).order(), std::invalid_argument);
}

TEST(LayerGraph, LayersOfEqualWorkBecomeOneVertex) {
  EXPECT_EQ(first_of_equal_work(block()), (std::vector<std::size_t>{0, 1, 0, 3}));
  const LayerGraph merged = LayerGraph::merged(block());
  const LayerGraph::Graph& graph = merged.graph();
  ASSERT_EQ(num_vertices(graph), 3);
  EXPECT_EQ(graph[0].name, "d");
  EXPECT_EQ(graph[0].layers, (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(graph[0].repeats, 1 + 4);
  EXPECT_EQ(graph[0].operations, 3 * 2 * 2);
  // a is read by d and by b, which are one now; c is read by d and reads b.
  const auto [from_a, exists] = edge(1, 0, graph);
  ASSERT_TRUE(exists);
  EXPECT_EQ(graph[from_a].count, 2);
  EXPECT_TRUE(edge(0, 2, graph).second);
  EXPECT_TRUE(edge(2, 0, graph).second);
  EXPECT_EQ(num_edges(graph), 3);
}

TEST(LayerGraph, NamesArePartOfTheWork) {
  // Constraints speak of dimensions by name.
  std::vector<Layer> layers{layer("a", 2), layer("b", 2)};
  layers[1].problem.dims[0] = "X";
  EXPECT_EQ(first_of_equal_work(layers), (std::vector<std::size_t>{0, 1}));
}

TEST(LayerGraph, DotNamesLayersAndDrawsEdges) {
  std::vector<Layer> layers{layer("say \"hi\"", 500), layer("b", 3, {0})};
  layers[1].repeats = 2;
  const std::string dot = LayerGraph(layers).dot("two");
  EXPECT_EQ(dot.rfind("digraph G {", 0), 0) << dot;
  EXPECT_NE(dot.find("label=\"two\""), std::string::npos) << dot;
  EXPECT_NE(dot.find("label=\"say \\\"hi\\\"\\n2,000 MACs\""), std::string::npos) << dot;
  EXPECT_NE(dot.find("label=\"b\\n12 MACs x 2\""), std::string::npos) << dot;
  EXPECT_NE(dot.find("0->1"), std::string::npos) << dot;
}

}  // namespace
}  // namespace tilewright
