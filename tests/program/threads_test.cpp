// Threads that the machine or the system does not have.
#include <sys/resource.h>
#include <unistd.h>

#include "program/run_program.hpp"
#include "search/arena.hpp"

namespace tilewright::testing {
namespace {

class Threads : public ProgramTest {};

TEST_F(Threads, MoreThanTheMachineHasAreNotUsed) {
  const ProgramResult result = run("map arch.yaml conv.yaml -o out --quiet -j 4096");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.err.find("4096 threads: this machine runs"), std::string::npos) << result.err;
  EXPECT_EQ(read_json("out/run.json")["threads"], threads_of_machine());
}

// A user who may have no other thread than the first. The superuser may have any number.
TEST_F(Threads, WithoutAnyMoreThreadsTheFirstOneWorks) {
  constexpr int kNobody = 54'321;
  std::filesystem::permissions(folder_, std::filesystem::perms::all);
  const std::string user =
      ::geteuid() == 0 ? "setpriv --reuid " + std::to_string(kNobody) + " --clear-groups " : "";
  const std::string line = "cd '" + folder_.string() + "' && " + user + "prlimit --nproc=1 '" +
                           kProgram +
                           "' map arch.yaml conv.yaml -o out --quiet -j 2 > out.txt 2> err.txt";
  const int status = std::system(line.c_str());
  const std::string errors = read_text(folder_ / "err.txt");
  if (WEXITSTATUS(status) == 126 || WEXITSTATUS(status) == 127) {
    GTEST_SKIP() << "the program cannot be run by another user: " << errors;
  }
  EXPECT_EQ(WEXITSTATUS(status), 0) << errors;
  EXPECT_TRUE(read_json("out/summary.json")["layers"][0]["proven"]);
}

}  // namespace
}  // namespace tilewright::testing
