#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/error.hpp"

namespace tilewright {

/// Energy of one action of a component, in pJ.
struct ReferenceAction {
  std::string name;
  std::map<std::string, std::string> arguments;
  double energy = 0;
};

/// What an ERT or an ART says of one component.
struct ReferenceComponent {
  std::string name;  // `system.PE.mac`, with ranges `[0..15]` left out
  std::vector<ReferenceAction> actions;
  std::optional<double> area;  // um2 per instance
  std::string source;          // estimators that priced it; "" = the user's table
  double accuracy = -1;        // percent, of the least accurate of them; < 0 = not known
  int line = 0, column = 0;    // in the file of the table; many tables are large
};

/// Energy and area reference tables (ERT, ART), as Accelergy writes them.
struct ReferenceTable {
  std::vector<ReferenceComponent> components;
  std::string file;  // of the user's ERT
  bool has_energy = false;
  bool has_area = false;
  bool count_idle = false;   // leakage counts in the energy of a mapping
  bool idle_in_use = false;  // only of memories that work, as Timeloop's program of version 0.4
  bool is_v04 = false;       // updates and fills have rows of their own, as in version 0.4

  /// The last component with energies whose name ends in `.level` (or is `level`), or nullptr.
  const ReferenceComponent* find_energy(std::string_view level) const;
  /// Where the user's ERT says so.
  Mark mark(const ReferenceComponent& component) const {
    return {file, component.line, component.column};
  }
  /// Likewise with an area.
  std::optional<double> find_area(std::string_view level) const;
};

/// Energy of the first of `names` that the component lists; of several entries with different
/// arguments the dearest counts, as in Timeloop.
std::optional<double> first_energy(const ReferenceComponent& component,
                                   const std::vector<std::string_view>& names);

}  // namespace tilewright
