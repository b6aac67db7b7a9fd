#pragma once

#include "model/nest/detail/compiled.hpp"
#include "model/nest/detail/scratch.hpp"
#include "model/nest/outcome.hpp"

namespace tilewright::detail {

/// Energy of one dataspace at one memory, in pJ.
struct StorageBill {
  std::uint64_t clusters = 1;  // clusters in use
  double access_energy = 0;    // of one cluster
  double addr_gen_energy = 0;  // of one cluster
  double total() const { return (access_energy + addr_gen_energy) * static_cast<double>(clusters); }
};
/// What its actions take, in pJ of one cluster.
struct ActionEnergies {
  double read = 0;
  double fill = 0;
  double update = 0;
};
ActionEnergies action_energies(const Compiled& c, int s, int p, const Scratch& scratch);
/// Of an average instance where tiles are short.
struct AverageWords {
  double reads = 0, fills = 0, updates = 0;
};
StorageBill bill_average(const Compiled& c, int s, int p, const AverageWords& words,
                         std::uint64_t used);
StorageBill bill_storage(const Compiled& c, int s, int p, const Scratch& scratch);

/// Words per address generator: reads of a read-modify-write share the update's address.
std::int64_t address_generations(const CompiledSpace& space, const SpaceLevel& level);

/// Energy of one dataspace on one network, in pJ, and what it rests on.
struct NetworkBill {
  double energy = 0;            // words on wires, routers and ingresses; of one outer instance
  double link_energy = 0;       // words between neighbours
  double reduction_energy = 0;  // additions on the way up
  double spatial_reductions = 0;
  double hops = 0;     // summed over the ingresses
  double routers = 0;  // words times routers that they pass
  double ingresses = 0;
  double instances = 1;  // outer instances that pay
  double total() const { return (energy + link_energy + reduction_energy) * instances; }
};
NetworkBill bill_network(const Compiled& c, const CompiledNetwork& network, int p,
                         const Scratch& scratch);

/// Words that enter a network per access class; partial sums count twice where the outer level
/// cannot add them itself, and must fetch, merge and return them.
double ingress_words(const Compiled& c, const CompiledNetwork& network, int p, double accesses,
                     const Scratch& scratch);

/// Time of one memory, in cycles: how far its bandwidths stretch the compute cycles.
struct Pace {
  double slowdown = 1;
  double cycles = 0;
};
Pace pace(const Compiled& c, int s, const Scratch& scratch);

/// Words read, filled and updated in all instances of level `s` together.
double accesses(const Compiled& c, int s, const Scratch& scratch);

/// Finds all that is charged for dataspace `p`: the energies of scratch.of(p).
void find_bills(const Compiled& c, int p, Scratch& scratch);

/// The sum of the bills of all dataspaces, which must be found.
Cost total_cost(const Compiled& c, const Scratch& scratch);

}  // namespace tilewright::detail
