// An estimator of one component that Tilewright does not know: an optical link between chips. It
// costs energy per bit that moves, and its laser burns power whether anything moves or not. The
// figures are made up.
#include "model/energy/plugin.hpp"

namespace {

namespace energy = tilewright::energy;

constexpr double kPicojoulesPerBit = 0.9;
constexpr double kLaserMicrowatts = 1500;
constexpr double kSquareMicrons = 2200;

class PhotonicLink : public energy::EnergyEstimator {
 public:
  std::string name() const override { return "photonic-link"; }

  energy::Support support(const energy::Query& query) const override {
    if (query.component_class != "photonic_link") return energy::Support::no("photonic_link only");
    if (!query.attributes.number("width"))
      return energy::Support::no("needs the attribute 'width'");
    const bool known = query.quantity != energy::Quantity::energy || query.action == "transfer" ||
                       query.action == "idle";
    if (!known) return energy::Support::no("actions: transfer, idle");
    return {80, "made-up figures of an example"};
  }

  double estimate(const energy::Query& query) const override {
    if (query.quantity == energy::Quantity::area) return kSquareMicrons;
    if (query.quantity == energy::Quantity::leakage) return kLaserMicrowatts;
    if (query.action == "idle") return 0;
    return kPicojoulesPerBit * *query.attributes.number("width");
  }
};

}  // namespace

TILEWRIGHT_ENERGY_PLUGIN(PhotonicLink)
