#include "search/round_run.hpp"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <utility>

#include "search/arena.hpp"

namespace tilewright {
namespace {

constexpr std::size_t kBlocks = 16;             // per round, whatever the number of threads
constexpr std::uint32_t kFirstBlock = 256;      // proposals of a block of the first round
constexpr std::uint32_t kLargestBlock = 32768;  // rounds double until then
constexpr std::size_t kLed = kBlocks / 2;       // of them along the front, if one is wanted
constexpr std::size_t kElites = 16;
constexpr std::uint32_t kCheckEvery = 64;  // proposals between looks at the clock

class RoundRun {
 public:
  RoundRun(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
           const StopRules& stop, Sink& sink, std::uint64_t seed, const FillBlock& fill)
      : space_(space),
        evaluator_(evaluator),
        objective_(objective),
        stop_(stop),
        seed_(seed),
        fill_(fill),
        merge_(stop, sink),
        scratches_([&evaluator] { return evaluator.scratch(); }) {}

  SearchResult run() {
    std::uint32_t size = kFirstBlock;
    while (!merge_.ended() && !interrupted_ && plan(size)) {
      guide();
      tbb::parallel_for(std::size_t{0}, blocks_.size(), [this](std::size_t i) { fill(i); });
      for (const Block& block : blocks_) {
        merge_.take(block);
        if (block.interrupted && !interrupted_) interrupted_ = block.interrupted;
      }
      gather_elites();
      size = std::min(2 * size, kLargestBlock);
    }
    return merge_.finish(interrupted_);
  }

 private:
  // Shares out the proposals of the next round; false when none are left.
  bool plan(std::uint32_t size) {
    blocks_.clear();
    for (std::size_t i = 0; i < kBlocks; ++i) {
      std::uint64_t own = size;
      if (stop_.max_evaluated > 0)
        own = std::min<std::uint64_t>(own, stop_.max_evaluated - planned_);
      if (own == 0) break;
      planned_ += own;
      Block& block = blocks_.emplace_back();
      block.index = next_block_++;
      block.planned = static_cast<std::uint32_t>(own);
      block.verdicts.resize(own);
    }
    bests_.assign(blocks_.size(), std::nullopt);
    return !blocks_.empty();
  }

  // Tells each block of the round what to look for, and from where.
  void guide() {
    const Guidance by_objective{
        .lead = std::nullopt, .elites = elites_, .incumbent = merge_.least()};
    guidances_.assign(blocks_.size(), by_objective);
    ++round_;
    if (!objective_.wants_front() || merge_.front().points().empty()) return;
    for (std::size_t i = kBlocks - kLed; i < blocks_.size(); ++i) {
      // Not the numbers that the block itself will draw.
      const Stream random(~seed_, blocks_[i].index);
      const Lead lead =
          choose_lead(objective_, merge_.front(), i - (kBlocks - kLed), kLed, round_, random);
      guidances_[i].lead = lead;
      guidances_[i].elites = elites_of(lead);
    }
  }

  // The points of the front that are best by this measure.
  std::vector<Elite> elites_of(const Lead& lead) const {
    const std::vector<ParetoPoint>& points = merge_.front().points();
    std::vector<std::pair<Objective::Key, std::size_t>> order;
    for (std::size_t i = 0; i < points.size(); ++i) order.emplace_back(lead.key(points[i].cost), i);
    const std::size_t count = std::min(kElites, order.size());
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count),
                      order.end());
    std::vector<Elite> elites;
    for (std::size_t i = 0; i < count; ++i) {
      elites.push_back({order[i].first, points[order[i].second].mapping});
    }
    return elites;
  }

  void fill(std::size_t i) {
    Trial trial(space_, evaluator_, objective_, stop_, *scratches_.local(), seed_, blocks_[i],
                guidances_[i], merge_.front());
    fill_(trial);
    if (!guidances_[i].lead) {
      bests_[i] = trial.best();
    } else if (!blocks_[i].records.empty()) {  // the elites are those of the objective
      bests_[i] = Elite{blocks_[i].records.back().key, blocks_[i].records.back().mapping};
    }
  }

  // One of each key: equal costs are most often the same mapping but for what does not matter.
  void gather_elites() {
    for (auto& best : bests_) {
      if (best) elites_.push_back(*best);
    }
    std::stable_sort(elites_.begin(), elites_.end(),
                     [](const auto& a, const auto& b) { return a.key < b.key; });
    const auto last = std::unique(elites_.begin(), elites_.end(),
                                  [](const auto& a, const auto& b) { return a.key == b.key; });
    elites_.erase(last, elites_.end());
    if (elites_.size() > kElites) elites_.resize(kElites);
  }

  const Mapspace& space_;
  const Evaluator& evaluator_;
  const Objective& objective_;
  const StopRules& stop_;
  const std::uint64_t seed_;
  const FillBlock& fill_;
  OrderedMerge merge_;
  tbb::enumerable_thread_specific<ScratchPtr> scratches_;
  std::vector<Block> blocks_;
  std::vector<Guidance> guidances_;  // [block]
  std::vector<std::optional<Elite>> bests_;
  std::vector<Elite> elites_;
  std::uint64_t next_block_ = 0;
  std::uint64_t planned_ = 0;
  std::uint64_t round_ = 0;
  std::optional<StopCause> interrupted_;
};

class RoundSearcher final : public Searcher {
 public:
  RoundSearcher(std::string_view name, const SearchOptions& options, FillBlock fill)
      : name_(name), options_(options), fill_(std::move(fill)) {}
  std::string_view name() const override { return name_; }
  SearchResult run(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
                   const StopRules& stop, Sink& sink) override {
    RoundRun run(space, evaluator, objective, stop, sink, options_.seed, fill_);
    return in_arena(options_.threads, [&](int) { return run.run(); });
  }

 private:
  std::string_view name_;
  SearchOptions options_;
  FillBlock fill_;
};

}  // namespace

bool Trial::over() {
  if (block_.interrupted || block_.made == block_.planned) return true;
  if (block_.made % kCheckEvery != 0) return false;
  block_.interrupted = stop_.interruption();
  return block_.interrupted.has_value();
}

std::optional<Objective::Key> Trial::score(const Mapping& mapping) {
  return take(evaluator_.evaluate(mapping, scratch_), mapping);
}

void Trial::stand_on(const Mapping& mapping) {
  if (evaluator_.evaluate(mapping, scratch_).valid()) evaluator_.take_as_base(scratch_);
}

std::optional<Objective::Key> Trial::score_neighbour(const Mapping& mapping,
                                                     const MappingChange& change, double limit) {
  // What is the best of the block, bad as it may be, has to be known.
  const CostCeiling ceiling =
      best_ ? objective_.ceiling(std::max(limit, best_->key[0])) : CostCeiling{};
  return take(evaluator_.evaluate_neighbour(mapping, change, scratch_, ceiling), mapping);
}

std::optional<Objective::Key> Trial::take(const Outcome& outcome, const Mapping& mapping) {
  auto key = recorder_.take(outcome, mapping);
  if (key && guidance_.lead) key = guidance_.lead->key(outcome.cost);
  if (key && (!best_ || *key < best_->key)) best_ = Elite{*key, mapping};
  return key;
}

std::optional<Elite> draw_start(Trial& trial, std::uint32_t wanted) {
  std::optional<Elite> best;
  Mapping mapping = trial.space().blank();
  for (std::uint32_t valid = 0; valid < wanted && !trial.over();) {
    trial.space().sample(trial.random(), mapping);
    const auto key = trial.score(mapping);
    if (!key) continue;
    ++valid;
    if (!best || *key < best->key) best = Elite{*key, mapping};
  }
  return best;
}

std::unique_ptr<Searcher> make_round_searcher(std::string_view name, const SearchOptions& options,
                                              FillBlock fill) {
  return std::make_unique<RoundSearcher>(name, options, std::move(fill));
}

}  // namespace tilewright
