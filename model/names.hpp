#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tilewright {

/// Whether two keys are the same but for hyphens and underscores: `word-bits` and `word_bits`.
bool same_key(std::string_view a, std::string_view b);

/// Whether two words are the same in capitals.
bool same_but_for_case(std::string_view a, std::string_view b);

/// The candidate closest to `name`, or nothing when none is close enough to be meant.
std::string_view nearest(std::string_view name, std::span<const std::string> candidates);

/// The end of a message about an unknown name: "; did you mean 'x'?" or "; expected a, b or c".
std::string hint(std::string_view name, std::span<const std::string> candidates);

/// "unknown WHAT 'NAME'" with the hint.
std::string unknown_name_message(std::string_view what, std::string_view name,
                                 std::span<const std::string_view> candidates);

}  // namespace tilewright
