// What reading may cost: a second and a second per MiB of input, 64 MiB and 32 MiB per MiB, for
// every command and whatever the files say; and nothing but a result or an error comes of it.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "hostile/hostile_inputs.hpp"
#include "program/run_program.hpp"

namespace tilewright::testing {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr double kSlower = 8;        // with sanitizers
constexpr double kMoreMemory = 1e9;  // what they take is their own affair
#else
constexpr double kSlower = 1;
constexpr double kMoreMemory = 1;
#endif
constexpr double kMebi = 1 << 20;

struct Cost {
  double seconds = 0;
  double mebibytes = 0;
  int exit_code = -1;
};

class Budget : public ProgramTest, public ::testing::WithParamInterface<hostile::Kind> {
 protected:
  // Runs the program in the test's folder.
  Cost measure(const std::vector<std::string>& arguments, int most_seconds) const {
    std::string command = "cd '" + folder_.string() + "' && '" + kMeasure + "' " +
                          std::to_string(most_seconds) + " '" + kProgram + "'";
    for (const std::string& argument : arguments) command += " '" + argument + "'";
    command += " >cost.txt";
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
    Cost cost;
    double kibibytes = 0;
    std::istringstream(read_text(folder_ / "cost.txt")) >> cost.seconds >> kibibytes >>
        cost.exit_code;
    cost.mebibytes = kibibytes / 1024;
    return cost;
  }

  void check(std::size_t bytes) const {
    const hostile::Input input = GetParam().make(bytes);
    for (const auto& [name, text] : input.files) {
      std::filesystem::create_directories((folder_ / name).parent_path());
      write(name, text);
    }
    const double size = static_cast<double>(input.bytes()) / kMebi;
    const double seconds = kSlower * (1 + size);
    const Cost cost = measure(input.arguments, static_cast<int>(4 * seconds) + 2);
    const std::string all = read_text(folder_ / "err.txt");
    const std::string said = all.substr(0, 300);
    EXPECT_LE(cost.seconds, seconds) << said;
    EXPECT_LE(cost.mebibytes, kMoreMemory * (64 + 32 * size)) << said;
    EXPECT_TRUE(cost.exit_code == 0 || cost.exit_code == 2 || cost.exit_code == 3)
        << cost.exit_code << ": " << said;
    if (cost.exit_code != 0) {
      EXPECT_NE(all.find("tilewright: error: "), all.npos) << said;
    }
  }
};

class LargeBudget : public Budget {};

TEST_P(Budget, IsKept) { check(200'000); }
TEST_P(LargeBudget, IsKept) { check(4'000'000); }

INSTANTIATE_TEST_SUITE_P(Hostile, Budget, ::testing::ValuesIn(hostile::all_kinds()),
                         [](const auto& tested) { return tested.param.name; });
INSTANTIATE_TEST_SUITE_P(Hostile, LargeBudget, ::testing::ValuesIn(hostile::all_kinds()),
                         [](const auto& tested) { return tested.param.name + "Long"; });

}  // namespace
}  // namespace tilewright::testing
