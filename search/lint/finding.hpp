#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/error.hpp"

namespace tilewright::lint {

/// How grave a finding is: nothing can run; results are probably not what was meant; good to know.
enum class Severity : std::uint8_t { error, warning, note };
std::string_view name(Severity severity);

/// What `tilewright check` has to say of a spec.
struct Finding {
  Severity severity = Severity::note;
  std::string_view code;   // a word that stays the same; docs/check.md lists them
  Mark mark;               // file empty: of no place in particular
  std::string message;     // for people, without the place
  std::string suggestion;  // what to do about it, or the name that was meant; or nothing
};

/// The codes of findings that are not warnings of the readers.
inline constexpr std::string_view kUnreadable = "bad_spec";
inline constexpr std::string_view kContradiction = "contradiction";
inline constexpr std::string_view kFactors = "factors_exclude";
inline constexpr std::string_view kCapacity = "capacity_too_small";
inline constexpr std::string_view kNeverBinds = "never_binds";
inline constexpr std::string_view kUnusable = "unusable_level";
inline constexpr std::string_view kBandwidth = "bandwidth_cap";
inline constexpr std::string_view kNoPrice = "no_price";
inline constexpr std::string_view kOddPrice = "odd_price";
inline constexpr std::string_view kNoEffect = "dimension_without_effect";
inline constexpr std::string_view kWaste = "wasted_array";

/// All of them.
const std::vector<std::string_view>& own_codes();

}  // namespace tilewright::lint
