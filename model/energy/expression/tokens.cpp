#include "model/energy/expression/tokens.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "model/energy/expression/expression.hpp"

namespace tilewright::energy {
namespace {

// Longer signs first.
constexpr std::array<std::string_view, 31> kSigns{
    "**", "//", "==", "!=", "<=", ">=", "<<", ">>", "+", "-", "*", "/", "%", "<", ">", "(",
    ")",  "[",  "]",  "{",  "}",  ",",  ":",  ".",  "~", "|", "&", "^", "=", "@", "!"};

constexpr std::size_t kMostTokens = 2000;  // a chain of operators is as deep as it is long

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view text) : text_(text) {}

  std::vector<Token> run() {
    std::vector<Token> tokens;
    while (skip_blanks(), at_ < text_.size()) {
      if (tokens.size() == kMostTokens) throw ExpressionError("it is too long");
      tokens.push_back(next());
    }
    tokens.emplace_back();
    return tokens;
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != text_.npos) ++at_;
  }
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  Token next() {
    const char c = peek();
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
    if (is_letter(c)) return name();
    if (c == '"' || c == '\'') return quoted(c);
    for (const auto sign : kSigns) {
      if (!text_.substr(at_).starts_with(sign)) continue;
      at_ += sign.size();
      return {Token::Kind::sign, std::string(sign), 0};
    }
    throw ExpressionError(fmt::format("'{}' has no meaning in an expression", c));
  }

  Token number() {
    const char* begin = text_.data() + at_;
    const char* end = text_.data() + text_.size();
    Token token{Token::Kind::number, "", 0};
    const char* last = nullptr;
    if (c_is_hex()) {
      std::uint64_t value = 0;
      last = std::from_chars(begin + 2, end, value, 16).ptr;
      token.number = static_cast<double>(value);
    } else {
      const auto result = std::from_chars(begin, end, token.number);
      if (result.ec != std::errc{}) throw ExpressionError("a number that is too large");
      last = result.ptr;
    }
    if (last != end && (is_letter(*last) || is_digit(*last))) {
      throw ExpressionError(fmt::format("'{}' follows a number", *last));
    }
    at_ += static_cast<std::size_t>(last - begin);
    return token;
  }
  bool c_is_hex() const { return peek() == '0' && (peek(1) == 'x' || peek(1) == 'X'); }

  Token name() {
    const std::size_t begin = at_;
    while (is_letter(peek()) || is_digit(peek())) ++at_;
    return {Token::Kind::name, std::string(text_.substr(begin, at_ - begin)), 0};
  }

  Token quoted(char quote) {
    Token token{Token::Kind::text, "", 0};
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == quote) {
        ++at_;
        return token;
      }
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      token.text += text_[at_];
    }
    throw ExpressionError("a text without its closing quote");
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<Token> tokenize(std::string_view text) { return Tokenizer(text).run(); }

}  // namespace tilewright::energy
