#pragma once

#include <cstdint>
#include <limits>

#include "model/error.hpp"

namespace tilewright {

/// Of memory, in bytes.
inline constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

/// Something would take more memory than a user allows, by its counted size.
class MemoryLimit : public UsageError {
 public:
  using UsageError::UsageError;
};

}  // namespace tilewright
