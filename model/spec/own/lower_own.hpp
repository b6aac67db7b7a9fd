#pragma once

#include <vector>

#include "model/spec/document.hpp"

namespace tilewright::spec {

/// The key that a file in Tilewright's own form begins with, and the version that is read.
inline constexpr const char* kOwnFormKey = "tilewright";
inline constexpr int kOwnFormVersion = 1;

/// Whether the document is in Tilewright's own form.
bool is_own_form(const Document& document);

/// Turns such a document into the sections of version 0.3 that it stands for, which stand where the
/// user's own keys stand; others are left as they are. `warnings`: of parsing it; what YAML lets
/// pass is an error here. \returns whether it is in Tilewright's own form \throws SpecError
bool lower_own_form(Document& document, const std::vector<Warning>& warnings);

}  // namespace tilewright::spec
