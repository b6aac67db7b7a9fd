#include "search/mapspace/mapspace.hpp"

#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/energy/prices.hpp"
#include "model/error.hpp"
#include "model/mapping/check_perfect.hpp"
#include "model/mapping/mapping.hpp"
#include "model/nest/evaluator.hpp"
#include "model/report/scored_mapping.hpp"
#include "model/report/stats_json.hpp"
#include "python/bindings/bindings.hpp"
#include "python/bindings/scoring.hpp"
#include "search/network/network_search.hpp"

namespace tilewright::python {
namespace {

namespace py = pybind11;

constexpr std::size_t kMostMappings = 10'000'000;  // of a batch: each takes kilobytes

/// Mappings of a space, side by side in memory that numpy sees as it is.
class Batch {
 public:
  Batch(std::shared_ptr<const Space> space, std::size_t size)
      : space_(std::move(space)), mappings_(size, space_->space().blank()) {}

  const Space& space() const { return *space_; }
  std::size_t size() const { return mappings_.size(); }
  Mapping room() const { return {}; }  // nothing is copied
  std::vector<Mapping>& mappings() { return mappings_; }
  /// What was shown to Python may have been changed.
  void show() { shown_ = true; }

  /// Whether a mapping can be scored.
  bool is_good(std::size_t i) const {
    return !shown_ || is_perfect(mappings_[i], space_->problem());
  }

  /// \throws UsageError unless the mapping can be scored.
  Mapping& checked(std::size_t i) {
    if (i >= size()) throw UsageError("there is no mapping " + std::to_string(i));
    if (!is_good(i)) refuse(i);
    settle_residuals(mappings_[i]);
    return mappings_[i];
  }

  /// The mapping, or null if it cannot be scored. Asks for the memory of one that is looked at
  /// soon.
  const Mapping* read(std::size_t i, Mapping& /*room*/) const {
    constexpr std::size_t kAhead = 2;
    prefetch(i + kAhead);
    return is_good(i) ? &mappings_[i] : nullptr;
  }

  /// Asks for the memory of a mapping that is looked at soon: a batch is larger than the caches.
  void prefetch(std::size_t i) const {
    constexpr std::size_t kLine = 64;  // bytes of a line of the caches
    if (i >= size()) return;
    const auto levels = static_cast<std::size_t>(space_->arch().num_levels());
    const char* first = reinterpret_cast<const char*>(mappings_[i].levels.data());
    for (std::size_t at = 0; at < levels * sizeof(LevelMapping); at += kLine) {
      __builtin_prefetch(first + at);
    }
  }

  [[noreturn]] void refuse(std::size_t i) const {
    throw UsageError("mapping " + std::to_string(i) + ": " +
                     describe_fault(mappings_[i], space_->problem()));
  }

 private:
  std::shared_ptr<const Space> space_;
  std::vector<Mapping> mappings_;
  bool shown_ = false;
};

std::shared_ptr<Space> make_space(const SpecSet& specs, const std::string& layer, bool both_axes) {
  check_searchable(specs);
  const py::gil_scoped_release release;
  return std::make_shared<Space>(specs, layer, both_axes);
}

// Any whole number: Python's have no end.
BigInt to_big_int(const py::int_& number) { return BigInt(py::str(number).cast<std::string>()); }
py::int_ to_python(const BigInt& number) { return py::int_(py::str(number.str())); }

std::shared_ptr<Batch> make_batch(const std::shared_ptr<const Space>& space, std::size_t size) {
  if (size > kMostMappings) {
    throw UsageError(std::to_string(size) + " mappings at once; at most " +
                     std::to_string(kMostMappings) + " are supported");
  }
  return std::make_shared<Batch>(space, size);
}

std::shared_ptr<Batch> sample(const std::shared_ptr<const Space>& space, std::size_t size,
                              std::uint64_t seed) {
  auto batch = make_batch(space, size);
  const py::gil_scoped_release release;
  Stream random(seed, 0);
  for (Mapping& mapping : batch->mappings()) space->space().sample(random, mapping);
  return batch;
}

std::shared_ptr<Batch> at(const std::shared_ptr<const Space>& space,
                          const std::vector<py::int_>& indices) {
  auto batch = make_batch(space, indices.size());
  for (std::size_t i = 0; i < indices.size(); ++i) {
    batch->mappings()[i] = space->space().at(to_big_int(indices[i]));
  }
  return batch;
}

std::shared_ptr<Batch> part(Batch& batch, const std::vector<std::size_t>& indices,
                            const std::shared_ptr<const Space>& space) {
  auto result = make_batch(space, indices.size());
  for (std::size_t i = 0; i < indices.size(); ++i) {
    result->mappings()[i] = batch.mappings().at(indices[i]);
  }
  result->show();  // the original may be shown
  return result;
}

// A view of one member of all mappings: [mapping][level] and what `inner` says.
template <class Number>
py::array view(const py::object& self, Number* first, std::vector<py::ssize_t> inner_shape,
               const std::vector<py::ssize_t>& inner_strides) {
  auto& batch = self.cast<Batch&>();
  batch.show();
  std::vector<py::ssize_t> shape{static_cast<py::ssize_t>(batch.size()),
                                 batch.space().arch().num_levels()};
  std::vector<py::ssize_t> strides{sizeof(Mapping), sizeof(LevelMapping)};
  shape.insert(shape.end(), inner_shape.begin(), inner_shape.end());
  strides.insert(strides.end(), inner_strides.begin(), inner_strides.end());
  return py::array_t<Number>(shape, strides, first, self);
}

py::array factors(const py::object& self) {
  auto& batch = self.cast<Batch&>();
  auto& level = batch.mappings().data()->levels[0];
  return view(self, level.factor[0].data(), {kLoopKinds, batch.space().problem().num_dims()},
              {sizeof(LevelMapping::Factors), sizeof(std::int32_t)});
}

py::array orders(const py::object& self) {
  auto& batch = self.cast<Batch&>();
  auto& level = batch.mappings().data()->levels[0];
  return view(self, level.order[0].data(), {kLoopKinds, batch.space().problem().num_dims()},
              {sizeof(LevelMapping::Order), sizeof(std::uint8_t)});
}

py::array keep(const py::object& self) {
  auto& level = self.cast<Batch&>().mappings().data()->levels[0];
  return view(self, &level.keep, {}, {});
}

/// Mappings that numpy holds: arrays as those of a batch, of which each is read when it is scored.
class Arrays {
 public:
  using Factors = py::array_t<std::int32_t, py::array::c_style | py::array::forcecast>;
  using Bytes = py::array_t<std::uint8_t, py::array::c_style | py::array::forcecast>;

  Arrays(const Space& space, Factors factors, std::optional<Bytes> orders,
         std::optional<Bytes> keep)
      : space_(space), blank_(space.space().blank()), factors_(std::move(factors)) {
    const py::ssize_t levels = space.arch().num_levels();
    const py::ssize_t dims = space.problem().num_dims();
    size_ = factors_.ndim() == 0 ? 0 : static_cast<std::size_t>(factors_.shape(0));
    const auto size = static_cast<py::ssize_t>(size_);
    check(factors_, "factors", {size, levels, kLoopKinds, dims});
    if (orders) check(*orders, "orders", {size, levels, kLoopKinds, dims});
    if (keep) check(*keep, "keep", {size, levels});
    orders_ = std::move(orders);
    keep_ = std::move(keep);
  }

  const Space& space() const { return space_; }
  std::size_t size() const { return size_; }
  Mapping room() const { return blank_; }

  /// The mapping, or null if it cannot be scored.
  const Mapping* read(std::size_t i, Mapping& room) const {
    fill(i, room);
    return is_perfect(room, space_.problem()) ? &room : nullptr;
  }

  [[noreturn]] void refuse(std::size_t i) const {
    Mapping room = blank_;
    fill(i, room);
    throw UsageError("mapping " + std::to_string(i) + ": " +
                     describe_fault(room, space_.problem()));
  }

 private:
  static void check(const py::array& array, const char* name,
                    const std::vector<py::ssize_t>& shape) {
    const std::vector<py::ssize_t> found(array.shape(), array.shape() + array.ndim());
    if (found == shape) return;
    throw UsageError(std::string(name) + ": expected an array of shape " + text(shape) +
                     ", found " + text(found));
  }
  static std::string text(const std::vector<py::ssize_t>& shape) {
    std::string list;
    for (const py::ssize_t size : shape) list += (list.empty() ? "" : ", ") + std::to_string(size);
    return "(" + list + ")";
  }

  void fill(std::size_t i, Mapping& room) const {
    const int levels = space_.arch().num_levels();
    const auto dims = static_cast<std::size_t>(space_.problem().num_dims());
    const std::size_t row = i * levels * kLoopKinds * dims;
    const std::int32_t* factor = factors_.data() + row;
    const std::uint8_t* order = orders_ ? orders_->data() + row : nullptr;
    const std::uint8_t* keep = keep_ ? keep_->data() + i * levels : nullptr;
    for (int l = 0; l < levels; ++l) {
      LevelMapping& level = room.levels[l];
      for (int kind = 0; kind < kLoopKinds; ++kind) {
        factor = copy(factor, dims, level.factor[kind].data());
        if (order != nullptr) order = copy(order, dims, level.order[kind].data());
      }
      if (keep != nullptr) level.keep = keep[l];
    }
  }

  template <class Number>
  static const Number* copy(const Number* from, std::size_t count, Number* to) {
    for (std::size_t d = 0; d < count; ++d) to[d] = from[d];
    return from + count;
  }

  const Space& space_;
  const Mapping blank_;
  const Factors factors_;
  std::optional<Bytes> orders_;
  std::optional<Bytes> keep_;
  std::size_t size_ = 0;
};

py::tuple score_arrays(const Space& space, Arrays::Factors factors,
                       std::optional<Arrays::Bytes> orders, std::optional<Arrays::Bytes> keep,
                       int threads) {
  Arrays arrays(space, std::move(factors), std::move(orders), std::move(keep));
  return score(arrays, threads);
}

// The sum of all energies by a plain loop on this thread: what the rate of `score` is held against.
double score_plainly(Batch& batch) {
  const py::gil_scoped_release release;
  const Evaluator& evaluator = batch.space().evaluator();
  const ScratchPtr scratch = evaluator.scratch();
  double sum = 0;
  for (const Mapping& mapping : batch.mappings()) {
    const Outcome outcome = evaluator.evaluate(mapping, *scratch);
    if (outcome.valid()) sum += outcome.cost.energy;
  }
  return sum;
}

// The fields of tilewright.Result for one mapping of a batch.
py::dict explain(Batch& batch, std::size_t index) {
  const Space& space = batch.space();
  const Mapping& mapping = batch.checked(index);
  const ScratchPtr scratch = space.evaluator().scratch();
  const Stats stats = space.evaluator().explain(mapping, *scratch);
  const Outcome& outcome = stats.outcome;
  py::dict fields;
  fields["name"] = space.layer().name;
  fields["macs"] = space.problem().operations();
  fields["valid"] = outcome.valid();
  fields["rejection"] =
      outcome.valid() ? "" : describe(outcome.rejection, space.problem(), space.arch());
  fields["nest"] = format_nest(mapping, space.problem(), space.arch());
  fields["stats_json"] =
      stats_json(stats, space.problem(), space.arch(), space.evaluator().prices());
  if (!outcome.valid()) return fields;
  fields["energy_pj"] = outcome.cost.energy;
  fields["cycles"] = outcome.cost.cycles;
  fields["edp"] = outcome.cost.edp();
  fields["utilization"] = outcome.cost.utilization;
  return fields;
}

std::string yaml(Batch& batch, std::size_t index) {
  return write_mapping(batch.checked(index), batch.space().problem(), batch.space().arch());
}

std::string compact(Batch& batch, std::size_t index) {
  return format_compact(batch.checked(index), batch.space().problem());
}

py::dict sizes_of(const Space& space) {
  const MapspaceSize& size = space.space().size();
  py::dict fields;
  fields["total"] = to_python(size.total);
  fields["reduced"] = to_python(size.reduced_total);
  fields["factorizations"] = to_python(size.factorizations);
  fields["permutations"] = to_python(size.permutations);
  fields["bypasses"] = to_python(size.bypasses);
  return fields;
}

py::list names_of_spaces(const Space& space) {
  py::list names;
  for (const DataSpace& tensor : space.problem().spaces) names.append(tensor.name);
  return names;
}

py::list names_of_levels(const Space& space) {
  py::list names;
  for (const StorageLevel& level : space.arch().storage) names.append(level.name);
  return names;
}

}  // namespace

void bind_mapspace(py::module_& module) {
  py::class_<Space, std::shared_ptr<Space>>(module, "Space")
      .def(py::init(&make_space), py::arg("specs"), py::arg("layer"), py::arg("both_axes"))
      .def_property_readonly("layer", [](const Space& space) { return space.layer().name; })
      .def_property_readonly("sizes", &sizes_of)
      .def_property_readonly("dims", [](const Space& space) { return space.problem().dims; })
      .def_property_readonly("tensors", &names_of_spaces)
      .def_property_readonly("levels", &names_of_levels)
      .def("blank", &make_batch)
      .def("sample", &sample)
      .def("at", &at)
      .def("score", &score_arrays, py::arg("factors"), py::arg("orders"), py::arg("keep"),
           py::arg("threads"));
  py::class_<Batch, std::shared_ptr<Batch>>(module, "Batch")
      .def("__len__", &Batch::size)
      .def_property_readonly("factors", &factors)
      .def_property_readonly("orders", &orders)
      .def_property_readonly("keep", &keep)
      .def("part", &part)
      .def("score", &score<Batch>, py::arg("threads"))
      .def("score_plainly", &score_plainly)
      .def("explain", &explain)
      .def("yaml", &yaml)
      .def("compact", &compact);
}

}  // namespace tilewright::python
