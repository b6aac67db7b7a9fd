#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>

namespace tilewright {

/// Why work ends before it is done.
enum class Interruption : std::uint8_t { deadline, cancelled };

/// Thrown by work that has nothing to show for once it has to end; who began it has.
class Stopped : public std::exception {
 public:
  explicit Stopped(Interruption why) : why_(why) {}
  Interruption why() const { return why_; }
  const char* what() const noexcept override {
    return why_ == Interruption::deadline ? "the time is over" : "cancelled";
  }

 private:
  Interruption why_;
};

/// Tells all work that takes long when to end: once the flag of a signal handler or a front end is
/// set, or at a point in time; never, if there is neither. A value; the flag must outlive it.
struct StopToken {
  using Clock = std::chrono::steady_clock;

  std::optional<Clock::time_point> deadline;
  const std::atomic<bool>* cancelled = nullptr;

  /// Has it to end now? Looks at the clock: not for every mapping.
  std::optional<Interruption> requested() const {
    if (cancelled != nullptr && cancelled->load(std::memory_order_relaxed)) {
      return Interruption::cancelled;
    }
    if (deadline && Clock::now() >= *deadline) return Interruption::deadline;
    return std::nullopt;
  }
  /// \throws Stopped if it has.
  void check() const {
    if (const auto why = requested()) throw Stopped(*why);
  }
  void end_by(Clock::time_point end) { deadline = deadline ? std::min(*deadline, end) : end; }
  /// With one part of the time that is left, if that is cut into so many.
  StopToken part_of_time(int parts) const {
    StopToken part = *this;
    if (!deadline) return part;
    const Clock::time_point now = Clock::now();
    part.deadline = now + std::max(*deadline - now, Clock::duration::zero()) / parts;
    return part;
  }
};

/// Asks a token now and then, by the number of steps that the work of one thread has done. A step
/// is some ten to a thousand nanoseconds.
class StopCheck {
 public:
  explicit StopCheck(const StopToken& token) : token_(token) {}

  /// \throws Stopped
  void step(std::uint64_t steps = 1) {
    if (steps < left_) {
      left_ -= steps;
    } else {
      left_ = kSteps;
      token_.check();
    }
  }

 private:
  static constexpr std::uint64_t kSteps = 4096;

  StopToken token_;
  std::uint64_t left_ = kSteps;
};

}  // namespace tilewright
