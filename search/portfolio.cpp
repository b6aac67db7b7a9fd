#include <algorithm>

#include "search/annealing.hpp"
#include "search/genetic.hpp"
#include "search/local.hpp"
#include "search/searchers.hpp"

namespace tilewright {
namespace {

constexpr std::uint32_t kStarts = 16;
constexpr AnnealingSchedule kWarm{.hot = 0.1,
                                  .cold = 0.001};  // to leave an elite, not to forget it

void anneal_afresh(Trial& trial) {
  while (!trial.over()) {
    auto start = draw_start(trial, kStarts);
    if (start) anneal(trial, start->mapping, start->key, trial.planned() - trial.made(), {});
  }
}

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
  while (!trial.over()) {
    if (auto start = draw_start(trial, kStarts)) descend(trial, *start);
  }
}

void breed_elites(Trial& trial) {
  std::vector<Elite> population(trial.elites());
  while (population.size() < 8 && !trial.over()) {
    if (auto fresh = draw_start(trial, kStarts)) population.push_back(std::move(*fresh));
  }
  breed(trial, population);
}

void draw(Trial& trial) {
  Mapping mapping = trial.space().blank();
  while (!trial.over()) {
    trial.space().sample(trial.random(), mapping);
    trial.score(mapping);
  }
}

// Shares of a round, by number of the block: what each searcher has been measured to contribute.
using Fill = void (*)(Trial&);
constexpr std::array<Fill, 8> kRound{&anneal_afresh, &anneal_elite, &anneal_afresh, &breed_elites,
                                     &anneal_afresh, &polish,       &anneal_elite,  &draw};

// All searchers in fixed rounds, each round starting from what the earlier ones found.
class PortfolioSearcher final : public Searcher {
 public:
  explicit PortfolioSearcher(const SearchOptions& options) : options_(options) {}
  std::string_view name() const override { return "portfolio"; }
  SearchResult run(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
                   const StopRules& stop, Sink& sink) override {
    return run_in_rounds(space, evaluator, objective, stop, sink, options_, [](Trial& trial) {
      kRound[trial.number() % kRound.size()](trial);
      // A walk in a space of few mappings may come to rest before its block is full.
      draw(trial);
    });
  }

 private:
  SearchOptions options_;
};

}  // namespace

std::unique_ptr<Searcher> make_portfolio(const SearchOptions& options) {
  return std::make_unique<PortfolioSearcher>(options);
}

}  // namespace tilewright
