// Bad input as a user meets it: exit code, one message with file, line and column, and nothing
// written.

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "program/run_program.hpp"

namespace tilewright::testing {
namespace {

namespace fs = std::filesystem;

class BadInput : public ProgramTest {
 protected:
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
      const std::string name = fs::relative(entry.path(), folder_);
      if (name != "out.txt" && name != "err.txt") names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  // Runs the command and expects the exit code, the message as the first error, and no new files.
  void expect(const std::string& command, int exit_code, const std::string& message) const {
    SCOPED_TRACE(command);
    const std::vector<std::string> before = files();
    const ProgramResult result = run(command);
    EXPECT_EQ(result.exit_code, exit_code) << result.err;
    EXPECT_EQ(result.out, "");
    const std::string start = "tilewright: error: ";
    const std::size_t error = result.err.find(start);
    ASSERT_NE(error, std::string::npos) << result.err;
    EXPECT_EQ(result.err.substr(error + start.size(), message.size()), message);
    EXPECT_EQ(
        std::count(result.err.begin() + static_cast<std::ptrdiff_t>(error), result.err.end(), '\n'),
        1)
        << result.err;
    EXPECT_EQ(files(), before);
  }

  // The same for both commands that read specs.
  void expect_of_both(const std::string& files, const std::string& message) const {
    expect("map " + files + " -o results --max-evaluated 10", 2, message);
    expect("model " + files + " --json stats.json", 2, message);
  }

  // An architecture with other text for its innermost level.
  static std::string arch_with(const std::string& level) {
    return "arch:\n  arithmetic: {name: MAC, instances: 4, word-bits: 16}\n  storage:\n  - " +
           level + "\n  - {name: Main, technology: DRAM, instances: 1}\n";
  }
};

TEST_F(BadInput, UnknownKeys) {
  write("net.yaml", "network:\n  layres: []\n");
  expect_of_both("arch.yaml net.yaml",
                 "net.yaml:2:3: unknown key 'layres' in a network; did you "
                 "mean 'layers'?\n");
  write("limits.yaml", "mapspace:\n- {target: Buf, type: temporal, factor: R=3}\n");
  expect("map arch.yaml conv.yaml limits.yaml -o results", 2,
         "limits.yaml:2:33: unknown key 'factor' in a temporal constraint; did you mean "
         "'factors'?\n");
  write("section.yaml", "mappper: {}\n");
  expect_of_both("arch.yaml conv.yaml section.yaml",
                 "section.yaml:1:1: unknown section 'mappper'; did you mean 'mapper'?\n");
}

TEST_F(BadInput, UnknownDimensions) {
  write("wrong.yaml", "mapping:\n- {target: Buf, type: temporal, factors: R=3 X=16}\n");
  expect("model arch.yaml conv.yaml wrong.yaml", 2,
         "wrong.yaml:2:42: factors: unknown dimension 'X' (problem conv has R, P)\n");
  write("limits.yaml", "mapspace:\n- {target: Buf, type: temporal, factors: X=16}\n");
  expect("map arch.yaml conv.yaml limits.yaml -o results", 2,
         "limits.yaml:2:42: factors: unknown dimension 'X' (problem conv has R, P)\n");
  write("conv.yaml", "problem:\n  shape: gemm\n  instance: {M: 2, N: 2}\n");
  expect_of_both("arch.yaml conv.yaml mapping.yaml",
                 "conv.yaml:3:13: the size of dimension K is missing (shape gemm has M, N, K)\n");
}

TEST_F(BadInput, MissingFiles) {
  expect_of_both("arch.yaml nowhere.yaml mapping.yaml",
                 "nowhere.yaml: cannot read the file; does it exist?\n");
  write("net.yaml", "network:\n  layers:\n  - {file: nowhere.yaml}\n");
  expect_of_both("arch.yaml net.yaml",
                 "net.yaml:3:12: there is no file 'nowhere.yaml' beside this one\n");
}

TEST_F(BadInput, NamesThatNoFileCanHave) {
  const std::string name(5000, 'x');
  expect_of_both("arch.yaml " + name, name + ": cannot read the file; does it exist?\n");
  write("net.yaml", "network:\n  layers:\n  - {file: " + name + "}\n");
  expect_of_both("arch.yaml net.yaml", "net.yaml:3:12: there is no file 'xxx");
}

TEST_F(BadInput, AnchorsInThemselves) {
  write("arch.yaml", "arch: &all\n  arithmetic: *all\n");
  expect_of_both("arch.yaml conv.yaml mapping.yaml",
                 "arch.yaml:2:15: this alias refers to a part that it is itself in\n");
}

TEST_F(BadInput, MissingLevels) {
  write("wrong.yaml", "mapping:\n- {target: Bufer, type: temporal, factors: R=3 P=16}\n");
  expect("model arch.yaml conv.yaml wrong.yaml", 2,
         "wrong.yaml:2:12: target: unknown storage level 'Bufer'; did you mean 'Buf'?\n");
  write("limits.yaml", "mapspace:\n- {target: 7, type: temporal, factors: R=3}\n");
  expect("map arch.yaml conv.yaml limits.yaml -o results", 2,
         "limits.yaml:2:12: target: expected a whole number from 0 to 1, found '7'\n");
  write("arch.yaml", "arch:\n  arithmetic: {instances: 1}\n  storage: []\n");
  expect_of_both("arch.yaml conv.yaml mapping.yaml",
                 "arch.yaml:2:3: an architecture needs at least one storage level\n");
}

TEST_F(BadInput, SizesOutOfRange) {
  for (const std::string size : {"0", "-3", "3000000000", "1e30", "2.5", "many", "[3]"}) {
    write("conv.yaml", "problem:\n  shape: gemm\n  instance: {M: " + size + ", N: 2, K: 2}\n");
    const std::string found = size == "[3]" ? "M: expected a text, found a list"
                                            : "M: expected a whole number from 1 to 2147483647, "
                                              "found '" +
                                                  size + "'";
    expect_of_both("arch.yaml conv.yaml mapping.yaml", "conv.yaml:3:17: dimension " + found + "\n");
  }
  write("conv.yaml",
        "problem:\n  shape: gemm\n  instance: {M: 2e9, N: 2000000000, K: 2000000000}\n");
  expect_of_both("arch.yaml conv.yaml mapping.yaml",
                 "conv.yaml:3:13: 8e+27 operations; at most 2^62 = 4.61169e+18 are supported\n");
}

TEST_F(BadInput, SizesOfTheArchitectureOutOfRange) {
  write("arch.yaml", arch_with("{name: Buf, entries: -1, instances: 1}"));
  expect_of_both("arch.yaml conv.yaml mapping.yaml",
                 "arch.yaml:4:26: entries: expected a whole number from 0 to 1099511627776, found "
                 "'-1'\n");
  write("arch.yaml", arch_with("{name: Buf, entries: 99999999999999999999, instances: 1}"));
  expect_of_both("arch.yaml conv.yaml mapping.yaml", "arch.yaml:4:26: entries: expected a whole ");
  write("arch.yaml", arch_with("{name: Buf, instances: 0}"));
  expect_of_both("arch.yaml conv.yaml mapping.yaml",
                 "arch.yaml:4:28: instances: expected a whole ");
}

TEST_F(BadInput, FactorsThatMissTheBound) {
  write("wrong.yaml", "mapping:\n- {target: Buf, type: temporal, factors: R=3 P=8}\n");
  expect("model arch.yaml conv.yaml wrong.yaml", 3,
         "wrong.yaml:2:1: the factors of dimension P multiply to 8, but its bound is 16\n");
}

TEST_F(BadInput, WhatIsNoText) {
  write("conv.yaml", "problem: # \xe9\n");
  expect_of_both("arch.yaml conv.yaml",
                 "conv.yaml:1:12: byte 0xe9 is no UTF-8 text; specs are YAML in UTF-8\n");
  write("conv.yaml", "");
  expect_of_both("arch.yaml conv.yaml",
                 "conv.yaml:1:1: the file is empty; expected a YAML map such as 'problem: ...'\n");
  expect_of_both("arch.yaml .", "./conv.yaml:1:1: the file is empty");  // one of the folder's
}

TEST_F(BadInput, LargeFilesAreRefusedUnlessAllowed) {
  write("conv.yaml", kConv + std::string("#") + std::string(std::size_t{16} << 20, 'x') + "\n");
  const std::string files = "arch.yaml conv.yaml mapping.yaml";
  expect_of_both(files,
                 "conv.yaml: the file is larger than 16777216 bytes, the limit for a spec "
                 "(--max-file-size raises it)\n");
  EXPECT_EQ(run("model " + files + " --max-file-size 17M").exit_code, 0);
  EXPECT_EQ(run("map " + files + " --max-file-size 17M --max-evaluated 10 -o out").exit_code, 0);
  // Pipes do not say how large they are.
  expect("model arch.yaml mapping.yaml /dev/stdin <conv.yaml", 2, "/dev/stdin: the file is larger");
  expect("model " + files + " --max-file-size 100", 2,
         "arch.yaml: the file is larger than 100 bytes");
  expect("model " + files + " --max-file-size lots", 2, "--max-file-size: ");
  expect("model " + files + " --max-file-size -1", 2, "--max-file-size: ");
}

TEST_F(BadInput, AliasBombs) {
  std::string bomb = "components:\n  a: &a [x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c <= 'z'; ++c) {
    bomb += std::string("  ") + c + ": &" + c + " [";
    for (int i = 0; i < 8; ++i) bomb += std::string("*") + static_cast<char>(c - 1) + ", ";
    bomb += "]\n";
  }
  write("bomb.yaml", bomb);
  expect_of_both("arch.yaml conv.yaml mapping.yaml bomb.yaml", "bomb.yaml:7:");
}

TEST_F(BadInput, FilesThatBreakOff) {
  expect("model arch.yaml conv.yaml /proc/self/mem", 2,
         "/proc/self/mem: cannot read the file to its end\n");
}

TEST_F(BadInput, OptionsOutOfRange) {
  write("gemm.yaml", "problem:\n  shape: gemm\n  instance: {M: 2, N: 1, K: 2}\n");
  write("large.yaml",
        "problem:\n  shape: fully-connected\n  instance: {N: 1, C: 1000000000, M: 1000000000}\n");
  const std::string remedy =
      "; say in the network what the batch multiplies, as in `batch: {N: 35}`";
  struct Case {
    std::string arguments, message;
  };
  const std::vector<Case> cases{
      {"arch.yaml conv.yaml --batch 4",
       "batch: layer 'conv' has no dimension N, only R, P" + remedy},
      {"arch.yaml gemm.yaml --batch 4",
       "batch: N of layer 'gemm' counts columns of a matrix product" + remedy},
      {"arch.yaml gemm.yaml --batch 0",
       "--batch: '0' is no whole number from 1 to 2147483647; see `tilewright map --help`"},
      {"arch.yaml gemm.yaml --batch -1",
       "--batch: '-1' is no whole number from 1 to 2147483647; see `tilewright map --help`"},
      {"arch.yaml gemm.yaml --batch 2147483648",
       "--batch: '2147483648' is no whole number from 1 to 2147483647; see `tilewright map "
       "--help`"},
      {"arch.yaml large.yaml --batch 5",
       "batch 5: layer 'large': 5e+18 operations; at most 2^62 = 4.61169e+18 are supported"},
      {"arch.yaml conv.yaml --time soon",
       "time: 'soon' is no duration; write it as 10s, 500ms, 2m or 1h"},
      {"arch.yaml conv.yaml --time 0s",
       "time: '0s' is no duration; write it as 10s, 500ms, 2m or 1h"},
      {"arch.yaml conv.yaml -j 5000", "threads: '5000' is no whole number from 0 to 4096"},
      {"arch.yaml conv.yaml -j -1", "threads: '-1' is no whole number from 0 to 4096"},
      {"arch.yaml conv.yaml --objective edpp", "unknown metric 'edpp'; did you mean 'edp'?"},
      {"arch.yaml conv.yaml --searcher randm",
       "unknown search algorithm 'randm'; did you mean 'random'?"},
      {"arch.yaml conv.yaml --table .",
       ".: this is a folder; expected a file of comma-separated values"},
      {"arch.yaml conv.yaml --library conv.yaml",
       "conv.yaml: this is a file; expected a folder of tables (CSV)"},
      {"conv.yaml", "no architecture: none of the files has a key 'arch' or 'architecture'"},
      {"arch.yaml", "no problem: none of the files has a key 'problem' or is a network"},
  };
  for (const Case& a : cases) expect("map -o results " + a.arguments, 2, a.message + "\n");
}

TEST_F(BadInput, PlacesThatCannotBeWritten) {
  write("file", "");
  const std::string both = "arch.yaml conv.yaml ";
  expect("map " + both + "--max-evaluated 10 --quiet -o file/below", 2,
         "cannot make the folder 'file/below': Not a directory\n");
  expect("model " + both + "mapping.yaml --json no/such.json", 2,
         "cannot write 'no/such.json': No such file or directory\n");
  expect("model " + both + "mapping.yaml --json .", 2, "cannot write '.': Is a directory\n");
}

TEST_F(BadInput, ConstraintsThatLeaveNothing) {
  write("limits.yaml", "mapspace:\n- {target: Buf, type: temporal, factors: R=2}\n");
  const ProgramResult result = run("map arch.yaml conv.yaml limits.yaml -o out --quiet");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.err.rfind("tilewright: error: layer 'conv': no mapping satisfies temporal "
                             "factor R=2",
                             0),
            0)
      << result.err;
}

TEST_F(BadInput, UnknownKeysThatDoNotMatterAreWarnings) {
  write("conv.yaml",
        "problem:\n  shape: cnn-layer\n  instance: {R: 1, S: 1, P: 2, Q: 2, C: 2, "
        "K: 2, N: 1, HStride: 2}\n");
  const ProgramResult result = run("map arch.yaml conv.yaml -o out --max-evaluated 100 --quiet");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const std::string expected =
      "tilewright: warning: conv.yaml:3:56: 'HStride' is neither a dimension nor a coefficient of "
      "the shape cnn-layer and has no effect; did you mean 'Hstride'?\n";
  EXPECT_EQ(result.err, expected);
}

// As in Timeloop the mapping counts without them; here not in silence.
TEST_F(BadInput, UnknownKeysOfMappingsAreWarnings) {
  write("mapping.yaml",
        "mapping:\n- {target: Buf, type: temporal, factors: R=3 P=16, permutations: RP}\n");
  const ProgramResult result = run("model arch.yaml conv.yaml mapping.yaml");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err,
            "tilewright: warning: mapping.yaml:2:52: a temporal directive of the mapping: nobody "
            "reads 'permutations' (did you mean 'permutation'?)\n");
  EXPECT_NE(result.out.find("Warnings, which may change these results:\n- mapping.yaml:2:52: a "
                            "temporal directive"),
            std::string::npos)
      << result.out;
}

}  // namespace
}  // namespace tilewright::testing
