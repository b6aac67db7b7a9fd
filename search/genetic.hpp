#pragma once

#include "search/round_run.hpp"

namespace tilewright {

/// Breeds `population` until the block is full: a child takes each dimension's factors, and each
/// level's orders and kept dataspaces, from one parent or the other, and a few moves besides; it
/// replaces the worst if it is better. Factors always multiply to the bounds, since a dimension's
/// are taken together.
void breed(Trial& trial, std::vector<Elite>& population);

/// Breeds the elites of earlier rounds, joined by fresh ones (each the best of `draws` valid draws)
/// until they are `individuals`.
void breed_elites(Trial& trial, std::size_t individuals, std::uint32_t draws);

}  // namespace tilewright
