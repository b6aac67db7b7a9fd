// Plug-ins as nobody should write them, by the macro FAULT.
#include <limits>
#include <stdexcept>

#include "model/energy/plugin.hpp"

#define FAULT_WRONG_ABI 1
#define FAULT_NOT_A_NUMBER 2
#define FAULT_NEGATIVE 3
#define FAULT_THROWS 4
#define FAULT_NO_FUNCTION 5

namespace {

namespace energy = tilewright::energy;

class Misbehaving : public energy::EnergyEstimator {
 public:
  std::string name() const override { return "misbehaving"; }
  energy::Support support(const energy::Query& /*query*/) const override { return {100, ""}; }
  double estimate(const energy::Query& /*query*/) const override {
    if (FAULT == FAULT_THROWS) throw std::runtime_error("no such wafer");
    return FAULT == FAULT_NEGATIVE ? -1 : std::numeric_limits<double>::quiet_NaN();
  }
};

constexpr energy::PluginDescription kDescription{
    FAULT == FAULT_WRONG_ABI ? energy::kPluginAbi + 1 : energy::kPluginAbi, __GXX_ABI_VERSION, 1,
    [](std::size_t) -> energy::EnergyEstimator* { return new Misbehaving; }};

}  // namespace

#if FAULT != FAULT_NO_FUNCTION
extern "C" __attribute__((visibility("default"))) const energy::PluginDescription*
tilewright_energy_plugin() {
  return &kDescription;
}
#else
extern "C" const void* something_else() { return &kDescription; }
#endif
