#include "model/energy/estimators/builtin.hpp"

#include <array>

#include "model/energy/estimators/dummy.hpp"
#include "model/energy/estimators/library.hpp"

namespace tilewright::energy {

std::unique_ptr<EnergyEstimator> make_aladdin();
std::unique_ptr<EnergyEstimator> make_dram();
std::unique_ptr<EnergyEstimator> make_literature();
std::unique_ptr<EnergyEstimator> make_scaled_arithmetic();
std::unique_ptr<EnergyEstimator> make_analytic_memory();
std::unique_ptr<EnergyEstimator> make_analytic_dram();
std::unique_ptr<EnergyEstimator> make_analytic_network();

namespace {

std::unique_ptr<EnergyEstimator> make_upstream_library() { return make_library(); }
std::unique_ptr<EnergyEstimator> make_marked_dummy() { return make_dummy(DummyScope::marked); }

constexpr std::array kBuiltins{
    Builtin{"Library", "published components, scaled in size and node", &make_upstream_library},
    Builtin{"CactiDRAM", "DRAM by kind, energy per bit", &make_dram},
    Builtin{"Aladdin_table", "arithmetic, registers and small memories at 40 and 45 nm",
            &make_aladdin},
    Builtin{"Literature", "published figures at their own node and size", &make_literature},
    Builtin{"ScaledArithmetic", "arithmetic over width and node", &make_scaled_arithmetic},
    Builtin{"AnalyticMemory", "SRAM and register files over size, ports, banks and node",
            &make_analytic_memory},
    Builtin{"AnalyticDRAM", "DRAM from its rows, wires and interface", &make_analytic_dram},
    Builtin{"AnalyticNetwork", "wires and routers over length, ports and node",
            &make_analytic_network},
    Builtin{"dummy", "1 pJ and 1 um2 for components of technology -1; of nothing else unasked",
            &make_marked_dummy},
};

}  // namespace

std::span<const Builtin> builtins() { return kBuiltins; }

}  // namespace tilewright::energy
