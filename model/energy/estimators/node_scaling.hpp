#pragma once

#include <cstdint>

namespace tilewright::energy {

/// How nodes between those of the published table are reached.
enum class NodeInterpolation : std::uint8_t {
  /// As Accelergy's library plug-in does it: mirrored, so that 44 nm counts nearly as 32 nm.
  /// Default,
  /// because published results rest on it.
  upstream,
  /// Towards the nearer node.
  corrected,
};

/// Energy at node `to` over that at node `from` (nm), after Stillmaker and Baas, "Scaling equations
/// for the accurate prediction of CMOS device performance from 180 nm to 7 nm", Integration 58,
/// 2017, doi 10.1016/j.vlsi.2017.02.002, at 0.8 V; beyond 130 to 7 nm with the square root of the
/// node, not below 1 nm. \throws Declined unless both are positive.
double node_energy_ratio(double from, double to,
                         NodeInterpolation interpolation = NodeInterpolation::corrected);
/// Likewise of areas; beyond the table linearly with the node.
double node_area_ratio(double from, double to,
                       NodeInterpolation interpolation = NodeInterpolation::corrected);

}  // namespace tilewright::energy
