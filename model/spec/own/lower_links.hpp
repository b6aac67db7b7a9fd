#pragma once

#include <vector>

#include "model/spec/own/own_keys.hpp"

// What joins levels, in the words of version 0.3.
namespace tilewright::spec {

/// `link`: the wires from a level to the one inside it.
void lower_link(const Node& link, const NodeMaker& make, std::vector<Entry>& keys);

/// `connect`: the networks that a level, or the arithmetic, is an end of.
void lower_connections(const Node& ends, bool is_arithmetic, std::vector<Entry>& keys);

/// One of `networks`.
struct LoweredNetwork {
  const Node* component = nullptr;      // of the tree
  std::vector<const Node*> multicasts;  // actions of an ERT: what a multicast costs
};
LoweredNetwork lower_network(const Node& network, const NodeMaker& make);

}  // namespace tilewright::spec
