#include "mapper/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "model/duration.hpp"
#include "model/printable.hpp"
#include "search/network/imperfect_hint.hpp"
#include "search/network/numbers.hpp"

namespace tilewright {
namespace {

using namespace std::chrono_literals;

// Often enough to look alive on a terminal, seldom enough not to flood a log.
constexpr auto kTerminalPeriod = 100ms;
constexpr auto kPlainPeriod = 10s;

std::string describe_best(const Cost& cost, const Objective& objective) {
  const Metric& metric = objective.metrics().front();
  switch (metric.kind) {
    case MetricKind::energy:
      return fmt::format("{:.6g} uJ", cost.energy * 1e-6);
    case MetricKind::delay:
      return fmt::format("{} cycles", with_commas(cost.cycles));
    case MetricKind::edp:
      return fmt::format("{:.6g} J*cycle", cost.edp() * 1e-12);
    default:
      return fmt::format("{} {:.6g}", metric.name, objective.value(metric, cost));
  }
}

// Columns of the terminal, so that the line does not wrap; 80 when it does not say.
std::size_t terminal_width() {
  struct winsize size = {};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

}  // namespace

Progress::Progress(Style style, std::size_t layers, const SearchPlan& plan)
    : style_(style), layers_(layers), plan_(plan) {}

Progress::Style Progress::choose_style(bool quiet) {
  if (quiet) return Style::silent;
  return ::isatty(STDERR_FILENO) ? Style::terminal : Style::plain;
}

void Progress::begin_layer(std::size_t index, const std::string& name,
                           const std::string& space_size) {
  index_ = index;
  name_ = printable(name);
  best_.clear();
  deadline_.reset();
  most_ = plan_.counts.max_evaluated;
  start_ = Clock::now();
  next_ = start_ + (style_ == Style::terminal ? Clock::duration(kTerminalPeriod) : kPlainPeriod);
  if (style_ == Style::terminal) print_line(heading() + ": mapspace " + space_size);
}

namespace {

std::string proof_text(const SearchResult& result, const SearchPlan& plan) {
  std::string text;
  if (result.proven) {
    text = result.best ? ", proven optimal" : ", proven that there is none";
    if (result.proof && result.proof->scope == Scope::imperfect) text += " for any factors";
  } else if (const auto gap = result.gap()) {
    text = fmt::format(", at most {:.3g} % above the optimum", 100 * *gap);
  }
  if (!result.proven && result.stopped_by != StopCause::exhausted) {
    text += fmt::format(", ended by {}", name(result.stopped_by));
  }
  const std::string hint = imperfect_hint(result, plan);
  return hint.empty() ? text : text + "; " + hint;
}

}  // namespace

void Progress::end_layer(const SearchResult& result) {
  if (style_ == Style::silent) return;
  const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  print_line(
      fmt::format("{}, {}{}", status(result), format_seconds(seconds), proof_text(result, plan_)));
  if (line_is_open_) std::fputc('\n', stderr);
  line_is_open_ = false;
}

void Progress::same_as(std::size_t index, const std::string& name, const std::string& other) {
  if (style_ == Style::silent) return;
  index_ = index;
  name_ = printable(name);
  print_line(fmt::format("{}: same work as {}", heading(), printable(other)));
  if (line_is_open_) std::fputc('\n', stderr);
  line_is_open_ = false;
}

void Progress::announced(std::uint64_t mappings) {
  most_ = most_ == 0 ? mappings : std::min(most_, mappings);
  if (style_ == Style::silent) return;
  print_line(fmt::format("{}: {} mappings to evaluate", heading(), with_commas(mappings)));
}

void Progress::improved(const Incumbent& incumbent) {
  best_ = describe_best(incumbent.cost, plan_.objective);
}

void Progress::progress(const SearchResult& result) {
  if (style_ == Style::silent) return;
  const Clock::time_point now = Clock::now();
  if (now < next_) return;
  next_ = now + (style_ == Style::terminal ? Clock::duration(kTerminalPeriod) : kPlainPeriod);
  // What matters first: a narrow terminal cuts the end off.
  print_line(fmt::format("{}: {}{}, {} evaluated, {} valid", heading(), best_text(),
                         outlook(result), with_commas(result.evaluated),
                         with_commas(result.valid)));
}

std::string Progress::heading() const {
  return fmt::format("[{}/{}] {}", index_ + 1, layers_, name_);
}

std::string Progress::status(const SearchResult& result) const {
  return fmt::format("{}: {} evaluated, {} valid, {}", heading(), with_commas(result.evaluated),
                     with_commas(result.valid), best_text());
}

std::string Progress::best_text() const { return best_.empty() ? "none yet" : "best " + best_; }

// How far from the optimum the best so far can be, and the time that is left at most: until the
// deadline, or at this pace for all mappings that the search may evaluate.
std::string Progress::outlook(const SearchResult& result) const {
  std::string text;
  if (const auto gap = result.gap()) text += fmt::format(", gap {:.2g} %", 100 * *gap);
  const Clock::time_point now = Clock::now();
  std::optional<double> left;  // seconds
  if (deadline_) left = std::chrono::duration<double>(*deadline_ - now).count();
  if (most_ > result.evaluated && result.evaluated > 0) {
    const double spent = std::chrono::duration<double>(now - start_).count();
    const auto done = static_cast<double>(result.evaluated);
    const double rest = spent * (static_cast<double>(most_) - done) / done;
    left = left ? std::min(*left, rest) : rest;
  }
  if (!left) return text;
  return text + fmt::format(", {} left", format_seconds(std::max(*left, 0.0)));
}

void Progress::print_line(const std::string& line) {
  std::string text = line;
  if (style_ == Style::terminal) {
    // Back to the start of the line, and clear what is left of the old one.
    text = fmt::format("\r{}\033[K", line.substr(0, terminal_width() - 1));
    line_is_open_ = true;
  } else {
    text += '\n';
  }
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

}  // namespace tilewright
