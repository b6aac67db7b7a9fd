#include "python/bindings/scoring.hpp"

#include <oneapi/tbb/enumerable_thread_specific.h>
#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <atomic>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "python/bindings/rows.hpp"
#include "python/bindings/running.hpp"

namespace tilewright::python {
namespace {

namespace py = pybind11;

/// Where the scores of a batch go.
struct Scores {
  double* energy;
  double* cycles;
  double* utilization;
  bool* valid;

  void set(std::size_t i, const Cost& cost) const {
    valid[i] = true;
    energy[i] = cost.energy;
    cycles[i] = cost.cycles;
    utilization[i] = cost.utilization;
  }
  void reject(std::size_t i) const {
    valid[i] = false;
    energy[i] = cycles[i] = utilization[i] = NAN;
  }
};

void lower(std::atomic<std::size_t>& least, std::size_t value) {
  std::size_t known = least;
  while (value < known && !least.compare_exchange_weak(known, value)) {
  }
}

/// Scores mappings, on the caller's thread and others beside it.
class Scorer {
 public:
  Scorer(const Rows& rows, const Scores& scores, int threads)
      : rows_(rows),
        scores_(scores),
        arena_(threads > 0 ? threads : tbb::task_arena::automatic),
        scratches_([&rows] { return rows.space().evaluator().scratch(); }) {}

  /// Scores mappings [first, last). \throws UsageError for the first that cannot be scored.
  void score(std::size_t first, std::size_t last) {
    spread(arena_, first, last, [&](std::size_t from, std::size_t to) { score_grain(from, to); });
    if (first_bad_ < rows_.size()) rows_.refuse(first_bad_);
  }

 private:
  void score_grain(std::size_t first, std::size_t last) {
    const Space& space = rows_.space();
    Scratch& scratch = *scratches_.local();
    Mapping mapping = space.space().blank();
    for (std::size_t i = first; i < last; ++i) {
      rows_.read(i, mapping);
      if (!rows_.is_good(mapping)) return lower(first_bad_, i);
      if (space.members().find_departure(mapping).what != Departure::What::nothing) {
        scores_.reject(i);
        continue;
      }
      const Outcome outcome = space.evaluator().evaluate(mapping, scratch);
      outcome.valid() ? scores_.set(i, outcome.cost) : scores_.reject(i);
    }
  }

  const Rows& rows_;
  const Scores scores_;
  tbb::task_arena arena_;
  tbb::enumerable_thread_specific<ScratchPtr> scratches_;
  std::atomic<std::size_t> first_bad_ = rows_.size();
};

// Arrays of energies, cycles, utilization and whether they are valid.
py::tuple score(const Space& space, Rows::Factors factors, std::optional<Rows::Bytes> orders,
                std::optional<Rows::Bytes> keep, int threads) {
  const Rows rows(space, std::move(factors), std::move(orders), std::move(keep));
  const auto size = static_cast<py::ssize_t>(rows.size());
  py::array_t<double> energy(size);
  py::array_t<double> cycles(size);
  py::array_t<double> utilization(size);
  py::array_t<bool> valid(size);
  Scorer scorer(rows,
                {energy.mutable_data(), cycles.mutable_data(), utilization.mutable_data(),
                 valid.mutable_data()},
                threads);
  constexpr std::size_t kPart = 1 << 16;
  in_parts(rows.size(), kPart,
           [&](std::size_t first, std::size_t last) { scorer.score(first, last); });
  return py::make_tuple(energy, cycles, utilization, valid);
}

/// Mappings as C++ has them, to be scored by a plain loop on this thread: what the rate of `score`
/// is held against.
class PlainLoop {
 public:
  PlainLoop(std::shared_ptr<const Space> space, Rows::Factors factors, Rows::Bytes orders,
            Rows::Bytes keep)
      : space_(std::move(space)) {
    const Rows rows(*space_, std::move(factors), std::move(orders), std::move(keep));
    for (std::size_t i = 0; i < rows.size(); ++i) mappings_.push_back(rows.checked(i));
  }

  // The sum of all energies.
  double run() const {
    const py::gil_scoped_release release;
    const Evaluator& evaluator = space_->evaluator();
    const ScratchPtr scratch = evaluator.scratch();
    double sum = 0;
    for (const Mapping& mapping : mappings_) {
      const Outcome outcome = evaluator.evaluate(mapping, *scratch);
      if (outcome.valid()) sum += outcome.cost.energy;
    }
    return sum;
  }

 private:
  std::shared_ptr<const Space> space_;
  std::vector<Mapping> mappings_;
};

}  // namespace

void bind_scores(py::module_& module) {
  module.def("score", &score, py::arg("space"), py::arg("factors"), py::arg("orders"),
             py::arg("keep"), py::arg("threads"), py::call_guard<Call>());
  py::class_<PlainLoop>(module, "PlainLoop")
      .def(py::init<std::shared_ptr<const Space>, Rows::Factors, Rows::Bytes, Rows::Bytes>())
      .def("run", &PlainLoop::run, py::call_guard<Call>());
}

}  // namespace tilewright::python
