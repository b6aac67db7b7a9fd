#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "search/optimal/frontier.hpp"
#include "search/optimal/ground.hpp"
#include "search/optimal/part.hpp"

namespace tilewright::optimal {

/// Takes the labels of a part one step further: past the instances inside a level, or over its
/// temporal loops. One per thread.
class Expansion {
 public:
  /// Called for each label that reached the whole problem: the steps that led to it from the inside
  /// out, and whether its cost may differ between orders and places.
  using Finish = std::function<void(Part&, const std::vector<const Step*>&, const Label&)>;

  Expansion(const Ground& ground, const StopToken& stop)
      : ground_(ground),
        lattice_(ground.lattice()),
        labelling_(ground.labelling()),
        bounds_(ground.bounds()),
        stop_(stop),
        room_(labelling_) {}

  /// Stops early if the part is interrupted.
  void spread(std::span<const LabelPtr> labels, int level, Part& part);
  void run(std::span<const LabelPtr> labels, int level, Part& part, const Finish& finish);

 private:
  bool interrupted() { return part_->interrupted(stop_); }
  bool improves(const Label& label, double energy, double more) const;
  bool open(const FlowTable& flows, int level) const;
  void ask_kinds(const Label& from, int level);
  void spread_one(const Label& from, int level, std::size_t number, bool sibling);
  void spread_siblings(const Label& from, int level, std::size_t number);
  void each_sibling(const Label& from, int level, int axes, Tile& tile,
                    const std::function<void()>& visit);
  void run_one(Label& from, int level);
  void run_last(const Label& from, int level);
  bool hopeless(const Label& from, int level, const Tile& upto, int fixed);
  void extend(const Label& from, int level, int a, Tile& upto, Terms::Extents& extents,
              Terms::DimMask loops);
  void reach(const Label& from, int level, const Tile& upto, Terms::DimMask loops);
  Terms::DimMask open_firsts(const Label& from, int level, const Tile& upto);
  void take(const Label& from, int level, const Tile& upto, const LoopClass& loops);
  void keep(const Label& label);

  const Ground& ground_;
  const TileLattice& lattice_;
  const Labelling& labelling_;
  const Bounds& bounds_;
  const StopToken& stop_;
  Labelling::Room room_;
  Part* part_ = nullptr;
  const Finish* finish_ = nullptr;
  std::uint32_t idle_ = 0;  // axes whose loops the label under way leaves to the next level
  double more_ = 1;         // most instances that can be added after the label under way
  double base_ = 0;         // bound of the label under way without the boundaries that are to come
  std::optional<FlowTable> flows_;  // of the label under way
  std::vector<bool> kind_open_;     // [kind of the level under way]
  std::vector<const Step*> path_;
};

}  // namespace tilewright::optimal
