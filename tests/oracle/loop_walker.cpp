#include "oracle/loop_walker.hpp"

#include <algorithm>
#include <cstddef>
#include <unordered_map>
#include <unordered_set>

#include "model/oracle/nest.hpp"
#include "model/oracle/region.hpp"

namespace tilewright::oracle {
namespace {

using Words = std::unordered_map<std::uint64_t, std::uint64_t>;  // word -> a count
using WordSet = std::unordered_set<std::uint64_t>;

/// One instance of a memory and one dataspace.
struct Holder {
  Words now;     // touched in the present tile, with the accumulations that are held
  Words before;  // the same at the end of the tile before
  WordSet had;   // ever held
  WordSet sent;  // ever sent to a child
};

/// The holders of one dataspace at one level that keeps it.
struct Stage {
  int level = 0;
  int parent = -1;  // index of the next stage outwards; -1 = none
  std::vector<Holder> holders;
  std::vector<std::size_t> parent_of;  // [holder]
  std::vector<std::size_t> holder_of;  // [MAC]
};

class Walker {
 public:
  Walker(const Problem& problem, const Mapping& mapping);
  Walk run();

 private:
  void make_stages(int space);
  void step();
  bool advance();
  void operate(std::size_t mac, const Point& operation);
  void end_step();
  void end_tiles(int changed_loop);
  void end_tile(int space, std::size_t stage);
  void flush(int space, std::size_t stage);
  void drain(int space, const Stage& stage, std::size_t holder, std::uint64_t word,
             std::uint64_t value);
  void serve(int space, std::size_t stage, std::size_t holder, const Words& receivers);
  std::uint64_t word_of(int space, const Point& operation) const;
  std::vector<Point> mac_offsets() const;

  const Problem& problem_;
  Nest nest_;
  std::vector<Box> boxes_;     // [space] of the whole tensor
  std::vector<int> temporal_;  // loop indices, innermost first
  std::vector<int> spatial_;
  std::vector<std::int64_t> digit_;         // [loop] present iteration of temporal loops
  std::vector<Point> offsets_;              // [mac]
  std::vector<std::vector<Stage>> stages_;  // [space], innermost first
  // Words that the MACs touch in the present step: [space][holder of the innermost stage].
  std::vector<std::vector<Words>> touched_;
  std::vector<bool> seen_;
  Walk walk_;
};

Walker::Walker(const Problem& problem, const Mapping& mapping)
    : problem_(problem), nest_(build_nest(mapping)) {
  Point high = problem.bounds;
  for (auto& last : high) --last;
  for (const DataSpace& space : problem.spaces) {
    boxes_.push_back(project(space, Point(high.size(), 0), high));
  }
  for (std::size_t l = 0; l < nest_.loops.size(); ++l) {
    (nest_.loops[l].spatial() ? spatial_ : temporal_).push_back(static_cast<int>(l));
  }
  digit_.assign(nest_.loops.size(), 0);
  offsets_ = mac_offsets();
  stages_.resize(problem.spaces.size());
  touched_.resize(problem.spaces.size());
  for (int space = 0; space < problem.num_spaces(); ++space) {
    for (int level = 0; level < mapping.num_levels; ++level) {
      if (((mapping.levels[level].keep >> space) & 1) == 0) continue;
      stages_[space].push_back({level, -1, {}, {}, {}});
    }
    make_stages(space);
  }
  seen_.assign(problem.operations(), false);
  walk_.levels.assign(static_cast<std::size_t>(mapping.num_levels),
                      std::vector<WalkedSpace>(problem.spaces.size()));
  walk_.results.resize(problem.spaces.size());
}

// Offsets of the MACs in iteration space; spatial loops further in count faster, so the MACs of one
// instance are neighbours.
std::vector<Point> Walker::mac_offsets() const {
  std::vector<Point> offsets{Point(problem_.bounds.size(), 0)};
  for (auto l = spatial_.rbegin(); l != spatial_.rend(); ++l) {
    const NestLoop& loop = nest_.loops[*l];
    std::vector<Point> finer;
    for (const Point& offset : offsets) {
      for (std::int64_t i = 0; i < loop.bound; ++i) {
        finer.push_back(offset);
        finer.back()[loop.dim] += i * loop.stride;
      }
    }
    offsets = std::move(finer);
  }
  return offsets;
}

void Walker::make_stages(int space) {
  auto& stages = stages_[space];
  for (std::size_t i = 0; i < stages.size(); ++i) {
    Stage& stage = stages[i];
    const std::size_t count = nest_.instances(stage.level);
    stage.holders.resize(count);
    stage.parent_of.assign(count, 0);
    for (std::size_t mac = 0; mac < offsets_.size(); ++mac) {
      stage.holder_of.push_back(mac * count / offsets_.size());
    }
    if (i + 1 == stages.size()) continue;
    stage.parent = static_cast<int>(i) + 1;
    const std::size_t outer = nest_.instances(stages[i + 1].level);
    for (std::size_t holder = 0; holder < count; ++holder) {
      stage.parent_of[holder] = holder * outer / count;
    }
  }
  touched_[space].resize(stages.empty() ? 0 : stages.front().holders.size());
}

std::uint64_t Walker::word_of(int space, const Point& operation) const {
  const Box point = project(problem_.spaces[space], operation, operation);
  std::uint64_t word = 0;
  for (std::size_t axis = 0; axis < point.low.size(); ++axis) {
    const std::int64_t width = boxes_[space].high[axis] - boxes_[space].low[axis] + 1;
    word = word * static_cast<std::uint64_t>(width) +
           static_cast<std::uint64_t>(point.low[axis] - boxes_[space].low[axis]);
  }
  return word;
}

void Walker::operate(std::size_t mac, const Point& operation) {
  std::uint64_t id = 0;
  for (std::size_t dim = 0; dim < operation.size(); ++dim) {
    id = id * static_cast<std::uint64_t>(problem_.bounds[dim]) +
         static_cast<std::uint64_t>(operation[dim]);
  }
  ++walk_.operations;
  if (seen_[id]) ++walk_.repeated;
  seen_[id] = true;
  for (int space = 0; space < problem_.num_spaces(); ++space) {
    const std::uint64_t word = word_of(space, operation);
    for (std::size_t i = 0; i < stages_[space].size(); ++i) {
      Stage& stage = stages_[space][i];
      const std::size_t holder = stage.holder_of[mac];
      std::uint64_t& value = stage.holders[holder].now[word];
      if (i > 0) continue;
      ++value;  // an accumulation, if the dataspace is a result
      ++touched_[space][holder][word];
    }
  }
}

// All MACs at one setting of the temporal loops.
void Walker::step() {
  Point origin(problem_.bounds.size(), 0);
  for (int l : temporal_) origin[nest_.loops[l].dim] += digit_[l] * nest_.loops[l].stride;
  const auto exists = [&](const Point& operation) {
    for (std::size_t dim = 0; dim < operation.size(); ++dim) {
      if (operation[dim] >= problem_.bounds[dim]) return false;
    }
    return true;
  };
  if (!exists(origin)) return;  // element 0 is the busiest: nobody has work
  ++walk_.cycles;
  for (std::size_t mac = 0; mac < offsets_.size(); ++mac) {
    Point operation = origin;
    for (std::size_t dim = 0; dim < operation.size(); ++dim) operation[dim] += offsets_[mac][dim];
    if (exists(operation)) operate(mac, operation);
  }
  end_step();
}

void Walker::serve(int space, std::size_t index, std::size_t holder, const Words& receivers) {
  Stage& stage = stages_[space][index];
  WalkedSpace& counts = walk_.levels[stage.level][space];
  WordSet& sent = stage.holders[holder].sent;
  for (const auto& [word, children] : receivers) {
    ++counts.served;
    counts.delivered += children;
    if (!sent.insert(word).second) ++counts.reserved;
  }
}

// The MACs keep nothing: each step they ask for their words anew.
void Walker::end_step() {
  for (int space = 0; space < problem_.num_spaces(); ++space) {
    if (stages_[space].empty()) continue;
    const Stage& innermost = stages_[space].front();
    for (std::size_t holder = 0; holder < touched_[space].size(); ++holder) {
      auto& words = touched_[space][holder];
      serve(space, 0, holder, words);
      walk_.levels[innermost.level][space].updated += words.size();
      words.clear();
    }
  }
}

void Walker::drain(int space, const Stage& stage, std::size_t holder, std::uint64_t word,
                   std::uint64_t value) {
  ++walk_.levels[stage.level][space].drained;
  if (stage.parent < 0) {
    walk_.results[space][word] += value;
    return;
  }
  // The tile of the parent that covers the word is its present one or the one before.
  Holder& parent = stages_[space][stage.parent].holders[stage.parent_of[holder]];
  if (const auto now = parent.now.find(word); now != parent.now.end()) {
    now->second += value;
  } else if (const auto before = parent.before.find(word); before != parent.before.end()) {
    before->second += value;
  } else {
    ++walk_.lost;
  }
}

// A tile of `stage` is over, so the set of its words is known: count what had to come and what
// went away when it began.
void Walker::end_tile(int space, std::size_t index) {
  Stage& stage = stages_[space][index];
  WalkedSpace& counts = walk_.levels[stage.level][space];
  const auto idle = [](const Holder& holder) { return holder.now.empty(); };
  // Beyond the last short tile of an imperfect factor: no step, no tile.
  if (std::all_of(stage.holders.begin(), stage.holders.end(), idle)) return;
  const std::size_t parents = stage.parent < 0 ? 1 : stages_[space][stage.parent].holders.size();
  std::vector<Words> arrivals(parents);
  std::vector<WordSet> returns(parents);
  for (std::size_t h = 0; h < stage.holders.size(); ++h) {
    Holder& holder = stage.holders[h];
    // Idle during a short last tile: it keeps its operands but gives back its results.
    if (holder.now.empty() && !problem_.spaces[space].read_write) continue;
    counts.peak = std::max<std::uint64_t>(counts.peak, holder.now.size());
    for (auto& [word, value] : holder.before) {
      if (const auto kept = holder.now.find(word); kept != holder.now.end()) {
        kept->second += value;
        continue;
      }
      if (!problem_.spaces[space].read_write) continue;
      drain(space, stage, h, word, value);
      returns[stage.parent_of[h]].insert(word);
    }
    for (const auto& [word, value] : holder.now) {
      if (holder.before.count(word)) continue;
      ++counts.filled;
      if (!holder.had.insert(word).second) ++counts.refilled;
      ++arrivals[stage.parent_of[h]][word];
    }
    holder.before = std::move(holder.now);
    holder.now.clear();
  }
  if (stage.parent < 0) return;
  WalkedSpace& outer = walk_.levels[stages_[space][stage.parent].level][space];
  for (std::size_t h = 0; h < parents; ++h) {
    serve(space, static_cast<std::size_t>(stage.parent), h, arrivals[h]);
    outer.updated += returns[h].size();
  }
}

// At the end everything flows outwards.
void Walker::flush(int space, std::size_t index) {
  end_tile(space, index);
  Stage& stage = stages_[space][index];
  if (!problem_.spaces[space].read_write) return;
  std::vector<WordSet> returns(stage.parent < 0 ? 1 : stages_[space][stage.parent].holders.size());
  for (std::size_t h = 0; h < stage.holders.size(); ++h) {
    for (const auto& [word, value] : stage.holders[h].before) {
      drain(space, stage, h, word, value);
      returns[stage.parent_of[h]].insert(word);
    }
  }
  if (stage.parent < 0) return;
  for (const WordSet& words : returns) {
    walk_.levels[stages_[space][stage.parent].level][space].updated += words.size();
  }
}

// Loop `changed` moved on, so the tiles of all levels inside it are over.
void Walker::end_tiles(int changed) {
  for (int space = 0; space < problem_.num_spaces(); ++space) {
    for (std::size_t i = 0; i < stages_[space].size(); ++i) {
      if (nest_.boundary[stages_[space][i].level] < changed) end_tile(space, i);
    }
  }
}

bool Walker::advance() {
  for (int l : temporal_) {
    if (digit_[l] + 1 < nest_.loops[l].bound) {
      end_tiles(l);
      ++digit_[l];
      return true;
    }
    digit_[l] = 0;
  }
  return false;
}

Walk Walker::run() {
  do {
    step();
  } while (advance());
  for (int space = 0; space < problem_.num_spaces(); ++space) {
    for (std::size_t i = 0; i < stages_[space].size(); ++i) flush(space, i);
  }
  return std::move(walk_);
}

}  // namespace

Walk walk_nest(const Problem& problem, const Mapping& mapping) {
  return Walker(problem, mapping).run();
}

}  // namespace tilewright::oracle
