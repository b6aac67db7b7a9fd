#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tilewright {

/// The candidate with the fewest typing errors from `text`; empty when there is no candidate.
std::string_view nearest_name(std::string_view text, std::span<const std::string_view> candidates);

/// "unknown WHAT 'TEXT'; did you mean 'NEAREST'? (one of: a, b, c)".
std::string unknown_name_message(std::string_view what, std::string_view text,
                                 std::span<const std::string_view> candidates);

}  // namespace tilewright
