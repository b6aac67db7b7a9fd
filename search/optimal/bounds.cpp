#include "search/optimal/bounds.hpp"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <limits>

#include "search/indices.hpp"

namespace tilewright::optimal {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

}  // namespace

Bounds::Bounds(const Labelling& labelling, const std::vector<std::vector<SpatialChoice>>& choices,
               const StopToken& stop, std::uint64_t most_bytes)
    : labelling_(labelling),
      lattice_(labelling.lattice()),
      choices_(choices),
      stop_(stop),
      kinds_(labelling, choices, stop),
      most_bytes_(most_bytes),
      tabulate_(lattice_.size() <= kMostTiles && bytes_of_keeping() <= most_bytes) {
  for (const auto& list : choices) {
    more_.emplace_back(tabulate_ && !list.empty() ? lattice_.size() : 0);
  }
}

// Of each level its own two tables, and one for each number of axes that are fixed.
std::uint64_t Bounds::bytes_of_keeping() const {
  const auto levels = static_cast<std::uint64_t>(labelling_.terms().num_levels());
  const auto axes = static_cast<std::uint64_t>(lattice_.num_axes());
  return levels * (axes + 3) * lattice_.size() * sizeof(double);
}

// What is known of other keepings goes when it is as much as those of one may need.
void Bounds::forget_some() {
  const std::uint64_t known = known_.size() * 2 * lattice_.size() * sizeof(double);
  if (known + bytes_of_keeping() > most_bytes_) known_.clear();
}

void Bounds::prepare() {
  const Terms& terms = labelling_.terms();
  now_.fill(nullptr);
  if (!tabulate_) return;
  forget_some();
  for (int s = terms.num_levels() - 2; s >= 0; --s) now_[at(s)] = &tables(s);
}

void Bounds::prepare_partial() {
  if (!tabulate_) return;
  const Terms& terms = labelling_.terms();
  const int axes = lattice_.num_axes();
  partial_.resize(at(terms.num_levels()));
  Table outside(lattice_.size(), 0);
  for (int s = terms.num_levels() - 2; s >= 0; --s) {
    auto& tables_of = partial_[at(s)];
    tables_of.resize(at(axes + 1));
    Table& all = tables_of[at(axes)];
    all.resize(lattice_.size());
    for (std::size_t id = 0; id < all.size(); ++id) all[id] = now_[at(s)]->own[id] + outside[id];
    for (int a = axes - 1; a >= 0; --a) {
      stop_.check();
      tables_of[at(a)] = tables_of[at(a + 1)];
      minimise(a, tables_of[at(a)]);
    }
    for (std::size_t id = 0; id < all.size(); ++id) outside[id] += now_[at(s)]->least[id];
  }
}

const Bounds::Tables& Bounds::tables(int level) {
  const Terms& terms = labelling_.terms();
  const Keeping& keeping = labelling_.keeping();
  Key key{level, keeping.keep[at(level)], {}};
  for (int p = 0; p < terms.num_spaces(); ++p) {
    if (keeping.keeps(level, p)) {
      key.server[at(p)] = static_cast<std::int8_t>(keeping.server_of(p, level));
    }
  }
  auto& entry = known_[key];
  if (entry) return *entry;
  constexpr std::uint64_t kGrain = 64;  // tiles that are worth a task
  auto made = std::make_unique<Tables>();
  made->own.resize(lattice_.size());
  tbb::parallel_for(tbb::blocked_range<std::uint64_t>(0, lattice_.size(), kGrain),
                    [&](const auto& tiles) {
                      stop_.check();
                      for (std::uint64_t id = tiles.begin(); id != tiles.end(); ++id) {
                        made->own[id] = around(lattice_.tile(id), level);
                      }
                    });
  made->least = made->own;
  for (int a = 0; a < lattice_.num_axes(); ++a) {
    stop_.check();
    minimise(a, made->least);
  }
  entry = std::move(made);
  return *entry;
}

// What the boundaries around this tile at this level cost at least; infinite if it does not fit.
double Bounds::around(const Tile& tile, int level) const {
  const Terms& terms = labelling_.terms();
  const Keeping& keeping = labelling_.keeping();
  if (!labelling_.fits(tile, level)) return kInfinite;
  Label label;
  label.tile = tile;
  labelling_.emerge(level, label);
  label.settled = 0;  // first visits spare what the boundaries inside this level cost
  for (int p = 0; p < terms.num_spaces(); ++p) {  // here the fills of this boundary only
    const bool fetched = keeping.keeps(level, p) && keeping.server_of(p, level) >= 0;
    label.credit[at(p)] = terms.read_write(p) && fetched
                              ? labelling_.price(level, p).fill * terms.tensor_words(p)
                              : 0;
  }
  return without_tables(label, level + 1, false);
}

// Makes each entry the least of those that differ in this axis only and lie above it.
void Bounds::minimise(int axis, Table& table) const {
  const auto& along = lattice_.axis(axis);
  const std::uint64_t span = along.stride * along.extents.size();
  for (auto cover = along.covers.rbegin(); cover != along.covers.rend(); ++cover) {
    for (std::uint64_t high = 0; high < table.size(); high += span) {
      double* const below = table.data() + high + cover->first * along.stride;
      const double* const above = table.data() + high + cover->second * along.stride;
      for (std::uint64_t low = 0; low < along.stride; ++low) {
        below[low] = std::min(below[low], above[low]);
      }
    }
  }
}

double Bounds::more(const Tile& tile, int level) const {
  double product = 1;
  for (int s = level; s < static_cast<int>(choices_.size()); ++s) {
    const auto& list = choices_[at(s)];
    if (list.empty()) continue;
    std::atomic<float>* const known = tabulate_ ? &more_[at(s)][lattice_.id(tile)] : nullptr;
    float found = known != nullptr ? known->load(std::memory_order_relaxed) : 0;
    if (found == 0) {
      found = 1;  // no choice: the label will find no way on
      for (const SpatialChoice& choice : list) {
        const bool room = std::all_of(choice.steps.begin(), choice.steps.end(), [&](auto step) {
          return lattice_.rest(tile, step.first) % choice.factor[at(step.first)] == 0;
        });
        if (!room) continue;
        found = static_cast<float>(choice.instances);
        break;
      }
      if (known != nullptr) known->store(found, std::memory_order_relaxed);
    }
    product *= found;
  }
  return product;
}

double Bounds::without_tables(const Label& label, int level, bool spread, const Tile* upto,
                              int fixed) const {
  FlowTable flows = table(label, level, spread);
  if (upto != nullptr) flows.choose({label.tile, *upto, fixed});
  return least(flows, upto == nullptr ? label.tile : *upto);
}

double Bounds::least(const FlowTable& flows, const Tile& tile) const {
  double least = kInfinite;
  each_size(flows, tile, false, [&](const auto& row, double /*more*/) {
    least = std::min(least, *std::min_element(row.begin(), row.begin() + flows.num_firsts()));
    return false;
  });
  return least;
}

double Bounds::further(const Tile& tile, int level) const {
  if (!tabulate_) return 0;
  const int last = labelling_.terms().num_levels() - 1;
  const std::uint64_t id = lattice_.id(tile);
  double sum = 0;
  for (int s = level; s < last; ++s) sum += now_[at(s)]->least[id];
  return sum;
}

double Bounds::energy(const Label& label, int level, bool spread) const {
  return without_tables(label, level, spread) + further(label.tile, level);
}

}  // namespace tilewright::optimal
