#include "model/spec/own/lower_links.hpp"

#include <array>
#include <string>
#include <utility>

#include "model/names.hpp"

namespace tilewright::spec {
namespace {

using Renaming = std::pair<const char*, const char*>;  // own key, key of version 0.3

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

const Node* lower_network(const Node& network, const NodeMaker& make) {
  static const auto known =
      with_wires({"name", "kind", "word-bits", "fill-latency", "drain-latency", "adder-energy"});
  const OwnKeys own(network, "a network", known);
  const Node& kind = own.at("kind");
  const std::string& text = kind.text("kind");
  if (text != "mesh" && text != "reduction-tree") {
    kind.fail(unknown_name_message("kind of network", text,
                                   std::vector<std::string_view>{"mesh", "reduction-tree"}));
  }
  std::vector<Entry> attributes;
  copy_key(own, "word-bits", "word-bits", attributes);
  lower_wires(own, make, attributes);
  copy_key(own, "adder-energy", "adder-energy", attributes);
  copy_key(own, "fill-latency", "fill_latency", attributes);
  copy_key(own, "drain-latency", "drain_latency", attributes);
  return make.map(
      {make_entry("name", &own.at("name")),
       make_entry("class", make.text(text == "mesh" ? "XY_NoC" : "ReductionTree", kind)),
       make_entry("attributes", make.map(std::move(attributes), network))},
      network);
}

}  // namespace tilewright::spec
