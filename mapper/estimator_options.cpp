#include "mapper/estimator_options.hpp"

#include <memory>

namespace tilewright {

void add_estimator_options(CLI::App& command, energy::RegistryOptions& options) {
  const auto list = [&](const char* name, std::vector<std::string>& target, const char* help,
                        const char* type) {
    command.add_option(name, target, help)->type_name(type)->group("Estimators");
  };
  list("--table", options.tables, "table of prices (CSV)", "FILE");
  list("--plugin", options.plugins, "shared library with estimators", "FILE.so");
  list("--python", options.python,
       "Python file with an estimator, or a plug-in of Accelergy (file or folder); run by python3",
       "FILE");
  list("--library", options.libraries, "folder of component tables to scale (CSV)", "DIR");
  list("--pin", options.pins, "only this estimator prices components (of a class)", "[CLASS=]NAME");
  list("--exclude", options.excluded, "this estimator prices nothing", "NAME");
  const auto text = [&](const char* name, std::string& target, const char* help) {
    command.add_option(name, target, help)->type_name("FILE")->group("Estimators");
  };
  text("--cacti-answers", options.cacti.answers, "table of CACTI's answers (CSV)");
  text("--cacti", options.cacti.program, "your CACTI 7, run where its table lacks a memory");
  text("--cacti-cache", options.cacti.cache, "table that keeps what CACTI answers");
  command
      .add_flag("--estimate", options.always,
                "price every level that has no price of yours, also where the specs define no "
                "component classes")
      ->group("Estimators");
  command.add_flag("--dummy", options.dummy, "1 pJ and 1 um2 for what nobody can price")
      ->group("Estimators");
  command
      .add_flag_callback(
          "--corrected-nodes",
          [&] { options.interpolation = energy::NodeInterpolation::corrected; },
          "scale between technology nodes towards the nearer one, not as Accelergy's library does")
      ->group("Estimators");
}

void add_price_options(CLI::App& command, ReadOptions& options) {
  command
      .add_flag("--leakage", options.count_idle,
                "leakage (or, in version 0.3, idle energy) of every instance and cycle counts")
      ->group("Estimators");
}

ReadOptions with_estimators(ReadOptions reading, const energy::RegistryOptions& estimators) {
  if (!estimators.is_empty()) {
    reading.estimators = std::make_shared<const energy::RegistryOptions>(estimators);
  }
  return reading;
}

}  // namespace tilewright
