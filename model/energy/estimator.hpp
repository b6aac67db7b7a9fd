#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

#include "model/energy/value.hpp"

namespace tilewright::energy {

/// What is asked for.
enum class Quantity : std::uint8_t {
  energy,   // pJ of one action of one instance
  area,     // um2 of one instance
  leakage,  // uW that one instance draws whether it works or not
};

/// Whose rules the file follows that the component stands in. Only estimators that mirror another
/// tool's behaviour need to look at it.
enum class Dialect : std::uint8_t {
  v03,  // up to version 0.3
  v04,  // version 0.4
};

/// A question about a primitive component: how much does this action take, how large is it, how
/// much does it leak? `SRAM {technology: 45nm, width: 64, depth: 512}.read {data_delta: 1}`.
struct Query {
  Quantity quantity = Quantity::energy;
  std::string component_class;
  Attributes attributes;
  std::string action;    // for energy only
  Attributes arguments;  // of the action
  Dialect dialect = Dialect::v04;
  std::string component;  // full name in the architecture, for messages; may be empty
};

/// Whether an estimator can answer a query, and how well.
struct Support {
  double accuracy = 0;  // percent, 0 = cannot answer
  std::string reason;   // why not; or what the answer rests on (source, range of validity)

  static Support no(std::string why) { return {0, std::move(why)}; }
};

/// An estimator finds out that it cannot answer after all: the next best is asked. Everything else
/// that leaves an estimator is an error that names it.
class Declined : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Answers below this accuracy (percent) are reported as guesses.
inline constexpr double kGuessBelow = 50;

/// A source of prices. The registry asks all of them `support`, and the most accurate one
/// `estimate`. Both must give the same answer to the same query; they are called from one thread.
///
/// Accuracies to keep: a user's own table 90 and more, library tables 90, CACTI 80, synthesis
/// tables 70, published figures at their own node and size 65, models fitted to such figures 60 to
/// 50 within their range of validity, and below kGuessBelow beyond it.
class EnergyEstimator {
 public:
  EnergyEstimator() = default;
  EnergyEstimator(const EnergyEstimator&) = delete;
  EnergyEstimator& operator=(const EnergyEstimator&) = delete;
  virtual ~EnergyEstimator() = default;

  /// Short and unique: reports, pins and exclusions use it.
  virtual std::string name() const = 0;
  virtual Support support(const Query& query) const = 0;
  /// pJ, um2 or uW, by the query's quantity; finite and not negative. Called only where support()
  /// said yes. \throws Declined.
  virtual double estimate(const Query& query) const = 0;
};

/// `SRAM(technology=45nm, width=64).read(data_delta=1)`, for messages and reports.
inline std::string describe(const Query& query) {
  const auto list = [](const Attributes& attributes) {
    std::string text;
    for (const auto& [name, value] : attributes) {
      text += (text.empty() ? "" : ", ") + name + "=" + value.to_string();
    }
    return text;
  };
  std::string text = query.component_class + "(" + list(query.attributes) + ")";
  if (query.quantity == Quantity::area) return "area of " + text;
  if (query.quantity == Quantity::leakage) return "leakage of " + text;
  return text + "." + query.action + "(" + list(query.arguments) + ")";
}

}  // namespace tilewright::energy
