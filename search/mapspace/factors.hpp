#pragma once

#include <array>
#include <cstdint>

#include "model/limits.hpp"
#include "model/nest/passes.hpp"

namespace tilewright {

/// A number per dimension.
using Factors = std::array<std::int64_t, kMaxDims>;

}  // namespace tilewright
