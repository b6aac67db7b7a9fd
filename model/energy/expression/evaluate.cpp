#include <fmt/format.h>

#include <algorithm>
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

// A text or list that was just made.
Value paid(Value value, const Evaluation& in) {
  in.allowance.spend(value);
  return value;
}

Value binary(const Node& node, const Evaluation& in) {
  const Value left = evaluate_expression(*node.children[0], in);
  const Value right = evaluate_expression(*node.children[1], in);
  const std::string& sign = node.text;
  if (sign == "+") return paid(add(left, right), in);
  if (sign == "~") return paid(left.to_string() + right.to_string(), in);
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

Value unary(const Node& node, const Evaluation& in) {
  const Value value = evaluate_expression(*node.children[0], in);
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

Value comparison(const Node& node, const Evaluation& in) {
  Value left = evaluate_expression(*node.children[0], in);
  for (std::size_t i = 0; i < node.operators.size(); ++i) {
    Value right = evaluate_expression(*node.children[i + 1], in);
    if (!compare(left, node.operators[i], right)) return false;
    left = std::move(right);
  }
  return true;
}

std::optional<Value> find_name(const std::string& name, const Evaluation& in) {
  auto value = in.scope.find(name);
  if (!value) return find_constant(name);
  in.allowance.spend(*value);
  return value;
}

Value name(const Node& node, const Evaluation& in) {
  if (auto value = find_name(node.text, in)) return std::move(*value);
  if (!in.suggests) throw ExpressionError(fmt::format("'{}' is not known", node.text));
  const auto known = in.scope.names();
  const auto near = nearest(node.text, known);
  throw ExpressionError(fmt::format("'{}' is not known{}", node.text,
                                    near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
}

Value call(const Node& node, const Evaluation& in) {
  ValueList arguments;
  for (const auto& child : node.children) arguments.push_back(evaluate_expression(*child, in));
  if (auto result = in.scope.call(node.text, arguments)) return paid(std::move(*result), in);
  if (auto result = call_function(node.text, arguments)) return paid(std::move(*result), in);
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

Value index(const Node& node, const Evaluation& in) {
  const Value owner = evaluate_expression(*node.children[0], in);
  const Value key = evaluate_expression(*node.children[1], in);
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

// The value, or nothing if there is none.
std::optional<Value> find_value(const Node& node, const Evaluation& in) {
  if (node.kind == Kind::name) return find_name(node.text, in);
  try {
    return evaluate_expression(node, {in.scope, in.allowance, false});
  } catch (const ExpressionError&) {
    return std::nullopt;
  }
}

// Jinja's `indent`: all lines but the first begin further right.
Value indented(const ValueList& arguments, const Evaluation& in) {
  constexpr double kUsual = 4;
  const double width = arguments.size() > 1 ? number_of(arguments[1], "indent") : kUsual;
  if (!(width >= 0 && width <= 1000)) throw ExpressionError("indent: expected 0 to 1000 blanks");
  std::string text;
  for (const char c : arguments[0].to_string()) {
    text += c;
    if (c == '\n') text.append(static_cast<std::size_t>(width), ' ');
  }
  return paid(std::move(text), in);
}

Value joined(const ValueList& arguments, const Evaluation& in) {
  const ValueList* list = arguments[0].list();
  if (list == nullptr) throw ExpressionError("join: expected a list");
  std::string text;
  for (std::size_t i = 0; i < list->size(); ++i) {
    if (i > 0 && arguments.size() > 1) text += arguments[1].to_string();
    text += (*list)[i].to_string();
  }
  return paid(std::move(text), in);
}

Value filter(const Node& node, const Evaluation& in) {
  const Node& operand = *node.children[0];
  if (node.text == "default" || node.text == "d") {
    if (auto value = find_value(operand, in)) return std::move(*value);
    return node.children.size() < 2 ? Value("") : evaluate_expression(*node.children[1], in);
  }
  ValueList arguments;
  for (const auto& child : node.children) arguments.push_back(evaluate_expression(*child, in));
  if (node.text == "string") return paid(arguments[0].to_string(), in);
  if (node.text == "length") return *call_function("len", arguments);
  if (node.text == "upper" || node.text == "lower") {
    std::string text = arguments[0].to_string();
    const bool up = node.text == "upper";
    for (char& c : text) c = static_cast<char>(up ? std::toupper(c) : std::tolower(c));
    return paid(std::move(text), in);
  }
  if (auto result = call_function(node.text, arguments)) return paid(std::move(*result), in);
  if (node.text == "indent") return indented(arguments, in);
  if (node.text == "join") return joined(arguments, in);
  if (node.text == "first" || node.text == "last") {
    const ValueList* list = arguments[0].list();
    if (list == nullptr || list->empty()) throw ExpressionError(node.text + " of no list");
    return node.text == "first" ? list->front() : list->back();
  }
  throw ExpressionError(fmt::format("the filter '{}' is not supported", node.text));
}

Value map(const Node& node, const Evaluation& in) {
  ValueMap result;
  for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
    result.emplace_back(evaluate_expression(*node.children[i], in).to_string(),
                        evaluate_expression(*node.children[i + 1], in));
  }
  return paid(std::move(result), in);
}

Value list(const Node& node, const Evaluation& in) {
  ValueList result;
  for (const auto& child : node.children) result.push_back(evaluate_expression(*child, in));
  return paid(std::move(result), in);
}

Value logical(const Node& node, const Evaluation& in) {
  Value left = evaluate_expression(*node.children[0], in);
  if (truth(left) == (node.text == "or")) return left;
  return evaluate_expression(*node.children[1], in);
}

// Whether it has signs or functions that nobody writes into a name.
bool is_arithmetic_expression(const Node& node) {
  const bool is_sum = node.kind == Kind::binary && node.text != "-" && node.text != "/";
  const bool is_known_call = node.kind == Kind::call && is_function(node.text);
  return is_sum || is_known_call || node.kind == Kind::conditional ||
         std::any_of(node.children.begin(), node.children.end(),
                     [](const auto& child) { return is_arithmetic_expression(*child); });
}

}  // namespace

Value evaluate_expression(const Node& node, const Evaluation& in) {
  switch (node.kind) {
    case Kind::constant:
      return node.value;
    case Kind::name:
      return name(node, in);
    case Kind::list:
      return list(node, in);
    case Kind::map:
      return map(node, in);
    case Kind::unary:
      return unary(node, in);
    case Kind::binary:
      return binary(node, in);
    case Kind::logical:
      return logical(node, in);
    case Kind::comparison:
      return comparison(node, in);
    case Kind::conditional: {
      const bool holds = truth(evaluate_expression(*node.children[1], in));
      return evaluate_expression(*node.children[holds ? 0 : 2], in);
    }
    case Kind::call:
      return call(node, in);
    case Kind::member:
      return member(evaluate_expression(*node.children[0], in), node.text);
    case Kind::index:
      return index(node, in);
    case Kind::filter:
      return filter(node, in);
    case Kind::defined:
      return find_value(*node.children[0], in).has_value();
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

Value Expression::evaluate(const Scope& scope, Allowance& allowance, bool suggests) const {
  return evaluate_expression(*root_, {scope, allowance, suggests});
}

Value Expression::evaluate(const Scope& scope) const {
  Allowance allowance;
  return evaluate(scope, allowance);
}

bool Expression::is_arithmetic() const { return is_arithmetic_expression(*root_); }

const Expression& ExpressionCache::parse(const std::string& text) {
  const auto it = parsed_.find(text);
  if (it != parsed_.end()) return it->second;
  constexpr std::size_t kMostLetters = 65536;  // of all texts; some 200 bytes each when parsed
  letters_ += text.size();
  if (letters_ > kMostLetters) {
    parsed_.clear();
    letters_ = text.size();
  }
  return parsed_.emplace(text, Expression(text)).first->second;
}

}  // namespace tilewright::energy
