#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/error.hpp"

namespace tilewright {

/// Whether what is odd may change a result: a value that is not understood does, a setting that
/// only another program knows does not.
enum class Effect : std::uint8_t { on_results, none };

/// What kind of oddity a warning is about, for programs: docs/errors.md says more.
namespace odd {
inline constexpr std::string_view kSpec = "odd_spec";
inline constexpr std::string_view kUnreadKey = "unread_key";
inline constexpr std::string_view kRepeatedKey = "repeated_key";
inline constexpr std::string_view kUnknownValue = "unknown_value";
inline constexpr std::string_view kIgnored = "ignored_setting";
inline constexpr std::string_view kWithoutEffect = "without_effect";
inline constexpr std::string_view kAssumed = "assumed_value";
inline constexpr std::string_view kAssumedNode = "assumed_node";
inline constexpr std::string_view kUnpriced = "unpriced";
inline constexpr std::string_view kMapper = "mapper_setting";
}  // namespace odd

/// Something odd in a spec that does not stop the run, e.g. an unknown key.
struct Warning {
  Mark mark;
  std::string message;
  std::string_view code = odd::kSpec;  // one of those in `odd`
  Effect effect = Effect::on_results;
  std::string about =
      {};  // the component or layer with whose name, and a colon, the message begins
  std::string suggestion = suggestion_in(message);

  /// `file:line:column: message`
  std::string text() const { return SpecError::locate(mark) + message; }
};

/// Those that may change results first, otherwise in the order given. What is said of several
/// components in the same words is said once, at the place of the first, with their names.
std::vector<Warning> arranged(const std::vector<Warning>& warnings);

}  // namespace tilewright
