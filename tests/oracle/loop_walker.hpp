#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "model/mapping/mapping.hpp"
#include "model/problem/problem.hpp"

namespace tilewright::oracle {

/// What really happens to one dataspace at all instances of one memory together. "Children" are
/// the instances of the next memory inwards that keeps the dataspace, or the MACs.
struct WalkedSpace {
  std::uint64_t peak = 0;       // most words that one instance needs during one of its tiles
  std::uint64_t filled = 0;     // words that instances lack at the start of a tile
  std::uint64_t refilled = 0;   // those of them that the same instance has had before
  std::uint64_t served = 0;     // distinct words that instances send to their children
  std::uint64_t reserved = 0;   // those of them that its children have had before
  std::uint64_t delivered = 0;  // the same words, once for every child that gets them
  std::uint64_t drained = 0;    // words that instances give back (read-write dataspaces)
  std::uint64_t updated = 0;    // arrivals from children, equal words of one moment added up
};

/// A walk over every step and every MAC of a mapping, with real sets of words.
///
/// One time step is one setting of all temporal loops, one MAC one setting of all spatial loops.
/// With imperfect factors the digits of a dimension, outermost first, form a number in mixed radix;
/// an operation exists if the number is below the bound of the dimension. So every operation is
/// run once, the last tiles are short, and a step in which no MAC has work takes no time.
struct Walk {
  std::uint64_t operations = 0;
  std::uint64_t repeated = 0;  // operations that were run before: always 0
  std::uint64_t cycles = 0;    // steps in which the busiest MAC (element 0 everywhere) has work
  std::uint64_t lost = 0;      // results that came to a memory that did not hold them: always 0
  std::vector<std::vector<WalkedSpace>> levels;  // [level][space]
  /// Accumulations that reached the end, by word ([space]; empty for read-only dataspaces).
  std::vector<std::map<std::uint64_t, std::uint64_t>> results;
};

/// Takes time proportional to the operations times the levels. The memory levels outside the
/// outermost one that keeps a dataspace must have no loops that matter to it.
Walk walk_nest(const Problem& problem, const Mapping& mapping);

}  // namespace tilewright::oracle
