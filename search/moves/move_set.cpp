#include "search/moves/move_set.hpp"

#include <utility>

namespace tilewright {
namespace {

std::vector<std::int32_t> primes_of(std::int64_t bound) {
  std::vector<std::int32_t> primes;
  for (std::int64_t p = 2; p * p <= bound; ++p) {
    if (bound % p != 0) continue;
    primes.push_back(static_cast<std::int32_t>(p));
    while (bound % p == 0) bound /= p;
  }
  if (bound > 1) primes.push_back(static_cast<std::int32_t>(bound));
  return primes;
}

// How often each kind is drawn, in percent; the rest are toggles.
constexpr std::uint64_t kTransfers = 50;
constexpr std::uint64_t kExchanges = 25;
constexpr std::uint64_t kSwaps = 15;

}  // namespace

MappingChange change_of(const Move& move) {
  MappingChange change;
  switch (move.kind) {
    case Move::Kind::exchange:
      change.dims |= 1U << move.other_dim;
      [[fallthrough]];
    case Move::Kind::transfer:
      change.dims |= 1U << move.dim;
      change.touch(move.from.level, move.from.kind);
      change.touch(move.to.level, move.to.kind);
      break;
    case Move::Kind::swap:
      change.touch(move.from.level, move.from.kind);
      break;
    case Move::Kind::toggle:
      change.keeps = static_cast<SpaceMask>(1U << move.a);
      break;
  }
  return change;
}

MoveSet::MoveSet(const Problem& problem, const Architecture& arch, const Constraints& constraints,
                 const SpatialRules& rules, const PermutationSpace& permutations,
                 const BypassSpace& bypasses)
    : rules_(rules), orders_(permutations.free_orders()) {
  const LevelConstraint free;
  for (int level = 0; level < arch.num_levels(); ++level) {
    const auto l = static_cast<std::size_t>(level);
    const LevelConstraint& at = l < constraints.levels.size() ? constraints.levels[l] : free;
    auto& ranges = temporal_.emplace_back();
    for (int dim = 0; dim < problem.num_dims(); ++dim) ranges[dim] = factor_range(at.temporal, dim);
    slots_.push_back({static_cast<std::uint8_t>(level), LoopKind::temporal});
    for (int space = 0; space < problem.num_spaces(); ++space) {
      if (((bypasses.free(level) >> space) & 1) != 0) {
        bits_.push_back({static_cast<std::uint8_t>(level), static_cast<std::uint8_t>(space)});
      }
    }
  }
  for (const SpatialSlot& slot : rules.slots()) {
    slots_.push_back({static_cast<std::uint8_t>(slot.level), slot.kind});
  }
  for (int dim = 0; dim < problem.num_dims(); ++dim) {
    primes_.push_back(primes_of(problem.bounds[dim]));
    find_open(dim);
    if (problem.bounds[dim] > 1 && open_.back().size() > 1) {
      dims_.push_back(static_cast<std::uint8_t>(dim));
    }
  }
}

// What X gives Y may take even if a constraint fixes what both have together.
void MoveSet::find_open(int dim) {
  auto& open = open_.emplace_back();
  std::uint64_t& mask = open_mask_.emplace_back(0);
  for (const Move::Slot slot : slots_) {
    const FactorRange& range = temporal_[slot.level][dim];
    const bool may_change = slot.kind == LoopKind::temporal ? range.least < range.most
                                                            : rules_.may_spread(dim, slot.level);
    if (!may_change) continue;
    open.push_back(slot);
    mask |= std::uint64_t{1} << bit(slot);
  }
}

void MoveSet::scale(Mapping& mapping, Move::Slot slot, int dim, std::int32_t up,
                    std::int32_t down) {
  auto& level = mapping.levels[slot.level];
  auto& value = level.factors(slot.kind)[dim];
  if (down != 1) value /= down;  // a division takes longer than all else here
  value *= up;
  level.residuals(slot.kind)[dim] = value;
}

void MoveSet::apply(const Move& move, Mapping& mapping) const {
  auto& level = mapping.levels[move.from.level];
  switch (move.kind) {
    case Move::Kind::exchange:
      scale(mapping, move.to, move.other_dim, 1, move.other_prime);
      scale(mapping, move.from, move.other_dim, move.other_prime, 1);
      [[fallthrough]];
    case Move::Kind::transfer:
      scale(mapping, move.from, move.dim, 1, move.prime);
      scale(mapping, move.to, move.dim, move.prime, 1);
      break;
    case Move::Kind::swap:
      std::swap(level.orders(move.from.kind)[move.a], level.orders(move.from.kind)[move.b]);
      if (move.mirrored) level.orders(LoopKind::spatial_y) = level.orders(LoopKind::spatial_x);
      break;
    case Move::Kind::toggle:
      level.keep = static_cast<SpaceMask>(level.keep ^ (1u << move.a));
      break;
  }
}

Move MoveSet::inverse(Move move) {
  if (move.kind == Move::Kind::transfer || move.kind == Move::Kind::exchange)
    std::swap(move.from, move.to);
  return move;
}

bool MoveSet::holds_at(const Mapping& mapping, Move::Slot slot, int dim) const {
  if (slot.kind == LoopKind::temporal)
    return temporal_[slot.level][dim].holds(factor(mapping, slot, dim));
  return rules_.holds_at(mapping, dim, slot.level);
}

// Only what the move touched is looked at; the mapping before it lay in the space.
bool MoveSet::holds(const Move& move, const Mapping& mapping) const {
  if (move.kind == Move::Kind::swap || move.kind == Move::Kind::toggle) return true;
  for (const Move::Slot slot : {move.from, move.to}) {
    if (!holds_at(mapping, slot, move.dim)) return false;
    if (move.kind == Move::Kind::exchange && !holds_at(mapping, slot, move.other_dim)) return false;
  }
  // Only spatial loops compete.
  return (move.from.kind == LoopKind::temporal && move.to.kind == LoopKind::temporal) ||
         rules_.holds_together(mapping);
}

std::optional<Move> MoveSet::try_apply(const Move& move, Mapping& mapping) const {
  apply(move, mapping);
  if (holds(move, mapping)) return move;
  revert(move, mapping);
  return std::nullopt;
}

bool MoveSet::draw_prime(Stream& random, const Mapping& mapping, int dim, Move::Slot slot,
                         std::int32_t& prime) const {
  const std::int32_t value = factor(mapping, slot, dim);
  if (value == 1) return false;
  const auto& primes = primes_[dim];
  // The next prime that divides it, from a random one on; an imperfect factor may have none.
  std::size_t i = random.below(primes.size());
  for (std::size_t tried = 0; tried < primes.size(); ++tried) {
    prime = primes[i];
    if (value % prime == 0) return true;
    i = i + 1 < primes.size() ? i + 1 : 0;
  }
  return false;
}

std::optional<Move> MoveSet::draw_transfer(Stream& random, const Mapping& mapping) const {
  if (dims_.empty()) return std::nullopt;
  Move move{.kind = Move::Kind::transfer, .dim = dims_[random.below(dims_.size())]};
  const std::vector<Move::Slot>& slots = open_[move.dim];
  // The next slot that has a factor to give, from a random one on. A mapping from elsewhere may
  // have them all on axes that are none of ours.
  std::size_t from = random.below(slots.size());
  for (std::size_t tried = 1; factor(mapping, slots[from], move.dim) == 1; ++tried) {
    if (tried == slots.size()) return std::nullopt;
    from = from + 1 < slots.size() ? from + 1 : 0;
  }
  move.from = slots[from];
  std::size_t to = from + 1 + random.below(slots.size() - 1);
  if (to >= slots.size()) to -= slots.size();
  move.to = slots[to];
  if (!draw_prime(random, mapping, move.dim, move.from, move.prime)) return std::nullopt;
  return move;
}

std::optional<Move> MoveSet::draw_exchange(Stream& random, const Mapping& mapping) const {
  auto move = draw_transfer(random, mapping);
  if (!move || dims_.size() < 2) return std::nullopt;
  move->kind = Move::Kind::exchange;
  std::size_t other = random.below(dims_.size());
  for (std::size_t tried = 0; tried < dims_.size(); ++tried) {
    move->other_dim = dims_[other];
    other = other + 1 < dims_.size() ? other + 1 : 0;
    if (move->other_dim == move->dim || !is_open(move->other_dim, move->from)) continue;
    if (!is_open(move->other_dim, move->to)) continue;
    if (draw_prime(random, mapping, move->other_dim, move->to, move->other_prime)) return move;
  }
  return std::nullopt;
}

std::optional<Move> MoveSet::draw_swap(Stream& random, const Mapping& mapping) const {
  if (orders_.empty()) return std::nullopt;
  const auto& order = orders_[random.below(orders_.size())];
  const auto& level = mapping.levels[static_cast<std::size_t>(order.level)];
  std::array<std::uint8_t, kMaxDims> places;
  std::size_t count = 0;
  for (int place = order.first; place < order.first + order.count; ++place) {
    const int dim = level.orders(order.kind)[place];
    const bool loop = level.factors(order.kind)[dim] > 1 ||
                      (order.mirrored && level.factors(LoopKind::spatial_y)[dim] > 1);
    if (loop) places[count++] = static_cast<std::uint8_t>(place);
  }
  if (count < 2) return std::nullopt;
  const std::size_t a = random.below(count);
  std::size_t b = a + 1 + random.below(count - 1);
  if (b >= count) b -= count;
  return Move{.kind = Move::Kind::swap,
              .from = {static_cast<std::uint8_t>(order.level), order.kind},
              .a = places[a],
              .b = places[b],
              .mirrored = order.mirrored};
}

Move MoveSet::draw_toggle(Stream& random) const {
  const Bit bit = bits_[random.below(bits_.size())];
  return {.kind = Move::Kind::toggle, .from = {bit.level, LoopKind::temporal}, .a = bit.space};
}

std::optional<Move> MoveSet::step(Stream& random, Mapping& mapping) const {
  const std::uint64_t dice = random.below(100);
  std::optional<Move> move;
  if (dice < kTransfers) {
    move = draw_transfer(random, mapping);
  } else if (dice < kTransfers + kExchanges) {
    move = draw_exchange(random, mapping);
  } else if (dice < kTransfers + kExchanges + kSwaps || bits_.empty()) {
    move = draw_swap(random, mapping);
  } else {
    move = draw_toggle(random);
  }
  return move ? try_apply(*move, mapping) : std::nullopt;
}

bool MoveSet::take_dimension(const Mapping& from, int dim, Mapping& to) const {
  std::array<std::int32_t, kLoopKinds * kMaxLevels> before{};
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    before[i] = factor(to, slots_[i], dim);
    scale(to, slots_[i], dim, factor(from, slots_[i], dim), before[i]);
  }
  bool fits = rules_.holds_together(to);
  for (const SpatialSlot& slot : rules_.slots())
    fits = fits && rules_.holds_at(to, dim, slot.level);
  if (fits) return true;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    scale(to, slots_[i], dim, before[i], factor(to, slots_[i], dim));
  }
  return false;
}

}  // namespace tilewright
