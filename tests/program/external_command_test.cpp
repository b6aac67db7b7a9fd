#include "places.hpp"
#include "program/run_program.hpp"

namespace tilewright::testing {
namespace {

namespace fs = std::filesystem;

class ExternalCommand : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    fs::create_directory(folder_ / "bin");
    script("bin/tilewright-hello", "for word in \"$@\"; do echo \"<$word>\"; done\nexit 7\n");
  }

  void script(const std::string& name, const std::string& text) const {
    write(name, "#!/bin/sh\n" + text);
    fs::permissions(folder_ / name, fs::perms::owner_all);
  }

  /// With the test's folder `bin` on the path.
  ProgramResult run_with_path(const std::string& arguments) const {
    return run_in("PATH=\"$PWD/bin:$PATH\"", arguments);
  }
};

TEST_F(ExternalCommand, GetsTheArgumentsAndItsExitCodeIsOurs) {
  const ProgramResult result = run_with_path("hello 'two words' --help -x ''");
  EXPECT_EQ(result.exit_code, 7);
  EXPECT_EQ(result.out, "<two words>\n<--help>\n<-x>\n<>\n");
  EXPECT_EQ(result.err, "");
}

TEST_F(ExternalCommand, IsListedInTheHelp) {
  EXPECT_NE(run_with_path("--help").out.find("hello"), std::string::npos);
  EXPECT_EQ(run("--help").out.find("hello"), std::string::npos);
}

TEST_F(ExternalCommand, UnknownCommandGetsTheNearestName) {
  const ProgramResult result = run_with_path("heloo");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.err, "tilewright: error: unknown command 'heloo'; did you mean 'hello'?\n");
  EXPECT_EQ(run_with_path("modl").err,
            "tilewright: error: unknown command 'modl'; did you mean 'model'?\n");
}

TEST_F(ExternalCommand, ThatOfThePackageSaysWhereItComesFrom) {
  for (const char* command : {"import model.onnx", "mcp", "report out"}) {
    const ProgramResult result = run_in("PATH=/bin", command);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_NE(result.err.find("it comes with the Python package"), std::string::npos) << result.err;
  }
}

TEST_F(ExternalCommand, OwnCommandsCannotBeReplaced) {
  script("bin/tilewright-map", "echo replaced\n");
  EXPECT_EQ(run_with_path("map --help").out.find("replaced"), std::string::npos);
}

TEST_F(ExternalCommand, OnlyExecutableFilesCount) {
  write("bin/tilewright-text", "no program");
  fs::create_directory(folder_ / "bin/tilewright-folder");
  for (const char* name : {"text", "folder", "../bin/tilewright-hello", "-"}) {
    const ProgramResult result = run_with_path(name);
    EXPECT_EQ(result.exit_code, 2) << name;
    EXPECT_EQ(result.out, "") << name;
  }
  EXPECT_EQ(run_with_path("--help").out.find("tilewright-text"), std::string::npos);
}

TEST_F(ExternalCommand, WhatCannotBeStartedIsNamed) {
  write("bin/tilewright-broken", "#!/no/such/interpreter\n");
  fs::permissions(folder_ / "bin/tilewright-broken", fs::perms::owner_all);
  const ProgramResult result = run_with_path("broken");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("bin/tilewright-broken': No such file"), std::string::npos)
      << result.err;
}

TEST_F(ExternalCommand, StandsBesideTheProgramOrInAnEmptyEntryOfPath) {
  fs::copy_file(kProgram, folder_ / "program");
  fs::rename(folder_ / "bin/tilewright-hello", folder_ / "tilewright-hello");
  const auto exit_code = [&](const std::string& command) {
    return WEXITSTATUS(std::system(("cd '" + folder_.string() + "' && " + command).c_str()));
  };
  EXPECT_EQ(exit_code("PATH=/bin ./program hello >out.txt"), 7);
  EXPECT_EQ(run_in("PATH=\"$PATH:\"", "hello").exit_code, 7);
  EXPECT_EQ(run_in("PATH=\"$PATH\"", "hello").exit_code, 2);
}

TEST_F(ExternalCommand, OfAWheelStandsInTheFolderOfScripts) {
  const fs::path inside = folder_ / "lib/python3.11/site-packages/tilewright.scripts";
  fs::create_directories(inside);
  fs::copy_file(kProgram, inside / "tilewright");
  const std::string command = "PATH=/none '" + (inside / "tilewright").string() + "' hello >'" +
                              (folder_ / "out.txt").string() + "'";
  EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 7);
}

}  // namespace
}  // namespace tilewright::testing
