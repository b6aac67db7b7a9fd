#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "model/arch/architecture.hpp"
#include "model/mapping/change.hpp"
#include "model/mapping/constraints.hpp"
#include "model/mapping/mapping.hpp"
#include "model/problem/problem.hpp"
#include "search/mapspace/bypass.hpp"
#include "search/mapspace/factor_range.hpp"
#include "search/mapspace/permutation.hpp"
#include "search/mapspace/spatial_rules.hpp"
#include "search/stream.hpp"

namespace tilewright {

/// A small change of a mapping. Applying it twice (see MoveSet::revert) changes nothing.
struct Move {
  enum class Kind : std::uint8_t {
    transfer,  // a prime factor of `dim` goes from one slot to another
    exchange,  // and a prime factor of `other_dim` comes back
    swap,      // the loops at places `a` and `b` of an order change places
    toggle,    // a level keeps a dataspace, or no longer
  };
  /// Where a factor may stand: the loops of one kind at one level.
  struct Slot {
    std::uint8_t level = 0;
    LoopKind kind = LoopKind::temporal;
    friend bool operator==(const Slot&, const Slot&) = default;
  };

  Kind kind = Kind::toggle;
  std::uint8_t dim = 0, other_dim = 0;
  Slot from, to;  // swap: `from` names the loops; toggle: `from.level`
  std::int32_t prime = 1, other_prime = 1;
  std::uint8_t a = 0, b = 0;  // swap: places; toggle: a = dataspace
  bool mirrored = false;      // swap: Y has the order of X
};

/// What a move, or its inverse, changes.
MappingChange change_of(const Move& move);

/// The neighbours of a mapping: all of them lie in the mapspace. Every mapping can be reached from
/// every other one if no constraint parts the space. Immutable; allocates nothing.
class MoveSet {
 public:
  MoveSet(const Problem& problem, const Architecture& arch, const Constraints& constraints,
          const SpatialRules& rules, const PermutationSpace& permutations,
          const BypassSpace& bypasses);

  /// Draws a move and applies it; nothing if what was drawn is not possible here.
  std::optional<Move> step(Stream& random, Mapping& mapping) const;
  /// Undoes a move that was just applied.
  void revert(const Move& move, Mapping& mapping) const { apply(inverse(move), mapping); }

  /// Applies every neighbour's move in turn, calls `visit(move)`, and reverts it.
  template <class Visit>
  void for_each(Mapping& mapping, const Visit& visit) const;

  /// Gives `to` all factors that dimension `dim` has in `from`; false, and nothing changed, if they
  /// do not fit.
  bool take_dimension(const Mapping& from, int dim, Mapping& to) const;

  void apply(const Move& move, Mapping& mapping) const;

 private:
  struct Bit {
    std::uint8_t level, space;
  };

  static Move inverse(Move move);
  static void scale(Mapping& mapping, Move::Slot slot, int dim, std::int32_t up, std::int32_t down);
  static std::int32_t factor(const Mapping& mapping, Move::Slot slot, int dim) {
    return mapping.levels[slot.level].factors(slot.kind)[dim];
  }
  void find_open(int dim);
  bool holds(const Move& move, const Mapping& mapping) const;
  bool holds_at(const Mapping& mapping, Move::Slot slot, int dim) const;
  std::optional<Move> try_apply(const Move& move, Mapping& mapping) const;
  bool draw_prime(Stream& random, const Mapping& mapping, int dim, Move::Slot slot,
                  std::int32_t& prime) const;
  std::optional<Move> draw_transfer(Stream& random, const Mapping& mapping) const;
  std::optional<Move> draw_exchange(Stream& random, const Mapping& mapping) const;
  std::optional<Move> draw_swap(Stream& random, const Mapping& mapping) const;
  Move draw_toggle(Stream& random) const;
  template <class Try>
  void each_transfer(const Mapping& mapping, const Try& attempt) const;
  template <class Try>
  void each_swap(const Mapping& mapping, const Try& attempt) const;

  /// May the factor of `dim` in this slot be another one than it is?
  bool is_open(int dim, Move::Slot slot) const {
    return ((open_mask_[dim] >> bit(slot)) & 1U) != 0;
  }
  static unsigned bit(Move::Slot slot) {
    static_assert(kLoopKinds * kMaxLevels <= 64);
    return static_cast<unsigned>(kLoopKinds) * slot.level + static_cast<unsigned>(slot.kind);
  }

  const SpatialRules& rules_;
  std::vector<std::uint8_t> dims_;                 // whose factors can move
  std::vector<std::vector<std::int32_t>> primes_;  // [dim]
  std::vector<Move::Slot> slots_;                  // all
  std::vector<std::vector<Move::Slot>> open_;      // [dim]: those that no constraint fixes
  std::vector<std::uint64_t> open_mask_;           // [dim]: the same
  std::vector<std::array<FactorRange, kMaxDims>> temporal_;  // [level][dim]
  std::vector<PermutationSpace::FreeOrder> orders_;
  std::vector<Bit> bits_;
};

template <class Try>
void MoveSet::each_transfer(const Mapping& mapping, const Try& attempt) const {
  for (const std::uint8_t dim : dims_) {
    for (const Move::Slot from : open_[dim]) {
      for (const std::int32_t prime : primes_[dim]) {
        if (factor(mapping, from, dim) % prime != 0) continue;
        for (const Move::Slot to : open_[dim]) {
          if (!(from == to))
            attempt(Move{
                .kind = Move::Kind::transfer, .dim = dim, .from = from, .to = to, .prime = prime});
        }
      }
    }
  }
}

template <class Try>
void MoveSet::each_swap(const Mapping& mapping, const Try& attempt) const {
  for (const auto& order : orders_) {
    const auto& level = mapping.levels[static_cast<std::size_t>(order.level)];
    const auto has_loop = [&](int place) {
      const int dim = level.orders(order.kind)[place];
      return level.factors(order.kind)[dim] > 1 ||
             (order.mirrored && level.factors(LoopKind::spatial_y)[dim] > 1);
    };
    for (int a = order.first; a < order.first + order.count; ++a) {
      if (!has_loop(a)) continue;
      for (int b = a + 1; b < order.first + order.count; ++b) {
        if (!has_loop(b)) continue;
        attempt(Move{.kind = Move::Kind::swap,
                     .from = {static_cast<std::uint8_t>(order.level), order.kind},
                     .a = static_cast<std::uint8_t>(a),
                     .b = static_cast<std::uint8_t>(b),
                     .mirrored = order.mirrored});
      }
    }
  }
}

template <class Visit>
void MoveSet::for_each(Mapping& mapping, const Visit& visit) const {
  const auto attempt = [&](const Move& move) {
    if (!try_apply(move, mapping)) return;
    visit(move);
    revert(move, mapping);
  };
  const Mapping start = mapping;  // the loops below must not see what an attempt changes
  each_transfer(start, attempt);
  // An exchange is worth trying where a transfer alone meets a full array: between two slots.
  each_transfer(start, [&](const Move& one) {
    if (one.from.kind == LoopKind::temporal) return;  // each pair once, and one of them spatial
    Move both = one;
    both.kind = Move::Kind::exchange;
    for (const std::uint8_t dim : dims_) {
      if (dim == one.dim || !is_open(dim, one.from) || !is_open(dim, one.to)) continue;
      for (const std::int32_t prime : primes_[dim]) {
        if (factor(start, one.to, dim) % prime != 0) continue;
        both.other_dim = dim;
        both.other_prime = prime;
        attempt(both);
      }
    }
  });
  each_swap(start, attempt);
  for (const Bit bit : bits_) {
    attempt(
        Move{.kind = Move::Kind::toggle, .from = {bit.level, LoopKind::temporal}, .a = bit.space});
  }
}

}  // namespace tilewright
