#pragma once

#include <string>
#include <string_view>

namespace tilewright {

/// The name that a message proposes, in the words of proposal(); else nothing. Errors and warnings
/// ask for it when they are made, so that a proposal arrives as a value for programs, too.
std::string suggestion_in(std::string_view message);

/// "did you mean 'NAME'?"
std::string proposal(std::string_view name);

}  // namespace tilewright
