#pragma once

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/enumerable_thread_specific.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>
#include <pybind11/numpy.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <string>

#include "model/energy/prices.hpp"
#include "model/nest/evaluator.hpp"
#include "model/report/scored_mapping.hpp"
#include "model/spec/spec.hpp"
#include "search/mapspace/mapspace.hpp"

namespace tilewright::python {

/// All mappings of a layer on an architecture, and what scores them.
class Space {
 public:
  Space(const SpecSet& specs, const std::string& layer, bool both_axes)
      : layer_(find_layer(specs, layer)),
        space_(layer_.problem, *specs.architecture, read_constraints(specs, layer_.problem),
               MapspaceOptions{both_axes}),
        evaluator_(layer_.problem, *specs.architecture,
                   price(*specs.architecture, specs.table.value_or(ReferenceTable{}))) {}

  const Layer& layer() const { return layer_; }
  const Problem& problem() const { return evaluator_.problem(); }
  const Architecture& arch() const { return evaluator_.architecture(); }
  const Mapspace& space() const { return space_; }
  const Evaluator& evaluator() const { return evaluator_; }

 private:
  const Layer layer_;
  Mapspace space_;
  Evaluator evaluator_;
};

/// Where the scores of a batch go.
struct Scores {
  double* energy;
  std::uint64_t* cycles;
  double* utilization;
  bool* valid;

  void set(std::size_t i, const Outcome& outcome) const {
    valid[i] = outcome.valid();
    energy[i] = outcome.valid() ? outcome.cost.energy : NAN;
    cycles[i] = outcome.valid() ? outcome.cost.cycles : 0;
    utilization[i] = outcome.valid() ? outcome.cost.utilization : NAN;
  }
};

inline void lower(std::atomic<std::size_t>& least, std::size_t value) {
  std::size_t known = least;
  while (value < known && !least.compare_exchange_weak(known, value)) {
  }
}

/// Scores parts of a source of mappings, on the caller's thread and others beside it. A source has
/// a `size`, a `space`, a `room` to read a mapping into, `read` (null: cannot be scored) and
/// `refuse`.
template <class Source>
class Scorer {
 public:
  Scorer(const Source& source, const Scores& scores, int threads)
      : source_(source),
        scores_(scores),
        arena_(threads > 0 ? threads : tbb::task_arena::automatic),
        scratches_([&source] { return source.space().evaluator().scratch(); }) {}

  /// Scores mappings [first, last). \throws UsageError for the first that cannot be scored.
  void score(std::size_t first, std::size_t last) {
    constexpr std::size_t kGrain = 1024;
    if (arena_.max_concurrency() == 1 || last - first <= kGrain) {
      score_range(first, last);
    } else {
      arena_.execute([&] {
        tbb::parallel_for(tbb::blocked_range<std::size_t>(first, last, kGrain),
                          [&](const auto& range) { score_range(range.begin(), range.end()); });
      });
    }
    if (first_bad_ < source_.size()) source_.refuse(first_bad_);
  }

 private:
  void score_range(std::size_t first, std::size_t last) {
    const Evaluator& evaluator = source_.space().evaluator();
    Scratch& scratch = *scratches_.local();
    Mapping room = source_.room();
    for (std::size_t i = first; i < last; ++i) {
      const Mapping* mapping = source_.read(i, room);
      if (mapping == nullptr) return lower(first_bad_, i);
      scores_.set(i, evaluator.evaluate(*mapping, scratch));
    }
  }

  const Source& source_;
  const Scores scores_;
  tbb::task_arena arena_;
  tbb::enumerable_thread_specific<ScratchPtr> scratches_;
  std::atomic<std::size_t> first_bad_ = source_.size();
};

/// Arrays of energies, cycles, utilization and whether they are valid. \throws UsageError
template <class Source>
pybind11::tuple score(const Source& source, int threads) {
  namespace py = pybind11;
  const auto size = static_cast<py::ssize_t>(source.size());
  py::array_t<double> energy(size);
  py::array_t<std::uint64_t> cycles(size);
  py::array_t<double> utilization(size);
  py::array_t<bool> valid(size);
  const Scores scores{energy.mutable_data(), cycles.mutable_data(), utilization.mutable_data(),
                      valid.mutable_data()};
  // Between parts signals are looked at, so that Ctrl-C need not wait.
  constexpr std::size_t kPart = 1 << 16;
  Scorer<Source> scorer(source, scores, threads);
  for (std::size_t first = 0; first < source.size(); first += kPart) {
    {
      const py::gil_scoped_release release;
      scorer.score(first, std::min(first + kPart, source.size()));
    }
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
  }
  return py::make_tuple(energy, cycles, utilization, valid);
}

}  // namespace tilewright::python
