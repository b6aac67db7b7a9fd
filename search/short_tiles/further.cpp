#include "search/short_tiles/further.hpp"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <limits>

#include "search/indices.hpp"

namespace tilewright::short_tiles {
namespace {

constexpr float kInfinite = std::numeric_limits<float>::infinity();

// A margin for the sums of all levels, each of which is rounded.
static_assert(kMaxLevels * 6e-8 < 1e-6);
float round_down(double energy) { return static_cast<float>(energy * (1 - 1e-6)); }

}  // namespace

Further::Further(const Nest& nest, const Problem& problem, const StopToken& stop,
                 double most_entries)
    : nest_(nest),
      numbers_(problem),
      stop_(stop),
      levels_(nest.terms().num_levels()),
      most_entries_(most_entries) {
  const double tables = (numbers_.num_axes() + 1.0) * (levels_ - 1);
  tabulate_ = static_cast<double>(numbers_.size()) * tables <= most_entries;
}

double Further::fanout(int from, int to) const {
  double product = 1;
  for (int s = from; s <= to; ++s) product *= nest_.terms().fanout(s);
  return product;
}

// pJ of a dataspace around the tile of a level, if tiles that hold `words` arrive `times` times.
double Further::costs(int level, int p, double idle, double words, double times) const {
  const Terms& terms = nest_.terms();
  const int server = nest_.keeping().server_of(p, level);
  Nest::Route route{p, level, server, 0, 0};
  if (terms.read_write(p)) {
    const double size = terms.tensor_words(p);
    route.visits_child = size * std::min(idle, fanout(level + 1, levels_ - 1));
    route.visits_server = size * std::min(idle, fanout(server + 1, levels_ - 1));
  }
  // Whatever is shared, every word is sent once.
  const double least = terms.simple(p) ? words : nest_.touched(p);
  const double leaving = std::max(least, words * times / fanout(level + 1, server));
  return nest_.energy(route, words * times, leaving);
}

// The first loop outside is the same for all dataspaces of a level.
double Further::around(int level, const Factors& tiles) const {
  const Terms& terms = nest_.terms();
  std::array<double, kMaxDims> by_first{};
  for (int p = 0; p < terms.num_spaces(); ++p) {
    const int server = nest_.keeping().server_of(p, level);
    if (!nest_.keeping().keeps(level, p) || server < 0) continue;
    double idle = 1;
    for (const int d : nest_.dims()) {
      if (!nest_.relevant(p, d)) idle *= static_cast<double>(tiles[at(d)]);
    }
    const double words = nest_.words().all(p, tiles);
    const double moves = costs(level, p, idle, words, idle);
    const double stays = nest_.reuses(level, p) ? costs(level, p, idle, words, 1) : moves;
    for (const int d : nest_.dims()) {
      double own = nest_.relevant(p, d) ? moves : stays;
      if (nest_.slides(p, d) && tiles[at(d)] > 1 && nest_.reuses(level, p)) {
        own = costs(level, p, idle, nest_.words().least_sliding(p, tiles, d, 1), idle);
      }
      by_first[at(d)] += own;
    }
  }
  double least = std::numeric_limits<double>::infinity();
  double any = 0;
  for (const int d : nest_.dims()) {
    any = by_first[at(d)];
    if (tiles[at(d)] > 1) least = std::min(least, any);
  }
  return least == std::numeric_limits<double>::infinity() ? any : least;  // one tile never moves
}

const Further::Table& Further::own(int level) {
  Key key{level, nest_.keeping().keep[at(level)], {}};
  for (int p = 0; p < nest_.terms().num_spaces(); ++p) {
    const bool kept = nest_.keeping().keeps(level, p);
    key.server[at(p)] = kept ? nest_.keeping().server_of(p, level) : -1;
  }
  if (const auto known = known_.find(key); known != known_.end()) return *known->second;
  const double entries = static_cast<double>(numbers_.size());
  if (static_cast<double>(known_.size() + 1) * entries > most_entries_) known_.clear();
  constexpr std::uint64_t kGrain = 256;  // entries that are worth a task and a look at the clock
  auto made = std::make_unique<Table>();
  std::vector<float>& table = made->energy;
  table.resize(numbers_.size());
  tbb::parallel_for(
      tbb::blocked_range<std::uint64_t>(0, numbers_.size(), kGrain),
      [&](const auto& ids) {
        stop_.check();
        for (std::uint64_t id = ids.begin(); id != ids.end(); ++id) {
          const Factors tiles = numbers_.tiles(id);
          const bool fits = nest_.fits(level, numbers_.extents(tiles));
          table[id] = fits ? round_down(around(level, tiles)) : kInfinite;
        }
      },
      tbb::simple_partitioner());
  made->least = *std::min_element(table.begin(), table.end());
  return *known_.emplace(key, std::move(made)).first->second;
}

// They hold nothing, so each operation asks for its words, whatever the loops are.
double Further::macs() const {
  double energy = 0;
  for (int p = 0; p < nest_.terms().num_spaces(); ++p) {
    double words = 1;
    double idle = 1;
    for (const int d : nest_.dims()) {
      (nest_.relevant(p, d) ? words : idle) *= static_cast<double>(nest_.bound(d));
    }
    energy += costs(-1, p, idle, words, idle);
  }
  return energy;
}

double Further::rough() {
  double sum = 0;
  for (int s = 0; s + 1 < levels_; ++s) sum += tabulate_ ? own(s).least : compulsory(s);
  return sum;
}

// pJ of filling a level, if each word that some operation touches comes once.
double Further::compulsory(int level) const {
  const Terms& terms = nest_.terms();
  double energy = 0;
  for (int p = 0; p < terms.num_spaces(); ++p) {
    const int server = nest_.keeping().server_of(p, level);
    if (!nest_.keeping().keeps(level, p) || server < 0) continue;
    const Nest::Price& price = nest_.price(server, p);
    const double filled = price.read + nest_.price(level, p).fill;
    energy += nest_.touched(p) * (terms.read_write(p) ? price.update : filled);
  }
  return energy;
}

// Makes each entry the least of those with as many tiles along an axis or fewer.
void Further::minimise(int axis, std::vector<float>& table) const {
  const auto& along = numbers_.axis(axis);
  const std::uint64_t places = along.numbers.size();
  for (std::uint64_t high = 0; high < table.size(); high += along.stride * places) {
    for (std::uint64_t place = places - 1; place-- > 0;) {
      float* const here = table.data() + high + place * along.stride;
      for (std::uint64_t low = 0; low < along.stride; ++low) {
        here[low] = std::min(here[low], here[low + along.stride]);
      }
    }
  }
}

void Further::prepare() {
  const int axes = numbers_.num_axes();
  partial_.assign(at(levels_), {});
  double sum = 0;
  for (int s = levels_ - 2; s >= 0; --s) {
    if (!tabulate_) {
      sum += compulsory(s);
      compulsory_[at(s)] = sum;
      continue;
    }
    auto& tables = partial_[at(s)];
    tables.resize(at(axes + 1));
    tables[at(axes)] = own(s).energy;
    if (s + 2 < levels_) {
      const std::vector<float>& outer = partial_[at(s + 1)][0];
      for (std::uint64_t id = 0; id < outer.size(); ++id) tables[at(axes)][id] += outer[id];
    }
    for (int a = axes - 1; a >= 0; --a) {
      stop_.check();
      tables[at(a)] = tables[at(a + 1)];
      minimise(a, tables[at(a)]);
    }
  }
}

}  // namespace tilewright::short_tiles
