#pragma once

#include "model/arch/architecture.hpp"
#include "model/energy/compound/design.hpp"

namespace tilewright::energy {

/// Gives `design` a component for the arithmetic and for each memory of an architecture whose file
/// names no classes (Timeloop's flat form), so that estimators can be asked: `intmac`, `DRAM`, and
/// `SRAM` for everything else, with the attributes of Accelergy 0.3. What the file leaves open,
/// such as the technology, is that of the class. Levels without a size are left out.
void add_plain_components(const Architecture& arch, Design& design);

}  // namespace tilewright::energy
