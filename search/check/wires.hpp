#pragma once

#include "model/arch/architecture.hpp"
#include "model/energy/prices.hpp"

namespace tilewright::check {

/// Does a network below a level charge for the way that words travel, so that the places of the
/// children count?
bool charges_distance(const Architecture& arch, const Prices& prices, int level);

/// Does a network below a level charge for wires, routers or ingresses? Then the cost depends on
/// what children *would* fetch, even those that keep nothing: wires stay charged for those words,
/// and routers for whole words, which the ratio of the two numbers decides (docs/differences.md).
bool charges_wires(const Architecture& arch, const Prices& prices, int level);

}  // namespace tilewright::check
