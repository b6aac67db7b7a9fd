#include "model/energy/registry_options.hpp"

#include <fmt/format.h>

#include "model/energy/estimators/csv_table.hpp"
#include "model/energy/estimators/dummy.hpp"
#include "model/energy/estimators/library.hpp"
#include "model/energy/estimators/python_child.hpp"
#include "model/energy/estimators/shared_library.hpp"

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

}  // namespace

Registry make_registry(const RegistryOptions& options) {
  Registry registry = Registry::with_builtins();
  for (const std::string& path : options.tables) registry.add_users(read_csv_table(path));
  for (const std::string& path : options.plugins) {
    for (auto& estimator : load_plugin(path)) registry.add_users(std::move(estimator));
  }
  for (const std::string& path : options.python) {
    for (auto& estimator : load_python(path)) registry.add_users(std::move(estimator));
  }
  registry.add_users(make_cacti(options.cacti));
  if (!options.libraries.empty() || options.interpolation != NodeInterpolation::upstream) {
    std::vector<LibraryFile> files;
    for (const std::string& folder : options.libraries) {
      for (LibraryFile& file : read_library_folder(folder)) files.push_back(std::move(file));
    }
    registry.replace(make_library(files, options.interpolation));
  }
  if (options.dummy) registry.replace(make_dummy(DummyScope::everything));
  for (const std::string& text : options.pins) pin(registry, text);
  for (const std::string& name : options.excluded) registry.exclude(name);
  return registry;
}

}  // namespace tilewright::energy
