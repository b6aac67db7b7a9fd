#include <fmt/format.h>

#include <cmath>

#include "model/energy/expression/functions.hpp"
#include "model/energy/expression/tree.hpp"
#include "model/names.hpp"

namespace tilewright::energy {
namespace {

using Node = ExpressionNode;
using Kind = ExpressionNode::Kind;

double number_of(const Value& value, std::string_view sign) {
  if (const double* number = value.number()) return *number;
  if (const bool* flag = value.flag()) return *flag ? 1 : 0;
  throw ExpressionError(fmt::format("'{}' needs numbers, found '{}'", sign, value.to_string()));
}

double divisor(double value) {
  if (value == 0) throw ExpressionError("division by zero");
  return value;
}

double shift(double value, double bits) { return std::floor(value * std::exp2(bits)); }

Value add(const Value& left, const Value& right) {
  if (left.text() != nullptr && right.text() != nullptr) return *left.text() + *right.text();
  if (left.list() != nullptr && right.list() != nullptr) {
    ValueList joined = *left.list();
    joined.insert(joined.end(), right.list()->begin(), right.list()->end());
    return joined;
  }
  return number_of(left, "+") + number_of(right, "+");
}

Value binary(const Node& node, const Scope& scope) {
  const Value left = evaluate_expression(*node.children[0], scope);
  const Value right = evaluate_expression(*node.children[1], scope);
  const std::string& sign = node.text;
  if (sign == "+") return add(left, right);
  if (sign == "~") return left.to_string() + right.to_string();
  const double a = number_of(left, sign);
  const double b = number_of(right, sign);
  if (sign == "-") return a - b;
  if (sign == "*") return a * b;
  if (sign == "/") return a / divisor(b);
  if (sign == "//") return std::floor(a / divisor(b));
  if (sign == "%") return a - b * std::floor(a / divisor(b));
  if (sign == "<<") return shift(a, b);
  if (sign == ">>") return shift(a, -b);
  const double power = std::pow(a, b);
  if (!std::isfinite(power)) throw ExpressionError("'**' leaves the numbers");
  return power;
}

Value unary(const Node& node, const Scope& scope) {
  const Value value = evaluate_expression(*node.children[0], scope);
  if (node.text == "not") return !truth(value);
  const double number = number_of(value, node.text);
  return node.text == "-" ? -number : number;
}

bool contains(const Value& container, const Value& item) {
  if (const auto* list = container.list()) {
    for (const Value& candidate : *list) {
      if (candidate == item) return true;
    }
    return false;
  }
  if (const auto* map = container.map()) {
    for (const auto& entry : *map) {
      if (item.text() != nullptr && entry.first == *item.text()) return true;
    }
    return false;
  }
  if (container.text() != nullptr && item.text() != nullptr) {
    return container.text()->find(*item.text()) != std::string::npos;
  }
  throw ExpressionError(
      fmt::format("'in' needs a list, a map or a text, found '{}'", container.to_string()));
}

bool compare(const Value& left, const std::string& sign, const Value& right) {
  if (sign == "==" || sign == "is") return left == right;
  if (sign == "!=" || sign == "is not") return !(left == right);
  if (sign == "in") return contains(right, left);
  if (sign == "not in") return !contains(right, left);
  int order = 0;
  if (left.text() != nullptr && right.text() != nullptr) {
    order = left.text()->compare(*right.text());
  } else {
    const double a = number_of(left, sign);
    const double b = number_of(right, sign);
    if (std::isnan(a) || std::isnan(b)) return false;
    order = a < b ? -1 : (a > b ? 1 : 0);
  }
  if (sign == "<") return order < 0;
  if (sign == "<=") return order <= 0;
  return sign == ">" ? order > 0 : order >= 0;
}

Value comparison(const Node& node, const Scope& scope) {
  Value left = evaluate_expression(*node.children[0], scope);
  for (std::size_t i = 0; i < node.operators.size(); ++i) {
    Value right = evaluate_expression(*node.children[i + 1], scope);
    if (!compare(left, node.operators[i], right)) return false;
    left = std::move(right);
  }
  return true;
}

std::optional<Value> find_name(const std::string& name, const Scope& scope) {
  auto value = scope.find(name);
  return value ? value : find_constant(name);
}

Value name(const Node& node, const Scope& scope) {
  if (auto value = find_name(node.text, scope)) return std::move(*value);
  const auto known = scope.names();
  const auto near = nearest(node.text, known);
  throw ExpressionError(fmt::format("'{}' is not known{}", node.text,
                                    near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
}

Value call(const Node& node, const Scope& scope) {
  ValueList arguments;
  for (const auto& child : node.children) arguments.push_back(evaluate_expression(*child, scope));
  if (auto result = scope.call(node.text, arguments)) return std::move(*result);
  if (auto result = call_function(node.text, arguments)) return std::move(*result);
  const auto known = function_names();
  const auto near = nearest(node.text, known);
  throw ExpressionError(fmt::format("there is no function '{}'{}", node.text,
                                    near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
}

Value member(const Value& owner, const std::string& key) {
  if (const auto* map = owner.map()) {
    for (const auto& [name, value] : *map) {
      if (name == key) return value;
    }
  }
  throw ExpressionError(fmt::format("there is no '{}' in it", key));
}

Value index(const Node& node, const Scope& scope) {
  const Value owner = evaluate_expression(*node.children[0], scope);
  const Value key = evaluate_expression(*node.children[1], scope);
  if (owner.map() != nullptr) return member(owner, key.to_string());
  const auto* list = owner.list();
  if (list == nullptr) {
    throw ExpressionError(fmt::format("'{}' has no parts to choose from", owner.to_string()));
  }
  double at = number_of(key, "[]");
  const auto size = static_cast<double>(list->size());
  if (at < 0) at += size;
  if (!(at >= 0 && at < size) || std::floor(at) != at) {
    throw ExpressionError(
        fmt::format("the list has {} items, none is [{}]", list->size(), key.to_string()));
  }
  return (*list)[static_cast<std::size_t>(at)];
}

bool is_defined(const Node& node, const Scope& scope) {
  if (node.kind == Kind::name) return find_name(node.text, scope).has_value();
  try {
    (void)evaluate_expression(node, scope);
    return true;
  } catch (const ExpressionError&) {
    return false;
  }
}

Value filter(const Node& node, const Scope& scope) {
  const Node& operand = *node.children[0];
  if (node.text == "default" || node.text == "d") {
    if (is_defined(operand, scope)) return evaluate_expression(operand, scope);
    return node.children.size() < 2 ? Value("") : evaluate_expression(*node.children[1], scope);
  }
  ValueList arguments;
  for (const auto& child : node.children) arguments.push_back(evaluate_expression(*child, scope));
  if (node.text == "string") return arguments[0].to_string();
  if (node.text == "length") return *call_function("len", arguments);
  if (node.text == "upper" || node.text == "lower") {
    std::string text = arguments[0].to_string();
    const bool up = node.text == "upper";
    for (char& c : text) c = static_cast<char>(up ? std::toupper(c) : std::tolower(c));
    return text;
  }
  if (auto result = call_function(node.text, arguments)) return std::move(*result);
  throw ExpressionError(fmt::format("the filter '{}' is not supported", node.text));
}

Value map(const Node& node, const Scope& scope) {
  ValueMap result;
  for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
    result.emplace_back(evaluate_expression(*node.children[i], scope).to_string(),
                        evaluate_expression(*node.children[i + 1], scope));
  }
  return result;
}

Value list(const Node& node, const Scope& scope) {
  ValueList result;
  for (const auto& child : node.children) result.push_back(evaluate_expression(*child, scope));
  return result;
}

Value logical(const Node& node, const Scope& scope) {
  Value left = evaluate_expression(*node.children[0], scope);
  if (truth(left) == (node.text == "or")) return left;
  return evaluate_expression(*node.children[1], scope);
}

}  // namespace

Value evaluate_expression(const Node& node, const Scope& scope) {
  switch (node.kind) {
    case Kind::constant:
      return node.value;
    case Kind::name:
      return name(node, scope);
    case Kind::list:
      return list(node, scope);
    case Kind::map:
      return map(node, scope);
    case Kind::unary:
      return unary(node, scope);
    case Kind::binary:
      return binary(node, scope);
    case Kind::logical:
      return logical(node, scope);
    case Kind::comparison:
      return comparison(node, scope);
    case Kind::conditional: {
      const bool holds = truth(evaluate_expression(*node.children[1], scope));
      return evaluate_expression(*node.children[holds ? 0 : 2], scope);
    }
    case Kind::call:
      return call(node, scope);
    case Kind::member:
      return member(evaluate_expression(*node.children[0], scope), node.text);
    case Kind::index:
      return index(node, scope);
    case Kind::filter:
      return filter(node, scope);
    case Kind::defined:
      return is_defined(*node.children[0], scope);
  }
  throw ExpressionError("an unknown kind of expression");
}

std::optional<Value> AttributeScope::find(std::string_view name) const {
  const Value* value = attributes_.find(name);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

std::vector<std::string> AttributeScope::names() const {
  std::vector<std::string> result;
  for (const auto& entry : attributes_) result.push_back(entry.first);
  return result;
}

Expression::Expression(std::string_view text, Syntax syntax)
    : root_(parse_expression(text, syntax)) {}
Expression::Expression(Expression&&) noexcept = default;
Expression& Expression::operator=(Expression&&) noexcept = default;
Expression::~Expression() = default;

Value Expression::evaluate(const Scope& scope) const { return evaluate_expression(*root_, scope); }

Value ExpressionCache::evaluate(const std::string& text, const Scope& scope) {
  const auto it = parsed_.find(text);
  if (it != parsed_.end()) return it->second.evaluate(scope);
  return parsed_.emplace(text, Expression(text)).first->second.evaluate(scope);
}

}  // namespace tilewright::energy
