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
  LinkedTraffic(const GroupQuery& query, const Sharing& plain, int s, SpaceCounts& counts,
                Scratch& scratch)
      : layout_(query, scratch),
        plain_(plain),
        scratch_(scratch),
        counts_(counts),
        traffic_(counts.traffic[s]) {}

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

  // Classes of one traffic must be added at once, so the plain part waits until the end. False if
  // no neighbour passes anything on: then nothing was added.
  bool finish() {
    if (linked_) add_shared(plain_, plain_words_, counts_, traffic_);
    return linked_;
  }
  double plain_words() const { return plain_words_; }

 private:
  void add_plain(double words) { plain_words_ += words; }

  void add_move(const Move& move, double words) {
    if (words == 0) return;
    if (!layout_.reachable(move)) return add_plain(words);
    const Links& links = layout_.links(move, scratch_);
    if (links.hits == 0 || links.rest.portions() >= plain_.portions()) return add_plain(words);
    if (!linked_) counts_.open(traffic_);
    linked_ = true;
    add_shared(links.rest, words, counts_, traffic_);
    traffic_.links += static_cast<double>(links.hits) * words;
  }

  GroupLayout layout_;
  const Sharing& plain_;
  Scratch& scratch_;
  SpaceCounts& counts_;
  Traffic& traffic_;
  double plain_words_ = 0;
  bool linked_ = false;
};

// Whether a neighbour can ever hold what a child needs next: not where the first loop carries the
// tile out of reach, nor where it stays and is not sent again.
bool links_possible(const Compiled& c, const LevelMapping& level, bool reuse, int s, int p,
                    const Scratch& scratch) {
  if (scratch.groups[s].size == 1 || ((level.no_link_transfer >> p) & 1) != 0) return false;
  const int first = scratch.first_loop[s];
  if (first == scratch.num_loops) return false;
  const int dim = scratch.loops[first].dim;
  return !c.spaces[p].moved_afar_by(dim) && (!reuse || c.spaces[p].moved_by(dim));
}

void find_linked_words(const Compiled& c, const Mapping& mapping, int p, int s, bool reuse,
                       Detail detail, Scratch& scratch) {
  const auto& space = c.spaces[p];
  auto& counts = scratch.of(p);
  const int first = scratch.first_loop[s];
  const std::int64_t tile = s == 0 ? 1 : scratch.tile[p][s - 1];
  const TileMoves moves = tile_moves(space, scratch.inside[s], tile, scratch, first, reuse);
  LinkedTraffic linked(group_query(c, mapping.levels[s], p, s, detail, scratch),
                       scratch.sharing[p][s], s, counts, scratch);
  if (moves.always_whole()) {
    linked.add_whole_tiles(space, moves.whole, first);
  } else {
    linked.add_sliding_tile(moves);
  }
  counts.words[s] = linked.plain_words();
  if (linked.finish()) counts.linked |= 1U << static_cast<unsigned>(s);
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

void add_shared(const Sharing& sharing, double words, SpaceCounts& counts, Traffic& traffic) {
  for (int i = 0; i < sharing.num_classes; ++i) {
    const auto& from = sharing.classes[i];
    counts.add(traffic, {.multicast = from.multicast,
                         .scatter = from.scatter,
                         .accesses = static_cast<double>(from.scatter) * words,
                         .hops = from.hops * words,
                         .unicast_hops = from.unicast_hops * words});
  }
}

void find_sharing(const Compiled& c, const Mapping& mapping, int p, int s, Detail detail,
                  Scratch& scratch) {
  if (scratch.groups[s].size == 1) return;
  share(group_query(c, mapping.levels[s], p, s, detail, scratch), scratch, scratch.sharing[p][s]);
}

void find_words(const Compiled& c, const Mapping& mapping, int p, int end, Detail detail,
                Scratch& scratch) {
  const auto& space = c.spaces[p];
  auto& counts = scratch.of(p);
  int moving = scratch.num_loops;  // the first loop outside the boundary that moves the dataspace
  int loop = scratch.num_loops;
  for (int s = end - 1; s >= 0; --s) {
    const int first = scratch.first_loop[s];
    // What level s-1 may hold on to is that level's affair. The MACs below level 0 hold nothing, so
    // every operation fetches its words anew.
    const bool reuse = s > 0 && ((mapping.levels[s - 1].no_temporal_reuse >> p) & 1) == 0;
    if (links_possible(c, mapping.levels[s], reuse, s, p, scratch)) {
      find_linked_words(c, mapping, p, s, reuse, detail, scratch);
      continue;
    }
    const std::int64_t tile = s == 0 ? 1 : scratch.tile[p][s - 1];
    if (!space.simple && first < scratch.num_loops &&
        !space.moved_afar_by(scratch.loops[first].dim)) {
      counts.words[s] = tile_moves(space, scratch.inside[s], tile, scratch, first, reuse).words();
      continue;
    }
    // Tiles are disjoint or equal: of a simple dataspace always, and where the first loop moves one
    // afar. The innermost loops that do not move it keep it, every step of the others fetches it
    // anew.
    while (loop > first) {
      if (space.moved_by(scratch.loops[--loop].dim)) moving = loop;
    }
    counts.words[s] = static_cast<double>(tile) * scratch.steps[reuse ? moving : first];
  }
}

void share_words(const Compiled& c, int p, Scratch& scratch) {
  auto& counts = scratch.of(p);
  for (int s = 0; s < c.num_levels; ++s) {
    if (((counts.linked >> static_cast<unsigned>(s)) & 1) != 0) continue;
    auto& traffic = counts.traffic[s];
    counts.open(traffic);
    if (scratch.groups[s].size == 1) {
      counts.add(traffic, {.accesses = counts.words[s]});
    } else {
      add_shared(scratch.sharing[p][s], counts.words[s], counts, traffic);
    }
  }
}

void find_traffic(const Compiled& c, const Mapping& mapping, int p, Detail detail,
                  Scratch& scratch) {
  scratch.of(p).clear();
  for (int s = 0; s < c.num_levels; ++s) find_sharing(c, mapping, p, s, detail, scratch);
  find_words(c, mapping, p, c.num_levels, detail, scratch);
  share_words(c, p, scratch);
}

}  // namespace tilewright::detail
