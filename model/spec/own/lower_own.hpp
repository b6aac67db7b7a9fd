#pragma once

#include "model/spec/document.hpp"

namespace tilewright::spec {

/// The key that a file in Tilewright's own form begins with, and the version that is read.
inline constexpr const char* kOwnFormKey = "tilewright";
inline constexpr int kOwnFormVersion = 1;

/// Whether the document is in Tilewright's own form.
bool is_own_form(const Document& document);

/// Turns such a document into the sections of version 0.3 that it stands for, which stand where the
/// user's own keys stand. Others are left as they are. \throws SpecError
void lower_own_form(Document& document);

}  // namespace tilewright::spec
