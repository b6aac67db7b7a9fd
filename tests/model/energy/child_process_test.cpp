#include "model/energy/estimators/child_process.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <system_error>
#include <thread>

namespace tilewright::energy {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

ChildLaunch shell(const std::string& script) {
  return {.command = {"/bin/sh", "-c", script}, .quiet = true};
}

bool becomes_true(const std::function<bool()>& condition) {
  constexpr int kTries = 400;
  for (int i = 0; i < kTries; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(milliseconds(10));
  }
  return false;
}

// A process that nobody has fetched yet is as good as gone.
bool is_gone(pid_t process) {
  std::ifstream in("/proc/" + std::to_string(process) + "/stat");
  std::string text;
  std::getline(in, text);
  const auto name_end = text.rfind(')');
  return name_end == std::string::npos || text.substr(name_end + 2, 1) == "Z";
}

class ChildProcessTest : public testing::Test {
 protected:
  ChildProcessTest() {
    std::string name = fs::temp_directory_path() / "tilewright-child-XXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~ChildProcessTest() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  // Starts a process of its own, and tells its number in a file.
  std::string spreading() const {
    return "sleep 1000 & echo $! > '" + file("new") + "'; mv '" + file("new") + "' '" +
           file("number") + "'; wait";
  }
  std::string file(const char* name) const { return (folder_ / name).string(); }
  pid_t told_number() const {
    EXPECT_TRUE(becomes_true([&] { return fs::exists(file("number")); }));
    pid_t number = -1;
    std::ifstream(file("number")) >> number;
    return number;
  }

  fs::path folder_;
};

TEST_F(ChildProcessTest, ItsExitCodeIsTold) {
  EXPECT_EQ(ChildProcess(shell("exit 0")).wait(milliseconds(5000)), 0);
  EXPECT_EQ(ChildProcess(shell("exit 7")).wait(milliseconds(5000)), 7);
  EXPECT_EQ(ChildProcess(shell("kill -9 $$")).wait(milliseconds(5000)), -1);
  EXPECT_THROW(ChildProcess({.command = {"/nowhere/at/all"}}), std::system_error);
}

TEST_F(ChildProcessTest, WhatTakesTooLongEndsWithAllThatItStarted) {
  pid_t number = -1;
  {
    ChildProcess child(shell(spreading()));
    EXPECT_EQ(child.wait(milliseconds(20)), std::nullopt);
    number = told_number();
  }
  EXPECT_TRUE(becomes_true([&] { return is_gone(number); }));
}

TEST_F(ChildProcessTest, WhatItLeavesBehindEndsWithIt) {
  ChildProcess child(shell("(" + spreading() + ") & while [ ! -e '" + file("number") +
                           "' ]; do sleep 0.01; done"));
  EXPECT_EQ(child.wait(milliseconds(5000)), 0);
  const pid_t number = told_number();
  EXPECT_TRUE(becomes_true([&] { return is_gone(number); }));
}

TEST_F(ChildProcessTest, ItsScratchFolderGoesWithIt) {
  fs::create_directory(file("scratch"));
  std::ofstream(file("scratch") + "/answer") << "1";
  ChildLaunch launch = shell("exit 0");
  launch.scratch = file("scratch");
  { ChildProcess child(launch); }
  EXPECT_FALSE(fs::exists(file("scratch")));
}

// However the program ends, a signal that nobody can catch included.
TEST_F(ChildProcessTest, ItEndsWithTheProgramThatStartedIt) {
  for (const int signal : {SIGKILL, SIGTERM, SIGSEGV}) {
    fs::remove(file("number"));
    fs::create_directory(file("scratch"));
    const pid_t owner = ::fork();
    if (owner == 0) {
      ::signal(signal, SIG_DFL);
      ChildLaunch launch = shell(spreading());
      launch.scratch = file("scratch");
      const ChildProcess child(launch);
      for (;;) ::pause();
    }
    const pid_t number = told_number();
    ::kill(owner, signal);
    ::waitpid(owner, nullptr, 0);
    EXPECT_TRUE(becomes_true([&] { return is_gone(number); })) << signal;
    EXPECT_TRUE(becomes_true([&] { return !fs::exists(file("scratch")); })) << signal;
  }
}

}  // namespace
}  // namespace tilewright::energy
