// Accelergy's placeholder. It answers for parts that a file marks as no hardware (technology -1,
// such as the spacers that Timeloop's front end puts where data only fans out), and for nothing
// else unless the user asks for it.
#include "model/energy/estimators/dummy.hpp"

namespace tilewright::energy {
namespace {

class Dummy : public EnergyEstimator {
 public:
  explicit Dummy(DummyScope scope) : scope_(scope) {}

  std::string name() const override { return "dummy"; }
  Support support(const Query& query) const override {
    if (query.attributes.number("technology") == -1.0) return {100, "marked as no hardware"};
    if (scope_ == DummyScope::everything) return {1, "a placeholder, not a price"};
    return Support::no("only for technology -1, unless asked for (--dummy)");
  }
  double estimate(const Query& query) const override {
    const bool leaks = query.quantity == Quantity::leakage || query.action == "leak";
    return leaks ? 0 : 1;
  }

 private:
  DummyScope scope_;
};

}  // namespace

std::unique_ptr<EnergyEstimator> make_dummy(DummyScope scope) {
  return std::make_unique<Dummy>(scope);
}

}  // namespace tilewright::energy
