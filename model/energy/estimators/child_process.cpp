#include "model/energy/estimators/child_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <thread>

extern char** environ;  // NOLINT: POSIX

namespace tilewright::energy {
namespace {

// Reads process groups until its input ends; the last one, if any, is to be killed then.
constexpr const char* kGuard = R"(
while read -r next; do group=$next; done
[ -z "$group" ] || kill -9 "-$group"
[ -z "$1" ] || rm -rf -- "$1"
)";

/// What a child is started with; `posix_spawn` may be called by any thread.
class Spawn {
 public:
  explicit Spawn(short flags) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
    // Whoever blocks or ignores signals here does not mean the child.
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(
        &attributes_, static_cast<short>(flags | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
  }
  ~Spawn() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  Spawn(const Spawn&) = delete;
  Spawn& operator=(const Spawn&) = delete;

  // Descriptor `from` as the child's `to`; without one, nothing comes from it or goes there.
  void connect(int from, int to) {
    if (from >= 0) {
      ::posix_spawn_file_actions_adddup2(&actions_, from, to);
    } else {
      ::posix_spawn_file_actions_addopen(&actions_, to, "/dev/null", O_RDWR, 0);
    }
  }
  void enter(const std::string& folder) {
    if (!folder.empty()) ::posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
  }
  pid_t start(const std::vector<std::string>& command) {
    std::vector<std::string> texts = command;
    std::vector<char*> arguments;
    for (std::string& text : texts) arguments.push_back(text.data());
    arguments.push_back(nullptr);
    pid_t child = -1;
    const int error = ::posix_spawnp(&child, arguments.front(), &actions_, &attributes_,
                                     arguments.data(), environ);
    if (error != 0) throw std::system_error(error, std::generic_category());
    return child;
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

void reap(pid_t child) {
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

ChildProcess::ChildProcess(const ChildLaunch& launch) {
  start_guard(launch.scratch);
  try {
    start_program(launch);
  } catch (...) {
    end_guard();
    throw;
  }
}

ChildProcess::~ChildProcess() {
  if (program_ > 0) (void)collect();
  end_guard();
}

// In a session of its own, so that nothing sent to our group or terminal reaches it.
void ChildProcess::start_guard(const std::string& scratch) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    throw std::system_error(errno, std::generic_category());
  }
  guard_input_ = ends[0];
  try {
    Spawn spawn(POSIX_SPAWN_SETSID);
    spawn.connect(ends[1], STDIN_FILENO);
    spawn.connect(-1, STDOUT_FILENO);
    spawn.connect(-1, STDERR_FILENO);
    guard_ = spawn.start({"/bin/sh", "-c", kGuard, "tilewright-guard", scratch});
  } catch (...) {
    ::close(ends[0]);
    ::close(ends[1]);
    throw;
  }
  ::close(ends[1]);
}

void ChildProcess::start_program(const ChildLaunch& launch) {
  Spawn spawn(POSIX_SPAWN_SETPGROUP);
  spawn.connect(launch.input, STDIN_FILENO);
  spawn.connect(launch.output, STDOUT_FILENO);
  if (launch.quiet) spawn.connect(-1, STDERR_FILENO);
  spawn.enter(launch.folder);
  program_ = spawn.start(launch.command);
  const std::string group = std::to_string(program_) + "\n";
  (void)::send(guard_input_, group.data(), group.size(), MSG_NOSIGNAL);
}

// The group is gone, and another may get its number: the guard must not kill that.
void ChildProcess::end_guard() {
  program_ = -1;
  (void)::send(guard_input_, "\n", 1, MSG_NOSIGNAL);
  ::close(guard_input_);
  reap(guard_);
}

// While the number of the group is still its own, what it may have left behind ends as well.
int ChildProcess::collect() {
  ::kill(-program_, SIGKILL);
  int status = -1;
  const bool known = ::waitpid(program_, &status, 0) == program_;
  program_ = -1;
  return known && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::optional<int> ChildProcess::wait(std::chrono::milliseconds limit, const StopToken& stop) {
  using std::chrono::milliseconds;
  constexpr milliseconds kLongestPause{50};
  const auto end = std::chrono::steady_clock::now() + limit;
  for (milliseconds pause{1};; pause = std::min(2 * pause, kLongestPause)) {
    siginfo_t ended{};
    const int error =
        ::waitid(P_PID, static_cast<id_t>(program_), &ended, WEXITED | WNOHANG | WNOWAIT);
    if (ended.si_pid == program_ || (error != 0 && errno != EINTR)) return collect();
    if (std::chrono::steady_clock::now() >= end) return std::nullopt;
    stop.check();
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace tilewright::energy
