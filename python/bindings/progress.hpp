#pragma once

#include <pybind11/pybind11.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <optional>
#include <string>

#include "search/network/network_search.hpp"

namespace tilewright::python {

/// Calls a Python function, now and then, with the fields of tilewright.Progress as keywords. What
/// it raises ends the search; `rethrow` raises it again.
class CallbackSink final : public NetworkSink {
 public:
  /// `callback` may be None: then nobody looks on.
  CallbackSink(pybind11::object callback, std::size_t layers)
      : callback_(std::move(callback)), layers_(layers), active_(!callback_.is_none()) {}

  /// What to set once the callback raised. Called before the search.
  void end_with(std::atomic<bool>& cancelled) { cancelled_ = &cancelled; }

  void begin_layer(std::size_t index, const std::string& name, const std::string& size) override;
  void end_layer(const SearchResult& result) override;
  void same_as(std::size_t index, const std::string& name, const std::string& other) override;
  void improved(const Incumbent& incumbent) override { best_ = incumbent.cost; }
  void progress(const SearchResult& result) override;

  void rethrow() const {
    if (raised_) std::rethrow_exception(raised_);
  }

 private:
  using Clock = std::chrono::steady_clock;

  void call(const SearchResult& result, bool done);

  pybind11::object callback_;
  std::size_t layers_;
  bool active_;
  std::atomic<bool>* cancelled_ = nullptr;
  std::exception_ptr raised_;
  std::size_t index_ = 0;
  std::string name_;
  std::optional<Cost> best_;
  Clock::time_point next_;
};

}  // namespace tilewright::python
