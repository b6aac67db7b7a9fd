#pragma once

#include <cstdint>
#include <functional>

#include "search/small_spaces.hpp"

namespace tilewright::test {

/// Visits every mapping of a space, one by one: all factors that multiply to the bounds (with
/// `whole`; otherwise to more than one of them), all ways to keep dataspaces, and all orders of all
/// loops in time and along X and Y. Nothing is taken to be equal to anything else. False if it has
/// more than `most`.
bool for_each_mapping(const SmallSpace& small, bool whole, std::uint64_t most,
                      const std::function<void(const Mapping&)>& visit);

}  // namespace tilewright::test
