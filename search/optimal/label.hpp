#pragma once

#include <array>
#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <memory>

#include "search/optimal/spatial_choices.hpp"
#include "search/optimal/tile_lattice.hpp"

namespace tilewright::optimal {

/// Words that cross the boundary between a level and the level that serves it, as far as they are
/// known: `words` is their number if every loop outside that is not known yet brought a new tile.
struct Flow {
  double words = 0;        // that arrive at the children, in the whole layer
  double share = 1;        // words that the server sends per word that arrives, at least
  double fill = 0;         // pJ per arriving word, at the child
  double taken = 1;        // share of the arriving words that the child is seen to fill, at least
  double help = 1;         // share of what is sent that remains if neighbours help, at least
  double copies = 1;       // children, of all that are known so far
  double serving = 1;      // the same of servers
  std::uint64_t tile = 0;  // the child's tile, if the dataspace can keep a halo
  const SpatialChoice* group = nullptr;  // the children's, if neighbours may help each other
  std::int16_t space = 0;
  std::int16_t child = -1;  // -1 = the MACs
  bool served = false;      // the server has been reached
  bool closed = false;      // the tile has moved: loops further out cannot spare any more words
  bool equal = false;       // some of the children get the same words
  bool rounded = false;     // neighbours help, so words of single instances are rounded
  bool still = false;       // the first loop outside left the tile alone: there is no halo
};

inline constexpr int kMaxLimited = 4;
inline constexpr int kUsualFlows = 6;

/// A mapping from the MACs up to some tile, and what it costs.
struct Label {
  Tile tile{};
  double settled = 0;    // pJ that nothing further out can change
  double instances = 1;  // product of the spatial loops so far
  double idle = 0;  // pJ per cycle of the memories so far, as far as it depends on who is in use
  std::array<double, kMaxSpaces> credit{};  // pJ saved by first visits (see Labelling::emerge)
  std::array<double, kMaxSpaces> gross{};   // pJ of `settled` that those may be taken off
  // Memories that may limit the speed: words (bits) so far, and `instances` when they were passed.
  std::array<double, kMaxLimited> reads{}, writes{}, below{};
  boost::container::small_vector<Flow, kUsualFlows> flows;
  std::uint32_t idle_axes = 0;  // whose loops lie further out where they might lie here as well
  bool loose = false;   // the true cost may be higher, for orders of the loops do not matter
  bool varied = false;  // the true cost may be higher, and depend on orders and places
  std::uint64_t trace = 0;
};

/// Labels are large: they stay where they are, and pointers are sorted and handed on.
using LabelPtr = std::unique_ptr<Label>;

}  // namespace tilewright::optimal
