#pragma once

#include <string>

#include "model/spec/document.hpp"

namespace tilewright::spec {

/// A section of a file as YAML, without comments.
std::string write_section(const Entry& entry);

/// A whole document, with its tags and quotes: parse_document() makes the same of it, without the
/// files that it includes.
std::string write_document(const Document& document);

}  // namespace tilewright::spec
