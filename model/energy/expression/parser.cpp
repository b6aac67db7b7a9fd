// Precedence climbing over Python's operators.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "model/energy/expression/tokens.hpp"
#include "model/energy/expression/tree.hpp"

namespace tilewright::energy {
namespace {

using Node = ExpressionNode;
using NodePtr = std::unique_ptr<ExpressionNode>;
using Kind = ExpressionNode::Kind;

constexpr int kDeepest = 100;  // nesting; protects the stack from hostile files

// Binary operators from the loosest to the tightest. `~` is Jinja's.
constexpr std::array<std::array<std::string_view, 4>, 4> kBinary{{
    {"~", "", "", ""},
    {"<<", ">>", "", ""},
    {"+", "-", "", ""},
    {"*", "/", "//", "%"},
}};

NodePtr make(Kind kind, std::string text = "") {
  auto node = std::make_unique<Node>();
  node->kind = kind;
  node->text = std::move(text);
  return node;
}

template <class... Children>
NodePtr make(Kind kind, std::string text, NodePtr first, Children... rest) {
  auto node = make(kind, std::move(text));
  node->children.push_back(std::move(first));
  (node->children.push_back(std::move(rest)), ...);
  return node;
}

NodePtr constant(Value value) {
  auto node = make(Kind::constant);
  node->value = std::move(value);
  return node;
}

class Parser {
 public:
  Parser(std::string_view text, Syntax syntax) : tokens_(tokenize(text)), syntax_(syntax) {}

  NodePtr run() {
    auto node = conditional();
    if (current().kind != Token::Kind::end) unexpected();
    return node;
  }

 private:
  // Counts how deep the parser is.
  struct Depth {
    explicit Depth(int& depth) : depth_(depth) {
      if (++depth_ > kDeepest) throw ExpressionError("too deeply nested");
    }
    ~Depth() { --depth_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
    int& depth_;
  };

  const Token& current() const { return tokens_[at_]; }
  const Token& ahead() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  bool accept(std::string_view text) {
    if (!current().is(text)) return false;
    ++at_;
    return true;
  }
  void expect(std::string_view text) {
    if (!accept(text)) unexpected(fmt::format("; expected '{}'", text));
  }
  [[noreturn]] void unexpected(const std::string& hint = "") const {
    if (current().kind == Token::Kind::end) throw ExpressionError("it ends too early" + hint);
    throw ExpressionError(fmt::format(
        "'{}' is not expected here{}",
        current().kind == Token::Kind::number ? number_text(current().number) : current().text,
        hint));
  }

  NodePtr conditional() {
    const Depth depth(depth_);
    auto value = disjunction();
    if (!accept("if")) return value;
    auto condition = disjunction();
    NodePtr otherwise;
    if (accept("else")) {
      otherwise = conditional();
    } else if (syntax_ == Syntax::jinja) {
      otherwise = constant(Value());
    } else {
      expect("else");
    }
    return make(Kind::conditional, "", std::move(value), std::move(condition),
                std::move(otherwise));
  }

  NodePtr disjunction() {
    auto left = conjunction();
    while (accept("or")) left = make(Kind::logical, "or", std::move(left), conjunction());
    return left;
  }

  NodePtr conjunction() {
    auto left = negation();
    while (accept("and")) left = make(Kind::logical, "and", std::move(left), negation());
    return left;
  }

  NodePtr negation() {
    const Depth depth(depth_);
    if (accept("not")) return make(Kind::unary, "not", negation());
    return comparison();
  }

  std::string accept_comparison() {
    for (const auto sign : {"==", "!=", "<=", ">=", "<", ">", "in"}) {
      if (accept(sign)) return sign;
    }
    if (current().is("not") && ahead().is("in")) {
      at_ += 2;
      return "not in";
    }
    if (syntax_ == Syntax::python && accept("is")) return accept("not") ? "is not" : "is";
    return "";
  }

  NodePtr comparison() {
    auto left = binary(0);
    if (syntax_ == Syntax::jinja && accept("is")) return test(std::move(left));
    std::string sign = accept_comparison();
    if (sign.empty()) return left;
    auto node = make(Kind::comparison, "", std::move(left));
    for (; !sign.empty(); sign = accept_comparison()) {
      node->operators.push_back(sign);
      node->children.push_back(binary(0));
    }
    return node;
  }

  // Jinja's `x is [not] defined`.
  NodePtr test(NodePtr left) {
    const bool negated = accept("not");
    const bool undefined = current().is("undefined");
    if (!accept("defined") && !accept("undefined")) unexpected("; expected 'defined'");
    auto node = make(Kind::defined, "", std::move(left));
    return negated != undefined ? make(Kind::unary, "not", std::move(node)) : std::move(node);
  }

  NodePtr binary(std::size_t level) {
    if (level == kBinary.size()) return unary();
    auto left = binary(level + 1);
    while (true) {
      const auto& signs = kBinary[level];
      const auto it = std::find_if(signs.begin(), signs.end(), [&](std::string_view sign) {
        return !sign.empty() && current().is(sign) && (sign != "~" || syntax_ == Syntax::jinja);
      });
      if (it == signs.end()) return left;
      ++at_;
      left = make(Kind::binary, std::string(*it), std::move(left), binary(level + 1));
    }
  }

  NodePtr unary() {
    const Depth depth(depth_);
    for (const auto sign : {"-", "+"}) {
      if (accept(sign)) return make(Kind::unary, sign, unary());
    }
    return power();
  }

  // `-a ** -b` is -(a ** (-b)).
  NodePtr power() {
    auto base = postfix();
    if (!accept("**")) return base;
    return make(Kind::binary, "**", std::move(base), unary());
  }

  NodePtr postfix() {
    auto node = atom();
    while (true) {
      if (accept("(")) {
        if (node->kind != Kind::name) throw ExpressionError("only functions can be called");
        auto call = make(Kind::call, node->text);
        call->children = items(")");
        node = std::move(call);
      } else if (accept("[")) {
        auto index = conditional();
        expect("]");
        node = make(Kind::index, "", std::move(node), std::move(index));
      } else if (accept(".")) {
        if (current().kind != Token::Kind::name) unexpected("; expected a name");
        node = make(Kind::member, tokens_[at_++].text, std::move(node));
      } else if (syntax_ == Syntax::jinja && accept("|")) {
        if (current().kind != Token::Kind::name) unexpected("; expected a filter");
        auto filter = make(Kind::filter, tokens_[at_++].text, std::move(node));
        if (accept("(")) {
          for (auto& argument : items(")")) filter->children.push_back(std::move(argument));
        }
        node = std::move(filter);
      } else {
        return node;
      }
    }
  }

  std::vector<NodePtr> items(std::string_view end) {
    std::vector<NodePtr> result;
    while (!accept(end)) {
      result.push_back(conditional());
      if (accept(end)) break;
      expect(",");
    }
    return result;
  }

  NodePtr atom() {
    const Token& token = current();
    switch (token.kind) {
      case Token::Kind::number:
        ++at_;
        return constant(token.number);
      case Token::Kind::text:
        ++at_;
        return constant(token.text);
      case Token::Kind::name:
        return word();
      case Token::Kind::sign:
        return bracketed();
      case Token::Kind::end:
        break;
    }
    unexpected();
  }

  NodePtr word() {
    constexpr std::array<std::string_view, 8> kReserved{"if", "else", "and",    "or",
                                                        "in", "is",   "lambda", "for"};
    const std::string& name = current().text;
    if (std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end()) unexpected();
    ++at_;
    if (name == "True" || name == "true") return constant(true);
    if (name == "False" || name == "false") return constant(false);
    if (name == "None" || name == "none") return constant(Value());
    return make(Kind::name, name);
  }

  NodePtr bracketed() {
    if (accept("[")) {
      auto list = make(Kind::list);
      list->children = items("]");
      return list;
    }
    if (accept("{")) return map();
    expect("(");
    auto first = conditional();
    if (accept(")")) return first;
    expect(",");  // a tuple
    auto list = make(Kind::list);
    list->children = items(")");
    list->children.insert(list->children.begin(), std::move(first));
    return list;
  }

  NodePtr map() {
    auto map = make(Kind::map);
    while (!accept("}")) {
      map->children.push_back(conditional());
      expect(":");
      map->children.push_back(conditional());
      if (accept("}")) break;
      expect(",");
    }
    return map;
  }

  std::vector<Token> tokens_;
  Syntax syntax_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

NodePtr parse_expression(std::string_view text, Syntax syntax) {
  return Parser(text, syntax).run();
}

}  // namespace tilewright::energy
