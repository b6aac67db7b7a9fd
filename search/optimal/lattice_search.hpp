#pragma once

#include <tbb/enumerable_thread_specific.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "search/mapspace/memory.hpp"
#include "search/optimal/expansion.hpp"
#include "search/optimal/frontier.hpp"
#include "search/optimal/ground.hpp"
#include "search/optimal/part.hpp"

namespace tilewright::optimal {

/// Searches all mappings with one keeping for shortest paths from a single operation to the whole
/// problem, level by level from the inside out. The labels of a level go on in batches of parts
/// that know nothing of each other: the parts of a batch are the work of any number of threads, and
/// are merged in order. So what is found does not depend on the threads.
class LatticeSearch {
 public:
  struct Client {
    /// Asked between batches: is that enough?
    std::function<bool()> stopped;
    /// For a label that reached the whole problem; by several threads, for different parts.
    Expansion::Finish finish;
    /// Takes over what a part has found, in order.
    std::function<void(const Part&)> merge;
  };

  LatticeSearch(Ground& ground, const Target& target, Dominance dominance, const StopToken& stop);

  /// Goes through the mappings of the keeping that the ground was prepared for last. With `beam`,
  /// only the most promising labels of each step go on. False if it was stopped. \throws Stopped
  bool run(std::size_t beam, const Client& client);

  Proof counters;
  /// Labels of one step that are kept at once, at most: some 0.7 KiB each. `run` is false beyond.
  std::size_t most_kept = std::numeric_limits<std::size_t>::max();
  /// Bytes of the labels and of the way that led to each, at most; the same.
  std::uint64_t most_bytes = kUnlimited;
  /// Was that too little?
  bool out_of_memory = false;

 private:
  bool expand(int level, bool spread, std::vector<LabelPtr>& labels, const Client& client);
  bool expand_batch(int level, bool spread, std::span<const LabelPtr> labels, const Client& client);
  void add_candidates(std::vector<Part>& parts);
  std::vector<LabelPtr> take_frontiers();
  std::size_t kept() const;
  bool is_full(std::size_t labels_left);
  void keep_best(std::size_t beam, int level, bool spread, std::vector<LabelPtr>& labels) const;

  Ground& ground_;
  const Target& target_;
  Dominance dominance_;
  const StopToken& stop_;
  tbb::enumerable_thread_specific<Expansion> expansions_;
  Trail trail_;
  std::uint64_t steps_ = 0;          // of the trail
  std::vector<Frontier> frontiers_;  // each for some of the places
};

}  // namespace tilewright::optimal
