#include "search/local.hpp"

#include "search/moves/move_set.hpp"
#include "search/searchers.hpp"

namespace tilewright {

void descend(Trial& trial, Elite& at) {
  const MoveSet& moves = trial.space().moves();
  for (bool better = true; better;) {
    better = false;
    Elite best = at;
    trial.stand_on(at.mapping);
    moves.for_each(at.mapping, [&](const Move& move) {
      if (trial.over()) return;
      const auto key = trial.score_neighbour(at.mapping, change_of(move), best.key[0]);
      if (!key || !(*key < best.key)) return;
      best = {*key, at.mapping};
      better = true;
    });
    at = best;
    if (trial.over()) return;
  }
}

void descend_afresh(Trial& trial) {
  while (!trial.over()) {
    if (auto start = draw_start(trial, kStartDraws)) descend(trial, *start);
  }
}

std::unique_ptr<Searcher> make_local(const SearchOptions& options) {
  return make_round_searcher("local", options, descend_afresh);
}

}  // namespace tilewright
