#include "search/ordered_merge.hpp"

#include <utility>

namespace tilewright {
namespace {

constexpr std::chrono::milliseconds kReportEvery{100};

double seconds_since(OrderedMerge::Clock::time_point start) {
  return std::chrono::duration<double>(OrderedMerge::Clock::now() - start).count();
}

bool reached(std::uint64_t count, std::uint64_t limit) { return limit > 0 && count >= limit; }

}  // namespace

OrderedMerge::OrderedMerge(const StopRules& stop, Sink& sink)
    : stop_(stop), sink_(sink), start_(Clock::now()), last_report_(start_) {}

void OrderedMerge::take(const Block& block) {
  auto record = block.records.begin();
  auto point = block.points.begin();
  for (std::uint32_t place = 0; place < block.made && !ended_; ++place) {
    const Verdict verdict = block.verdicts[place];
    ++result_.evaluated;
    if (verdict.valid()) {
      ++result_.valid;
      if (verdict.is_over_budget()) ++result_.over_budget;
      ++since_improvement_;
      invalid_run_ = 0;
    } else {
      ++invalid_run_;
      count_rejection(verdict);
    }
    if (record != block.records.end() && record->place == place) {
      improve(*record++, verdict.is_over_budget());
    }
    if (point != block.points.end() && point->place == place) {
      front_.insert({point->at, point->cost, point->mapping, result_.evaluated - 1});
      ++point;
    }
    if (const auto cause = fired()) {
      result_.stopped_by = *cause;
      ended_ = true;
    }
  }
  const auto now = Clock::now();
  if (now - last_report_ < kReportEvery) return;
  last_report_ = now;
  result_.seconds = seconds_since(start_);
  sink_.progress(result_);
}

void OrderedMerge::count_rejection(const Verdict& verdict) {
  ++result_.rejected_at[verdict.level_place()];
  switch (verdict.reason()) {
    case RejectReason::instances:
    case RejectReason::mesh_x:
    case RejectReason::mesh_y:
      ++result_.rejected_fanout;
      break;
    case RejectReason::capacity:
    case RejectReason::min_utilization:
      ++result_.rejected_capacity;
      break;
    case RejectReason::none:
    case RejectReason::bypassed_everywhere:
      break;
  }
}

// Keys put what meets the budgets before what does not, so once there is a best, all improvements
// meet them.
void OrderedMerge::improve(const Block::Record& record, bool over_budget) {
  if (least_ && !(record.key < *least_)) return;
  least_ = record.key;
  since_improvement_ = 0;
  auto& place = over_budget ? result_.nearest : result_.best;
  place = Incumbent{record.mapping, record.cost, record.key, result_.evaluated - 1};
  if (!over_budget) sink_.improved(*place);
}

std::optional<StopCause> OrderedMerge::fired() const {
  if (reached(result_.evaluated, stop_.max_evaluated)) return StopCause::max_evaluated;
  if (reached(result_.valid, stop_.max_valid)) return StopCause::max_valid;
  if (reached(since_improvement_, stop_.victory_condition)) return StopCause::victory;
  if (reached(invalid_run_, stop_.max_invalid_run)) return StopCause::invalid_run;
  return std::nullopt;
}

SearchResult OrderedMerge::finish(std::optional<StopCause> interrupted) {
  if (!ended_) result_.stopped_by = interrupted.value_or(StopCause::exhausted);
  result_.seconds = seconds_since(start_);
  if (result_.best) result_.nearest.reset();
  result_.front_thinned = front_.thinned();
  result_.front = front_.take();
  return std::move(result_);
}

}  // namespace tilewright
