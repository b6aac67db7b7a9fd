#pragma once

#include <array>

#include "search/optimal/labelling.hpp"

namespace tilewright::optimal {

/// The first loop outside a boundary, as far as it is known.
struct First {
  int axis = -1;     // of the lattice; -1 = there is no loop, or it does not matter
  double least = 2;  // steps
  double most = 2;
  bool twice = false;    // it may be a factor of 2 with another loop of its dimension further out
  bool goes_on = false;  // its dimension may have another loop further out
  bool further = false;  // spatial loops may come before it: it may step by any number of tiles
};

/// One boundary at least, if the loops outside begin in some way.
struct Crossing {
  double words = 1;     // share of the words that arrive
  double help = 1;      // share of what is sent that remains
  double taken = 1;     // share of the arriving words that the child is seen to fill
  double least = 0;     // share that must remain of what is sent
  bool helped = false;  // by neighbours of a group that is not known yet
  bool slack = false;   // neighbours may help, and words are rounded then
};

/// Bounds what crosses one boundary of a label, by the first loop outside. Remembers what no choice
/// of the loops further out changes.
class FlowBound {
 public:
  /// `helped`: by neighbours of a group that is not known yet. `last`: only temporal loops of one
  /// level are left.
  FlowBound(const Labelling& labelling, const Label& label, const Flow& flow, bool helped,
            bool last);

  const Flow& flow() const { return *flow_; }
  /// Whatever the first loop is, if it moves the dataspace.
  Crossing moved() const;
  /// `run`: steps that the tile can stay for.
  Crossing if_first(const First& first, double run);
  /// Does the model count too few words for children who are helped?
  bool few() const { return few_; }

 private:
  struct ByAxis {
    double slide;                           // share of the tile that is new after a step
    bool continues;                         // a later move may look as if the slide went on
    std::array<double, 2> by_first, later;  // [first.goes_on]: of Unhelped
    double by_any;                          // the same if first.further
  };
  const ByAxis& by_axis(int a, int dim);
  Unhelped unhelped(const First& first, int dim);

  const Labelling* labelling_;
  const Label* label_;
  const Flow* flow_;
  bool simple_;
  bool helped_;
  bool last_;
  bool few_;
  bool continues_ = false;
  double idle_ = 1;                          // steps of all loops that do not move the dataspace
  Terms::Extents child_;                     // its tile, if that can slide
  std::uint32_t known_ = 0;                  // axes that have been asked for
  std::array<std::uint32_t, 2> answered_{};  // the same for what neighbours leave
  std::array<ByAxis, kMaxDims> axes_;
};

}  // namespace tilewright::optimal
