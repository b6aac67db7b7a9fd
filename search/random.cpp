#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_pipeline.h>

#include <algorithm>
#include <atomic>
#include <mutex>

#include "search/arena.hpp"
#include "search/block_recorder.hpp"
#include "search/ordered_merge.hpp"
#include "search/searchers.hpp"

namespace tilewright {
namespace {

// Small blocks first: a short deadline or a small budget should not wait for a long block.
constexpr std::uint32_t kFirstBlock = 64;
constexpr std::uint32_t kLargestBlock = 2048;
constexpr std::uint64_t kBlocksPerSize = 8;
constexpr std::uint32_t kCheckEvery = 64;    // proposals between looks at the clock
constexpr std::size_t kBlocksPerThread = 4;  // in flight: enough to bridge an uneven block

std::uint32_t block_size(std::uint64_t index) {
  std::uint32_t size = kFirstBlock;
  for (; index >= kBlocksPerSize && size < kLargestBlock; index -= kBlocksPerSize) size *= 2;
  return size;
}

/// One run: a pipeline that plans blocks in order, fills them in parallel and merges in order.
class RandomRun {
 public:
  RandomRun(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
            const StopRules& stop, Sink& sink, std::uint64_t seed)
      : space_(space),
        evaluator_(evaluator),
        objective_(objective),
        stop_(stop),
        seed_(seed),
        merge_(stop, sink),
        workers_([this] {
          return Worker{space_.blank(), evaluator_.scratch()};
        }) {}

  SearchResult run(std::size_t blocks_in_flight) {
    ring_.resize(blocks_in_flight);
    for (Block& block : ring_) block.verdicts.resize(kLargestBlock);
    tbb::parallel_pipeline(
        blocks_in_flight,
        tbb::make_filter<void, Block*>(tbb::filter_mode::serial_in_order,
                                       [this](tbb::flow_control& flow) { return plan(flow); }) &
            tbb::make_filter<Block*, Block*>(tbb::filter_mode::parallel,
                                             [this](Block* block) { return fill(*block); }) &
            tbb::make_filter<Block*, void>(tbb::filter_mode::serial_in_order,
                                           [this](Block* block) { merge(*block); }));
    return merge_.finish(interrupted_);
  }

 private:
  struct Worker {
    Mapping mapping;
    ScratchPtr scratch;
  };

  // Blocks leave in the order they came, so the slot of the oldest is free again by now.
  Block* plan(tbb::flow_control& flow) {
    if (over_.load(std::memory_order_relaxed)) {
      flow.stop();
      return nullptr;
    }
    std::uint64_t size = block_size(next_block_);
    if (stop_.max_evaluated > 0) size = std::min(size, stop_.max_evaluated - planned_);
    if (size == 0) {
      flow.stop();
      return nullptr;
    }
    Block& block = ring_[next_block_ % ring_.size()];
    block.index = next_block_++;
    block.planned = static_cast<std::uint32_t>(size);
    planned_ += size;
    return &block;
  }

  Block* fill(Block& block) {
    Worker& worker = workers_.local();
    block.made = 0;
    block.records.clear();
    block.points.clear();
    block.interrupted.reset();
    BlockRecorder recorder(objective_, block, known_best());
    Stream random(seed_, block.index);
    for (std::uint32_t place = 0; place < block.planned; ++place) {
      if (place % kCheckEvery == 0 && must_leave(block)) break;
      space_.sample(random, worker.mapping);
      recorder.take(evaluator_.evaluate(worker.mapping, *worker.scratch), worker.mapping);
    }
    return &block;
  }

  bool must_leave(Block& block) const {
    block.interrupted = stop_.interruption();
    return block.interrupted || ended_.load(std::memory_order_relaxed);
  }

  void merge(const Block& block) {
    merge_.take(block);
    if (block.interrupted && !interrupted_) interrupted_ = block.interrupted;
    if (merge_.ended()) ended_.store(true, std::memory_order_relaxed);
    if (merge_.ended() || interrupted_) over_.store(true, std::memory_order_relaxed);
    if (!merge_.least()) return;
    const std::lock_guard lock(known_mutex_);
    known_ = merge_.least();
  }

  // The incumbent of some earlier moment. A later block only needs to report what beats it; which
  // moment it is changes what is reported, not what is an improvement in the end.
  std::optional<Objective::Key> known_best() {
    const std::lock_guard lock(known_mutex_);
    return known_;
  }

  const Mapspace& space_;
  const Evaluator& evaluator_;
  const Objective& objective_;
  const StopRules& stop_;
  const std::uint64_t seed_;
  OrderedMerge merge_;
  tbb::enumerable_thread_specific<Worker> workers_;
  std::vector<Block> ring_;
  std::uint64_t next_block_ = 0;
  std::uint64_t planned_ = 0;
  std::optional<StopCause> interrupted_;
  std::atomic<bool> ended_ = false;  // by a stop rule: what is in flight is of no use
  std::atomic<bool> over_ = false;   // by a stop rule or an interruption: plan no more
  std::mutex known_mutex_;
  std::optional<Objective::Key> known_;
};

class RandomSearcher final : public Searcher {
 public:
  explicit RandomSearcher(const SearchOptions& options) : options_(options) {}

  std::string_view name() const override { return "random"; }

  SearchResult run(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
                   const StopRules& stop, Sink& sink) override {
    RandomRun run(space, evaluator, objective, stop, sink, options_.seed);
    return in_arena(options_.threads, [&](int threads) {
      return run.run(static_cast<std::size_t>(threads) * kBlocksPerThread);
    });
  }

 private:
  SearchOptions options_;
};

}  // namespace

std::unique_ptr<Searcher> make_random(const SearchOptions& options) {
  return std::make_unique<RandomSearcher>(options);
}

}  // namespace tilewright
