#pragma once

#include <cstdint>

namespace tilewright::test {

/// How often the calling thread has asked for heap memory so far.
std::uint64_t allocation_count();

}  // namespace tilewright::test
