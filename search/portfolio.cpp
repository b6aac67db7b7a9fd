#include <algorithm>
#include <array>

#include "search/annealing.hpp"
#include "search/genetic.hpp"
#include "search/local.hpp"
#include "search/searchers.hpp"

namespace tilewright {
namespace {

constexpr std::size_t kPopulation = 8;  // the elites are most of it
constexpr AnnealingSchedule kWarm{.hot = 0.1,
                                  .cold = 0.001};  // to leave an elite, not to forget it

void anneal_elite(Trial& trial) {
  if (trial.elites().empty()) return anneal_afresh(trial);
  Elite elite = trial.elites()[trial.random().below(trial.elites().size())];
  anneal(trial, elite.mapping, elite.key, trial.planned(), kWarm);
}

void polish(Trial& trial) {
  if (!trial.elites().empty()) {
    Elite elite =
        trial.elites()[trial.random().below(std::min<std::size_t>(4, trial.elites().size()))];
    descend(trial, elite);
  }
  descend_afresh(trial);
}

void evolve(Trial& trial) { breed_elites(trial, kPopulation, kStartDraws); }

void draw(Trial& trial) {
  Mapping mapping = trial.space().blank();
  while (!trial.over()) {
    trial.space().sample(trial.random(), mapping);
    trial.score(mapping);
  }
}

// Shares of a round, by number of the block: what each searcher has been measured to contribute.
using Fill = void (*)(Trial&);
constexpr std::array<Fill, 8> kRound{&anneal_afresh, &anneal_elite, &anneal_afresh, &evolve,
                                     &anneal_afresh, &polish,       &anneal_elite,  &draw};

// All searchers in fixed rounds, each round starting from what the earlier ones found.
void fill(Trial& trial) {
  kRound[trial.number() % kRound.size()](trial);
  // A walk in a space of few mappings may come to rest before its block is full.
  draw(trial);
}

}  // namespace

std::unique_ptr<Searcher> make_portfolio(const SearchOptions& options) {
  return make_round_searcher("portfolio", options, fill);
}

}  // namespace tilewright
