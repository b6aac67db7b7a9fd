#include "search/optimal/kinds.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "search/indices.hpp"

namespace tilewright::optimal {
namespace {

Kind kind_of(const Labelling& labelling, const SpatialChoice& choice) {
  const Terms& terms = labelling.terms();
  Kind kind;
  kind.instances = choice.instances;
  for (int p = 0; p < kMaxSpaces; ++p) {
    const bool known = p < terms.num_spaces();
    kind.share[at(p)] = known ? labelling.least_share(p, choice) : 1;
    kind.help[at(p)] = known && !terms.simple(p) ? labelling.least_unhelped(p, choice) : 1;
    kind.visits[at(p)] = known && terms.read_write(p) ? labelling.first_visits(p, choice) : 1;
  }
  return kind;
}

// Powers of two that can do no less.
Kind rounded(Kind kind) {
  for (std::size_t p = 0; p < kind.share.size(); ++p) {
    kind.share[p] = std::exp2(std::floor(std::log2(kind.share[p])));
    kind.help[p] = std::exp2(std::floor(std::log2(kind.help[p])));
    kind.visits[p] = std::exp2(std::ceil(std::log2(kind.visits[p])));
  }
  kind.instances = std::exp2(std::ceil(std::log2(kind.instances)));
  return kind;
}

constexpr SpaceMask kAllSpaces = (1U << kMaxSpaces) - 1;

// Can `a` do all for these dataspaces that `b` can, and take no longer if time matters?
bool surpasses(const Kind& a, const Kind& b, SpaceMask spaces, bool time) {
  for (std::size_t p = 0; p < a.share.size(); ++p) {
    if ((spaces >> p & 1U) == 0) continue;
    if (a.share[p] > b.share[p] || a.help[p] > b.help[p] || a.visits[p] < b.visits[p]) return false;
  }
  return !time || a.instances >= b.instances;
}

}  // namespace

Kinds::Kinds(const Labelling& labelling, const std::vector<std::vector<SpatialChoice>>& choices,
             const StopToken& stop, std::size_t most_exact)
    : lattice_(labelling.lattice()), levels_(choices.size()), next_(choices.size() + 1, -1) {
  StopCheck check(stop);
  for (std::size_t s = choices.size(); s-- > 0;) {
    next_[s] = choices[s].empty() ? next_[s + 1] : static_cast<int>(s);
    gather(labelling, choices[s], choices[s].size() <= most_exact, levels_[s], check);
    make_room(choices[s], levels_[s], check);
  }
  none_.push_back(kind_of(labelling, SpatialChoice{.factor = {}, .steps = {}, .layouts = {}}));
}

void Kinds::gather(const Labelling& labelling, const std::vector<SpatialChoice>& choices,
                   bool exact, Level& level, StopCheck& stop) {
  std::map<Kind, std::size_t> known;
  for (const SpatialChoice& choice : choices) {
    stop.step();
    const Kind own = kind_of(labelling, choice);
    const Kind kind = exact ? own : rounded(own);
    const auto [entry, fresh] = known.try_emplace(kind, level.kinds.size());
    if (fresh) level.kinds.push_back(kind);
    level.kind_of.push_back(entry->second);
  }
  const std::size_t n = level.kinds.size();
  for (std::size_t b = 0; b < n; ++b) {
    stop.step(n);
    Bits& by = level.surpassed_by.emplace_back(n);
    for (std::size_t a = 0; a < n; ++a) {
      by[a] = a != b && surpasses(level.kinds[a], level.kinds[b], kAllSpaces, true);
    }
  }
}

// Tiles that leave room for the same factors are alike.
void Kinds::make_room(const std::vector<SpatialChoice>& choices, Level& level,
                      StopCheck& stop) const {
  for (int a = 0; a < lattice_.num_axes(); ++a) {
    const auto& extents = lattice_.axis(a).extents;
    Axis& axis = level.axes.emplace_back();
    for (const std::int64_t extent : extents) {
      stop.step(1 + choices.size());
      const std::int64_t rest = extents.back() / extent;
      Bits fits(choices.size());
      for (std::size_t i = 0; i < choices.size(); ++i)
        fits[i] = rest % choices[i].factor[at(a)] == 0;
      const auto same = std::find(axis.fits.begin(), axis.fits.end(), fits);
      axis.group.push_back(static_cast<std::uint32_t>(same - axis.fits.begin()));
      if (same == axis.fits.end()) axis.fits.push_back(std::move(fits));
    }
  }
}

std::vector<Kind> Kinds::best_of(const Level& level, const Bits& possible) {
  Bits present(level.kinds.size());
  for (auto i = possible.find_first(); i != Bits::npos; i = possible.find_next(i)) {
    present.set(level.kind_of[i]);
  }
  std::vector<Kind> best;
  for (auto k = present.find_first(); k != Bits::npos; k = present.find_next(k)) {
    if (!level.surpassed_by[k].intersects(present)) best.push_back(level.kinds[k]);
  }
  return best;
}

const std::vector<Kind>& Kinds::best_of_all(const Level& level, const Tile& tile,
                                            std::uint64_t groups) const {
  if (const auto known = level.best.find(groups); known != level.best.end()) return known->second;
  Bits possible(level.kind_of.size());
  possible.set();
  for (int a = 0; a < lattice_.num_axes(); ++a) {
    const Axis& axis = level.axes[at(a)];
    possible &= axis.fits[axis.group[tile[at(a)]]];
  }
  return level.best.emplace(groups, best_of(level, possible)).first->second;
}

std::span<const Kind> Kinds::best(int level, const Tile& tile, SpaceMask spaces, bool time) const {
  if (level < 0) return none_;
  const Level& of_level = levels_[at(level)];
  std::uint64_t groups = 0;
  for (int a = 0; a < lattice_.num_axes(); ++a) {
    const Axis& axis = of_level.axes[at(a)];
    groups = groups * axis.fits.size() + axis.group[tile[at(a)]];
  }
  const std::uint64_t key = (groups << kMaxSpaces | spaces) << 1U | (time ? 1U : 0U);
  if (const auto known = of_level.best_for.find(key); known != of_level.best_for.end()) {
    return known->second;
  }
  std::vector<Kind> best;
  for (const Kind& kind : best_of_all(of_level, tile, groups)) {
    const auto better = [&](const Kind& other) { return surpasses(other, kind, spaces, time); };
    if (std::any_of(best.begin(), best.end(), better)) continue;
    std::erase_if(best, [&](const Kind& other) { return surpasses(kind, other, spaces, time); });
    best.push_back(kind);
  }
  return of_level.best_for.emplace(key, std::move(best)).first->second;
}

}  // namespace tilewright::optimal
