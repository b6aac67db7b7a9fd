#include "search/annealing.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "search/moves/move_set.hpp"
#include "search/searchers.hpp"

namespace tilewright {
namespace {

constexpr std::uint32_t kCoolEvery = 32;  // proposals between two temperatures

// How much worse `candidate` is, as a share: the first metric that differs decides.
double excess(const Objective::Key& candidate, const Objective::Key& current) {
  for (std::size_t i = 0; i < candidate.size(); ++i) {
    if (candidate[i] == current[i]) continue;
    return candidate[i] <= 0 || current[i] <= 0 ? candidate[i] - current[i]
                                                : std::log(candidate[i] / current[i]);
  }
  return 0;
}

// A bound on what a step with the next random number u would accept: exp(-excess / T) > u means
// that the candidate costs less than u^-T times as much, and u^-T <= 2^(T j) if u >= 2^-j. The
// number is only looked at, as it is drawn only for what is valid and worse.
double worst_accepted(Stream random, const Objective::Key& key, double two_to_temperature) {
  const double u = random.unit();
  if (u == 0 || key[0] <= 0) return std::numeric_limits<double>::infinity();
  double limit = key[0];
  for (int j = -std::ilogb(u); j > 0; --j) limit *= two_to_temperature;
  return limit;
}

}  // namespace

void anneal(Trial& trial, Mapping& mapping, Objective::Key key, std::uint32_t steps,
            const AnnealingSchedule& schedule) {
  const MoveSet& moves = trial.space().moves();
  const std::uint32_t begin = trial.made();
  const double cooling = std::log(schedule.cold / schedule.hot);
  double temperature = schedule.hot;
  double two_to_temperature = std::exp2(temperature);
  trial.stand_on(mapping);
  // Where the space is a single mapping, or nearly so, no step may be possible.
  for (std::uint32_t idle = 0; idle < 1000 && trial.made() - begin < steps && !trial.over();) {
    if ((trial.made() - begin) % kCoolEvery == 0) {
      temperature = schedule.hot * std::exp(cooling * (trial.made() - begin) / steps);
      two_to_temperature = std::exp2(temperature);
    }
    const auto move = moves.step(trial.random(), mapping);
    if (!move) {
      ++idle;
      continue;
    }
    idle = 0;
    const auto candidate = trial.score_neighbour(
        mapping, change_of(*move), worst_accepted(trial.random(), key, two_to_temperature));
    if (candidate && (excess(*candidate, key) <= 0 ||
                      trial.random().unit() < std::exp(-excess(*candidate, key) / temperature))) {
      key = *candidate;
      trial.step();
    } else {
      moves.revert(*move, mapping);
    }
  }
}

void anneal_afresh(Trial& trial) {
  while (!trial.over()) {
    auto start = draw_start(trial, kStartDraws);
    if (start) anneal(trial, start->mapping, start->key, trial.planned() - trial.made(), {});
  }
}

std::unique_ptr<Searcher> make_annealing(const SearchOptions& options) {
  return make_round_searcher("annealing", options, anneal_afresh);
}

}  // namespace tilewright
