#pragma once

#include <string>

#include "model/big_int.hpp"
#include "model/report/numbers.hpp"
#include "search/mapspace/mapspace.hpp"

namespace tilewright {

/// A mapspace size in short: "0", "123456", "1.23e+45".
std::string short_form(const BigInt& number);

/// A mapspace before and after the removal of redundant orders: "1.23e+45 -> 6.78e+40". With
/// imperfect factors, which nobody counts: "more than 1.23e+45".
std::string short_form(const MapspaceSize& size);

}  // namespace tilewright
