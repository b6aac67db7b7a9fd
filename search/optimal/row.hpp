#pragma once

#include <tbb/concurrent_unordered_map.h>

#include <array>
#include <boost/container_hash/hash.hpp>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/limits.hpp"

namespace tilewright::optimal {

/// Share of what a server sends that remains if its children help each other, at least.
struct Unhelped {
  double by_first = 1;  // in the moves of the first loop outside
  double later = 1;     // in those of all others
  double by_any = 1;    // in moves of the first loop by any number of its steps

  /// In all moves, if the first loop has so many steps.
  double share(double steps) const { return by_first + (later - by_first) / steps; }
};

/// The tiles of a group of children along one coordinate, and how far a loop outside moves them.
struct Row {
  struct Loop {
    std::int64_t factor = 1;
    std::int64_t step = 0;
    friend bool operator==(const Loop&, const Loop&) = default;
    friend std::size_t hash_value(const Loop& loop) {
      std::size_t seed = 0;
      boost::hash_combine(seed, loop.factor);
      boost::hash_combine(seed, loop.step);
      return seed;
    }
  };
  std::array<Loop, kMaxTerms> loops{};
  std::int64_t move = 0;  // a step of the first loop outside
  int num_loops = 0;
  std::int64_t most = 0;   // steps that it may be off; 0 = any number
  std::int64_t other = 0;  // the same of another loop outside
  std::int64_t most_other = 0;
  friend bool operator==(const Row&, const Row&) = default;

  /// From the first tile to the last.
  std::int64_t reach() const {
    std::int64_t sum = 0;
    for (int i = 0; i < num_loops; ++i) {
      const Loop& loop = loops[static_cast<std::size_t>(i)];
      sum += (loop.factor - 1) * loop.step;
    }
    return sum;
  }
};

/// Who can help whom: after a move a child needs the tile that lies so much further on, and can get
/// it from a neighbour only if one of the group is there. Answers are remembered. Thread-safe.
class Rows {
 public:
  /// `later`: a loop that goes back moves the tiles by some multiple of its step.
  Unhelped unhelped(const Row& row);
  /// Share of what is sent that remains, at least, if another loop moves the tiles by any number of
  /// its steps but none, and the first one as well or not.
  double unhelped_by_other(const Row& row);

 private:
  struct Hash {
    std::size_t operator()(const Row& row) const {
      std::size_t seed = boost::hash_range(row.loops.begin(), row.loops.begin() + row.num_loops);
      for (const std::int64_t part : {row.move, row.other, row.most, row.most_other}) {
        boost::hash_combine(seed, part);
      }
      return seed;
    }
  };
  tbb::concurrent_unordered_map<Row, Unhelped, Hash> known_;
  tbb::concurrent_unordered_map<Row, double, Hash> known_by_other_;
};

}  // namespace tilewright::optimal
