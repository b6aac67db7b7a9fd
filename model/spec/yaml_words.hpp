#pragma once

#include <string>

namespace tilewright::spec {

/// What a message of the YAML parser means to whoever wrote the file; the message itself where that
/// is plain enough.
std::string in_plain_words(const std::string& message);

}  // namespace tilewright::spec
