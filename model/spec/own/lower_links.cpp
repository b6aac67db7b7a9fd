#include "model/spec/own/lower_links.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "model/names.hpp"

namespace tilewright::spec {
namespace {

using Renaming = std::pair<const char*, const char*>;  // own key, key of version 0.3

constexpr const char* kMulticast = "multicast";  // the action of an ERT
constexpr const char* kReceivers = "receivers";  // and its argument

constexpr std::size_t kMostPrices = 1000;  // of multicasts

// Of any network.
constexpr std::array<Renaming, 5> kWires{{{"tile-width", "tile-width"},
                                          {"wire-energy", "wire-energy"},
                                          {"hop-energy", "energy-per-hop"},
                                          {"router-energy", "router-energy"},
                                          {"ingress-energy", "energy-per-ingress"}}};

void lower_wires(const OwnKeys& own, const NodeMaker& make, std::vector<Entry>& keys) {
  for (const auto& [own_key, key] : kWires) copy_key(own, own_key, key, keys);
  if (const Node* shares = own.find("distributed-multicast")) {
    const char* type = shares->flag("distributed-multicast") ? "M:N" : "1:N";
    keys.push_back(make_entry("network-type", make.text(type, *shares)));
  }
}

std::vector<std::string> with_wires(std::vector<std::string> keys) {
  for (const auto& [own_key, key] : kWires) keys.emplace_back(own_key);
  keys.emplace_back("distributed-multicast");
  return keys;
}

// What a multicast costs, by the number of receivers and the tensor where these matter.
std::vector<const Node*> lower_multicasts(const Node& list, bool has_tensors,
                                          const NodeMaker& make) {
  std::vector<const Node*> actions;
  for (const Node* item : items_of(list, "multicast-energy", kMostPrices)) {
    const OwnKeys own(*item, "the price of a multicast", {"energy", "receivers", "tensor"});
    std::string action = kMulticast;
    if (has_tensors) action += "_" + own.at("tensor").text("tensor");
    std::vector<Entry> entries{make_entry("name", make.text(action, *item))};
    if (const Node* receivers = own.find("receivers")) {
      (void)receivers->count("receivers", 1, std::numeric_limits<std::int32_t>::max());
      entries.push_back(
          make_entry("arguments", make.map({make_entry(kReceivers, receivers)}, *receivers)));
    }
    entries.push_back(make_entry("energy", &own.at("energy")));
    actions.push_back(make.map(std::move(entries), *item));
  }
  return actions;
}

bool names_tensors(const Node& list) {
  const auto& items = list.list("multicast-energy");
  return std::any_of(items.begin(), items.end(), [](const Node* item) {
    return item->is_map() && item->find("tensor") != nullptr;
  });
}

const char* class_of(const Node& kind) {
  static const std::vector<std::string_view> names{"mesh", "reduction-tree", "multicast"};
  constexpr std::array<const char*, 3> kClasses{"XY_NoC", "ReductionTree", "SimpleMulticast"};
  const std::string& text = kind.text("kind");
  const auto it = std::find(names.begin(), names.end(), text);
  if (it == names.end()) kind.fail(unknown_name_message("kind of network", text, names));
  return kClasses[static_cast<std::size_t>(it - names.begin())];
}

}  // namespace

void lower_link(const Node& link, const NodeMaker& make, std::vector<Entry>& keys) {
  static const auto known = with_wires({"word-bits", "fill-latency", "drain-latency"});
  const OwnKeys own(link, "a link", known);
  copy_key(own, "word-bits", "network-word-bits", keys);
  lower_wires(own, make, keys);
  copy_key(own, "fill-latency", "network_fill_latency", keys);
  copy_key(own, "drain-latency", "network_drain_latency", keys);
}

void lower_connections(const Node& ends, bool is_arithmetic, std::vector<Entry>& keys) {
  const std::vector<std::string> known =
      is_arithmetic ? std::vector<std::string>{"operand", "result"}
                    : std::vector<std::string>{"read", "fill", "update", "drain"};
  const OwnKeys own(ends, "'connect'", known);
  for (const std::string& key : known) copy_key(own, key, "network_" + key, keys);
}

LoweredNetwork lower_network(const Node& network, const NodeMaker& make) {
  static const auto known = with_wires({"name", "kind", "word-bits", "fill-latency",
                                        "drain-latency", "adder-energy", "multicast-energy"});
  const OwnKeys own(network, "a network", known);
  const std::string component_class = class_of(own.at("kind"));
  const bool is_multicast = component_class == "SimpleMulticast";
  LoweredNetwork lowered;
  std::vector<Entry> attributes;
  copy_key(own, "word-bits", "word-bits", attributes);
  lower_wires(own, make, attributes);
  copy_key(own, "adder-energy", "adder-energy", attributes);
  copy_key(own, "fill-latency", "fill_latency", attributes);
  copy_key(own, "drain-latency", "drain_latency", attributes);
  const Node* prices = own.find("multicast-energy");
  if (prices != nullptr && !is_multicast) {
    prices->fail("'multicast-energy' is for networks of the kind multicast");
  }
  if (is_multicast) {
    const auto add = [&](const char* key, const char* text) {
      attributes.push_back(make_entry(key, make.text(text, network)));
    };
    add("action_name", kMulticast);
    add("multicast_factor_argument", kReceivers);
    const bool has_tensors = prices != nullptr && names_tensors(*prices);
    if (has_tensors) add("per_datatype_ERT", "yes");
    if (prices != nullptr) lowered.multicasts = lower_multicasts(*prices, has_tensors, make);
  }
  lowered.component = make.map({make_entry("name", &own.at("name")),
                                make_entry("class", make.text(component_class, own.at("kind"))),
                                make_entry("attributes", make.map(std::move(attributes), network))},
                               network);
  return lowered;
}

}  // namespace tilewright::spec
