// measure SECONDS PROGRAM ARGUMENTS...: runs a program and tells what it took, as one line on
// standard output: CPU seconds, peak memory in KiB, exit code (128 + signal if one ended it). A
// program of its own, because a child's peak starts at the size of who forked it. SECONDS of CPU
// end it.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const pid_t child = fork();
  if (child < 0) return 1;
  if (child == 0) {
    const auto most = static_cast<rlim_t>(std::atoi(argv[1]));
    const rlimit limit{most, most};
    setrlimit(RLIMIT_CPU, &limit);
    if (std::freopen("out.txt", "w", stdout) == nullptr ||
        std::freopen("err.txt", "w", stderr) == nullptr) {
      _exit(1);
    }
    execv(argv[2], argv + 2);
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  if (wait4(child, &status, 0, &usage) != child) return 1;
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  std::printf("%.3f %ld %d\n", seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss,
              code);
  return 0;
}
