#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "model/stop_token.hpp"

namespace tilewright::energy {

/// Time for one answer of a program, if the user gives none.
inline constexpr std::chrono::milliseconds kAnswerTime{120'000};

/// How to start a program that answers questions. Without a descriptor its input and output are
/// empty.
struct ChildLaunch {
  std::vector<std::string> command;  // looked for on the path
  std::string folder;                // that it runs in; empty = this one
  int input = -1;                    // descriptors that become its standard input and output
  int output = -1;
  bool quiet = false;   // its messages are nobody's business
  std::string scratch;  // a folder that goes with it, if there is one
};

/// A program that runs beside this one, in a process group of its own. It ends with this object,
/// and, whatever happens to this program, with this program: a guard, which is another child, waits
/// for its input to close, then kills the group and removes the scratch folder. (Linux's own means,
/// PR_SET_PDEATHSIG, is about the thread that started a child.)
class ChildProcess {
 public:
  /// \throws std::system_error if the program cannot be started.
  explicit ChildProcess(const ChildLaunch& launch);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// Its exit code, -1 if a signal ended it; nothing if it runs for longer than `limit`.
  /// \throws Stopped
  std::optional<int> wait(std::chrono::milliseconds limit, const StopToken& stop = {});

 private:
  void start_guard(const std::string& scratch);
  void start_program(const ChildLaunch& launch);
  int collect();
  void end_guard();

  pid_t guard_ = -1;
  int guard_input_ = -1;
  pid_t program_ = -1;  // and its group; -1 once it has ended
};

}  // namespace tilewright::energy
