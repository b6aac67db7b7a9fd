#include "search/optimal/lattice_search.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>

#include "search/indices.hpp"

namespace tilewright::optimal {
namespace {

// None of these may depend on the number of threads.
constexpr std::size_t kBatchParts = 32;
constexpr std::size_t kFirstBatch = 2;        // labels, while nobody knows what becomes of them
constexpr std::size_t kLargestBatch = 512;    // labels
constexpr std::uint64_t kBatchWork = 32'000;  // labels made or bounded: some tens of milliseconds
constexpr std::size_t kFrontiers = 16;
constexpr std::size_t kFewCandidates = 64;  // not worth a task

std::uint64_t work(const Proof& counters) { return counters.labels + counters.bounded; }

void add(const Proof& from, Proof& to) {
  to.labels += from.labels;
  to.bounded += from.bounded;
  to.finished += from.finished;
  to.evaluated += from.evaluated;
}

}  // namespace

LatticeSearch::LatticeSearch(Ground& ground, const Target& target, Dominance dominance,
                             const StopToken& stop)
    : ground_(ground),
      target_(target),
      dominance_(dominance),
      stop_(stop),
      expansions_([&ground, &stop] { return Expansion(ground, stop); }) {}

bool LatticeSearch::run(std::size_t beam, const Client& client) {
  ground_.prepare();
  std::vector<LabelPtr> labels;
  labels.push_back(std::make_unique<Label>(ground_.labelling().start()));
  trail_.assign(1, {Step{}});
  steps_ = 1;
  out_of_memory = false;
  const int levels = ground_.labelling().terms().num_levels();
  for (int s = 0; s < levels; ++s) {
    if (!ground_.choices(s).empty()) {
      if (!expand(s, true, labels, client)) return false;
      if (beam > 0) keep_best(beam, s, true, labels);
    }
    if (!expand(s, false, labels, client)) return false;
    if (beam > 0 && s + 1 < levels) keep_best(beam, s + 1, false, labels);
  }
  return true;
}

bool LatticeSearch::expand(int level, bool spread, std::vector<LabelPtr>& labels,
                           const Client& client) {
  frontiers_.clear();
  for (std::size_t i = 0; i < kFrontiers; ++i) {
    frontiers_.emplace_back(ground_.labelling(), dominance_);
  }
  std::size_t size = kFirstBatch;
  for (std::size_t i = 0; i < labels.size();) {
    if (client.stopped() || is_full(labels.size() - i)) return false;
    const std::size_t count = std::min(size, labels.size() - i);
    const std::uint64_t before = work(counters);
    if (!expand_batch(level, spread, std::span<const LabelPtr>(labels).subspan(i, count), client))
      return false;
    for (const std::size_t end = i + count; i < end; ++i) labels[i].reset();  // nobody asks again
    const std::uint64_t for_each = 1 + (work(counters) - before) / count;
    size = std::clamp<std::size_t>(kBatchWork / for_each, 1, std::min(4 * size, kLargestBatch));
  }
  labels = take_frontiers();
  return true;
}

// False if one of the parts was interrupted.
bool LatticeSearch::expand_batch(int level, bool spread, std::span<const LabelPtr> labels,
                                 const Client& client) {
  std::vector<Part> parts;
  const std::size_t part_labels = (labels.size() + kBatchParts - 1) / kBatchParts;
  const std::size_t count = (labels.size() + part_labels - 1) / part_labels;
  parts.reserve(count);
  for (std::size_t i = 0; i < count; ++i) parts.emplace_back(target_, trail_, trail_.size() + i);
  tbb::parallel_for(std::size_t{0}, count, [&](std::size_t i) {
    const std::size_t first = i * part_labels;
    const auto own = labels.subspan(first, std::min(part_labels, labels.size() - first));
    Expansion& expansion = expansions_.local();
    if (spread) {
      expansion.spread(own, level, parts[i]);
    } else {
      expansion.run(own, level, parts[i], client.finish);
    }
  });
  bool whole = true;
  for (Part& part : parts) {
    add(part.counters, counters);
    client.merge(part);
    whole &= !part.cause;
  }
  add_candidates(parts);
  for (Part& part : parts) {
    steps_ += part.steps.size();
    trail_.push_back(std::move(part.steps));
  }
  return whole;
}

// Labels of different places have nothing to do with each other.
void LatticeSearch::add_candidates(std::vector<Part>& parts) {
  std::size_t count = 0;
  for (const Part& part : parts) count += part.candidates.size();
  const auto add_to = [&](std::size_t frontier) {
    StopCheck stop(stop_);
    for (Part& part : parts) {
      for (Part::Candidate& candidate : part.candidates) {
        if (candidate.place % kFrontiers != frontier) continue;
        stop.step(frontiers_[frontier].add(std::move(candidate.label), candidate.place));
      }
    }
  };
  if (count > kFewCandidates) {
    tbb::parallel_for(std::size_t{0}, kFrontiers, add_to);
  } else {
    for (std::size_t i = 0; i < kFrontiers; ++i) add_to(i);
  }
}

std::size_t LatticeSearch::kept() const {
  std::size_t sum = 0;
  for (const Frontier& frontier : frontiers_) sum += frontier.size();
  return sum;
}

bool LatticeSearch::is_full(std::size_t labels_left) {
  constexpr std::uint64_t kLabelBytes = 768;  // with what it owns and its place in a frontier
  const std::size_t now = kept();
  out_of_memory |= (now + labels_left) * kLabelBytes + steps_ * sizeof(Step) > most_bytes;
  return out_of_memory || now > most_kept;
}

// In an order that hangs on no hash.
std::vector<LabelPtr> LatticeSearch::take_frontiers() {
  std::vector<LabelPtr> labels;
  labels.reserve(kept());
  for (Frontier& frontier : frontiers_) {
    counters.dominated += frontier.dominated();
    frontier.take(labels);
  }
  std::sort(labels.begin(), labels.end(),
            [](const LabelPtr& a, const LabelPtr& b) { return a->trace < b->trace; });
  return labels;
}

void LatticeSearch::keep_best(std::size_t beam, int level, bool spread,
                              std::vector<LabelPtr>& labels) const {
  if (labels.size() <= beam) return;
  const Bounds& bounds = ground_.bounds();
  std::vector<std::pair<Objective::Key, std::size_t>> order(labels.size());
  tbb::parallel_for(std::size_t{0}, labels.size(), [&](std::size_t i) {
    const Label& label = *labels[i];
    const double more = bounds.more(label.tile, spread ? level + 1 : level);
    order[i] = {
        target_.key(bounds.energy(label, level, spread), ground_.labelling().cycles(label, more)),
        i};
  });
  std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(beam), order.end());
  order.resize(beam);
  std::vector<LabelPtr> best;
  best.reserve(beam);
  for (const auto& [key, i] : order) best.push_back(std::move(labels[i]));
  labels = std::move(best);
}

}  // namespace tilewright::optimal
