#pragma once

#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/energy/estimator.hpp"
#include "model/error.hpp"

namespace tilewright::energy {

/// Nobody can price a component, or an estimator misbehaves. The message names the component, the
/// estimator and every reason.
class EstimationError : public UsageError {
 public:
  /// `of_users`: what estimators of the user's say, each as "name: reason".
  explicit EstimationError(const std::string& message, std::vector<std::string> of_users = {})
      : UsageError(message), of_users_(std::move(of_users)) {}
  const std::vector<std::string>& of_users() const noexcept { return of_users_; }

 private:
  std::vector<std::string> of_users_;
};

/// An estimator fails or answers what is no price. Unlike a component that nobody knows, this is
/// never made up for.
class EstimatorFault : public EstimationError {
 public:
  using EstimationError::EstimationError;
};

/// A price, and where it comes from.
struct Pricing {
  double value = 0;  // pJ, um2 or uW
  std::string estimator;
  double accuracy = 0;              // percent, as the estimator says
  std::string note;                 // what the estimator says that it rests on
  std::vector<std::string> others;  // "name: reason" of every estimator that was not taken

  bool is_guess() const { return accuracy < kGuessBelow; }
};

/// The estimators of a run. Of those that can answer a query the most accurate one does; among
/// equals the one added first. A user's own come before the built-in ones.
class Registry {
 public:
  /// With the built-in estimators (see estimators/builtin.hpp).
  static Registry with_builtins();

  /// Behind those that are there.
  void add(std::unique_ptr<EnergyEstimator> estimator);
  /// Before the built-in ones, behind the user's others; one of a built-in's name takes its place.
  /// \throws UsageError for the name of another one of the user's.
  void add_users(std::unique_ptr<EnergyEstimator> estimator);
  /// Takes the place of the one of the same name. \throws UsageError if there is none.
  void replace(std::unique_ptr<EnergyEstimator> estimator);
  /// Only `name` may price components of class `component_class`, or of any class if that is empty.
  /// \throws UsageError for an unknown name, with the nearest known one.
  void pin(std::string_view name, std::string_view component_class = "");
  /// `name` is not asked. \throws UsageError likewise.
  void exclude(std::string_view name);

  /// All components are priced at this process node, whatever they say themselves, but those that
  /// are marked as no hardware (technology -1).
  void set_technology(double nanometres) { technology_ = nanometres; }
  const std::optional<double>& technology() const { return technology_; }

  std::vector<std::string> names() const;

  /// The price of the most accurate estimator. An action `leak` that nobody prices as such is the
  /// leakage times the attribute `global_cycle_seconds`.
  /// The attributes `plug_in` (a name) and `min_accuracy` (percent) of the query narrow the choice.
  /// \throws EstimationError
  Pricing price(const Query& query) const;
  /// The same, or nothing where nobody can answer; `reasons` (if given) says why.
  std::optional<Pricing> find_price(const Query& query,
                                    std::vector<std::string>* reasons = nullptr) const;

 private:
  struct Pin {
    std::string component_class;
    std::string name;
  };
  struct Candidate {
    const EnergyEstimator* estimator;
    Support support;
  };

  void check_known(std::string_view name) const;
  bool may_answer(const EnergyEstimator& estimator, const Query& query, std::string& why_not) const;
  std::vector<Candidate> candidates(const Query& query, std::vector<std::string>& refusals) const;
  std::optional<Pricing> ask(const Query& query, std::vector<std::string>& reasons) const;
  Query at_technology(const Query& query) const;

  std::vector<std::unique_ptr<EnergyEstimator>> estimators_;
  std::size_t users_ = 0;  // how many of them, at the front, are the user's
  std::vector<Pin> pins_;
  std::set<std::string, std::less<>> excluded_;
  std::optional<double> technology_;  // nm
};

}  // namespace tilewright::energy
