#pragma once

#include "model/nest/terms.hpp"
#include "search/check/step_sums.hpp"
#include "search/mapspace/factors.hpp"

namespace tilewright::check {

/// What the steps of loops outside a tile may do to those of others along a shared coordinate, when
/// all loops inside the one that steps fall back.
struct TurnsFound {
  /// First loops (bit = dimension) in whose direction another loop may go on.
  Terms::DimMask continued = ~Terms::DimMask{0};
  bool takes_back = true;  // a step of one loop may end where others began
};

/// The children hold `tile` of the dataspace and lie beside each other along `spread`; `left` =
/// iterations outside, in units of all these tiles together. Factors are whole.
TurnsFound find_turns(const StepTables& tables, const Terms& terms, int space, const Factors& tile,
                      const Factors& spread, const Factors& left);

}  // namespace tilewright::check
