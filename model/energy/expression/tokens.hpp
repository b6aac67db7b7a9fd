#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tilewright::energy {

struct Token {
  enum class Kind : std::uint8_t { number, text, name, sign, end };
  Kind kind = Kind::end;
  std::string text;   // without the quotes
  double number = 0;  // of a number

  bool is(std::string_view sign_or_word) const {
    return (kind == Kind::sign || kind == Kind::name) && text == sign_or_word;
  }
};

/// The tokens of an expression, the last one of kind `end`. \throws ExpressionError
std::vector<Token> tokenize(std::string_view text);

}  // namespace tilewright::energy
