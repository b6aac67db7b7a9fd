#pragma once

#include <cstddef>
#include <streambuf>
#include <string>
#include <string_view>

namespace tilewright::spec {

/// \throws SpecError at the first byte that is no text in UTF-8.
void check_encoding(const std::string& file, std::string_view text);

/// A text as the YAML parser reads it, piece by piece. The parser keeps all that it has read of a
/// list or map in brackets which might turn out to be a key; this stream ends that before it fills
/// the memory.
class TextStream : public std::streambuf {
 public:
  TextStream(const std::string& file, std::string_view text);

  /// The parser has told what it read so far.
  void note_event() { waiting_ = 0; }

 protected:
  /// \throws SpecError
  int_type underflow() override;

 private:
  const std::string& file_;
  std::string_view rest_;
  std::size_t most_waiting_;
  std::size_t waiting_ = 0;  // brackets, commas and colons since the parser told something
  int line_ = 1;
};

}  // namespace tilewright::spec
