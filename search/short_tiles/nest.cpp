#include "search/short_tiles/nest.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "model/bound/touched.hpp"
#include "search/indices.hpp"

namespace tilewright::short_tiles {

Nest::Nest(const Evaluator& evaluator, const Mapping& blank)
    : problem_(evaluator.problem()),
      terms_(evaluator.terms()),
      blank_(blank),
      scratch_(evaluator.scratch()) {
  for (int d = 0; d < problem_.num_dims(); ++d) {
    if (bound(d) > 1) dims_.push_back(d);
  }
  for (int p = 0; p < terms_.num_spaces(); ++p) {
    bool countable = terms_.regular(p);
    for (int x = 0; x < terms_.num_shared(p); ++x) countable &= terms_.shared(p, x).num_terms <= 2;
    if (countable) touched_[at(p)] = static_cast<double>(touched_words(problem_, p));
  }
  for (int s = 0; s < terms_.num_levels(); ++s) {
    for (int p = 0; p < terms_.num_spaces(); ++p) {
      prices_[at(s + 1)][at(p)] = {terms_.read_price(s, p), terms_.fill_price(s, p),
                                   terms_.update_price(s, p)};
    }
  }
}

void Nest::use(const optimal::Keeping& keeping) {
  keeping_ = keeping;
  least_reads_ = least_writes_ = {};
  for (int p = 0; p < terms_.num_spaces(); ++p) {
    for (int s = -1; s < terms_.num_levels(); ++s) {
      const int server = keeping.server_of(p, s);
      if (server < 0 || (s >= 0 && !keeping.keeps(s, p))) continue;
      const double least = touched(p);
      auto& at_server = terms_.read_write(p) ? least_writes_ : least_reads_;
      at_server[at(server)] += least * terms_.word_size(server, p);
      if (s >= 0 && !terms_.read_write(p)) least_writes_[at(s)] += least * terms_.word_size(s, p);
    }
  }
}

void Nest::use(const Plan& plan) {
  plan_ = &plan;
  for (int s = 0; s < terms_.num_levels(); ++s) {
    for (int p = 0; p < terms_.num_spaces(); ++p) {
      double visits = terms_.read_write(p) ? terms_.tensor_words(p) : 0;
      for (const int d : dims_) {
        if (!relevant(p, d)) visits *= static_cast<double>(plan.outside[at(s)][at(d)]);
      }
      visits_[at(s + 1)][at(p)] = visits;
    }
  }
}

double Nest::kept_size(int level, const Factors& extents) const {
  Terms::Extents box;
  box.fill(1);
  for (const int d : dims_) box[at(d)] = std::min(extents[at(d)], bound(d));
  return terms_.kept_size(level, keeping_.keep[at(level)], box);
}

Frame Nest::start() const {
  Frame frame;
  frame.tiles.fill(1);
  frame.extents.fill(1);
  for (const int d : dims_) frame.tiles[at(d)] = bound(d);
  frame.settled = terms_.compute_energy();
  frame.reads = least_reads_;
  frame.writes = least_writes_;
  for (int p = 0; p < terms_.num_spaces(); ++p) add_flow(p, -1, frame);
  return frame;
}

// A level holds its tile now, which must be fetched from outside; the MACs hold nothing.
void Nest::add_flow(int space, int child, Frame& frame) const {
  Flow& flow = frame.flows.emplace_back();
  flow.space = space;
  flow.child = child;
  flow.server = keeping_.server_of(space, child);
  flow.open = child >= 0 && reuses(child, space);
  flow.tiles = frame.tiles;
  flow.extents = frame.extents;
  flow.words = words().all(space, frame.tiles);
}

bool Nest::spread(int level, Frame& frame) const {
  const Factors& factor = plan_->factor[at(level)];
  const ArrayChoice* const choice = plan_->choice[at(level)];
  if (choice == nullptr) return true;
  if (!has_work(*choice, frame.tiles)) return false;
  for (Flow& flow : frame.flows) {
    const bool share = level <= flow.server && multicasts(level, flow.space);
    for (const int d : dims_) {
      const std::int64_t n = frame.tiles[at(d)];
      const std::int64_t own = factor[at(d)];
      if (own == 1) continue;
      Passes& sent = flow.sent[at(d)];
      flow.arrive[at(d)] = flow.arrive[at(d)].repeated(n, own);
      sent = share && !relevant(flow.space, d) ? sent.shared(n, own) : sent.repeated(n, own);
    }
    const double most = plan_->overlapping[at(flow.space)][at(level)];
    if (!share || most == 1) continue;
    flow.portions = flow.fewest < 1 ? flow.portions / most : portions(flow, level, frame);
    flow.fewest /= most;
  }
  for (const int d : dims_) {
    const std::int64_t n = frame.tiles[at(d)];
    frame.steps[at(d)] = frame.steps[at(d)].shared(n, factor[at(d)]);
    frame.tiles[at(d)] = ceil_div(n, factor[at(d)]);
    frame.extents[at(d)] *= factor[at(d)];
  }
  return true;
}

// The share of the words that the server sends to a group of children, if all whole tiles have as
// many: of groups in which no child is idle or has a short tile it is known.
double Nest::portions(const Flow& flow, int level, const Frame& frame) const {
  const double most = plan_->overlapping[at(flow.space)][at(level)];
  if (flow.slid || !terms_.regular(flow.space)) return 1 / most;
  std::array<Terms::Loop, kMaxDims> loops;
  std::size_t num_loops = 0;
  double children = 1;
  double whole = 1;  // share of the tiles in such groups
  for (const int d : dims_) {
    const std::int64_t own = plan_->factor[at(level)][at(d)];
    if (own == 1 || !slides(flow.space, d)) continue;
    loops[num_loops++] = {own, frame.extents[at(d)], d};
    children *= static_cast<double>(own);
    const Passes& along = flow.arrive[at(d)];  // of the groups
    const double all = along.total(ceil_div(frame.tiles[at(d)], own));
    whole *= (all - along.last) / all;
  }
  const auto sharing = terms_.sharing(flow.space, {loops.data(), num_loops}, *scratch_);
  return whole * sharing.portions / children + (1 - whole) / sharing.most;
}

std::int64_t Nest::apart(const Flow& flow, int level, int dim) const {
  std::int64_t product = 1;
  for (int s = flow.child + 1; s <= level; ++s) product *= plan_->factor[at(s)][at(dim)];
  return product;
}

// Takes a flow past the temporal loops of a level: those for which its tiles stay bring nothing.
void Nest::pass(int level, const Factors& factor, const optimal::LoopClass& loops,
                const Frame& frame, Flow& flow) const {
  const int p = flow.space;
  const int first = loops.first;
  if (flow.open && !flow.still && first >= 0 && slides(p, first)) {
    const Passes& along = flow.arrive[at(first)];
    const std::int64_t n = frame.tiles[at(first)];
    const std::int64_t steps = factor[at(first)];
    const double starts = along.shared(n, steps).total(ceil_div(n, steps));
    const double left = words().sliding(p, flow.tiles, flow.extents, first, along.total(n) - starts,
                                        apart(flow, level, first));
    flow.slid = left < flow.words;
    flow.words = left;
    if (flow.slid) flow.portions = flow.fewest;
  }
  const Terms::DimMask run = flow.open ? loops.run[at(p)] : 0;
  bool moved = false;
  for (const int d : dims_) {
    const std::int64_t n = frame.tiles[at(d)];
    const std::int64_t own = factor[at(d)];
    if (own == 1) continue;
    const bool stays = (run & bit(d)) != 0;
    Passes& arrive = flow.arrive[at(d)];
    Passes& sent = flow.sent[at(d)];
    arrive = stays ? arrive.shared(n, own) : arrive.repeated(n, own);
    sent = stays ? sent.shared(n, own) : sent.repeated(n, own);
    moved |= relevant(p, d);
    flow.still |= stays;
  }
  flow.open &= !moved;
}

void Nest::run(int level, const Factors& factor, const optimal::LoopClass& loops,
               Frame& frame) const {
  for (Flow& flow : frame.flows) pass(level, factor, loops, frame, flow);
  for (const int d : dims_) {
    const std::int64_t n = frame.tiles[at(d)];
    frame.steps[at(d)] = frame.steps[at(d)].repeated(n, factor[at(d)]);
    frame.tiles[at(d)] = ceil_div(n, factor[at(d)]);
    frame.extents[at(d)] *= factor[at(d)];
  }
  const bool last = level + 1 == terms_.num_levels();
  std::size_t left = 0;
  for (std::size_t i = 0; i < frame.flows.size(); ++i) {
    const Flow& flow = frame.flows[i];
    if (last || (!flow.open && flow.server <= level)) {
      settle(flow, frame);
    } else {
      if (left != i) frame.flows[left] = flow;
      ++left;
    }
  }
  frame.flows.resize(left);
  for (int p = 0; p < terms_.num_spaces() && !last; ++p) {
    if (keeping_.keeps(level, p) && keeping_.server_of(p, level) >= 0) add_flow(p, level, frame);
  }
}

void Nest::settle(const Flow& flow, Frame& frame) const {
  const auto& [p, child, server] = std::tie(flow.space, flow.child, flow.server);
  double arriving = flow.words;
  double sent = flow.words * flow.portions;
  for (const int d : dims_) {
    if (relevant(p, d)) continue;
    arriving *= flow.arrive[at(d)].total(frame.tiles[at(d)]);
    sent *= flow.sent[at(d)].total(frame.tiles[at(d)]);
  }
  const bool adds = terms_.read_write(p);
  const double reads = std::max(0.0, sent - (adds ? first_visits(server, p) : 0));
  const double updates = adds ? sent : 0;
  frame.settled += terms_.average_energy(server, p, reads, 0, updates, plan_->used[at(server)]);
  const double least = touched(p);
  frame.reads[at(server)] += (reads - (adds ? 0 : least)) * terms_.word_size(server, p);
  frame.writes[at(server)] += (updates - (adds ? least : 0)) * terms_.word_size(server, p);
  if (child < 0) return;
  const double fills = std::max(0.0, arriving - (adds ? first_visits(child, p) : 0));
  frame.settled += terms_.average_energy(child, p, 0, fills, 0, plan_->used[at(child)]);
  frame.writes[at(child)] += (fills - (adds ? 0 : least)) * terms_.word_size(child, p);
}

double Nest::energy(const Route& route, double arriving, double leaving) const {
  const Price& server = price(route.server, route.space);
  const double fill = price(route.child, route.space).fill;
  if (!terms_.read_write(route.space)) return leaving * server.read + arriving * fill;
  // The first visit of a partial sum needs neither a read nor a fill.
  return leaving * server.update + std::max(0.0, leaving - route.visits_server) * server.read +
         std::max(0.0, arriving - route.visits_child) * fill;
}

double Nest::cycles(const Frame& frame, int level) const {
  constexpr double kRounding = 1e-12;
  double cycles = 1;
  for (const int d : dims_) {
    const double all = frame.steps[at(d)].total(frame.tiles[at(d)]);
    const std::int64_t shared = level < 0 ? plan_->outside[0][at(d)] * plan_->factor[0][at(d)]
                                          : plan_->outside[at(level)][at(d)];
    cycles *= std::ceil(all / static_cast<double>(shared) * (1 - kRounding));
  }
  for (int s = 0; s < terms_.num_levels(); ++s) {
    if (!terms_.limited(s)) continue;
    const double reads = frame.reads[at(s)] / plan_->used[at(s)];
    const double writes = frame.writes[at(s)] / plan_->used[at(s)];
    cycles = std::max({cycles, reads / terms_.read_bandwidth(s), writes / terms_.write_bandwidth(s),
                       (reads + writes) / terms_.shared_bandwidth(s)});
  }
  return cycles + terms_.network_latency();
}

}  // namespace tilewright::short_tiles
