// Architectures of version 0.4: the chain that nodes stand for, and what becomes of constraints.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "model/energy/compound/design.hpp"
#include "model/mapping/mapping.hpp"
#include "model/report/scored_mapping.hpp"
#include "spec_text.hpp"

namespace tilewright {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kProblem = R"(
problem:
  version: 0.4
  shape:
    name: layer
    dimensions: [M, C, P, R]
    data_spaces:
    - {name: Weights, projection: [[[M]], [[C]], [[R]]]}
    - {name: Inputs, projection: [[[C]], [[P], [R]]]}
    - {name: Outputs, projection: [[[M]], [[P]]], read_write: True}
  instance: {M: 16, C: 8, P: 12, R: 3}
)";

const std::string kVariables = "variables: {version: 0.4, global_cycle_seconds: 1e-9}\n";

// Nodes between a DRAM with a buffer of 512 words and a MAC.
std::string design(const std::string& nodes, const std::string& buffer_constraints = "{}") {
  return R"(
architecture:
  version: 0.4
  nodes:
  - !Container
    name: chip
    attributes: {technology: "45nm"}
  - !Component
    name: main
    class: DRAM
    attributes: {width: 64, datawidth: 8}
  - !Component
    name: buffer
    class: SRAM
    attributes: {depth: 64, width: 64, datawidth: 8}
    constraints: )" +
         buffer_constraints + "\n" + nodes + R"(
  - !Component
    name: mac
    class: intmac
)";
}

const std::string kRegister = R"(
  - !Component
    name: register
    class: regfile
    attributes: {depth: 4, width: 8, datawidth: 8}
)";

// The design, the problem and more, with variables unless that has some.
SpecSet read_design(const std::string& arch, const std::string& more = "") {
  std::vector<std::string> texts{arch, kProblem};
  if (more.find("variables:") == std::string::npos) texts.push_back(kVariables);
  if (!more.empty()) texts.insert(texts.begin() + 2, more);
  return read_texts(texts);
}

// One line per level, outermost first.
std::vector<std::string> chain_of(const SpecSet& specs) {
  std::vector<std::string> lines;
  const Architecture& arch = *specs.architecture;
  for (int s = arch.num_levels() - 1; s >= 0; --s) {
    const StorageLevel& level = arch.storage[s];
    lines.push_back(level.name + " " + std::to_string(level.mesh_x) + "x" +
                    std::to_string(level.mesh_y) + " " +
                    (level.entries ? std::to_string(*level.entries) : "unlimited"));
  }
  lines.push_back(arch.compute.name + " " + std::to_string(arch.compute.mesh_x) + "x" +
                  std::to_string(arch.compute.mesh_y));
  return lines;
}

// The constraints of a level in one line.
std::string constraints_of(const SpecSet& specs, const std::string& name) {
  const Problem& problem = specs.layers.front().problem;
  const Constraints all = read_constraints(specs, problem);
  const LevelConstraint& level = all.levels[specs.architecture->find_level(name)];
  std::string text;
  for (const auto* loops : {&level.temporal, &level.spatial}) {
    for (int d = 0; d < problem.num_dims(); ++d) {
      if (loops->fixed[d] != 0)
        text += problem.dims[d] + "=" + std::to_string(loops->fixed[d]) + " ";
      if (loops->at_most[d] != 0) {
        text += problem.dims[d] + "<=" + std::to_string(loops->at_most[d]) + " ";
      }
    }
    for (const int d : loops->inner) {  // see DimensionsWithoutALoopComeFirst
      if (loops->fixed[d] != 1) text += problem.dims[d];
    }
    text += "| ";
  }
  for (int s = 0; s < problem.num_spaces(); ++s) {
    if ((level.must_keep >> s & 1) != 0) text += "+" + problem.spaces[s].name;
    if ((level.must_bypass >> s & 1) != 0) text += "-" + problem.spaces[s].name;
  }
  return text;
}

std::string constraints_with(const std::string& nodes, const std::string& level,
                             const std::string& buffer_constraints = "{}",
                             const std::string& more = "") {
  return constraints_of(read_design(design(nodes, buffer_constraints), more), level);
}

std::string error_with(const std::string& nodes, const std::string& buffer_constraints = "{}",
                       const std::string& more = "") {
  return without_folder(error_of([&] {
    const SpecSet specs = read_design(design(nodes, buffer_constraints), more);
    (void)read_constraints(specs, specs.layers.front().problem);
  }));
}

TEST(Nodes, EveryFanOutIsALevelOfItsOwn) {
  const std::string nodes = R"(
  - !Container
    name: column
    spatial: {meshX: 4}
  - !Container
    name: PE
    spatial: {meshY: 2 * 3}
  - !Component
    name: register
    class: regfile
    spatial: {meshX: 2}
    attributes: {depth: 4, width: 8, datawidth: 8}
)";
  EXPECT_THAT(chain_of(read_design(design(nodes))),
              ElementsAre("main 1x1 unlimited", "buffer 1x1 512", "inter_column_spatial 1x1 1",
                          "inter_PE_spatial 4x1 1", "inter_register_spatial 4x6 1",
                          "register 8x6 4", "mac 8x6"));
}

TEST(Nodes, ExpressionsSeeVariablesContainersAndEarlierNodes) {
  const std::string variables =
      "variables: {version: 0.4, global_cycle_seconds: 1e-9, columns: 2 + 2, words: columns * 8}\n";
  const std::string nodes = R"(
  - !Container
    name: array
    attributes: {rows: columns / 2}
    spatial: {meshX: columns, meshY: rows}
  - !Component
    name: register
    class: regfile
    attributes:
      depth: min(words, buffer.attributes["depth"])
      width: 8
      datawidth: width
    constraints:
      temporal:
        factors:
        - M=columns
        - ("C=" + str(rows))
        - P<=rows * 2
)";
  const SpecSet specs = read_design(design(nodes), variables);
  EXPECT_THAT(chain_of(specs),
              ElementsAre("main 1x1 unlimited", "buffer 1x1 512", "inter_array_spatial 1x1 1",
                          "register 4x2 32", "mac 4x2"));
  EXPECT_EQ(constraints_of(specs, "register"), "M=4 C=2 P<=4 | | ");
  EXPECT_THAT(error_with("\n  - !Container\n    name: array\n    spatial: {meshX: colums * 2}\n",
                         "{}", variables),
              AllOf(HasSubstr("spec0.yaml:20:22: container array: meshX"), HasSubstr("colums")));
}

TEST(Nodes, DisabledNodesAreNotThere) {
  const std::string nodes = R"(
  - !Component
    name: register
    class: regfile
    enabled: False
    attributes: {depth: 4, width: 8, datawidth: 8}
)";
  EXPECT_THAT(chain_of(read_design(design(nodes))),
              ElementsAre("main 1x1 unlimited", "buffer 1x1 512", "mac 1x1"));
}

TEST(Nodes, NamesWhatIsWrong) {
  EXPECT_THAT(error_with(kRegister + kRegister),
              AllOf(HasSubstr("two nodes have the name 'register'"), HasSubstr("line 19")));
  EXPECT_THAT(error_with("\n  - !Componant\n    name: x\n"),
              AllOf(HasSubstr("spec0.yaml:18:5:"), HasSubstr("'!Componant'"),
                    HasSubstr("did you mean '!Component'?")));
  EXPECT_THAT(error_with("\n  - !Component\n    name: x\n"),
              HasSubstr("component x: the key 'class' is missing"));
  EXPECT_THAT(error_with("\n  - !Container\n    spatial: {meshX: 2}\n"),
              HasSubstr("the key 'name' is missing in a !Container"));
  EXPECT_THAT(error_with("\n  - !Container\n    name: x\n    spatial: {meshX: 2.5}\n"),
              HasSubstr("expected a whole number of at least 1, found 2.5"));
  EXPECT_THAT(error_with("\n  - !ArrayContainer\n    name: x\n"), HasSubstr("'!ArrayContainer'"));
  EXPECT_THAT(error_with("\n  - !Parallel\n    nodes:\n    - !Container\n      name: x\n"),
              HasSubstr("a container right below '!Parallel'"));
  EXPECT_THAT(error_with(kRegister, "{temporal: {}, dataspaces: {}}"),
              HasSubstr("buffer: unknown type 'dataspaces' of a constraint; did you mean "
                        "'dataspace'?"));
  EXPECT_THAT(error_with(kRegister, "{}",
                         "constraints: {targets: [{target: bufer, type: temporal, factors: []}]}"),
              AllOf(HasSubstr("spec2.yaml:1:25"), HasSubstr("did you mean 'buffer'?")));
  EXPECT_THAT(error_with(kRegister, "{}", "globals: {expression_custom_functions: [f.py]}"),
              HasSubstr("spec2.yaml:1:40: expression_custom_functions"));
}

// What a fan-out is called means what stands around the node, before what is its own.
TEST(Nodes, MeshesSeeWhatIsAroundTheNode) {
  const std::string nodes = R"(
  - !Container
    name: array
    attributes: {columns: 4}
  - !Component
    name: register
    class: regfile
    spatial: {meshX: columns}
    attributes: {depth: 4, width: 8, datawidth: 8, columns: 2}
)";
  EXPECT_THAT(chain_of(read_design(design(nodes))),
              ElementsAre("main 1x1 unlimited", "buffer 1x1 512", "inter_register_spatial 1x1 1",
                          "register 4x1 4", "mac 4x1"));
}

// Attributes are handed down the chain; expressions see those of the branch.
TEST(Nodes, ExpressionsSeeTheirBranch) {
  const std::string nodes = R"(
  - !Container
    name: outer
    attributes: {words: 8}
  - !Hierarchical
    nodes:
    - !Container
      name: inner
      attributes: {words: 2}
    - !Component
      name: first
      class: regfile
      attributes: {depth: words, width: 8, datawidth: 8}
  - !Component
    name: second
    class: regfile
    attributes: {depth: words, width: 8, datawidth: 8}
)";
  EXPECT_THAT(chain_of(read_design(design(nodes))),
              ElementsAre("main 1x1 unlimited", "buffer 1x1 512", "first 1x1 2", "second 1x1 8",
                          "mac 1x1"));
}

TEST(Nodes, NothingIsLeftOutInSilence) {
  const auto component = [](const std::string& keys) {
    return "\n  - !Component\n    name: x\n" + keys;
  };
  EXPECT_THAT(
      error_with(component("    class: regfle\n    attributes: {depth: 1, datawidth: 8}\n")),
      AllOf(HasSubstr("spec0.yaml:20:12"), HasSubstr("did you mean 'regfile'?")));
  EXPECT_THAT(error_with(component("    class: register\n")),
              HasSubstr("unknown class 'register'"));
  EXPECT_THAT(error_with(component("    class: SRAM\n    attributes: {datawidth: 8, width: 8}\n")),
              HasSubstr("x: the size is missing"));
  EXPECT_THAT(error_with(component("    class: SRAM\n    attributes: {depth: 8, width: 8}\n")),
              HasSubstr("x: the attribute 'datawidth' is missing"));
  EXPECT_THAT(error_with(component("    class: SRAM\n    constrains: {}\n")),
              AllOf(HasSubstr("'constrains'"), HasSubstr("did you mean 'constraints'?")));
  EXPECT_THAT(
      error_with(component("    class: SRAM\n    attributes: {depth: 8, constraints: {}}\n")),
      HasSubstr("'constraints' stands among the attributes"));
  EXPECT_THAT(error_with("\n  - !Hierarchical\n    spatial: {meshX: 2}\n    nodes: []\n"),
              HasSubstr("'spatial'"));
  EXPECT_THAT(error_with("\n  - !Nothing {constraint: {}}\n"), HasSubstr("'constraint'"));
  EXPECT_THAT(error_with("\n  - !Container\n    name: PE\n    spatial: {meshX: 2}\n", "{}",
                         "constraints: {targets: [{target: inter_PE_spatial, type: temporal}]}"),
              HasSubstr("takes constraints of type spatial only"));
}

TEST(Nodes, SparseOptimizationsAreRefusedUnlessTheyAreIgnored) {
  const std::string nodes = R"(
  - !Component
    name: register
    class: regfile
    attributes: {depth: 4, width: 8, datawidth: 8}
    sparse_optimizations: {action_optimization: [{type: gating, target: Inputs}]}
)";
  EXPECT_THAT(error_with(nodes), AllOf(HasSubstr("spec0.yaml:22:27"), HasSubstr("--dense")));
  ReadOptions options;
  options.is_dense = true;
  const SpecSet specs =
      read_spec_texts({{"a.yaml", design(nodes)}, {"b.yaml", kVariables}}, options);
  EXPECT_THAT(specs.warnings.front().message, HasSubstr("all tensors are dense"));
}

// --- constraints ---

TEST(NodeConstraints, GoToTheLevelsThatTheyAreOf) {
  const std::string nodes = R"(
  - !Container
    name: PE
    spatial: {meshX: 4}
    constraints:
      spatial: {factors: [M=4], permutation: [M, C], split: 999}
  - !Component
    name: register
    class: regfile
    spatial: {meshX: 2}
    attributes: {depth: 4, width: 8, datawidth: 8}
    constraints:
      spatial: {factors: [C=2]}
      temporal: {factors: "R=3,P<=4", permutation: [R, P]}
      dataspace: {keep: [Weights], bypass: [Inputs, Outputs]}
)";
  EXPECT_EQ(constraints_with(nodes, "inter_PE_spatial"),
            "M=1 C=1 P=1 R=1 | M=4 MC| -Weights-Inputs-Outputs");
  EXPECT_EQ(constraints_with(nodes, "inter_register_spatial"),
            "M=1 C=1 P=1 R=1 | C=2 | -Weights-Inputs-Outputs");
  EXPECT_EQ(constraints_with(nodes, "register"), "P<=4 R=3 RP| | +Weights-Inputs-Outputs");
}

TEST(NodeConstraints, SectionsAttachToNodes) {
  const std::string nodes = "\n  - !Container\n    name: PE\n    spatial: {meshX: 4}\n" + kRegister;
  const std::string more = R"(
extra_mapping_constraints:
  version: 0.4
  targets:
  - {target: PE, type: spatial, factors: [M=2]}
  - {target: buffer, type: dataspace, bypass: [Weights]}
mapping:
- {target: register, type: temporal, factors: [P=3]}
)";
  EXPECT_EQ(constraints_with(nodes, "inter_PE_spatial", "{}", more),
            "M=1 C=1 P=1 R=1 | M=2 | -Weights-Inputs-Outputs");
  EXPECT_EQ(constraints_with(nodes, "buffer", "{}", more), "| | -Weights");
  EXPECT_EQ(constraints_with(nodes, "register", "{}", more), "P=3 | | ");
}

TEST(NodeConstraints, MacrosBecomeFactors) {
  const auto buffer = [](const std::string& constraints) {
    return constraints_with(kRegister, "buffer", constraints);
  };
  EXPECT_EQ(buffer("{temporal: {factors_only: [M=4, C<=2]}}"), "M=4 C<=2 P=1 R=1 | | ");
  EXPECT_EQ(buffer("{temporal: {factors: [P=2], factors_only: []}}"), "M=1 C=1 P=2 R=1 | | ");
  EXPECT_EQ(buffer("{temporal: {no_iteration_over_dataspaces: [Outputs]}}"), "M=1 P=1 | | ");
  EXPECT_EQ(buffer("{temporal: {must_iterate_over_dataspaces: [Outputs]}}"), "C=1 R=1 | | ");
  EXPECT_EQ(buffer("{dataspace: {keep_only: [Inputs]}}"), "| | -Weights+Inputs-Outputs");
  EXPECT_EQ(buffer("{dataspace: {bypass_only: [Inputs]}}"), "| | +Weights-Inputs+Outputs");
  EXPECT_EQ(buffer("{dataspace: {keep: ['*']}}"), "| | +Weights+Inputs+Outputs");
}

TEST(NodeConstraints, MacrosThatContradictAreRefused) {
  const auto error = [](const std::string& constraints) {
    return error_with(kRegister, constraints);
  };
  EXPECT_THAT(
      error("{temporal: {factors: [M=2], no_iteration_over_dataspaces: [Weights]}}"),
      HasSubstr(
          "no_iteration_over_dataspaces: the factor of M in the temporal loops of buffer is 1"));
  EXPECT_THAT(error("{temporal: {factors: [M=2], factors_only: [M=4]}}"),
              HasSubstr("is set twice"));
  EXPECT_THAT(error("{dataspace: {keep: [Weights], bypass: [Weights]}}"),
              AllOf(HasSubstr("buffer"), HasSubstr("Weights")));
  EXPECT_THAT(error("{dataspace: {keep_only: [Weights], keep: [Inputs]}}"), HasSubstr("Inputs"));
  EXPECT_THAT(error("{temporal: {rmw_first_update: [Outputs]}}"),
              HasSubstr("'rmw_first_update' changes what is counted"));
  EXPECT_THAT(error("{dataspace: {no_coalesce: [Outputs]}}"), HasSubstr("'no_coalesce'"));
  EXPECT_THAT(error("{temporal: {maximize_dims: [M]}}"), HasSubstr("'maximize_dims_capacity'"));
  EXPECT_THAT(error("{temporal: {maximize_dims: [Q], maximize_dims_capacity: 2}}"),
              HasSubstr("unknown dimension 'Q'"));
}

TEST(NodeConstraints, MaximizedDimensionsFillWhatIsLeft) {
  const auto pe = [](const std::string& mesh, const std::string& spatial, const std::string& more) {
    return constraints_with("\n  - !Container\n    name: PE\n    spatial: " + mesh +
                                "\n    constraints: {spatial: " + spatial + "}\n" + more,
                            "inter_PE_spatial");
  };
  // 32 = 16 of M and 2 of C; nothing is left for R.
  EXPECT_EQ(pe("{meshX: 32}", "{maximize_dims: [[M, C], [R]]}", kRegister),
            "M=1 C=1 P=1 R=1 | M=16 C=2 R=1 | -Weights-Inputs-Outputs");
  // The factor of another level counts, spatial loops come before temporal ones.
  EXPECT_EQ(pe("{meshX: 32}", "{maximize_dims: [M, C]}", R"(
  - !Component
    name: register
    class: regfile
    attributes: {depth: 4, width: 8, datawidth: 8}
    constraints:
      temporal: {factors: [M=8], maximize_dims: [C], maximize_dims_capacity: 2}
)"),
            "M=1 C=1 P=1 R=1 | M=2 C=8 | -Weights-Inputs-Outputs");
  // 5 passes of 3 and 1 use more than 12 / 4 would: a factor that does not divide.
  EXPECT_EQ(pe("{meshX: 4, meshY: 3}", "{factors: [M=4], maximize_dims: [C]}", kRegister),
            "M=1 C=1 P=1 R=1 | M=4 C=3 | -Weights-Inputs-Outputs");
}

// What takes the rest of its dimension takes it from the fan-out as well.
TEST(NodeConstraints, AFactorOfTheRestLeavesLessToMaximize) {
  const std::string nodes = R"(
  - !Container
    name: PE
    spatial: {meshX: 32}
    constraints: {spatial: {factors: [M=0], maximize_dims: [[C]]}}
)" + kRegister;
  EXPECT_EQ(constraints_with(nodes, "inter_PE_spatial"),
            "M=1 C=1 P=1 R=1 | M=16 C=2 | -Weights-Inputs-Outputs");
}

TEST(NodeConstraints, MacrosLiftDefaults) {
  EXPECT_EQ(constraints_with(kRegister, "buffer",
                             "{temporal: {default_max_factor: 2, maximize_dims: [[P]], "
                             "maximize_dims_capacity: 4}}"),
            "M<=2 C<=2 P=4 R<=2 | | ");
  EXPECT_EQ(constraints_with(kRegister, "buffer",
                             "{temporal: {default_min_factor: 2, factors_only: [P=3]}}"),
            "M=1 C=1 P=3 R=1 | | ");
}

// As Timeloop's front end has it, which matters where a permutation is split between X and Y.
TEST(NodeConstraints, DimensionsWithoutALoopComeFirst) {
  const std::string nodes = R"(
  - !Container
    name: PE
    spatial: {meshX: 4, meshY: 4}
    constraints:
      spatial: {factors: [R=1, P=1], permutation: [M, C], split: 1}
)" + kRegister;
  const SpecSet specs = read_design(design(nodes));
  std::vector<Warning> warnings;
  const Constraints all = read_constraints(specs, specs.layers.front().problem, &warnings);
  const LoopConstraint& loops =
      all.levels[specs.architecture->find_level("inter_PE_spatial")].spatial;
  EXPECT_THAT(loops.inner, ElementsAre(2, 3, 0, 1));  // P, R, M, C
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_THAT(warnings.front().message,
              HasSubstr("inter_PE_spatial: M lies on Y although the split is 1"));
}

TEST(NodeConstraints, ParallelBranchesKeepEachDataspaceOnce) {
  const auto branches = [](const std::string& a, const std::string& b, const std::string& more) {
    const auto part = [](const std::string& name, const std::string& keep) {
      return "    - !Component\n      name: " + name +
             "\n      class: regfile\n      attributes: {depth: 4, width: 8, datawidth: 8}\n"
             "      constraints: {dataspace: {keep: [" +
             keep + "]}}\n";
    };
    return "\n  - !Parallel\n    nodes:\n" + part("first", a) + part("second", b) + more;
  };
  const std::string nodes = branches(
      "Weights", "Outputs", "    - !Nothing {constraints: {dataspace: {keep: [Inputs]}}}\n");
  EXPECT_EQ(constraints_with(nodes, "first"), "| | +Weights-Inputs-Outputs");
  EXPECT_EQ(constraints_with(nodes, "second"), "| | -Weights-Inputs+Outputs");
  EXPECT_THAT(error_with(branches("Weights", "Outputs", "")),
              AllOf(HasSubstr("keeps Inputs"), HasSubstr("!Nothing")));
  EXPECT_THAT(error_with(branches("Weights, Inputs", "Outputs, Weights", "")),
              AllOf(HasSubstr("Weights is kept in two branches"), HasSubstr("first and second")));
  EXPECT_THAT(error_with(branches("Weights", "Outputs, Inputs", "    - !Nothing {}\n")),
              HasSubstr("no error"));
}

// --- mappings ---

TEST(NodeMapping, TheModelTakesWhatMappingAndConstraintsSay) {
  const std::string nodes = R"(
  - !Container
    name: PE
    spatial: {meshX: 4}
    constraints: {spatial: {factors: [M=4]}}
  - !Component
    name: register
    class: regfile
    attributes: {depth: 4, width: 8, datawidth: 8}
    constraints: {dataspace: {keep_only: [Weights]}}
)";
  const std::string mapping = R"(
mapping:
- {target: main, type: temporal, factors: [M=4], permutation: [M, C, P, R]}
- {target: buffer, type: temporal, factors: [C=8, P=12], permutation: [P, C]}
- {target: register, type: temporal, factors: [R=3]}
)";
  const SpecSet specs = read_design(design(nodes), mapping);
  const ScoredMapping scored = score_mapping(specs);
  ASSERT_TRUE(scored.valid()) << scored.rejection;
  EXPECT_EQ(scored.stats.outcome.cost.cycles, 4 * 8 * 12 * 3);
  EXPECT_EQ(scored.mapping->levels[0].keep, 1);
  EXPECT_EQ(scored.mapping->levels[1].factors(LoopKind::spatial_x)[0], 4);
}

// What mapping and constraints say together is what both say.
TEST(NodeMapping, AMappingStaysWithinTheConstraints) {
  const auto score = [](const std::string& of_buffer, const std::string& of_mapping) {
    return without_folder(error_of([&] {
      const SpecSet specs = read_design(
          design(kRegister, of_buffer),
          "mapping:\n- {target: main, type: temporal, factors: [M=0, C=8, P=12, R=3]}\n- " +
              of_mapping + "\n");
      (void)read_mapping(specs, specs.layers.front().problem);
    }));
  };
  EXPECT_EQ(
      score("{temporal: {factors: [M=2]}}", "{target: buffer, type: temporal, factors: [M=2]}"),
      "no error");
  EXPECT_THAT(
      score("{temporal: {factors: [M=2]}}", "{target: buffer, type: temporal, factors: [M=4]}"),
      HasSubstr("the factor of M in the temporal loops of buffer is set twice"));
  EXPECT_THAT(
      score("{temporal: {factors: [M<=2]}}", "{target: buffer, type: temporal, factors: [M=4]}"),
      HasSubstr("the factor of M is 4, but a constraint says <=2"));
  EXPECT_THAT(score("{dataspace: {bypass: [Weights]}}",
                    "{target: buffer, type: dataspace, keep: [Weights]}"),
              HasSubstr("Weights"));
  EXPECT_EQ(score("{}", "{target: buffer, type: temporal, factors_only: [M=2]}"), "no error");
}

TEST(NodeMapping, TheSplitOfAConstraintHolds) {
  const std::string nodes = R"(
  - !Container
    name: PE
    spatial: {meshX: 4, meshY: 3}
    constraints: {spatial: {split: 3}}
)" + kRegister;
  const std::string mapping = R"(
mapping:
- {target: main, type: temporal, factors: [M=4, C=8, P=12]}
- {target: PE, type: spatial, factors: [M=4, R=3, C=1, P=1], permutation: [M, R]}
)";
  const SpecSet specs = read_design(design(nodes), mapping);
  const Mapping read = read_mapping(specs, specs.layers.front().problem);
  const int level = specs.architecture->find_level("inter_PE_spatial");
  // C and P, which have no loop, come first.
  EXPECT_EQ(read.levels[level].factors(LoopKind::spatial_x)[0], 4);
  EXPECT_EQ(read.levels[level].factors(LoopKind::spatial_y)[3], 3);
}

TEST(NodeMapping, ConstraintsAloneMayBeOne) {
  const auto score = [](const std::string& factors) {
    const std::string constraints =
        "{temporal: {factors: [" + factors + "]}, dataspace: {bypass: [Weights]}}";
    return score_mapping(read_design(design(kRegister, constraints)));
  };
  const ScoredMapping scored = score("M=16, C=8, P=12, R=3");
  ASSERT_TRUE(scored.valid()) << scored.rejection;
  EXPECT_EQ(scored.stats.outcome.cost.cycles, 16 * 8 * 12 * 3);
  EXPECT_THAT(score("M=16, C=8, P=12").rejection,
              HasSubstr("the factors of dimension R multiply to 1, but its bound is 3"));
}

// A whole mapping as `map` writes it names the levels of the chain.
TEST(NodeMapping, WrittenMappingsAreReadAgain) {
  const std::string nodes = R"(
  - !Container
    name: PE
    spatial: {meshX: 4, meshY: 2}
    constraints: {spatial: {factors: [M=4], permutation: [M, C]}}
)" + kRegister;
  const std::string mapping = R"(
mapping:
- {target: main, type: temporal, factors: [M=4, P=12], permutation: [P, M]}
- {target: buffer, type: temporal, factors: [C=4]}
- {target: PE, type: spatial, factors: [M=4, C=2], split: 1}
- {target: register, type: temporal, factors: [R=3]}
- {target: register, type: dataspace, keep: [Weights], bypass: [Inputs, Outputs]}
)";
  const SpecSet specs = read_design(design(nodes), mapping);
  const Problem& problem = specs.layers.front().problem;
  const Mapping first = read_mapping(specs, problem);
  const std::string written = write_mapping(first, problem, *specs.architecture);
  EXPECT_THAT(written, HasSubstr("inter_PE_spatial"));
  const SpecSet again = read_design(design(nodes), written);
  EXPECT_EQ(read_mapping(again, problem), first);
}

}  // namespace
}  // namespace tilewright
