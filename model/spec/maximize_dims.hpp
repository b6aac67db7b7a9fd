#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace tilewright::spec {

/// The factors, one per size, that fill a fan-out or a capacity best, by the rules of Timeloop's
/// front end for `maximize_dims`: primes of the sizes whose product is largest, or for a size
/// beyond what is left a factor that need not divide it, judged by the mean use of its passes. The
/// first of equals counts. Nothing if there are too many ways to look at.
std::optional<std::vector<std::int64_t>> best_fill(const std::vector<std::int64_t>& sizes,
                                                   std::int64_t capacity);

}  // namespace tilewright::spec
