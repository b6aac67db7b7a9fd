#include <fmt/format.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "model/error.hpp"
#include "search/arena.hpp"
#include "search/block_recorder.hpp"
#include "search/mapspace/bypass.hpp"
#include "search/mapspace/factorization.hpp"
#include "search/mapspace/loop_orders.hpp"
#include "search/ordered_merge.hpp"
#include "search/searchers.hpp"

namespace tilewright {
namespace {

using Clock = OrderedMerge::Clock;
using Seconds = std::chrono::duration<double>;

constexpr Seconds kDefaultLimit{3600};        // of a search that nothing else limits
constexpr std::uint64_t kChunks = 1U << 20U;  // at most: their counts are kept
constexpr std::uint64_t kLeastChunk = 64;     // factorizations
constexpr std::uint64_t kBlock = 16384;       // mappings
constexpr std::size_t kBlocksPerThread = 8;   // of a round
constexpr std::uint32_t kCheckEvery = 256;    // steps between looks at the clock
constexpr int kSamples = 512;          // tilings, to estimate the number of mappings and the speed
constexpr int kTried = 8;              // mappings of each of them
constexpr std::uint64_t kTiling = 16;  // steps of a StopCheck that it takes to list a tiling
constexpr double kTrust = 3;           // an estimate is not further from the truth, or hardly ever

std::string describe(Seconds time) {
  const double s = time.count();
  if (s < 120) return fmt::format("{:.3g} s", s);
  if (s < 7200) return fmt::format("{:.3g} min", s / 60);
  if (s < 172800) return fmt::format("{:.3g} h", s / 3600);
  if (s < 2 * 365.25 * 86400) return fmt::format("{:.3g} days", s / 86400);
  return fmt::format("{:.3g} years", s / (365.25 * 86400));
}

// That one order of each class is enough is proven for all other networks (docs/optimal.md).
bool orders_are_proven(const Architecture& arch) {
  const auto distributes = [](const Network& network) { return network.distributed_multicast; };
  return std::none_of(arch.networks.begin(), arch.networks.end(), distributes) &&
         std::none_of(arch.storage.begin(), arch.storage.end(), [&](const StorageLevel& level) {
           return distributes(level.implicit_network);
         });
}

/// The mappings of a range of factorizations, in order: each tiling with every bypass and, the
/// fastest digit, every distinct order of its loops.
///
/// They are numbered through in two steps. First the mappings of every chunk of factorizations are
/// counted, which gives the exact total; then blocks of mappings, each within one chunk, are
/// evaluated in rounds and merged in order.
class ExhaustiveRun {
 public:
  ExhaustiveRun(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
                const StopRules& stop, Sink& sink, const SearchOptions& options, int threads)
      : space_(space),
        orders_(space.complete_orders()),
        evaluator_(evaluator),
        objective_(objective),
        stop_(stop),
        sink_(sink),
        merge_(stop, sink),
        first_(options.from),
        size_(options.to.value_or(space.size().factorizations) - options.from),
        whole_(size_ == space.size().factorizations),
        seed_(options.seed),
        threads_(static_cast<std::size_t>(threads)),
        workers_([this] {
          return Worker{space_.blank(), evaluator_.scratch()};
        }) {
    // Each has one mapping at least.
    if (stop.max_evaluated > 0) size_ = std::min(size_, BigInt(stop.max_evaluated));
  }

  SearchResult run() {
    const double speed = estimate();
    if (!count_chunks()) return merge_.finish(interrupted_);
    refuse_if_too_long(static_cast<double>(total_), speed, 1);
    sink_.announced(total_);
    while (!merge_.ended() && !interrupted_ && plan()) {
      tbb::parallel_for(std::size_t{0}, blocks_.size(), [this](std::size_t i) { fill(i); });
      for (const Block& block : blocks_) {
        merge_.take(block);
        if (block.interrupted && !interrupted_) interrupted_ = block.interrupted;
      }
    }
    SearchResult result = merge_.finish(interrupted_);
    result.announced = total_;
    result.proven = whole_ && result.best && result.evaluated == counted_ &&
                    orders_are_proven(evaluator_.architecture());
    return result;
  }

 private:
  struct Worker {
    Mapping mapping;
    ScratchPtr scratch;
  };
  /// Where a block begins: a chunk, and how many of its mappings come before.
  struct Place {
    std::size_t chunk = 0;
    std::uint64_t skip = 0;
  };

  double estimate();
  void refuse_if_too_long(double mappings, double speed, double slack) const;
  bool count_chunks();
  std::uint64_t count_chunk(std::size_t chunk);
  bool plan();
  void fill(std::size_t i);
  void fill_tiling(Worker& worker, Block& block, BlockRecorder& recorder, LoopOrders::Walk& walk,
                   std::uint64_t skip);

  std::uint64_t chunk_begin(std::size_t chunk) const {
    return std::min(per_chunk_ * chunk, factorizations_);
  }

  const Mapspace& space_;
  const LoopOrders& orders_;
  const Evaluator& evaluator_;
  const Objective& objective_;
  const StopRules& stop_;
  Sink& sink_;
  OrderedMerge merge_;
  const BigInt first_;
  BigInt size_;
  const bool whole_;
  const std::uint64_t seed_;
  const std::size_t threads_;
  tbb::enumerable_thread_specific<Worker> workers_;
  std::uint64_t factorizations_ = 0;  // size_, once it is known to be small enough
  std::uint64_t bypasses_ = 1;
  std::uint64_t per_chunk_ = 1;        // factorizations
  std::vector<std::uint64_t> counts_;  // [chunk]: mappings
  std::uint64_t counted_ = 0;          // all of them
  std::uint64_t total_ = 0;            // those to evaluate
  std::uint64_t planned_ = 0;
  std::uint64_t next_block_ = 0;
  Place next_;
  std::vector<Block> blocks_;
  std::vector<Place> places_;
  std::optional<StopCause> interrupted_;
};

// Refuses what is far too much, before hours go into the exact count. Returns mappings per second.
double ExhaustiveRun::estimate() {
  Worker& worker = workers_.local();
  Stream random(seed_, 0);
  double orders = 0;
  int tried = 0;
  const Clock::time_point start = Clock::now();
  for (int i = 0; i < kSamples; ++i) {
    BigInt index = (size_ * random.next()) >> 64U;
    space_.factorizations().at(first_ + index, worker.mapping);
    LoopOrders::Walk walk = orders_.walk(worker.mapping);
    orders += static_cast<double>(walk.count()) / kSamples;
    walk.seek(0, worker.mapping);
    for (int j = 0; j < kTried; ++j, ++tried) {
      (void)evaluator_.evaluate(worker.mapping, *worker.scratch);
      if (!walk.next(worker.mapping)) break;
    }
  }
  const Seconds time = Clock::now() - start;
  const double speed = static_cast<double>(threads_) * (tried + 1) / std::max(time.count(), 1e-9);
  const double mappings =
      size_.convert_to<double>() * space_.size().bypasses.convert_to<double>() * orders;
  refuse_if_too_long(mappings, speed, kTrust);
  return speed;
}

// `slack`: how much fewer mappings there may be in truth.
void ExhaustiveRun::refuse_if_too_long(double mappings, double speed, double slack) const {
  if (stop_.max_evaluated > 0) {
    mappings = std::min(mappings, static_cast<double>(stop_.max_evaluated));
  }
  const Seconds limit = stop_.deadline ? Seconds(*stop_.deadline - Clock::now()) : kDefaultLimit;
  const Seconds time(mappings / speed);
  if (time / slack <= limit) return;
  throw UsageError(fmt::format(
      "an exhaustive search of {}{:.4g} mappings would take about {} at {:.2g} mappings/s, and {}; "
      "constrain the mapspace, search a slice of its {} factorizations, or give more time",
      slack > 1 ? "about " : "", mappings, describe(time), speed,
      stop_.deadline ? fmt::format("{} are left", describe(limit))
                     : fmt::format("the limit without a time is {}", describe(limit)),
      space_.size().factorizations.str()));
}

std::uint64_t ExhaustiveRun::count_chunk(std::size_t chunk) {
  Worker& worker = workers_.local();
  std::uint64_t count = 0;
  StopCheck stop(stop_);
  for (std::uint64_t f = chunk_begin(chunk); f < chunk_begin(chunk + 1); ++f) {
    stop.step(kTiling);
    space_.factorizations().at(first_ + f, worker.mapping);
    std::uint64_t own = orders_.walk(worker.mapping).count();
    if (__builtin_mul_overflow(own, bypasses_, &own) ||
        __builtin_add_overflow(count, own, &count)) {
      throw UsageError("a tiling has more mappings than an exhaustive search can number");
    }
  }
  return count;
}

// False if interrupted.
bool ExhaustiveRun::count_chunks() {
  factorizations_ = size_.convert_to<std::uint64_t>();
  bypasses_ = space_.size().bypasses.convert_to<std::uint64_t>();
  per_chunk_ = std::max(kLeastChunk, (factorizations_ + kChunks - 1) / kChunks);
  counts_.assign((factorizations_ + per_chunk_ - 1) / per_chunk_, 0);
  try {
    tbb::parallel_for(std::size_t{0}, counts_.size(), [this](std::size_t chunk) {
      stop_.check();
      counts_[chunk] = count_chunk(chunk);
    });
  } catch (const Stopped& stopped) {
    interrupted_ = cause_of(stopped.why());
    return false;
  }
  for (const std::uint64_t count : counts_) {
    if (__builtin_add_overflow(counted_, count, &counted_)) {
      throw UsageError("the mapspace has more mappings than an exhaustive search can number");
    }
  }
  total_ = stop_.max_evaluated > 0 ? std::min(counted_, stop_.max_evaluated) : counted_;
  return true;
}

// The blocks of the next round; false when none are left.
bool ExhaustiveRun::plan() {
  blocks_.clear();
  places_.clear();
  while (blocks_.size() < kBlocksPerThread * threads_ && planned_ < total_) {
    const std::uint64_t left = counts_[next_.chunk] - next_.skip;
    const std::uint64_t own = std::min({left, kBlock, total_ - planned_});
    places_.push_back(next_);
    Block& block = blocks_.emplace_back();
    block.index = next_block_++;
    block.planned = static_cast<std::uint32_t>(own);
    block.verdicts.resize(own);
    planned_ += own;
    next_.skip += own;
    if (own == left) next_ = {next_.chunk + 1, 0};
  }
  return !blocks_.empty();
}

void ExhaustiveRun::fill(std::size_t i) {
  Worker& worker = workers_.local();
  Block& block = blocks_[i];
  BlockRecorder recorder(objective_, block, merge_.least());
  std::uint64_t skip = places_[i].skip;
  std::uint64_t f = chunk_begin(places_[i].chunk);
  for (std::uint64_t tilings = 1; block.made < block.planned && !block.interrupted; ++f) {
    if (tilings++ % kCheckEvery == 0) block.interrupted = stop_.interruption();
    space_.factorizations().at(first_ + f, worker.mapping);
    LoopOrders::Walk walk = orders_.walk(worker.mapping);
    const std::uint64_t count = walk.count() * bypasses_;
    if (skip >= count) {
      skip -= count;
      continue;
    }
    fill_tiling(worker, block, recorder, walk, skip);
    skip = 0;
  }
}

// Whether a mapping runs does not depend on its orders: one rejection is that of all of them.
void ExhaustiveRun::fill_tiling(Worker& worker, Block& block, BlockRecorder& recorder,
                                LoopOrders::Walk& walk, std::uint64_t skip) {
  std::uint64_t order = skip % walk.count();
  walk.seek(order, worker.mapping);
  for (std::uint64_t bypass = skip / walk.count(); bypass < bypasses_; ++bypass) {
    space_.bypasses().at(bypass, worker.mapping);
    bool rejected = false;
    for (; order < walk.count(); ++order, walk.next(worker.mapping)) {
      if (block.made == block.planned) return;
      if (block.made % kCheckEvery == 0) block.interrupted = stop_.interruption();
      if (block.interrupted) return;
      if (rejected) {
        const std::uint32_t place = block.made++;
        block.verdicts[place] = block.verdicts[place - 1];
        continue;
      }
      const Outcome outcome = evaluator_.evaluate(worker.mapping, *worker.scratch);
      rejected = !recorder.take(outcome, worker.mapping);
    }
    order = 0;
  }
}

class ExhaustiveSearcher final : public Searcher {
 public:
  explicit ExhaustiveSearcher(const SearchOptions& options) : options_(options) {}

  std::string_view name() const override { return "exhaustive"; }

  // The rules about runs of mappings are made for draws: here neighbours are alike.
  SearchResult run(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
                   const StopRules& stop, Sink& sink) override {
    const BigInt& all = space.size().factorizations;
    if (options_.from < 0 || options_.to.value_or(all) > all ||
        options_.from >= options_.to.value_or(all)) {
      throw UsageError(fmt::format("no slice of the {} factorizations: {} to {}", all.str(),
                                   options_.from.str(), options_.to.value_or(all).str()));
    }
    StopRules rules = stop;
    rules.victory_condition = 0;
    rules.max_invalid_run = 0;
    return in_arena(options_.threads, [&](int threads) {
      return ExhaustiveRun(space, evaluator, objective, rules, sink, options_, threads).run();
    });
  }

 private:
  SearchOptions options_;
};

}  // namespace

std::unique_ptr<Searcher> make_exhaustive(const SearchOptions& options) {
  return std::make_unique<ExhaustiveSearcher>(options);
}

}  // namespace tilewright
