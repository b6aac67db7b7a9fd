#include "search/check/wires.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "search/indices.hpp"

namespace tilewright::check {
namespace {

// Is there a network of wires below a level whose price says so?
template <class Says>
bool any_wires(const Architecture& arch, const Prices& prices, int level, const Says& says) {
  const StorageLevel& storage = arch.storage[at(level)];
  const std::array<const std::string*, 2> names{&storage.read_network, &storage.update_network};
  return std::any_of(names.begin(), names.end(), [&](const std::string* name) {
    const NetworkPrice* price = &prices.implicit_networks[at(level)];
    NetworkKind kind = storage.implicit_network.kind;
    for (std::size_t i = 0; i < arch.networks.size(); ++i) {
      if (name->empty() || arch.networks[i].name != *name) continue;
      price = &prices.networks[i];
      kind = arch.networks[i].kind;
    }
    return kind == NetworkKind::legacy && says(*price);
  });
}

}  // namespace

bool charges_distance(const Architecture& arch, const Prices& prices, int level) {
  return any_wires(arch, prices, level, [](const NetworkPrice& price) {
    return price.per_hop != 0 || price.per_router != 0;
  });
}

bool charges_wires(const Architecture& arch, const Prices& prices, int level) {
  return any_wires(arch, prices, level, [](const NetworkPrice& price) {
    return price.per_hop != 0 || price.per_router != 0 || price.per_ingress != 0;
  });
}

}  // namespace tilewright::check
