#include "program/run_program.hpp"

namespace tilewright::testing {
namespace {

class NetworkCommand : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    write("net.yaml", R"(
network:
  name: block
  shape: fully-connected
  layers:
  - {name: second, instance: {N: 1, C: 10, M: 20}, inputs: [first]}
  - {name: first, instance: {N: 1, C: 1000, M: 10}}
  - {name: third, repeats: 3, instance: {N: 1, C: 10, M: 20}, inputs: [second, first]}
)");
  }
};

TEST_F(NetworkCommand, ListsLayersInAnOrderInWhichTheyCanRun) {
  const ProgramResult result = run("network net.yaml");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const std::size_t first = result.out.find("\nfirst ");
  const std::size_t second = result.out.find("\nsecond ");
  const std::size_t third = result.out.find("\nthird ");
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
  ASSERT_NE(third, std::string::npos) << result.out;
  EXPECT_NE(result.out.find("fully-connected C=1000 M=10"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("  second, first\n"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("10,800\n"), std::string::npos) << result.out;  // 10,000 + 4 * 200
}

TEST_F(NetworkCommand, MergesLayersOfEqualWork) {
  const ProgramResult result = run("network net.yaml --merge");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("\nsecond        4 "), std::string::npos) << result.out;
  EXPECT_EQ(result.out.find("\nthird "), std::string::npos) << result.out;
}

TEST_F(NetworkCommand, DrawsTheGraph) {
  const ProgramResult shown = run("network net.yaml --dot -");
  EXPECT_EQ(shown.out.rfind("digraph G {", 0), 0) << shown.out;
  EXPECT_NE(shown.out.find("1->0"), std::string::npos) << shown.out;
  const ProgramResult written = run("network net.yaml --dot graph.dot");
  EXPECT_EQ(written.out, "");
  EXPECT_EQ(read_text(folder_ / "graph.dot"), shown.out);
}

TEST_F(NetworkCommand, ListsALargerBatch) {
  const ProgramResult result = run("network net.yaml --batch 3");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("fully-connected N=3 C=1000 M=10"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("32,400\n"), std::string::npos) << result.out;  // 3 * 10,800
}

TEST_F(NetworkCommand, NeedsANetwork) {
  const ProgramResult result = run("network arch.yaml");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.err,
            "tilewright: error: no problem: none of the files has a key 'problem' or is a "
            "network\n");
}

}  // namespace
}  // namespace tilewright::testing
