#pragma once

#include <pybind11/pybind11.h>

#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "model/energy/registry_options.hpp"

namespace tilewright::python {

/// The first thing that a Python estimator raised. Touched with the GIL held.
struct Raised {
  std::exception_ptr error;
};

/// Who prices components: options of the program by name, and Python objects.
class Estimators {
 public:
  using Texts = std::vector<std::pair<std::string, std::string>>;

  /// \throws UsageError for an unknown option or an object that is no estimator.
  Estimators(const Texts& options, const pybind11::list& objects);

  std::shared_ptr<const energy::RegistryOptions> options() const { return options_; }

  /// Raises what an estimator raised since the last call, if anything: as the cause of a UsageError
  /// with this text, or itself if it is none of Python's `Exception`s, such as Ctrl-C. Needs the
  /// GIL.
  void rethrow(const char* message) const;
  void forget() const { raised_->error = nullptr; }

 private:
  std::shared_ptr<Raised> raised_ = std::make_shared<Raised>();
  std::shared_ptr<const energy::RegistryOptions> options_;
};

}  // namespace tilewright::python
