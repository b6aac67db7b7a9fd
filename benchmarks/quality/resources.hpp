#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "quality/contest.hpp"

namespace tilewright::benchmarks {

/// What the portfolio needs of the machine.
struct Resources {
  std::string arch;
  std::vector<double> rates;  // mappings per second, one per entry of `kThreads`
  double base_mib = 0;        // peak memory of the process before the search
  double short_mib = 0;       // and after t seconds
  double long_mib = 0;        // and after 4 t
  std::uint64_t short_evaluated = 0;
  std::uint64_t long_evaluated = 0;
};

inline constexpr int kThreads[] = {1, 2};

/// Searches in processes of their own, so that one peak does not hide another. Must be called
/// before this process has threads.
Resources measure(const std::string& arch, const std::string& layer, double seconds);

}  // namespace tilewright::benchmarks
