#include "model/energy/estimators/cacti.hpp"

namespace tilewright::energy {

CactiAnswer run_cacti(const std::string& program, const CactiQuestion& /*question*/) {
  throw Declined("cannot run " + program);
}

}  // namespace tilewright::energy
