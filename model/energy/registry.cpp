#include "model/energy/registry.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "model/energy/estimators/builtin.hpp"
#include "model/names.hpp"
#include "model/stop_token.hpp"

namespace tilewright::energy {
namespace {

[[noreturn]] void fail(const EnergyEstimator& estimator, const Query& query,
                       std::string_view what) {
  throw EstimatorFault(fmt::format("{}estimator '{}' {} for {}",
                                   query.component.empty() ? "" : query.component + ": ",
                                   estimator.name(), what, describe(query)));
}

// Runs a call into an estimator; whatever it throws becomes an error with its name.
template <class Call>
auto guarded(const EnergyEstimator& estimator, const Query& query, const Call& call) {
  try {
    return call();
  } catch (const Declined&) {
    throw;
  } catch (const UsageError&) {  // has a message for people already
    throw;
  } catch (const Stopped&) {
    throw;
  } catch (const SpecError&) {
    throw;
  } catch (const std::exception& error) {
    fail(estimator, query, fmt::format("failed with \"{}\"", error.what()));
  } catch (...) {
    fail(estimator, query, "failed with an unknown exception");
  }
}

void check_value(const EnergyEstimator& estimator, const Query& query, double value) {
  if (std::isfinite(value) && value >= 0) return;
  fail(estimator, query, fmt::format("answered {}, which is no price,", value));
}

}  // namespace

Registry Registry::with_builtins() {
  Registry registry;
  for (const Builtin& builtin : builtins()) registry.add(builtin.make());
  return registry;
}

void Registry::add(std::unique_ptr<EnergyEstimator> estimator) {
  estimators_.push_back(std::move(estimator));
}

void Registry::add_users(std::unique_ptr<EnergyEstimator> estimator) {
  const std::string name = estimator->name();
  for (std::size_t i = 0; i < estimators_.size(); ++i) {
    if (estimators_[i]->name() != name) continue;
    if (i < users_)
      throw UsageError(fmt::format("there are two estimators of the name '{}'", name));
    estimators_.erase(estimators_.begin() + static_cast<std::ptrdiff_t>(i));
    break;
  }
  estimators_.insert(estimators_.begin() + static_cast<std::ptrdiff_t>(users_++),
                     std::move(estimator));
}

void Registry::replace(std::unique_ptr<EnergyEstimator> estimator) {
  check_known(estimator->name());
  for (auto& known : estimators_) {
    if (known->name() != estimator->name()) continue;
    known = std::move(estimator);
    return;
  }
}

void Registry::check_known(std::string_view name) const {
  const auto known = names();
  const std::vector<std::string_view> views(known.begin(), known.end());
  if (std::find(views.begin(), views.end(), name) == views.end()) {
    throw UsageError(unknown_name_message("estimator", name, views));
  }
}

void Registry::pin(std::string_view name, std::string_view component_class) {
  check_known(name);
  pins_.push_back({std::string(component_class), std::string(name)});
}

void Registry::exclude(std::string_view name) {
  check_known(name);
  excluded_.emplace(name);
}

std::vector<std::string> Registry::names() const {
  std::vector<std::string> result;
  result.reserve(estimators_.size());
  for (const auto& estimator : estimators_) result.push_back(estimator->name());
  return result;
}

bool Registry::may_answer(const EnergyEstimator& estimator, const Query& query,
                          std::string& why_not) const {
  const std::string name = estimator.name();
  if (excluded_.contains(name)) {
    why_not = "excluded";
    return false;
  }
  if (const std::string wanted = query.attributes.text("plug_in");
      !wanted.empty() && wanted != name) {
    why_not = fmt::format("the component asks for '{}'", wanted);
    return false;
  }
  bool pinned = false;
  for (const Pin& pin : pins_) {
    if (!pin.component_class.empty() && pin.component_class != query.component_class) continue;
    if (pin.name == name) return true;
    pinned = true;
  }
  if (pinned) why_not = "another one is pinned";
  return !pinned;
}

std::vector<Registry::Candidate> Registry::candidates(const Query& query,
                                                      std::vector<std::string>& refusals) const {
  double least = 0;
  for (const auto* key : {"min_accuracy", "minimum_accuracy"}) {
    least = std::max(least, query.attributes.number_or(key, 0));
  }
  std::vector<Candidate> result;
  for (const auto& estimator : estimators_) {
    std::string why_not;
    if (!may_answer(*estimator, query, why_not)) {
      refusals.push_back(fmt::format("{}: {}", estimator->name(), why_not));
      continue;
    }
    Support support;
    try {
      support = guarded(*estimator, query, [&] { return estimator->support(query); });
    } catch (const Declined& reason) {
      support = Support::no(reason.what());
    }
    if (!(support.accuracy >= 0 && support.accuracy <= 100)) {
      fail(*estimator, query,
           fmt::format("claims an accuracy of {} instead of 0 to 100 percent", support.accuracy));
    }
    if (support.accuracy == 0) {
      refusals.push_back(fmt::format("{}: {}", estimator->name(), support.reason));
    } else if (support.accuracy < least) {
      refusals.push_back(fmt::format("{}: {} % is below the least accuracy asked for, {} %",
                                     estimator->name(), support.accuracy, least));
    } else {
      result.push_back({estimator.get(), std::move(support)});
    }
  }
  std::stable_sort(result.begin(), result.end(), [](const Candidate& a, const Candidate& b) {
    return a.support.accuracy > b.support.accuracy;
  });
  return result;
}

std::optional<Pricing> Registry::ask(const Query& query, std::vector<std::string>& reasons) const {
  const auto able = candidates(query, reasons);
  for (std::size_t i = 0; i < able.size(); ++i) {
    const auto& [estimator, support] = able[i];
    Pricing pricing;
    try {
      pricing.value = guarded(*estimator, query, [&] { return estimator->estimate(query); });
    } catch (const Declined& reason) {
      reasons.push_back(fmt::format("{}: {}", estimator->name(), reason.what()));
      continue;
    }
    check_value(*estimator, query, pricing.value);
    pricing.estimator = estimator->name();
    pricing.accuracy = support.accuracy;
    pricing.note = support.reason;
    pricing.others = reasons;
    for (std::size_t other = i + 1; other < able.size(); ++other) {
      pricing.others.push_back(fmt::format("{}: {} %, not more accurate",
                                           able[other].estimator->name(),
                                           able[other].support.accuracy));
    }
    return pricing;
  }
  return std::nullopt;
}

Query Registry::at_technology(const Query& query) const {
  Query result = query;
  if (technology_ && query.attributes.number("technology") != -1.0) {
    result.attributes.set("technology", node_text(*technology_));
  }
  return result;
}

std::optional<Pricing> Registry::find_price(const Query& asked,
                                            std::vector<std::string>* reasons) const {
  const Query query = at_technology(asked);
  std::vector<std::string> found;
  auto pricing = ask(query, found);
  const auto cycle = query.attributes.number("global_cycle_seconds");
  if (!pricing && query.quantity == Quantity::energy && query.action == "leak" && cycle) {
    Query power = query;
    power.quantity = Quantity::leakage;
    std::vector<std::string> ignored;
    pricing = ask(power, ignored);
    if (pricing) pricing->value *= *cycle * 1e6;  // uW * s = 1e6 pJ
  }
  if (reasons != nullptr) *reasons = std::move(found);
  return pricing;
}

Pricing Registry::price(const Query& query) const {
  std::vector<std::string> reasons;
  if (auto pricing = find_price(query, &reasons)) return std::move(*pricing);
  std::vector<std::string> of_users;
  for (std::size_t i = 0; i < users_; ++i) {
    const std::string start = estimators_[i]->name() + ": ";
    std::copy_if(reasons.begin(), reasons.end(), std::back_inserter(of_users),
                 [&](const std::string& reason) { return reason.starts_with(start); });
  }
  throw EstimationError(
      fmt::format("{}no estimator can price {}\n  {}",
                  query.component.empty() ? "" : query.component + ": ",
                  describe(at_technology(query)),
                  reasons.empty() ? "there is no estimator"
                                  : fmt::format("{}", fmt::join(reasons, "\n  "))),
      std::move(of_users));
}

}  // namespace tilewright::energy
