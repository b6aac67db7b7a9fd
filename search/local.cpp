#include "search/local.hpp"

#include "search/annealing.hpp"
#include "search/moves/move_set.hpp"
#include "search/searchers.hpp"

namespace tilewright {
namespace {

constexpr std::uint32_t kStarts = 16;  // valid draws to choose a start from

class LocalSearcher final : public Searcher {
 public:
  explicit LocalSearcher(const SearchOptions& options) : options_(options) {}
  std::string_view name() const override { return "local"; }
  SearchResult run(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
                   const StopRules& stop, Sink& sink) override {
    return run_in_rounds(space, evaluator, objective, stop, sink, options_, [](Trial& trial) {
      while (!trial.over()) {
        if (auto start = draw_start(trial, kStarts)) descend(trial, *start);
      }
    });
  }

 private:
  SearchOptions options_;
};

}  // namespace

bool descend(Trial& trial, Elite& at) {
  const MoveSet& moves = trial.space().moves();
  for (bool better = true; better;) {
    better = false;
    Elite best = at;
    moves.for_each(at.mapping, [&](const Move& /*move*/) {
      if (trial.over()) return;
      const auto key = trial.score(at.mapping);
      if (!key || !(*key < best.key)) return;
      best = {*key, at.mapping};
      better = true;
    });
    at = best;
    if (trial.over()) return false;
  }
  return true;
}

std::unique_ptr<Searcher> make_local(const SearchOptions& options) {
  return std::make_unique<LocalSearcher>(options);
}

}  // namespace tilewright
