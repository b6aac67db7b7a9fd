#include "model/spec/text_stream.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/error.hpp"

namespace tilewright::spec {
namespace {

constexpr std::size_t kPiece = 4096;  // bytes
// Each takes some 250 bytes in the parser.
constexpr std::size_t kFreeWaiting = 150'000;
constexpr std::size_t kBytesOfWaiting = 8;

// Bytes of the UTF-8 sequence that starts `text`, or 0 if it is none (or an overlong or
// surrogate one).
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first == 0) return 0;
  if (first < 0x80) return 1;
  const std::size_t length = first < 0xc2   ? 0
                             : first < 0xe0 ? 2
                             : first < 0xf0 ? 3
                             : first < 0xf5 ? 4
                                            : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const unsigned char second = byte(1);
  const bool bad = (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
                   (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f);
  return bad ? 0 : length;
}

bool is_structure(char c) { return std::string_view(",:[]{}").find(c) != std::string_view::npos; }

}  // namespace

void check_encoding(const std::string& file, std::string_view text) {
  Mark mark{file, 1, 1};
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = sequence_length(text.substr(i));
    if (length == 0) {
      throw SpecError(mark, fmt::format("byte 0x{:02x} is no UTF-8 text; specs are YAML in UTF-8",
                                        static_cast<unsigned char>(text[i])));
    }
    ++mark.column;
    if (text[i] == '\n') {
      ++mark.line;
      mark.column = 1;
    }
    i += length;
  }
}

TextStream::TextStream(const std::string& file, std::string_view text)
    : file_(file), rest_(text), most_waiting_(kFreeWaiting + text.size() / kBytesOfWaiting) {}

TextStream::int_type TextStream::underflow() {
  if (rest_.empty()) return traits_type::eof();
  const std::string_view piece = rest_.substr(0, kPiece);
  rest_.remove_prefix(piece.size());
  waiting_ += static_cast<std::size_t>(std::count_if(piece.begin(), piece.end(), is_structure));
  if (waiting_ > most_waiting_) {
    throw SpecError({file_, line_, 1},
                    fmt::format("a list or map in brackets, which might be a key, goes on for more "
                                "than {} brackets, commas and colons; write it as a block, an item "
                                "a line",
                                most_waiting_));
  }
  line_ += static_cast<int>(std::count(piece.begin(), piece.end(), '\n'));
  char* const begin = const_cast<char*>(piece.data());  // streambuf asks for it and only reads
  setg(begin, begin, begin + piece.size());
  return traits_type::to_int_type(*begin);
}

}  // namespace tilewright::spec
