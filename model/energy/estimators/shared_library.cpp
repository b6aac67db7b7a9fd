#include "model/energy/estimators/shared_library.hpp"

// With the standard library's file names nothing of Boost is linked.
#define BOOST_DLL_USE_STD_FS
#include <fmt/format.h>

#include <boost/dll/shared_library.hpp>

#include "model/energy/plugin.hpp"
#include "model/energy/registry.hpp"

namespace tilewright::energy {
namespace {

using Library = boost::dll::shared_library;

// An estimator and the library that its code is in, which goes last.
class PluginEstimator : public EnergyEstimator {
 public:
  PluginEstimator(std::shared_ptr<Library> library, std::unique_ptr<EnergyEstimator> estimator)
      : library_(std::move(library)), estimator_(std::move(estimator)) {}

  std::string name() const override { return estimator_->name(); }
  Support support(const Query& query) const override { return estimator_->support(query); }
  double estimate(const Query& query) const override { return estimator_->estimate(query); }

 private:
  std::shared_ptr<Library> library_;
  std::unique_ptr<EnergyEstimator> estimator_;
};

[[noreturn]] void fail(const std::string& path, const std::string& what) {
  throw EstimationError(fmt::format("plug-in '{}': {}", path, what));
}

const PluginDescription& description_of(const Library& library, const std::string& path) {
  if (!library.has(kPluginFunction)) {
    fail(path, fmt::format("it exports no function '{}'; see TILEWRIGHT_ENERGY_PLUGIN in "
                           "model/energy/plugin.hpp",
                           kPluginFunction));
  }
  const auto* description = library.get<const PluginDescription*()>(kPluginFunction)();
  if (description == nullptr) fail(path, "it describes nothing");
  if (description->abi != kPluginAbi) {
    fail(path, fmt::format("it is made for version {} of the plug-in interface, this program has "
                           "version {}; compile it against this program's headers",
                           description->abi, kPluginAbi));
  }
  if (description->compiler_abi != __GXX_ABI_VERSION) {
    fail(path, fmt::format("its compiler has the ABI version {}, this program's {}",
                           description->compiler_abi, __GXX_ABI_VERSION));
  }
  if (description->count == 0 || description->make == nullptr) fail(path, "it has no estimator");
  return *description;
}

}  // namespace

std::vector<std::unique_ptr<EnergyEstimator>> load_plugin(const std::string& path) {
  auto library = std::make_shared<Library>();
  std::error_code error;
  // Absolute, or the loader would look for it among the system's libraries.
  library->load(std::filesystem::absolute(path), error);
  if (error) {
    try {
      library->load(std::filesystem::absolute(path));  // for the loader's own words
    } catch (const std::exception& reason) {
      fail(path, fmt::format("cannot load it: {}", reason.what()));
    }
  }
  const PluginDescription& description = description_of(*library, path);
  std::vector<std::unique_ptr<EnergyEstimator>> result;
  for (std::size_t i = 0; i < description.count; ++i) {
    std::unique_ptr<EnergyEstimator> estimator;
    try {
      estimator.reset(description.make(i));
    } catch (const std::exception& reason) {
      fail(path, fmt::format("its estimator {} failed with \"{}\"", i, reason.what()));
    } catch (...) {
      fail(path, fmt::format("its estimator {} failed with an unknown exception", i));
    }
    if (estimator == nullptr) fail(path, fmt::format("its estimator {} is none", i));
    result.push_back(std::make_unique<PluginEstimator>(library, std::move(estimator)));
  }
  return result;
}

}  // namespace tilewright::energy
