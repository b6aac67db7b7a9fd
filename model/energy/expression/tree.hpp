#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/energy/expression/allowance.hpp"
#include "model/energy/expression/expression.hpp"

namespace tilewright::energy {

/// A node of a parsed expression. `text` is a name or an operator.
struct ExpressionNode {
  enum class Kind : std::uint8_t {
    constant,     // value
    name,         // text
    list,         // children
    map,          // children: key, value, key, value ...
    unary,        // text child
    binary,       // child text child
    logical,      // child and/or child
    comparison,   // child text child, child text child ...: children n+1, operators n
    conditional,  // child 0 if child 1 else child 2
    call,         // text (a function's name) of children
    member,       // child 0 . text
    index,        // child 0 [ child 1 ]
    filter,       // child 0 | text of the other children (Jinja)
    defined,      // child 0 is defined (Jinja)
  };

  Kind kind = Kind::constant;
  Value value;
  std::string text;
  std::vector<std::string> operators;
  std::vector<std::unique_ptr<ExpressionNode>> children;
};

/// \throws ExpressionError
std::unique_ptr<ExpressionNode> parse_expression(std::string_view text, Syntax syntax);

/// Where an expression is evaluated.
struct Evaluation {
  const Scope& scope;
  Allowance& allowance;
  bool suggests = true;  // names that may be meant, where one is not known: they take time
};

/// \throws ExpressionError
Value evaluate_expression(const ExpressionNode& node, const Evaluation& in);

}  // namespace tilewright::energy
