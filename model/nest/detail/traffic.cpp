#include "model/nest/detail/traffic.hpp"

#include <algorithm>

#include "model/nest/detail/moves.hpp"
#include "model/nest/detail/sharing.hpp"

namespace tilewright::detail {
namespace {

bool hops_wanted(const Compiled& c, int s) {
  return c.networks[c.levels[s].read_fill].needs_hops ||
         c.networks[c.levels[s].update_drain].needs_hops;
}

// The traffic of a group whose children may pass words on to their neighbours: a child that needs
// now what a neighbour got one step ago takes it from there, if that lightens the load of the
// level.
class LinkedTraffic {
 public:
  LinkedTraffic(const GroupQuery& query, const Sharing& plain, Scratch& scratch, Traffic& traffic)
      : layout_(query, scratch), plain_(plain), scratch_(scratch), traffic_(traffic) {}

  // All moves of a tile that survives no move: the first fetch, then what each loop makes of it.
  void add_whole_tiles(const CompiledSpace& space, double tile, int first) {
    add_plain(tile);
    MoveWalk walk(space, scratch_, first);
    while (walk.step()) add_move(walk.move(), tile * walk.weight());
    add_plain(tile * (scratch_.steps[walk.next()] - 1));
  }

  // A sliding tile: only the steps that bring in the same part of it as the one before can be
  // served by a neighbour.
  void add_sliding_tile(const TileMoves& moves) {
    add_plain(moves.whole * moves.restarts +
              moves.delta * (moves.first_bound - 1) * moves.restarts);
    add_move(moves.first_step, moves.delta * moves.first_bound * moves.continued);
  }

  // Classes of one traffic must be added at once, so the plain part waits until the end.
  void finish() { add_shared(plain_, plain_words_, scratch_, traffic_); }

 private:
  void add_plain(double words) { plain_words_ += words; }

  void add_move(const Move& move, double words) {
    if (words == 0) return;
    if (!layout_.reachable(move)) return add_plain(words);
    const std::uint64_t hits = layout_.mark_linked(move, scratch_);
    if (hits == 0) return add_plain(words);
    layout_.share(true, scratch_, rest_);
    if (rest_.portions() >= plain_.portions()) return add_plain(words);
    add_shared(rest_, words, scratch_, traffic_);
    traffic_.links += static_cast<double>(hits) * words;
  }

  GroupLayout layout_;
  const Sharing& plain_;
  Sharing rest_;
  Scratch& scratch_;
  Traffic& traffic_;
  double plain_words_ = 0;
};

// Whether a neighbour can ever hold what a child needs next: not where the first loop carries the
// tile out of reach, nor where it stays and is not sent again.
bool links_possible(const Compiled& c, const LevelMapping& level, bool reuse, int s, int p,
                    const Scratch& scratch) {
  if (((level.no_link_transfer >> p) & 1) != 0) return false;
  const int first = scratch.first_loop[s];
  if (first == scratch.num_loops) return false;
  const int dim = scratch.loops[first].dim;
  return !c.spaces[p].moved_afar_by(dim) && (!reuse || c.spaces[p].moved_by(dim));
}

void find_group_traffic(const Compiled& c, const LevelMapping& level, bool reuse, int s, int p,
                        Detail detail, Scratch& scratch) {
  const auto& space = c.spaces[p];
  auto& traffic = scratch.traffic[p][s];
  const GroupQuery query = group_query(c, level, p, s, detail, scratch);
  Sharing sharing;
  share(query, scratch, sharing);

  const auto& inside = scratch.inside[s];
  const int first = scratch.first_loop[s];
  // The MACs below level 0 hold nothing, so every operation fetches its words anew.
  const std::int64_t tile = s == 0 ? 1 : scratch.at[p][s - 1].tile;
  if (!links_possible(c, level, reuse, s, p, scratch)) {
    add_shared(sharing, boundary_words(space, inside, tile, scratch, first, reuse), scratch,
               traffic);
    return;
  }
  const TileMoves moves = tile_moves(space, inside, tile, scratch, first, reuse);
  LinkedTraffic linked(query, sharing, scratch, traffic);
  if (moves.always_whole()) {
    linked.add_whole_tiles(space, moves.whole, first);
  } else {
    linked.add_sliding_tile(moves);
  }
  linked.finish();
}

}  // namespace

GroupQuery group_query(const Compiled& c, const LevelMapping& level, int p, int s, Detail detail,
                       const Scratch& scratch) {
  const auto& group = scratch.groups[s];
  return {.space = &c.spaces[p],
          .group = &group,
          .row = std::max(c.levels[s].fanout_x, group.size_x),
          .column = std::max(c.levels[s].fanout_y, group.size_y),
          .multicast = ((level.no_multicast >> p) & 1) == 0,
          .hops = detail == Detail::everything || hops_wanted(c, s)};
}

void add_shared(const Sharing& sharing, double words, Scratch& scratch, Traffic& traffic) {
  for (int i = 0; i < sharing.num_classes; ++i) {
    const auto& from = sharing.classes[i];
    scratch.add(traffic, {.multicast = from.multicast,
                          .scatter = from.scatter,
                          .accesses = static_cast<double>(from.scatter) * words,
                          .hops = from.hops * words,
                          .unicast_hops = from.unicast_hops * words});
  }
}

void find_traffic(const Compiled& c, const Mapping& mapping, int p, Detail detail,
                  Scratch& scratch) {
  for (int s = 0; s < c.num_levels; ++s) {
    auto& traffic = scratch.traffic[p][s];
    scratch.open(traffic);
    // What level s-1 may hold on to is that level's affair; the MACs hold nothing.
    const bool reuse = s > 0 && ((mapping.levels[s - 1].no_temporal_reuse >> p) & 1) == 0;
    if (scratch.groups[s].size > 1) {
      find_group_traffic(c, mapping.levels[s], reuse, s, p, detail, scratch);
      continue;
    }
    const std::int64_t tile = s == 0 ? 1 : scratch.at[p][s - 1].tile;
    scratch.add(traffic, {.accesses = boundary_words(c.spaces[p], scratch.inside[s], tile, scratch,
                                                     scratch.first_loop[s], reuse)});
  }
}

}  // namespace tilewright::detail
