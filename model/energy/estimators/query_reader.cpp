#include "model/energy/estimators/query_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

namespace tilewright::energy {
namespace {

struct KnownFormat {
  std::string_view name;
  double exponent;
  double mantissa;
};
constexpr std::array kFormats{KnownFormat{"fp16", 5, 10}, KnownFormat{"bf16", 8, 7},
                              KnownFormat{"fp32", 8, 23}, KnownFormat{"fp64", 11, 52}};

}  // namespace

double need(const Query& query, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (const auto number = query.attributes.number(name)) return *number;
  }
  throw Declined(fmt::format("the attribute '{}' is missing", *names.begin()));
}

double node_of(const Query& query) {
  const double node = need(query, {"technology"});
  if (!(node > 0)) throw Declined("the technology node must be positive");
  return node;
}

double bits_of(const Query& query) {
  const double bits = query.dialect == Dialect::v03 ? need(query, {"datawidth", "width"})
                                                    : need(query, {"width", "datawidth"});
  if (!(bits >= 1)) throw Declined("the width must be at least 1 bit");
  return bits;
}

double length_of(const Query& query) {
  const double number = need(query, {"length"});
  const std::string text = query.attributes.text("length");
  if (text.find("mm") != std::string::npos) return number * 1e3;
  return text.find("nm") != std::string::npos ? number * 1e-3 : number;
}

double cycle_of(const Query& query) {
  constexpr double kDefault = 5e-9;
  if (const auto cycle = query.attributes.number("global_cycle_seconds")) return *cycle;
  const Value* latency = query.attributes.find("latency");
  const auto number = latency == nullptr ? std::nullopt : latency->leading_number();
  if (!number) return kDefault;
  return *number * (latency->to_string().find("ps") != std::string::npos ? 1e-12 : 1e-9);
}

bool is_action(const Query& query, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), query.action) != names.end();
}

bool is_idle(const Query& query) {
  return query.quantity == Quantity::energy && query.action == "idle";
}

double access_share(const Query& query) {
  const double banks = query.dialect == Dialect::v03 ? query.attributes.number_or("n_banks", 1) : 1;
  return 0.3 * query.arguments.number_or("address_delta", 1) / banks +
         0.7 * query.arguments.number_or("data_delta", 1);
}

std::string_view FloatFormat::name() const {
  for (const KnownFormat& known : kFormats) {
    if (known.exponent == exponent && known.mantissa == mantissa) return known.name;
  }
  return "";
}

FloatFormat float_format(const Query& query) {
  const FloatFormat given{need(query, {"exponent"}), need(query, {"mantissa"})};
  if (!(given.exponent >= 0 && given.mantissa >= 1)) {
    throw Declined("exponent and mantissa must have bits");
  }
  const FloatFormat without_one{given.exponent, given.mantissa - 1};
  return given.name().empty() && !without_one.name().empty() ? without_one : given;
}

}  // namespace tilewright::energy
