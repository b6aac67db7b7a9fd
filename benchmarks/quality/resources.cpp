#include "quality/resources.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <system_error>

namespace tilewright::benchmarks {
namespace {

/// What a child process tells its parent.
struct Measured {
  std::uint64_t evaluated = 0;
  double seconds = 0;
  double base_mib = 0;
  double peak_mib = 0;
};

double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;  // KiB on Linux
}

Measured search(const std::string& arch, const std::string& layer, int threads, double seconds) {
  const Contest contest(arch, layer);
  Measured measured{.base_mib = peak_mib()};
  const Run run = record(contest, "portfolio", {.threads = threads}, seconds, 0);
  measured.evaluated = run.evaluated;
  measured.seconds = run.seconds;
  measured.peak_mib = peak_mib();
  return measured;
}

// A child's answer fits into one write to a pipe.
Measured search_apart(const std::string& arch, const std::string& layer, int threads,
                      double seconds) {
  int ends[2];
  if (pipe(ends) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  const pid_t child = fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child == 0) {
    const Measured measured = search(arch, layer, threads, seconds);
    const bool told = write(ends[1], &measured, sizeof measured) == sizeof measured;
    _exit(told ? 0 : 1);
  }
  close(ends[1]);
  Measured measured;
  const bool heard = read(ends[0], &measured, sizeof measured) == sizeof measured;
  close(ends[0]);
  int status = 0;
  if (waitpid(child, &status, 0) != child || status != 0 || !heard) {
    throw std::runtime_error("a search in a process of its own failed");
  }
  return measured;
}

}  // namespace

Resources measure(const std::string& arch, const std::string& layer, double seconds) {
  Resources resources{.arch = arch};
  for (const int threads : kThreads) {
    const Measured measured = search_apart(arch, layer, threads, seconds);
    resources.rates.push_back(static_cast<double>(measured.evaluated) / measured.seconds);
    resources.base_mib = measured.base_mib;
    resources.short_mib = measured.peak_mib;  // in the end: of as many threads as the long run
    resources.short_evaluated = measured.evaluated;
  }
  const Measured longer = search_apart(arch, layer, kThreads[1], 4 * seconds);
  resources.long_mib = longer.peak_mib;
  resources.long_evaluated = longer.evaluated;
  return resources;
}

}  // namespace tilewright::benchmarks
