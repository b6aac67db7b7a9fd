#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>

#include "model/energy/value.hpp"

namespace tilewright::energy {

/// A text that is no expression, or one that has no value. The message says what is wrong with it.
class ExpressionError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What the names in an expression stand for.
class Scope {
 public:
  Scope() = default;
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  virtual ~Scope() = default;

  /// The value of a name, or nothing if there is none. Constants such as `pi` come after it.
  virtual std::optional<Value> find(std::string_view name) const = 0;
  /// The result of a function of the caller's own, or nothing: then the built-in ones are tried.
  virtual std::optional<Value> call(std::string_view /*name*/,
                                    const ValueList& /*arguments*/) const {
    return std::nullopt;
  }
  /// Names to suggest when one is not known.
  virtual std::vector<std::string> names() const { return {}; }
};

/// The values of attributes.
class AttributeScope : public Scope {
 public:
  explicit AttributeScope(const Attributes& attributes) : attributes_(attributes) {}
  std::optional<Value> find(std::string_view name) const override;
  std::vector<std::string> names() const override;

 private:
  const Attributes& attributes_;
};

/// Which language the text is in: Python's expressions, or those of Jinja templates, which have
/// `~`, filters (`x | default(1)`) and tests (`x is defined`) besides.
enum class Syntax : std::uint8_t { python, jinja };

struct ExpressionNode;
class Allowance;

/// A parsed expression: numbers, texts, truth values, lists, maps, Python's operators with its
/// precedence, `a if c else b`, `a.b` and `a[b]` of maps and lists, and the functions of Python's
/// `math` and a few more (`functions()` in functions.hpp). `log(x)` is the natural logarithm.
class Expression {
 public:
  /// \throws ExpressionError
  explicit Expression(std::string_view text, Syntax syntax = Syntax::python);
  Expression(Expression&&) noexcept;
  Expression& operator=(Expression&&) noexcept;
  ~Expression();

  /// `suggests`: the message about a name that is not known says which may be meant.
  /// \throws ExpressionError, also when it takes more than is allowed.
  Value evaluate(const Scope& scope, Allowance& allowance, bool suggests = true) const;
  Value evaluate(const Scope& scope) const;

  /// Whether it computes something: `64 + x` and `ceil(x)` do, the names `dual-port`, `a/b` and
  /// `8-bit`, which are expressions too, do not.
  bool is_arithmetic() const;

 private:
  std::unique_ptr<ExpressionNode> root_;
};

/// Parses every text once, as long as they are few.
class ExpressionCache {
 public:
  /// Valid until the next call. \throws ExpressionError
  const Expression& parse(const std::string& text);

 private:
  std::unordered_map<std::string, Expression> parsed_;
  std::size_t letters_ = 0;  // in all of them
};

}  // namespace tilewright::energy
