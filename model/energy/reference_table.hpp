#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tilewright {

/// Energy of one action of a component, in pJ.
struct ReferenceAction {
  std::string name;
  std::map<std::string, std::string> arguments;
  double energy = 0;
};

struct ReferenceComponent {
  std::string name;  // `system.PE.mac`, with ranges `[0..15]` left out
  std::vector<ReferenceAction> actions;
  std::optional<double> area;  // um2 per instance
};

/// Energy and area reference tables (ERT, ART), as Accelergy writes them.
struct ReferenceTable {
  std::vector<ReferenceComponent> components;
  bool has_energy = false;
  bool has_area = false;

  /// The last component whose name's last dotted part is `level`, or nullptr.
  const ReferenceComponent* find(std::string_view level) const;
};

}  // namespace tilewright
