#include "model/energy/expression/functions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "model/energy/expression/expression.hpp"

namespace tilewright::energy {
namespace {

constexpr double kPi = std::numbers::pi;

[[noreturn]] void fail(std::string_view function, std::string_view what) {
  throw ExpressionError(fmt::format("{}(): {}", function, what));
}

double number_of(std::string_view function, const Value& value) {
  if (const double* number = value.number()) return *number;
  if (const bool* flag = value.flag()) return *flag ? 1 : 0;
  fail(function, fmt::format("expected a number, found '{}'", value.to_string()));
}

std::int64_t whole_of(std::string_view function, const Value& value) {
  constexpr double kExact = 9007199254740992.0;  // 2^53
  const double number = number_of(function, value);
  if (std::floor(number) != number || std::abs(number) > kExact) {
    fail(function, fmt::format("expected a whole number, found {}", number_text(number)));
  }
  return static_cast<std::int64_t>(number);
}

std::vector<double> numbers_of(std::string_view function, const ValueList& arguments) {
  const bool is_list = arguments.size() == 1 && arguments[0].list() != nullptr;
  std::vector<double> result;
  for (const Value& value : is_list ? *arguments[0].list() : arguments) {
    result.push_back(number_of(function, value));
  }
  return result;
}

// To the nearest, halves to the even one, as in Python.
double round_even(double value, std::int64_t digits) {
  if (digits == 0) return std::nearbyint(value);
  constexpr std::int64_t kMostDigits = 300;
  const double scale = std::pow(10.0, static_cast<double>(std::min(digits, kMostDigits)));
  const double scaled = value * scale;
  return std::isfinite(scaled) ? std::nearbyint(scaled) / scale : value;
}

double choose(std::int64_t n, std::int64_t k) {
  double result = 1;
  for (std::int64_t i = 1; i <= std::min(k, n - k) && std::isfinite(result); ++i) {
    result = result * static_cast<double>(n - i + 1) / static_cast<double>(i);
  }
  return k > n ? 0 : std::round(result);
}

// Functions of one number.
struct Unary {
  std::string_view name;
  double (*function)(double);
};
constexpr std::array kUnary{
    Unary{"ceil", [](double x) { return std::ceil(x); }},
    Unary{"floor", [](double x) { return std::floor(x); }},
    Unary{"trunc", [](double x) { return std::trunc(x); }},
    Unary{"fabs", [](double x) { return std::fabs(x); }},
    Unary{"abs", [](double x) { return std::fabs(x); }},
    Unary{"exp", [](double x) { return std::exp(x); }},
    Unary{"expm1", [](double x) { return std::expm1(x); }},
    Unary{"log1p", [](double x) { return std::log1p(x); }},
    Unary{"log2", [](double x) { return std::log2(x); }},
    Unary{"log10", [](double x) { return std::log10(x); }},
    Unary{"sqrt", [](double x) { return std::sqrt(x); }},
    Unary{"isqrt", [](double x) { return std::floor(std::sqrt(x)); }},
    Unary{"sin", [](double x) { return std::sin(x); }},
    Unary{"cos", [](double x) { return std::cos(x); }},
    Unary{"tan", [](double x) { return std::tan(x); }},
    Unary{"asin", [](double x) { return std::asin(x); }},
    Unary{"acos", [](double x) { return std::acos(x); }},
    Unary{"atan", [](double x) { return std::atan(x); }},
    Unary{"sinh", [](double x) { return std::sinh(x); }},
    Unary{"cosh", [](double x) { return std::cosh(x); }},
    Unary{"tanh", [](double x) { return std::tanh(x); }},
    Unary{"asinh", [](double x) { return std::asinh(x); }},
    Unary{"acosh", [](double x) { return std::acosh(x); }},
    Unary{"atanh", [](double x) { return std::atanh(x); }},
    Unary{"erf", [](double x) { return std::erf(x); }},
    Unary{"erfc", [](double x) { return std::erfc(x); }},
    Unary{"gamma", [](double x) { return std::tgamma(x); }},
    Unary{"lgamma", [](double x) { return std::lgamma(x); }},
    Unary{"factorial", [](double x) { return std::round(std::tgamma(x + 1)); }},
    Unary{"degrees", [](double x) { return x * 180 / kPi; }},
    Unary{"radians", [](double x) { return x * kPi / 180; }},
};

// Functions of two numbers.
struct Binary {
  std::string_view name;
  double (*function)(double, double);
};
constexpr std::array kBinary{
    Binary{"pow", [](double x, double y) { return std::pow(x, y); }},
    Binary{"fmod", [](double x, double y) { return std::fmod(x, y); }},
    Binary{"remainder", [](double x, double y) { return std::remainder(x, y); }},
    Binary{"copysign", [](double x, double y) { return std::copysign(x, y); }},
    Binary{"atan2", [](double x, double y) { return std::atan2(x, y); }},
    Binary{"ldexp", [](double x, double y) { return x * std::exp2(y); }},
};

double checked(std::string_view function, double result) {
  // Python raises where C answers with NaN or infinity.
  if (!std::isfinite(result)) fail(function, "outside of its domain");
  return result;
}

std::optional<Value> call_numeric(std::string_view name, const ValueList& arguments) {
  const auto is_this = [&](const auto& entry) { return entry.name == name; };
  if (const auto* it = std::find_if(kUnary.begin(), kUnary.end(), is_this); it != kUnary.end()) {
    if (arguments.size() != 1) fail(name, "expected one argument");
    return checked(name, it->function(number_of(name, arguments[0])));
  }
  const auto* it = std::find_if(kBinary.begin(), kBinary.end(), is_this);
  if (it == kBinary.end()) return std::nullopt;
  if (arguments.size() != 2) fail(name, "expected two arguments");
  return checked(name, it->function(number_of(name, arguments[0]), number_of(name, arguments[1])));
}

Value make_range(const ValueList& arguments) {
  constexpr std::int64_t kLongest = 100'000;
  if (arguments.empty() || arguments.size() > 3) fail("range", "expected one to three arguments");
  const auto at = [&](std::size_t i) { return whole_of("range", arguments[i]); };
  const std::int64_t first = arguments.size() == 1 ? 0 : at(0);
  const std::int64_t end = arguments.size() == 1 ? at(0) : at(1);
  const std::int64_t step = arguments.size() == 3 ? at(2) : 1;
  if (step == 0) fail("range", "the step is 0");
  ValueList result;
  for (std::int64_t i = first; step > 0 ? i < end : i > end; i += step) {
    if (static_cast<std::int64_t>(result.size()) >= kLongest) fail("range", "too long");
    result.emplace_back(static_cast<double>(i));
  }
  return result;
}

double length_of(const Value& value) {
  if (const auto* list = value.list()) return static_cast<double>(list->size());
  if (const auto* map = value.map()) return static_cast<double>(map->size());
  if (const auto* text = value.text()) return static_cast<double>(text->size());
  fail("len", "expected a list, a map or a text");
}

double to_number(std::string_view function, const Value& value) {
  const std::string* text = value.text();
  if (text == nullptr) return number_of(function, value);
  double number = 0;
  const char* end = text->data() + text->size();
  const auto result = std::from_chars(text->data(), end, number);
  if (result.ec != std::errc{} || result.ptr != end) {
    fail(function, fmt::format("'{}' is no number", *text));
  }
  return number;
}

double logarithm(const ValueList& arguments) {
  if (arguments.empty() || arguments.size() > 2) fail("log", "expected one or two arguments");
  const double value = std::log(number_of("log", arguments[0]));
  return checked("log",
                 arguments.size() == 1 ? value : value / std::log(number_of("log", arguments[1])));
}

Value to_list(const Value& value) {
  if (value.list() != nullptr) return value;
  ValueList result;
  if (const auto* map = value.map()) {
    for (const auto& entry : *map) result.emplace_back(entry.first);
  } else {
    fail("list", "expected a list or a map");
  }
  return result;
}

double fold(std::string_view name, const ValueList& arguments) {
  const auto numbers = numbers_of(name, arguments);
  if (name == "sum" || name == "fsum") return std::accumulate(numbers.begin(), numbers.end(), 0.0);
  if (name == "prod") {
    return std::accumulate(numbers.begin(), numbers.end(), 1.0, std::multiplies<>());
  }
  if (name == "hypot") {
    return std::sqrt(std::inner_product(numbers.begin(), numbers.end(), numbers.begin(), 0.0));
  }
  if (numbers.empty()) fail(name, "of nothing");
  return name == "min" ? *std::min_element(numbers.begin(), numbers.end())
                       : *std::max_element(numbers.begin(), numbers.end());
}

constexpr std::array<std::string_view, 6> kFolds{"sum", "fsum", "prod", "hypot", "min", "max"};
constexpr std::array<std::string_view, 16> kOthers{
    "log",   "round", "int", "float", "str",   "bool",     "len",   "list",
    "tuple", "range", "gcd", "comb",  "isnan", "isfinite", "isinf", "perm"};

Value call_other(std::string_view name, const ValueList& arguments) {
  const auto expect = [&](std::size_t least, std::size_t most) {
    if (arguments.size() < least || arguments.size() > most) {
      fail(name, fmt::format("{} arguments, expected {}{}", arguments.size(), least,
                             most > least ? fmt::format(" to {}", most) : ""));
    }
  };
  if (name == "log") return logarithm(arguments);
  if (name == "range") return make_range(arguments);
  if (name == "round") {
    expect(1, 2);
    return round_even(number_of(name, arguments[0]),
                      arguments.size() == 2 ? whole_of(name, arguments[1]) : 0);
  }
  if (name == "gcd" || name == "comb" || name == "perm") {
    expect(2, 2);
    const auto a = whole_of(name, arguments[0]);
    const auto b = whole_of(name, arguments[1]);
    if (name == "gcd") return static_cast<double>(std::gcd(a, b));
    if (a < 0 || b < 0 || b > 1'000'000) fail(name, "outside of its domain");
    return checked(name, name == "comb" ? choose(a, b) : choose(a, b) * std::tgamma(b + 1));
  }
  expect(1, 1);
  const Value& value = arguments[0];
  if (name == "int") return checked(name, std::trunc(to_number(name, value)));
  if (name == "float") return to_number(name, value);
  if (name == "str") return value.to_string();
  if (name == "bool") return truth(value);
  if (name == "len") return length_of(value);
  if (name == "isnan") return std::isnan(number_of(name, value));
  if (name == "isinf") return std::isinf(number_of(name, value));
  if (name == "isfinite") return std::isfinite(number_of(name, value));
  return to_list(value);  // list, tuple
}

template <class Names>
bool contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool truth(const Value& value) {
  if (const bool* flag = value.flag()) return *flag;
  if (const double* number = value.number()) return *number != 0;
  if (value.is_none()) return false;
  return length_of(value) != 0;
}

std::optional<Value> call_function(std::string_view name, const ValueList& arguments) {
  if (auto result = call_numeric(name, arguments)) return result;
  if (contains(kFolds, name)) return fold(name, arguments);
  if (contains(kOthers, name)) return call_other(name, arguments);
  return std::nullopt;
}

bool is_function(std::string_view name) {
  const auto is_this = [&](const auto& entry) { return entry.name == name; };
  return std::any_of(kUnary.begin(), kUnary.end(), is_this) ||
         std::any_of(kBinary.begin(), kBinary.end(), is_this) || contains(kFolds, name) ||
         contains(kOthers, name);
}

std::optional<Value> find_constant(std::string_view name) {
  if (name == "pi") return kPi;
  if (name == "e") return std::numbers::e;
  if (name == "tau") return 2 * kPi;
  if (name == "inf") return std::numeric_limits<double>::infinity();
  if (name == "nan") return std::numeric_limits<double>::quiet_NaN();
  return std::nullopt;
}

std::vector<std::string> function_names() {
  std::vector<std::string> names;
  for (const auto& entry : kUnary) names.emplace_back(entry.name);
  for (const auto& entry : kBinary) names.emplace_back(entry.name);
  names.insert(names.end(), kFolds.begin(), kFolds.end());
  names.insert(names.end(), kOthers.begin(), kOthers.end());
  return names;
}

}  // namespace tilewright::energy
