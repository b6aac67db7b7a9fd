#include "mapper/estimator_options.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "mapper/files.hpp"

namespace tilewright {
namespace {

// The cache of CACTI's answers grows as they come: it says nothing else than CACTI would.
std::string hash_of_value(const energy::EstimatorOption& option, const std::string& value) {
  const bool names_files = option.value.starts_with("FILE") || option.value == "DIR";
  return names_files && option.name != "cacti-cache" ? hash_of_path(value) : "";
}

}  // namespace

// What the options mean stands in the table that all fronts share.
void add_estimator_options(CLI::App& command, energy::RegistryOptions& options,
                           std::vector<GivenOption>* given) {
  for (const energy::EstimatorOption& option : energy::estimator_options()) {
    const std::string name = fmt::format("--{}", option.name);
    const std::string help(option.help);
    const auto set = [&options, &option, given](const std::string& text) {
      option.assign(options, text);
      if (given == nullptr) return;
      given->push_back({std::string(option.name), text, hash_of_value(option, text)});
    };
    CLI::Option* added = nullptr;
    if (option.is_flag()) {
      added = command.add_flag_callback(
          name, [set] { set(""); }, help);
    } else if (option.is_list) {
      const auto set_all = [set](const std::vector<std::string>& texts) {
        for (const std::string& text : texts) set(text);
      };
      added = command.add_option_function<std::vector<std::string>>(name, set_all, help)
                  ->allow_extra_args(false);  // one each time: spec files may follow
    } else {
      added = command.add_option_function<std::string>(name, set, help);
    }
    if (!option.is_flag()) added->type_name(std::string(option.value));
    added->group("Estimators");
  }
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
