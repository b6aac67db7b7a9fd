#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>

#include "model/energy/estimator.hpp"

namespace tilewright::energy {

// What the built-in models read from a query, with the spellings of all versions taken out.

/// The first of these attributes that is there. \throws Declined naming the first otherwise.
double need(const Query& query, std::initializer_list<const char*> names);
/// The process node in nm. \throws Declined unless it is there and positive.
double node_of(const Query& query);
/// Bits of an operand or of a memory's port. \throws Declined unless at least 1.
double bits_of(const Query& query);
/// um of the attribute `length`, which may be written `2mm`. \throws Declined where it is missing.
double length_of(const Query& query);
/// Seconds of a clock cycle: `global_cycle_seconds`, or `latency` (`5ns`), or 5 ns.
double cycle_of(const Query& query);
/// Whether one of `names` is the action asked for.
bool is_action(const Query& query, std::initializer_list<std::string_view> names);
/// What a cycle takes without work, up to version 0.3. (`leak` follows from the leakage: registry.)
bool is_idle(const Query& query);
/// The share of a memory access that takes place: decoding the address is 30 % of it, the cells
/// 70 %. Up to version 0.3 `address_delta` counts banks.
double access_share(const Query& query);

/// Sign, exponent and mantissa of a floating-point component in bits.
struct FloatFormat {
  double exponent = 0;
  double mantissa = 0;  // the fraction, without the leading one
  double bits() const { return 1 + exponent + mantissa; }
  double significand() const { return mantissa + 1; }
  /// `fp16`, `bf16`, `fp32`, `fp64`, or "".
  std::string_view name() const;
};
/// Files count the leading one in `mantissa` or do not: 24 and 23 are both fp32.
/// \throws Declined where `exponent` or `mantissa` are missing.
FloatFormat float_format(const Query& query);

}  // namespace tilewright::energy
