#include "model/energy/estimators/python_child.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>

#include "model/energy/registry.hpp"
#include "places.hpp"

namespace tilewright::energy {
namespace {

using testing::HasSubstr;

const std::string kPlugins = std::string(kSourceFolder) + "/tests/plugins/";

Registry registry_with(const std::string& path) {
  Registry registry;
  for (auto& estimator : load_python(path)) registry.add_users(std::move(estimator));
  return registry;
}

Query query_of(std::string component_class, std::string action, Attributes attributes,
               Attributes arguments = {}) {
  Query query;
  query.component_class = std::move(component_class);
  query.action = std::move(action);
  query.attributes = std::move(attributes);
  query.arguments = std::move(arguments);
  return query;
}

Query area_of(Query query) {
  query.quantity = Quantity::area;
  return query;
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

// 0.01 pJ * 2^8
TEST(PythonChild, AClassOfTheUsersAnswers) {
  const Registry registry = registry_with(kPlugins + "own_estimator.py");
  const Query query = query_of("adc", "convert", {{"resolution", 8}});
  const Pricing pricing = registry.price(query);
  EXPECT_DOUBLE_EQ(pricing.value, 2.56);
  EXPECT_EQ(pricing.estimator, "converter");
  EXPECT_EQ(pricing.accuracy, 85);
  EXPECT_EQ(pricing.note, "made up");
  EXPECT_EQ(registry.price(area_of(query)).value, 1000);
  EXPECT_THAT(error_of([&] { registry.price(query_of("dac", "convert", {})); }),
              HasSubstr("converter: adc only"));
}

TEST(PythonChild, WrongAnswersNameTheEstimator) {
  const Registry registry = registry_with(kPlugins + "own_estimator.py");
  const auto error = [&](const char* component_class) {
    return error_of([&] { registry.price(query_of(component_class, "read", {})); });
  };
  EXPECT_THAT(error("faulty_nan"), HasSubstr("estimator 'Faulty' answered nan"));
  EXPECT_THAT(error("faulty_negative"), HasSubstr("estimator 'Faulty' answered -2"));
  EXPECT_THAT(error("faulty"), HasSubstr("estimator 'Faulty' failed with \"KeyError: 'wafer'\""));
}

// 3.2 pJ at 32 bits: 8 bits are a quarter, or a sixteenth.
TEST(PythonChild, APlugInOfAccelergy03IsFoundAndAsked) {
  const Registry registry = registry_with(kPlugins + "accelergy_old");
  const Query add = query_of("ternary", "add", {{"bits", 8}});
  EXPECT_DOUBLE_EQ(registry.price(add).value, 0.8);
  EXPECT_EQ(registry.price(add).estimator, "old table");
  EXPECT_EQ(registry.price(add).accuracy, 75);
  EXPECT_DOUBLE_EQ(registry.price(query_of("ternary", "multiply", {{"bits", 8}})).value, 0.2);
  EXPECT_EQ(registry.price(query_of("ternary", "add", {{"bits", 8}}, {{"x", 1}})).accuracy, 60);
  EXPECT_EQ(registry.price(area_of(add)).value, 40);
  EXPECT_THAT(error_of([&] {
                registry.price(query_of("ternary", "negate", {{"bits", 8}}));
              }),
              HasSubstr("old table: ValueError: no such action"));
}

// 2 W for 3 ns are 6000 pJ; 1e-6 W over 1 ns are 0.001 pJ; 3e-9 m2 are 3000 um2.
TEST(PythonChild, PlugInsOfAccelergy04AreFoundAndAsked) {
  const Registry registry = registry_with(kPlugins + "accelergy_new");
  const Attributes laser{{"power", 2}, {"unused", "text"}};
  const Query pulse = query_of("laser", "pulse", laser, {{"seconds", 3e-9}, {"unused", 1}});
  EXPECT_DOUBLE_EQ(registry.price(pulse).value, 6000);
  EXPECT_EQ(registry.price(pulse).estimator, "Laser");
  EXPECT_EQ(registry.price(pulse).accuracy, 77);
  const Query leak = query_of("laser", "leak", laser, {{"global_cycle_seconds", 1e-9}});
  EXPECT_DOUBLE_EQ(registry.price(leak).value, 0.001);
  EXPECT_DOUBLE_EQ(registry.price(area_of(pulse)).value, 3000);
  EXPECT_THAT(error_of([&] { registry.price(query_of("laser", "helper", laser)); }),
              HasSubstr("Laser: no action 'helper'"));
  EXPECT_THAT(error_of([&] { registry.price(query_of("laser", "pulse", laser)); }),
              HasSubstr("Laser: needs the argument 'seconds'"));
  EXPECT_THAT(error_of([&] { registry.price(query_of("laser", "pulse", {})); }),
              HasSubstr("Laser: needs the attribute 'power'"));

  const Query reflect = query_of("mirror", "reflect", {{"size", 7}});
  EXPECT_DOUBLE_EQ(registry.price(reflect).value, 7);
  EXPECT_DOUBLE_EQ(registry.price(area_of(reflect)).value, 14);
  EXPECT_EQ(registry.price(reflect).estimator, "mirror plug-in");
  EXPECT_THAT(error_of([&] { registry.price(query_of("mirror", "reflect", {})); }),
              HasSubstr("mirror plug-in: AssertionError: no size"));
}

TEST(PythonChild, WhatIsNoPlugInIsNamed) {
  EXPECT_THAT(error_of([] { load_python("/nowhere/at/all.py"); }),
              HasSubstr("Python plug-in '/nowhere/at/all.py': FileNotFoundError"));
  EXPECT_THAT(error_of([] { load_python(std::string(kSourceFolder) + "/tests/data/accelergy"); }),
              HasSubstr("it holds no estimator"));
}

// The script's estimator answers with what the expression gives.
std::string answering(const std::string& expression) {
  const std::string path =
      testing::TempDir() + "tilewright_answering_" + std::to_string(::getpid()) + ".py";
  std::ofstream(path) << "class Odd:\n"
                         "    def support(self, query):\n"
                         "        return 50, "
                      << expression
                      << "\n"
                         "    def estimate(self, query):\n"
                         "        return 1\n";
  return path;
}

TEST(PythonChild, AnAnswerThatTakesTooLongIsRefused) {
  const std::string path = answering("[0 for _ in iter(int, 1)]");  // without end
  const auto ask = [&] {
    Registry registry;
    for (auto& estimator : load_python(path, std::chrono::milliseconds(2'000))) {
      registry.add_users(std::move(estimator));
    }
    registry.price(query_of("adc", "convert", {}));
  };
  EXPECT_THAT(error_of(ask), HasSubstr("no answer within 2 s"));
  std::remove(path.c_str());
}

// Refused as soon as it is too long: reading it to its end would take time that grows with its
// square.
TEST(PythonChild, AnAnswerThatIsTooLongIsRefused) {
  const std::string path = answering("'x' * 50_000_000");
  const Registry registry = registry_with(path);
  const std::clock_t begin = std::clock();
  EXPECT_THAT(error_of([&] { registry.price(query_of("adc", "convert", {})); }),
              HasSubstr("an answer longer than 1048576 bytes"));
  EXPECT_LT(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC, 0.5);
  std::remove(path.c_str());
}

}  // namespace
}  // namespace tilewright::energy
