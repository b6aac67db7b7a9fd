#include "model/energy/compound/plain_components.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/energy/compound/energy_input.hpp"
#include "model/energy/prices.hpp"
#include "model/energy/registry_options.hpp"
#include "model/error.hpp"
#include "model/spec/spec.hpp"

namespace tilewright::energy {
namespace {

using ::testing::HasSubstr;

constexpr const char* kFlat = R"(
  arithmetic: {name: MAC, instances: 4, word-bits: 8}
  storage:
  - {name: Fanout, entries: 0, instances: 2}
  - {name: Buf, entries: 64, instances: 1, word-bits: 8, block-size: 4, num-banks: 8}
  - {name: Main, technology: DRAM, instances: 1, word-bits: 8, block-size: 8}
)";

/// Prices every action of a class at its width times a number.
class ByWidth : public EnergyEstimator {
 public:
  std::string name() const override { return "by_width"; }
  Support support(const Query& query) const override {
    if (query.quantity != Quantity::energy || query.action == "idle") return Support::no("no");
    return {99, ""};
  }
  double estimate(const Query& query) const override {
    if (query.component_class == "intmac") return query.attributes.number_or("datawidth", 0);
    const double width = query.attributes.number_or("width", 0);
    return query.component_class == "DRAM" ? 100 * width : width;
  }
};

/// Fails as a faulty plug-in does.
class Faulty : public ByWidth {
 public:
  double estimate(const Query& /*query*/) const override { throw std::runtime_error("no wafer"); }
};

SpecSet read(const std::string& key, std::shared_ptr<const EnergyEstimator> estimator) {
  RegistryOptions estimators;
  estimators.pins.push_back(estimator->name());  // whatever the built-in ones know
  estimators.objects.push_back(std::move(estimator));
  ReadOptions options;
  options.estimators = std::make_shared<const RegistryOptions>(estimators);
  return read_spec_texts({{"arch.yaml", key + ":" + kFlat}}, options);
}

TEST(PlainComponents, FlatArchitectureIsPricedByEstimators) {
  for (const char* key : {"arch", "architecture"}) {
    const SpecSet specs = read(key, std::make_shared<ByWidth>());
    ASSERT_EQ(specs.warnings.size(), 1);
    EXPECT_EQ(specs.warnings[0].message, kAssumedNode);
    const Prices prices = price(*specs.architecture, *specs.table);
    EXPECT_EQ(prices.compute.op, 8);
    EXPECT_EQ(prices.storage[1].read, 4 * 8);
    EXPECT_EQ(prices.storage[1].update, 4 * 8);
    EXPECT_EQ(prices.storage[2].read, 100 * 8 * 8);
    EXPECT_EQ(prices.storage[2].source, "by_width");
    EXPECT_EQ(prices.storage[0].source, "pat");  // no hardware
    EXPECT_FALSE(prices.storage[1].area);        // nobody knows it
  }
}

TEST(PlainComponents, MemoriesTellWhatTheFileSays) {
  const SpecSet specs = read_spec_texts({{"arch.yaml", std::string("arch:") + kFlat}});
  Design design;
  add_plain_components(*specs.architecture, design);
  ASSERT_EQ(design.components.size(), 3);
  const Attributes buffer = to_attributes(design.components[1].attributes);
  EXPECT_EQ(buffer.number("depth"), 16);  // 64 words, 4 at a time
  EXPECT_EQ(buffer.number("n_banks"), 8);
  EXPECT_EQ(buffer.number("n_rdwr_ports"), 1);  // of the class: the file says nothing
  EXPECT_EQ(design.components[2].component_class, "DRAM");
}

// What the estimators are asked for.
std::vector<std::string> processes(const std::string& arch, const std::string& option) {
  const SpecSet specs = read_spec_texts({{"arch.yaml", arch}});
  EXPECT_TRUE(specs.warnings.empty());
  Design design;
  add_plain_components(*specs.architecture, design);
  RegistryOptions options;
  if (!option.empty()) set_option(options, "technology", option);
  std::vector<std::string> asked;
  class Listener : public ByWidth {
   public:
    explicit Listener(std::vector<std::string>& heard) : heard_(heard) {}
    double estimate(const Query& query) const override {
      heard_.push_back(query.attributes.text("technology"));
      return 1;
    }

   private:
    std::vector<std::string>& heard_;
  };
  options.objects.push_back(std::make_shared<Listener>(asked));
  options.pins.emplace_back("by_width");
  const Registry registry = make_registry(options);
  for (const FlatComponent& component : design.components) {
    Query query;
    query.component_class = component.component_class;
    query.attributes = to_attributes(component.attributes);
    query.action = "read";
    (void)registry.price(query);
  }
  return asked;
}

TEST(PlainComponents, TechnologyIsOfALevelOfTheWholeOrOfTheCommandLine) {
  using ::testing::ElementsAre;
  const std::string levels =
      "  arithmetic: {name: MAC, instances: 1}\n"
      "  storage:\n"
      "  - {name: Buf, entries: 64, instances: 1, technology: 16nm}\n"
      "  - {name: Main, technology: DRAM, instances: 1}\n";
  EXPECT_THAT(processes("arch:\n" + levels, ""), ElementsAre("65nm", "16nm", "65nm"));
  const std::string whole = "arch:\n  technology: 28nm\n" + levels;
  EXPECT_THAT(processes(whole, ""), ElementsAre("28nm", "16nm", "28nm"));
  EXPECT_THAT(processes(whole, "7nm"), ElementsAre("7nm", "7nm", "7nm"));
  RegistryOptions options;
  EXPECT_THROW(set_option(options, "technology", "small"), UsageError);
  EXPECT_THROW(set_option(options, "technology", "-1nm"), UsageError);
}

TEST(PlainComponents, UnknownTechnologiesAreTold) {
  const SpecSet specs = read_spec_texts({{"arch.yaml",
                                          "arch:\n  arithmetic: {instances: 1}\n  storage:\n"
                                          "  - {name: Mem, technology: MRAM, instances: 1}\n"}});
  ASSERT_EQ(specs.warnings.size(), 1);
  EXPECT_THAT(specs.warnings[0].message, HasSubstr("Mem: the technology 'MRAM'"));
  EXPECT_THAT(specs.warnings[0].message, HasSubstr("taken as SRAM"));
}

TEST(PlainComponents, EstimatorThatFailsIsAnError) {
  try {
    read("arch", std::make_shared<Faulty>());
    FAIL() << "priced all the same";
  } catch (const EstimatorFault& error) {
    EXPECT_THAT(error.what(), HasSubstr("estimator 'by_width' failed with \"no wafer\""));
  }
}

TEST(EstimatorOptions, AreSetByName) {
  RegistryOptions options;
  set_option(options, "table", "a.csv");
  set_option(options, "table", "b.csv");
  set_option(options, "cacti-cache", "c.csv");
  set_option(options, "dummy", "");
  EXPECT_EQ(options.tables, (std::vector<std::string>{"a.csv", "b.csv"}));
  EXPECT_EQ(options.cacti.cache, "c.csv");
  EXPECT_TRUE(options.dummy);
  EXPECT_FALSE(options.always);
  EXPECT_THROW(set_option(options, "tabel", ""), UsageError);
}

}  // namespace
}  // namespace tilewright::energy
