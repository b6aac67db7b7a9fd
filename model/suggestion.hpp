#pragma once

#include <string>
#include <string_view>

namespace tilewright {

/// The name that a message proposes: what `nearest` found last in this thread, if the message asks
/// whether it was meant; else nothing. Errors and warnings ask for it when they are made, so that
/// a proposal, which on its way is part of a text, arrives as a value for programs, too.
std::string suggestion_in(std::string_view message);

/// "did you mean 'NAME'?"
std::string proposal(std::string_view name);

}  // namespace tilewright
