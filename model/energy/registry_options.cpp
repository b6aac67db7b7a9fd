#include "model/energy/registry_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/arch/architecture.hpp"
#include "model/duration.hpp"
#include "model/energy/estimators/csv_table.hpp"
#include "model/energy/estimators/dummy.hpp"
#include "model/energy/estimators/library.hpp"
#include "model/energy/estimators/python_child.hpp"
#include "model/energy/estimators/shared_library.hpp"
#include "model/error.hpp"
#include "model/names.hpp"

namespace tilewright::energy {
namespace {

void pin(Registry& registry, const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos) {
    registry.pin(text);
  } else {
    registry.pin(text.substr(equals + 1), text.substr(0, equals));
  }
}

using Options = RegistryOptions;
using List = std::vector<std::string>;

template <List Options::*Member>
void append(Options& options, const std::string& text) {
  (options.*Member).push_back(text);
}
template <bool Options::*Member>
void raise(Options& options, const std::string& /*text*/) {
  options.*Member = true;
}
template <std::string CactiOptions::*Member>
void set_cacti(Options& options, const std::string& text) {
  options.cacti.*Member = text;
}
void set_answer_time(Options& options, const std::string& text) {
  const auto time = std::chrono::ceil<std::chrono::milliseconds>(parse_duration(text));
  options.answer_time = std::min(time, std::chrono::milliseconds(std::chrono::hours(24)));
}

void set_technology(Options& options, const std::string& text) {
  options.technology = process_node(text);
  if (options.technology) return;
  throw UsageError(
      fmt::format("technology: expected a process node such as 28nm, found '{}'", text));
}
void correct_nodes(Options& options, const std::string& /*text*/) {
  options.interpolation = NodeInterpolation::corrected;
}

constexpr bool kList = true;
constexpr bool kOnce = false;

// name, value, help, list or once, target
constexpr std::array kOptions{
    EstimatorOption{"table", "FILE", "table of prices (CSV)", kList, append<&Options::tables>},
    EstimatorOption{"plugin", "FILE.so", "shared library with estimators", kList,
                    append<&Options::plugins>},
    EstimatorOption{"python", "FILE",
                    "Python file with an estimator, or a plug-in of Accelergy (file or folder); "
                    "run by python3",
                    kList, append<&Options::python>},
    EstimatorOption{"library", "DIR", "folder of component tables to scale (CSV)", kList,
                    append<&Options::libraries>},
    EstimatorOption{"pin", "[CLASS=]NAME", "only this estimator prices components (of a class)",
                    kList, append<&Options::pins>},
    EstimatorOption{"exclude", "NAME", "this estimator prices nothing", kList,
                    append<&Options::excluded>},
    EstimatorOption{"cacti-answers", "FILE", "table of CACTI's answers (CSV)", kOnce,
                    set_cacti<&CactiOptions::answers>},
    EstimatorOption{"cacti", "FILE", "your CACTI 7, run where its table lacks a memory", kOnce,
                    set_cacti<&CactiOptions::program>},
    EstimatorOption{"cacti-cache", "FILE", "table that keeps what CACTI answers", kOnce,
                    set_cacti<&CactiOptions::cache>},
    EstimatorOption{"answer-time", "TIME",
                    "time for one answer of a Python file or of CACTI: 10s, 5m (default: 2m)",
                    kOnce, set_answer_time},
    EstimatorOption{"estimate", "",
                    "price every level that has no price of yours, also where the specs define no "
                    "component classes",
                    kOnce, raise<&Options::always>},
    EstimatorOption{"technology", "NODE",
                    "price all components at this process node, as 28nm, whatever the files say",
                    kOnce, set_technology},
    EstimatorOption{"dummy", "", "1 pJ and 1 um2 for what nobody can price", kOnce,
                    raise<&Options::dummy>},
    EstimatorOption{"corrected-nodes", "",
                    "scale between technology nodes towards the nearer one, not as Accelergy's "
                    "library does",
                    kOnce, correct_nodes},
};

// An estimator that belongs to the caller.
class Borrowed : public EnergyEstimator {
 public:
  explicit Borrowed(std::shared_ptr<const EnergyEstimator> estimator)
      : estimator_(std::move(estimator)) {}
  std::string name() const override { return estimator_->name(); }
  Support support(const Query& query) const override { return estimator_->support(query); }
  double estimate(const Query& query) const override { return estimator_->estimate(query); }

 private:
  std::shared_ptr<const EnergyEstimator> estimator_;
};

}  // namespace

std::span<const EstimatorOption> estimator_options() { return kOptions; }

void set_option(RegistryOptions& options, std::string_view name, const std::string& text) {
  std::vector<std::string_view> names;
  for (const EstimatorOption& option : kOptions) {
    if (same_key(option.name, name)) return option.assign(options, text);
    names.push_back(option.name);
  }
  throw UsageError(unknown_name_message("option", name, names));
}

Registry make_registry(const RegistryOptions& options) {
  Registry registry = Registry::with_builtins();
  for (const std::string& path : options.tables) registry.add_users(read_csv_table(path));
  for (const std::string& path : options.plugins) {
    for (auto& estimator : load_plugin(path)) registry.add_users(std::move(estimator));
  }
  for (const std::string& path : options.python) {
    for (auto& estimator : load_python(path, options.answer_time, options.stop))
      registry.add_users(std::move(estimator));
  }
  for (const auto& estimator : options.objects) {
    registry.add_users(std::make_unique<Borrowed>(estimator));
  }
  CactiOptions cacti = options.cacti;
  cacti.answer_time = options.answer_time;
  cacti.stop = options.stop;
  registry.add_users(make_cacti(cacti));
  if (!options.libraries.empty() || options.interpolation != NodeInterpolation::upstream) {
    std::vector<LibraryFile> files;
    for (const std::string& folder : options.libraries) {
      for (LibraryFile& file : read_library_folder(folder)) files.push_back(std::move(file));
    }
    registry.replace(make_library(files, options.interpolation));
  }
  if (options.technology) registry.set_technology(*options.technology);
  if (options.dummy) registry.replace(make_dummy(DummyScope::everything));
  for (const std::string& text : options.pins) pin(registry, text);
  for (const std::string& name : options.excluded) registry.exclude(name);
  return registry;
}

}  // namespace tilewright::energy
