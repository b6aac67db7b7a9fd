// Every command ends soon after it is told to, at whatever moment, with what it has found so far.
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmath>
#include <iterator>
#include <optional>
#include <random>
#include <thread>

#include "program/run_program.hpp"

namespace tilewright::testing {
namespace {

namespace fs = std::filesystem;

#ifdef __SANITIZE_ADDRESS__
constexpr double kAllowed = 2;  // seconds of CPU
#else
constexpr double kAllowed = 1;
#endif

/// Inputs that make some phase long: many tiles, long loops, many levels, a large array.
constexpr const char* kMesh = R"(arch:
  arithmetic: {name: MAC, instances: 35, meshX: 7, meshY: 5, word-bits: 16}
  storage:
  - {name: Spad, entries: 64, instances: 35, meshX: 7, meshY: 5, word-bits: 16}
  - {name: Buffer, entries: 65536, instances: 1, word-bits: 16}
  - {name: DRAM, technology: DRAM, instances: 1, word-bits: 16}
)";
constexpr const char* kTall = R"(arch:
  arithmetic: {name: MAC, instances: 64, meshX: 8, meshY: 8, word-bits: 16}
  storage:
  - {name: L0, entries: 16, instances: 64, meshX: 8, meshY: 8, word-bits: 16}
  - {name: L1, entries: 64, instances: 64, meshX: 8, meshY: 8, word-bits: 16}
  - {name: L2, entries: 256, instances: 16, meshX: 4, meshY: 4, word-bits: 16}
  - {name: L3, entries: 1024, instances: 16, meshX: 4, meshY: 4, word-bits: 16}
  - {name: L4, entries: 8192, instances: 4, meshX: 2, meshY: 2, word-bits: 16}
  - {name: L5, entries: 65536, instances: 4, meshX: 2, meshY: 2, word-bits: 16}
  - {name: L6, entries: 524288, instances: 1, word-bits: 16}
  - {name: DRAM, technology: DRAM, instances: 1, word-bits: 16}
)";
constexpr const char* kWide = R"(arch:
  arithmetic: {name: MAC, instances: 65536, meshX: 256, meshY: 256, word-bits: 16}
  storage:
  - {name: Spad, entries: 512, instances: 65536, meshX: 256, meshY: 256, word-bits: 16}
  - {name: Row, entries: 4096, instances: 256, meshX: 256, meshY: 1, word-bits: 16}
  - {name: Buffer, entries: 1048576, instances: 1, word-bits: 16}
  - {name: DRAM, technology: DRAM, instances: 1, word-bits: 16}
)";
constexpr const char* kGrouped = R"(problem:
  shape:
    name: grouped
    dimensions: [N, G, M, C, P, Q, R, S]
    data-spaces:
    - {name: Weights, projection: [[[G]], [[M]], [[C]], [[R]], [[S]]]}
    - {name: Inputs, projection: [[[N]], [[G]], [[C]], [[R], [P]], [[S], [Q]]]}
    - {name: Outputs, projection: [[[N]], [[G]], [[M]], [[P]], [[Q]]], read-write: true}
  instance: {N: 60, G: 7, M: 12, C: 512, P: 17, Q: 5040, R: 55, S: 720}
)";
constexpr const char* kLong = R"(problem:
  shape:
    name: product
    dimensions: [M, N, K]
    data-spaces:
    - {name: A, projection: [[[M]], [[K]]]}
    - {name: B, projection: [[[K]], [[N]]]}
    - {name: Z, projection: [[[M]], [[N]]], read-write: true}
  instance: {M: 16777259, N: 50331653, K: 1000}
)";

double seconds(const timespec& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}
double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

/// The program, begun and on its way.
class Started {
 public:
  Started(const fs::path& folder, const std::vector<std::string>& arguments) {
    process_ = ::fork();
    if (process_ != 0) return;
    const int nowhere = ::open("/dev/null", O_RDWR);
    for (const int to : {0, 1, 2}) ::dup2(nowhere, to);
    std::vector<std::string> texts = arguments;
    std::vector<char*> words{const_cast<char*>(kProgram)};  // NOLINT: execv changes none of them
    for (std::string& text : texts) words.push_back(text.data());
    words.push_back(nullptr);
    if (::chdir(folder.c_str()) == 0) ::execv(kProgram, words.data());
    ::_exit(127);
  }

  // Seconds of CPU until now; nothing once it has ended.
  std::optional<double> used() const {
    clockid_t clock{};
    timespec time{};
    siginfo_t ended{};
    ::waitid(P_PID, static_cast<id_t>(process_), &ended, WEXITED | WNOHANG | WNOWAIT);
    if (ended.si_pid == process_ || ::clock_getcpuclockid(process_, &clock) != 0) return {};
    if (::clock_gettime(clock, &time) != 0) return {};
    return seconds(time);
  }
  void send(int signal) const { ::kill(process_, signal); }
  /// Seconds of CPU in all, that of its children included.
  double wait() {
    rusage usage{};
    ::wait4(process_, &status_, 0, &usage);
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
  }
  int status() const { return status_; }

 private:
  pid_t process_ = -1;
  int status_ = 0;
};

class Watchdog : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    write("mesh.yaml", kMesh);
    write("tall.yaml", kTall);
    write("wide.yaml", kWide);
    write("grouped.yaml", kGrouped);
    write("long.yaml", kLong);
  }

  static std::vector<std::string> words(const std::string& text) {
    std::istringstream in(text);
    return {std::istream_iterator<std::string>(in), {}};
  }

  /// Sends the signal after so many seconds of CPU. False if the program had ended before.
  bool stop(const std::string& command, double after, int signal) {
    fs::remove_all(folder_ / "out");
    Started started(folder_, words(command));
    std::optional<double> used = started.used();
    while (used && *used < after) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      used = started.used();
    }
    if (used) started.send(signal);
    const double total = started.wait();
    if (!used) return false;
    const int status = started.status();
    const bool by_signal = WIFSIGNALED(status) && WTERMSIG(status) == signal;
    const bool told = WIFEXITED(status) && WEXITSTATUS(status) == 128 + signal;
    EXPECT_TRUE(by_signal || told || (WIFEXITED(status) && WEXITSTATUS(status) == 0))
        << command << ": status " << status << " after " << *used << " s";
    EXPECT_LT(total - *used, kAllowed) << command << ": signal " << signal << " after " << *used;
    if (told && command.starts_with("map")) check_results(command);
    return true;
  }

  // What a map that was stopped leaves behind is whole, and says that it was stopped.
  void check_results(const std::string& command) const {
    ASSERT_TRUE(fs::exists(folder_ / "out" / "run.json")) << command;
    EXPECT_TRUE(read_json("out/run.json")["interrupted"]) << command;
    const nlohmann::json summary = read_json("out/summary.json");
    for (const auto& layer : summary["layers"]) {
      const std::string file = layer["files"].get<std::string>() + ".map.yaml";
      EXPECT_TRUE(fs::exists(folder_ / "out" / file)) << command;
    }
  }

  void stop_all(const std::vector<std::string>& commands, int times, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::uniform_real_distribution<double> exponent(-2.5, 0.3);  // 3 ms to 2 s
    int stopped = 0;
    for (int i = 0; i < times; ++i) {
      for (const std::string& command : commands) {
        stopped += stop(command, std::pow(10, exponent(random)), i % 2 == 0 ? SIGTERM : SIGINT);
      }
    }
    EXPECT_GT(stopped, 0);
  }
};

const std::vector<std::string> kSearches{
    "map mesh.yaml grouped.yaml -o out --quiet --imperfect",
    "map mesh.yaml long.yaml -o out --quiet --imperfect",
    "map tall.yaml grouped.yaml -o out --quiet --imperfect --searcher optimal",
    "map wide.yaml grouped.yaml -o out --quiet --searcher optimal",
    "map tall.yaml long.yaml -o out --quiet --searcher optimal",
    "map mesh.yaml grouped.yaml -o out --quiet --searcher portfolio --max-evaluated 1000000000",
    "map tall.yaml grouped.yaml -o out --quiet --searcher hybrid --max-evaluated 1000000000",
    "map arch.yaml conv.yaml -o out --quiet --searcher random --max-evaluated 1000000000",
};

TEST_F(Watchdog, ASearchEndsWhenASignalComes) { stop_all(kSearches, 1, 1); }
TEST_F(Watchdog, ASearchEndsWhenASignalComesLong) { stop_all(kSearches, 12, 2); }

// Those that have nothing to write end by the signal itself.
TEST_F(Watchdog, OtherCommandsEndWhenASignalComes) {
  const ProgramResult mapped = run("map mesh.yaml conv.yaml -o out --quiet");
  ASSERT_EQ(mapped.exit_code, 0) << mapped.err;
  fs::rename(folder_ / "out", folder_ / "proof");
  stop_all({"bound wide.yaml grouped.yaml", "model arch.yaml conv.yaml mapping.yaml",
            "network grouped.yaml", "energy tall.yaml", "verify proof/certificate.json"},
           3, 3);
}

TEST_F(Watchdog, VerifyEndsWhenASignalComesOrItsTimeIsOver) {
  const std::string specs = std::string(kSourceFolder) + "/specs/";
  const ProgramResult mapped = run("map " + specs + "arch/three_level.yaml " + specs +
                                   "network/alexnet.yaml -o proof --quiet --perfect");
  ASSERT_EQ(mapped.exit_code, 0) << mapped.err;
  stop_all({"verify proof"}, 4, 4);
  Started started(folder_, words("verify proof --time 20ms"));
  EXPECT_LT(started.wait(), 8 * 0.02 + kAllowed);  // layers
  EXPECT_TRUE(WIFEXITED(started.status()));
}

// The time of a layer counts from its mapspace on; what is read before takes no part of it.
TEST_F(Watchdog, ASearchEndsWhenItsTimeIsOver) {
  constexpr double kTime = 0.2;
  for (std::string command : kSearches) {
    command += " -j 1 --time 200ms";
    fs::remove_all(folder_ / "out");
    Started started(folder_, words(command));
    EXPECT_LT(started.wait(), kTime + kAllowed) << command;
    EXPECT_TRUE(WIFEXITED(started.status())) << command;
    // 3: the time was over before there was a mapping.
    EXPECT_TRUE(WEXITSTATUS(started.status()) == 0 || WEXITSTATUS(started.status()) == 3)
        << command << ": " << WEXITSTATUS(started.status());
  }
}

}  // namespace
}  // namespace tilewright::testing
