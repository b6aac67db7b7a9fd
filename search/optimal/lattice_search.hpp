#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <vector>

#include "search/optimal/bounds.hpp"
#include "search/optimal/frontier.hpp"
#include "search/optimal/labelling.hpp"
#include "search/optimal/loop_classes.hpp"
#include "search/optimal/target.hpp"

namespace tilewright::optimal {

/// One step of a label: past the instances inside a level, or through its temporal loops.
struct Step {
  std::uint32_t parent = 0;
  Tile tile{};                       // after the step
  std::int32_t choice = -1;          // number of the spatial choice, if it is one
  const LoopClass* loops = nullptr;  // of the temporal loops otherwise
  bool any_order = false;            // no boundary was open, so any class stands for all
};

/// Searches all mappings with one keeping for shortest paths from a single operation to the whole
/// problem, level by level from the inside out.
class LatticeSearch {
 public:
  /// Called for each label that reached the whole problem: the steps that led to it from the inside
  /// out, and whether its cost may differ between orders and places.
  using Finish = std::function<void(const std::vector<const Step*>&, const Label&)>;

  LatticeSearch(const Mapspace& space, const TileLattice& lattice,
                const std::vector<std::vector<SpatialChoice>>& choices, Labelling& labelling,
                LoopClasses& classes, const Target& target, Dominance dominance);

  /// Prepares for a keeping; the least energy (pJ) and time (cycles) of all its mappings.
  std::pair<double, double> root(const Keeping& keeping);
  /// Goes through the mappings of the keeping that was prepared last. With `beam`, only the most
  /// promising labels of each step go on. False if `stop` says so.
  bool run(std::size_t beam, const std::function<bool()>& stop, const Finish& finish);

  Proof counters;
  /// Labels of one step that are kept at once, at most: some 0.7 KiB each. `run` is false beyond.
  std::size_t most_kept = std::numeric_limits<std::size_t>::max();
  bool too_many() const { return frontier_ && frontier_->size() > most_kept; }

 private:
  struct Range {
    std::int64_t least = 1, most = 1;
  };
  void limit_factors();
  bool improves(const Label& label, double energy, double more) const;
  bool open(const FlowTable& flows, int level);
  std::uint32_t idle_axes(const Label& from, int level) const;
  bool crowded(const SpatialChoice& choice) const;
  void spread_one(const Label& from, int level, std::size_t number, bool only_odd);
  void spread_siblings(const Label& from, int level, std::size_t number);
  void ask_kinds(const Label& from, int level);
  bool spread_all(int level, std::vector<Label>& labels);
  bool run_all(int level, std::vector<Label>& labels);
  bool hopeless(const Label& from, int level, const Tile& upto, int fixed);
  void extend(const Label& from, int level, int a, Tile& upto, Terms::Extents& extents,
              Terms::DimMask loops);
  void reach(const Label& from, int level, const Tile& upto, Terms::DimMask loops);
  Terms::DimMask open_firsts(const Label& from, int level, const Tile& upto);
  void take(const Label& from, int level, const Tile& upto, const LoopClass& loops);
  void keep_best(std::size_t beam, int level, bool spread, std::vector<Label>& labels);
  void complete(Label& label);
  std::uint32_t note(std::uint32_t parent, const Tile& tile, std::int32_t choice,
                     const LoopClass* loops, bool any_order = false);

  const Mapspace& space_;
  const TileLattice& lattice_;
  const std::vector<std::vector<SpatialChoice>>& choices_;
  Labelling& labelling_;
  LoopClasses& classes_;
  const Target& target_;
  Dominance dominance_;
  Bounds bounds_;
  std::vector<std::array<Range, kMaxDims>> ranges_;       // [level][axis], temporal
  std::vector<std::array<double, kMaxDims>> room_after_;  // [level][axis]: most that can follow
  std::vector<std::vector<bool>> choice_crowded_;         // [level][choice]
  double least_instances_ = 1;
  std::vector<Step> steps_;
  std::optional<Frontier> frontier_;
  std::uint32_t idle_ = 0;  // axes whose loops the label under way leaves to the next level
  double more_ = 1;         // most instances that can be added after the label under way
  double base_ = 0;         // bound of the label under way without the boundaries that are to come
  std::optional<FlowTable> flows_;  // of the label under way
  std::vector<bool> kind_open_;     // [kind of the level under way]
  const std::function<bool()>* stop_ = nullptr;
  const Finish* finish_ = nullptr;
};

}  // namespace tilewright::optimal
