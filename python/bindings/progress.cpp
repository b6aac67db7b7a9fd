#include "python/bindings/progress.hpp"

#include "python/bindings/numbers.hpp"

namespace tilewright::python {
namespace {

namespace py = pybind11;

// Often enough to look alive, seldom enough to cost nothing.
constexpr std::chrono::milliseconds kPeriod{100};

}  // namespace

void CallbackSink::begin_layer(std::size_t index, const std::string& name, const std::string&) {
  index_ = index;
  name_ = name;
  best_.reset();
  next_ = Clock::now() + kPeriod;
}

void CallbackSink::end_layer(const SearchResult& result) { call(result, true); }

void CallbackSink::same_as(std::size_t index, const std::string& name, const std::string&) {
  index_ = index;
  name_ = name;
  call({}, true);
}

void CallbackSink::progress(const SearchResult& result) {
  if (!active_ || Clock::now() < next_) return;
  call(result, false);
  next_ = Clock::now() + kPeriod;
}

void CallbackSink::call(const SearchResult& result, bool done) {
  if (!active_ || raised_) return;
  const py::gil_scoped_acquire lock;
  try {
    py::dict fields;
    fields["layer"] = name_;
    fields["index"] = index_;
    fields["layers"] = layers_;
    fields["evaluated"] = result.evaluated;
    fields["valid_count"] = result.valid;
    fields["done"] = done;
    if (best_) {
      fields["energy_pj"] = best_->energy;
      fields["cycles"] = to_whole(best_->cycles);
    }
    callback_(**fields);
  } catch (...) {
    raised_ = std::current_exception();
    *cancelled_ = true;
  }
}

}  // namespace tilewright::python
