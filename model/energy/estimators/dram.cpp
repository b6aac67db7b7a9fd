// DRAM by the kind of memory: energy per bit of an access, published figures, and their sources,
// as Accelergy's CACTI plug-in gives them. Area and leakage count as none: the chips stand
// elsewhere.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "model/energy/estimator.hpp"
#include "model/names.hpp"

namespace tilewright::energy {
namespace {

struct DramKind {
  std::string_view name;
  double pj_per_bit;
  const char* source;
  bool in_v03;
};
constexpr std::array kKinds{
    DramKind{"LPDDR4", 8, "LPDDR4, public data", true},
    DramKind{"LPDDR", 40, "Malladi et al., ISCA 2012", true},
    DramKind{"DDR3", 70, "Malladi et al., ISCA 2012", true},
    DramKind{"GDDR5", 14, "O'Connor et al., MICRO 2017", true},
    DramKind{"HBM2", 3.9, "O'Connor et al., MICRO 2017", true},
    DramKind{"HMC", 4.2, "doi 10.1145/3093336.3037702", false},
};

class Dram : public EnergyEstimator {
 public:
  std::string name() const override { return "CactiDRAM"; }

  Support support(const Query& query) const override {
    if (!same_but_for_case(query.component_class, "DRAM")) {
      return Support::no("DRAM only");
    }
    const DramKind* kind = find_kind(query);
    if (kind == nullptr) {
      return Support::no(
          fmt::format("no figure for DRAM of type '{}'", query.attributes.text("type")));
    }
    if (!query.attributes.number("width")) return Support::no("the attribute 'width' is missing");
    constexpr std::array<std::string_view, 5> kActions{"read", "write", "update", "leak", "idle"};
    if (query.quantity == Quantity::energy &&
        std::find(kActions.begin(), kActions.end(), query.action) == kActions.end()) {
      return Support::no(fmt::format("no figure for the action '{}'", query.action));
    }
    return {query.dialect == Dialect::v03 ? 95.0 : 80.0, kind->source};
  }

  double estimate(const Query& query) const override {
    const bool moves =
        query.quantity == Quantity::energy && query.action != "leak" && query.action != "idle";
    return moves ? find_kind(query)->pj_per_bit * *query.attributes.number("width") : 0;
  }

 private:
  static const DramKind* find_kind(const Query& query) {
    const bool is_v03 = query.dialect == Dialect::v03;
    std::string type = query.attributes.text("type");
    if (type.empty() && !is_v03) type = "LPDDR4";
    for (const DramKind& kind : kKinds) {
      if (same_but_for_case(kind.name, type) && (kind.in_v03 || !is_v03)) return &kind;
    }
    return nullptr;
  }
};

}  // namespace

std::unique_ptr<EnergyEstimator> make_dram() { return std::make_unique<Dram>(); }

}  // namespace tilewright::energy
