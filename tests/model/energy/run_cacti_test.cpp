// The child process and the reading of its answer, against a script in CACTI's place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>

#include "model/energy/estimators/cacti.hpp"

namespace tilewright::energy {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class RunCacti : public testing::Test {
 protected:
  RunCacti() { fs::create_directories(folder_); }
  ~RunCacti() override { fs::remove_all(folder_); }

  std::string script(const std::string& body) const {
    const fs::path path = folder_ / "cacti";
    std::ofstream(path) << "#!/bin/sh\n" << body;
    fs::permissions(path, fs::perms::owner_all);
    return path.string();
  }
  static std::string error_of(const std::string& program) {
    return error_of([&] { run_cacti(program, {}); });
  }
  static std::string error_of(const std::function<void()>& call) {
    try {
      call();
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "no error";
  }

  fs::path folder_ =
      fs::temp_directory_path() / ("tilewright_run_cacti_" + std::to_string(::getpid()));
};

constexpr const char* kHeader =
    "Tech node (nm), Random cycle time (ns), Dynamic read energy (nJ), Dynamic write energy (nJ), "
    "Standby leakage per bank(mW), Area (mm2)";

TEST_F(RunCacti, ItsAnswerIsReadWithItsUnits) {
  // The script stands in the folder it is run in, and answers only what was asked.
  const std::string program = script(
      "test -f ./cacti && grep -q '^-size (bytes) 131072$' \"$2\" &&\n"
      "grep -q '^-technology (u) 0.045$' \"$2\" && grep -q '^-UCA bank count 4$' \"$2\" &&\n"
      "printf '%s\\n%s\\n' '" +
      std::string(kHeader) + "' '45, 1.65, 0.0322859, 0.026065, 0.00334, 0.4296' > \"$2.out\"\n");
  CactiQuestion question;
  question.technology = 45;
  question.size = 131072;
  question.block = 8;
  question.bus = 64;
  question.banks = 4;
  const CactiAnswer answer = run_cacti(program, question);
  EXPECT_DOUBLE_EQ(answer.read, 32.2859);
  EXPECT_DOUBLE_EQ(answer.write, 26.065);
  EXPECT_DOUBLE_EQ(answer.leakage, 0.00334);
  EXPECT_DOUBLE_EQ(answer.area, 429600);
  EXPECT_DOUBLE_EQ(answer.cycle, 1.65);
  EXPECT_DOUBLE_EQ(run_cacti(folder_.string(), question).read, 32.2859);  // its folder will do
}

TEST_F(RunCacti, AnAnswerThatTakesTooLongOrIsTooLongIsNone) {
  const std::string slow = script("sleep 1000\n");
  EXPECT_THAT(error_of([&] { run_cacti(slow, {}, std::chrono::milliseconds(100)); }),
              HasSubstr("has no answer within 0.1 s"));
  const std::string long_one = script("head -c 50000000 /dev/zero > \"$2.out\"\n");
  EXPECT_THAT(error_of(long_one), HasSubstr("is longer than 1048576 bytes"));
}

TEST_F(RunCacti, FailuresAreReasons) {
  EXPECT_THAT(error_of((folder_ / "nothing").string()), HasSubstr("cannot start"));
  EXPECT_THAT(error_of(script("exit 3\n")), HasSubstr("(exit code 3)"));
  EXPECT_THAT(error_of(script("exit 0\n")), HasSubstr("no answer for this memory"));
  EXPECT_THAT(error_of(script("echo 'Area (mm2)' > \"$2.out\"\n")), HasSubstr("wrote no answer"));
  EXPECT_THAT(error_of(script("printf 'Area (mm2)\\n1\\n' > \"$2.out\"\n")),
              HasSubstr("lacks 'Dynamic read energy (nJ)'"));
  EXPECT_THAT(error_of(script("printf 'Dynamic read energy (nJ)\\nmuch\\n' > \"$2.out\"\n")),
              HasSubstr("expected a number"));
}

}  // namespace
}  // namespace tilewright::energy
