// The primitive classes that Accelergy 0.3 ships: names, attributes, defaults and actions restated
// from its file share/primitive_component_libs/primitive_component.lib.yaml.
#include "model/energy/compound/component_class.hpp"

namespace tilewright::energy {
namespace {

struct Default {
  const char* name;
  Value value;
};

ActionClass action(const char* name, std::initializer_list<const char*> data_address = {}) {
  ActionClass result;
  result.name = name;
  const char* const names[] = {"data_delta", "address_delta"};
  std::size_t i = 0;
  for (const char* last : data_address) result.arguments.push_back({names[i++], "0", last, {}});
  return result;
}

ComponentClass primitive(const char* name, const std::vector<Default>& defaults,
                         std::vector<ActionClass> actions) {
  ComponentClass result;
  result.name = name;
  result.dialect = Dialect::v03;
  result.is_compound = false;
  result.attributes.push_back({"technology", "65nm", true, {}});
  for (const auto& [attribute, value] : defaults) {
    result.attributes.push_back({attribute, value, value.text() != nullptr, {}});
  }
  result.actions = std::move(actions);
  return result;
}

std::vector<ActionClass> multiplications(const char* random, const char* reused,
                                         const char* gated) {
  return {action(random), action(reused), action(gated), action("idle")};
}

std::vector<ActionClass> accesses(const char* last_address) {
  return {action("read", {"1", last_address}), action("write", {"1", last_address}),
          action("idle")};
}

const Default kLatency{"latency", "5ns"};
const Default kBits{"datawidth", 16};

std::vector<ComponentClass> storage_classes() {
  return {
      primitive("regfile", {{"width", 16}, {"depth", 1}, {"n_ports", 2}, kLatency}, accesses("1")),
      primitive("reg", {kBits, kLatency}, {action("access")}),
      primitive("SRAM",
                {{"width", 64},
                 {"depth", 512},
                 {"n_rd_ports", 0},
                 {"n_wr_ports", 0},
                 {"n_rdwr_ports", 1},
                 {"n_banks", 1},
                 kLatency},
                accesses("n_banks")),
      primitive("DRAM", {{"type", "LPDDR4"}, {"width", 64}},
                {action("read"), action("write"), action("idle")}),
      primitive("FIFO", {kBits, {"depth", 2}, kLatency},
                {action("push"), action("pop"), action("idle")}),
  };
}

std::vector<ComponentClass> arithmetic_classes() {
  const Default stage{"num_pipeline_stages", 1};
  const std::vector<Default> floating{
      {"exponent", 8}, {"mantissa", 24}, {"sign", 0}, stage, kLatency};
  std::vector<Default> floating_mac = floating;
  floating_mac[3] = {"num_pipeline_stages", 3};
  const auto multiply = multiplications("mult_random", "mult_reused", "mult_gated");
  const auto mac = multiplications("mac_random", "mac_reused", "mac_gated");
  return {
      primitive("bitwise", {kBits, kLatency, {"num", 1}}, {action("process"), action("idle")}),
      primitive("intadder", {kBits, stage, kLatency}, {action("add"), action("idle")}),
      primitive("fpadder", floating, {action("add"), action("idle")}),
      primitive("intmultiplier", {kBits, stage, kLatency}, multiply),
      primitive("fpmultiplier", floating, multiply),
      primitive("intmac", {kBits, {"num_pipeline_stages", 2}, kLatency}, mac),
      primitive("fpmac", floating_mac, mac),
      primitive("counter", {{"width", 16}, kLatency}, {action("count"), action("idle")}),
      primitive("comparator", {{"datawidth", 8}}, {action("compare"), action("idle")}),
  };
}

std::vector<ComponentClass> transport_classes() {
  const std::vector<ActionClass> transfers{action("transfer_random"), action("transfer_repeated"),
                                           action("idle")};
  const Default ratio{"ratio", 4};
  return {
      primitive("crossbar", {{"n_inputs", 1}, {"n_outputs", 1}, kBits, kLatency}, transfers),
      primitive("wire", {{"length", "1um"}, kLatency}, transfers),
      primitive("serializer", {ratio, {"datawidth", 64}}, {action("serialize"), action("idle")}),
      primitive("deserializer", {ratio, kBits}, {action("deserialize"), action("idle")}),
  };
}

}  // namespace

const ComponentClasses& primitive_library() {
  static const ComponentClasses library = [] {
    ComponentClasses classes;
    for (const auto& group : {storage_classes(), arithmetic_classes(), transport_classes()}) {
      for (const auto& item : group) classes.emplace(item.name, item);
    }
    return classes;
  }();
  return library;
}

}  // namespace tilewright::energy
