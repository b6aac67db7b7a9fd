#include <gtest/gtest.h>

#include "spec_text.hpp"

namespace tilewright {
namespace {

std::vector<std::string> layer_names(const SpecSet& specs) {
  std::vector<std::string> names;
  for (const auto& layer : specs.layers) names.push_back(layer.name);
  return names;
}

TEST(Problem, AnInlineShapeIsRead) {
  const auto specs = read_texts({kSmallProblem});
  ASSERT_EQ(specs.layers.size(), 1U);
  const Problem& problem = specs.layers[0].problem;
  EXPECT_EQ(problem.name, "spec0");
  EXPECT_EQ(specs.network_name, "spec0");
  EXPECT_EQ(problem.dims, (std::vector<std::string>{"R", "P", "C"}));
  EXPECT_EQ(problem.bounds, (std::vector<std::int64_t>{3, 16, 8}));
  ASSERT_EQ(problem.num_spaces(), 3);
  EXPECT_EQ(problem.spaces[1].projection[0], (Coordinate{{0, 1}, {1, 1}}));
  EXPECT_TRUE(problem.spaces[2].read_write);
  EXPECT_TRUE(specs.warnings.empty());
}

TEST(Problem, SpellingsOfAShape) {
  const auto specs = read_texts({R"(
problem:
  shape:
    dimensions: [M, K]
    data_spaces:
    - name: A
      projection: [M, K]
    - name: Z
      projection:
      - - - M
      read_write: yes
  instance: {M: 2, K: 3}
)"});
  const Problem& problem = specs.layers[0].problem;
  EXPECT_EQ(problem.spaces[0].projection, (std::vector<Coordinate>{{{0, 1}}, {{1, 1}}}));
  EXPECT_EQ(problem.spaces[1].projection, (std::vector<Coordinate>{{{0, 1}}}));
  EXPECT_TRUE(problem.spaces[1].read_write);
}

TEST(Problem, ABuiltInShapeGoesByItsName) {
  const auto specs =
      read_texts({"problem: {shape: gemm-ABZ.yaml, instance: {M: 2, N: 3, K: 4}}\n"});
  EXPECT_EQ(specs.layers[0].problem.operations(), 24U);
}

TEST(Problem, WithoutShapeOrInstanceItIsAConvolution) {
  const auto specs =
      read_texts({"problem: {R: 3, S: 3, P: 4, Q: 4, C: 2, K: 2, N: 1, Wstride: 2}\n"});
  const Problem& problem = specs.layers[0].problem;
  EXPECT_EQ(problem.shape_name, "cnn-layer");
  // Input columns: (3 - 1) + (4 - 1) * 2 + 1 = 9, rows: 2 + 3 + 1 = 6, channels: 2.
  EXPECT_EQ(problem.tensor_words(problem.find_space("Inputs")), 9U * 6U * 2U);
  ASSERT_EQ(specs.warnings.size(), 1U);
  EXPECT_NE(specs.warnings[0].message.find("cnn-layer is assumed"), std::string::npos);
}

TEST(Problem, AShapeOfAnotherFileIsFound) {
  const SpecFolder folder;
  const auto shape = folder.add("vector.yaml", R"(
shape:
  name: dot
  dimensions: [K]
  data-spaces:
  - {name: A, projection: [[[K]]]}
  - {name: Z, projection: [[[K]]], read-write: True}
)");
  for (const char* name : {"vector", "dot"}) {
    const auto problem =
        folder.add("p.yaml", std::string("problem: {shape: ") + name + ", instance: {K: 5}}\n");
    EXPECT_EQ(read_specs({problem, shape}).layers[0].problem.operations(), 5U);
  }
}

TEST(Problem, AMisspelledCoefficientIsReportedAndHasNoEffect) {
  const auto specs = read_texts(
      {"problem:\n  shape: cnn-layer\n  instance: {R: 1, S: 1, P: 4, Q: 4, C: 1, K: 1, N: 1, "
       "HStride: 2, Hpad: 1}\n"});
  EXPECT_EQ(specs.layers[0].problem.tensor_words(1), 16U);
  ASSERT_EQ(specs.warnings.size(), 2U);
  EXPECT_EQ(without_folder(SpecError::locate(specs.warnings[0].mark) + specs.warnings[0].message),
            "spec0.yaml:3:56: 'HStride' is neither a dimension nor a coefficient of the shape "
            "cnn-layer and has no effect; did you mean 'Hstride'?");
  EXPECT_NE(specs.warnings[1].message.find("'Hpad'"), std::string::npos);
}

TEST(Problem, DensitiesAreListedAsIgnored) {
  const auto specs =
      read_texts({"problem: {shape: gemm, instance: {M: 1, N: 1, K: 1, densities: {A: 0.5}}}\n"});
  EXPECT_EQ(warnings_of(specs),
            std::vector<std::string>{
                "spec0.yaml:1:53: ignored: problem spec0: densities (tensors are dense)"});
}

TEST(Network, LayersShareShapeAndDefaults) {
  const auto specs = read_texts({R"(
network:
  name: alexnet
  shape: cnn-layer
  defaults: {N: 1, S: 1, Q: 1}
  layers:
  - {name: conv1, instance: {C: 3, K: 96, P: 55, R: 11, Wstride: 4}}
  - {name: conv2, repeats: 2, instance: {C: 48, K: 256, P: 27, R: 5, N: 4}}
  - {name: fc, shape: gemm, instance: {M: 2, N: 3, K: 4}}
  - name: own
    problem: {shape: gemm, instance: {M: 1, N: 1, K: 7}}
)"});
  EXPECT_EQ(specs.network_name, "alexnet");
  EXPECT_EQ(layer_names(specs), (std::vector<std::string>{"conv1", "conv2", "fc", "own"}));
  EXPECT_EQ(specs.layers[0].problem.operations(), 3U * 96 * 55 * 11);
  EXPECT_EQ(specs.layers[1].problem.operations(), 48U * 256 * 27 * 5 * 4);
  EXPECT_EQ(specs.layers[1].repeats, 2U);
  EXPECT_EQ(specs.layers[2].problem.operations(), 24U);
  EXPECT_EQ(specs.layers[3].problem.operations(), 7U);
  EXPECT_EQ(specs.layers[3].problem.name, "own");
}

TEST(Network, LayersMayStandInFilesOfTheirOwn) {
  const SpecFolder folder;
  folder.add("layers/conv4.yaml", kSmallProblem);
  const auto network =
      folder.add("net.yaml", "network:\n  layers:\n  - {file: layers/conv4.yaml, repeats: 3}\n");
  const auto specs = read_specs({network});
  EXPECT_EQ(specs.network_name, "net");
  EXPECT_EQ(layer_names(specs), std::vector<std::string>{"conv4"});
  EXPECT_EQ(specs.layers[0].repeats, 3U);
  EXPECT_EQ(specs.files.size(), 2U);
}

TEST(Network, AFolderIsANetworkSortedByName) {
  const SpecFolder folder;
  folder.add("toy/b.yaml", kSmallProblem);
  folder.add("toy/a.yml", kSmallProblem);
  folder.add("toy/notes.txt", "not a spec");
  const auto specs = read_specs({folder.path() + "/toy/"});
  EXPECT_EQ(specs.network_name, "toy");
  EXPECT_EQ(layer_names(specs), (std::vector<std::string>{"a", "b"}));
}

TEST(Network, ManyEqualNamesAreToldApartInNoTime) {
  std::string text =
      "network:\n  shape: gemm\n  layers:\n  - &l {name: l, instance: {M: 1, N: 1, K: 1}}\n";
  for (int i = 1; i < 20000; ++i) text += "  - *l\n";
  EXPECT_EQ(read_texts({text}).layers.back().name, "l_20000");
}

TEST(Network, EqualNamesAreToldApart) {
  const SpecFolder folder;
  const auto specs =
      read_specs({folder.add("x/l.yaml", kSmallProblem), folder.add("y/l.yaml", kSmallProblem)});
  EXPECT_EQ(layer_names(specs), (std::vector<std::string>{"l", "l_2"}));
}

TEST(Problem, CoordinatesWithoutTermsMakeAScalar) {
  const auto problem = [](const std::string& projection) {
    return read_texts({"problem:\n  shape:\n    name: dot\n    dimensions: [K]\n    data-spaces:\n"
                       "    - {name: A, projection: [[[K]]]}\n    - {name: Z, projection: " +
                       projection + ", read-write: True}\n  instance: {K: 64}\n"})
        .layers[0]
        .problem;
  };
  EXPECT_EQ(problem("[[]]").tensor_words(1), 1U);
  EXPECT_TRUE(problem("[[]]").same_work(problem("[]")));
}

}  // namespace
}  // namespace tilewright
