#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "model/energy/estimators/shared_library.hpp"
#include "model/energy/registry.hpp"
#include "places.hpp"

namespace tilewright::energy {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

Query query_of(std::string component_class, std::string action) {
  Query query;
  query.component_class = std::move(component_class);
  query.attributes = {{"width", 64}, {"global_cycle_seconds", 1e-9}};
  query.action = std::move(action);
  return query;
}

Registry registry_with(const std::string& path) {
  Registry registry;
  for (auto& estimator : load_plugin(path)) registry.add_users(std::move(estimator));
  return registry;
}

std::string misbehaving(const std::string& fault) {
  return std::string(kPluginFolder) + "/libplugin_" + fault + ".so";
}

template <class Call>
std::string error_of(const Call& call) {
  try {
    call();
  } catch (const EstimationError& error) {
    return error.what();
  }
  return "no error";
}

std::string error_of_price(const std::string& fault) {
  return error_of([&] { registry_with(misbehaving(fault)).price(query_of("SRAM", "read")); });
}

// The example as a user builds it: a project of its own, against the headers only.
class ExamplePlugin : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = fs::temp_directory_path() / ("tilewright_plugin_" + std::to_string(::getpid()));
    const std::string source = kSourceFolder;
    const std::string command =
        std::string(kCMake) + " -S " + source + "/examples/energy_plugin -B " + folder_.string() +
        " -DCMAKE_CXX_COMPILER=" + kCompiler + " -DTILEWRIGHT_HEADERS=" + source + " > " +
        folder_.string() + ".log 2>&1 && " + kCMake + " --build " + folder_.string() + " >> " +
        folder_.string() + ".log 2>&1";
    ASSERT_EQ(std::system(command.c_str()), 0) << "see " << folder_.string() << ".log";
  }
  static void TearDownTestSuite() {
    fs::remove_all(folder_);
    fs::remove(folder_.string() + ".log");
  }
  static std::string library() { return (folder_ / "libphotonic_link.so").string(); }

 private:
  static inline fs::path folder_;
};

// 64 bits at 0.9 pJ; 1500 uW over 1 ns are 1.5 pJ.
TEST_F(ExamplePlugin, IsBuiltLoadedAndAsked) {
  const Registry registry = registry_with(library());
  const Pricing transfer = registry.price(query_of("photonic_link", "transfer"));
  EXPECT_DOUBLE_EQ(transfer.value, 57.6);
  EXPECT_EQ(transfer.estimator, "photonic-link");
  EXPECT_EQ(transfer.accuracy, 80);
  EXPECT_DOUBLE_EQ(registry.price(query_of("photonic_link", "leak")).value, 1.5);
  EXPECT_THAT(error_of([&] { registry.price(query_of("SRAM", "read")); }),
              HasSubstr("photonic-link: photonic_link only"));
}

TEST(Plugin, AWrongInterfaceVersionIsNamed) {
  EXPECT_THAT(error_of([] { load_plugin(misbehaving("wrong_abi")); }),
              AllOf(HasSubstr("libplugin_wrong_abi.so'"), HasSubstr("version 2 of the plug-in"),
                    HasSubstr("this program has version 1")));
}

TEST(Plugin, WrongAnswersAreNamed) {
  EXPECT_THAT(error_of_price("not_a_number"),
              HasSubstr("estimator 'misbehaving' answered nan, which is no price"));
  EXPECT_THAT(error_of_price("negative"), HasSubstr("estimator 'misbehaving' answered -1"));
  EXPECT_THAT(error_of_price("throws"),
              HasSubstr("estimator 'misbehaving' failed with \"no such wafer\""));
}

TEST(Plugin, WhatIsNoPluginIsNamed) {
  EXPECT_THAT(error_of([] { load_plugin(misbehaving("no_function")); }),
              HasSubstr("it exports no function 'tilewright_energy_plugin'"));
  EXPECT_THAT(
      error_of([] { load_plugin("/nowhere/libx.so"); }),
      AllOf(HasSubstr("plug-in '/nowhere/libx.so': cannot load it"), HasSubstr("No such file")));
  EXPECT_THAT(error_of([] { load_plugin(std::string(kSourceFolder) + "/README.md"); }),
              HasSubstr("cannot load it"));
}

}  // namespace
}  // namespace tilewright::energy
