#pragma once

#include <cstddef>
#include <string_view>

namespace tilewright::spec {

/// The text without blanks at its ends.
std::string_view trimmed(std::string_view text);
/// What stands before the first blank.
std::string_view first_word(std::string_view text);
bool is_blank(char c);

/// One `{{ }}`, `{% %}` or `{# #}` of a Jinja template.
struct TemplateTag {
  char kind = '\0';                                  // '{', '%' or '#'; 0: there is none
  std::string_view inside;                           // what it says
  std::size_t begin = 0;                             // its first letter
  std::size_t end = 0;                               // behind it; npos: it does not end
  bool strips_before = false, strips_after = false;  // blanks around it go
};

/// The first tag from `at` on; without any, one that begins at the end of the text.
TemplateTag find_tag(std::string_view text, std::size_t at);

/// The `endfor` of a loop whose text begins at `at`, loops in it passed over; without any, no tag.
TemplateTag find_endfor(std::string_view text, std::size_t at);

}  // namespace tilewright::spec
