#include "search/mapspace/mapspace.hpp"

#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/error.hpp"
#include "model/mapping/mapping.hpp"
#include "model/nest/evaluator.hpp"
#include "model/report/stats_json.hpp"
#include "model/stop_token.hpp"
#include "python/bindings/bindings.hpp"
#include "python/bindings/numbers.hpp"
#include "python/bindings/rows.hpp"
#include "python/bindings/running.hpp"
#include "python/bindings/scoring.hpp"
#include "search/moves/move_set.hpp"
#include "search/network/network_search.hpp"

namespace tilewright::python {
namespace {

namespace py = pybind11;

constexpr std::size_t kPart = 1 << 16;  // mappings that are made before signals are looked at

std::shared_ptr<Space> make_space(const SpecSet& specs, const std::string& layer, bool both_axes) {
  check_searchable(specs);
  std::shared_ptr<Space> space;
  const bool interrupted = run_interruptible([&](std::atomic<bool>& cancelled) {
    space = std::make_shared<Space>(specs, layer, both_axes,
                                    StopToken{.deadline = {}, .cancelled = &cancelled});
  });
  if (interrupted) throw Stopped(Interruption::cancelled);
  return space;
}

// `make(i, mapping)` fills a blank mapping.
template <class Make>
Rows make_rows(const Space& space, std::size_t size, const Make& make) {
  Rows rows = Rows::room(space, size);
  tbb::task_arena arena;
  in_parts(size, kPart, [&](std::size_t first, std::size_t last) {
    spread(arena, first, last, [&](std::size_t from, std::size_t to) {
      auto fill = make(from);
      Mapping mapping = space.space().blank();
      for (std::size_t i = from; i < to; ++i) {
        fill(i, mapping);
        rows.write(i, mapping);
      }
    });
  });
  return rows;
}

py::tuple blank(const Space& space, std::size_t size) {
  const auto nothing = [](std::size_t, Mapping&) {};
  return make_rows(space, size, [&](std::size_t) { return nothing; }).arrays();
}

// Each grain has a stream of its own, so that the draws do not depend on the threads.
py::tuple sample(const Space& space, std::size_t size, std::uint64_t seed) {
  const auto draw = [&](std::size_t first) {
    return [&space, random = Stream(seed, first / kGrain)](std::size_t, Mapping& mapping) mutable {
      space.space().sample(random, mapping);
    };
  };
  return make_rows(space, size, draw).arrays();
}

py::tuple at(const Space& space, const std::vector<py::int_>& indices) {
  std::vector<BigInt> numbers;
  numbers.reserve(indices.size());
  for (const py::int_& index : indices) numbers.push_back(to_big_int(index));
  const auto find = [&](std::size_t i, Mapping& mapping) {
    mapping = space.space().at(numbers[i]);
  };
  return make_rows(space, numbers.size(), [&](std::size_t) { return find; }).arrays();
}

// The mappings that are nearest to loop bounds of any size.
py::tuple project(const Space& space, const py::array_t<double, py::array::c_style>& wished,
                  Rows::Factors factors, Rows::Bytes orders, Rows::Bytes keep) {
  const Rows given(space, std::move(factors), std::move(orders), std::move(keep));
  const auto levels = static_cast<std::size_t>(space.arch().num_levels());
  const auto dims = static_cast<std::size_t>(space.problem().num_dims());
  const double* const first = wished.data();
  const auto find = [&](std::size_t i, Mapping& mapping) {
    Mapping orders_of = space.space().blank();
    given.read(i, orders_of);
    LoopWishes wishes{};
    const double* wish = first + i * levels * kLoopKinds * dims;
    for (std::size_t level = 0; level < levels; ++level) {
      for (auto& kind : wishes[level]) {
        std::copy_n(wish, dims, kind.begin());
        wish += dims;
      }
    }
    mapping = space.space().project(wishes, orders_of);
  };
  return make_rows(space, given.size(), [&](std::size_t) { return find; }).arrays();
}

/// One mapping of a space.
class One {
 public:
  One(std::shared_ptr<const Space> space, Rows::Factors factors, Rows::Bytes orders,
      Rows::Bytes keep)
      : space_(std::move(space)),
        mapping_(Rows(*space_, std::move(factors), std::move(orders), std::move(keep)).checked(0)) {
  }

  py::dict explain() const;
  std::string nest() const { return format_nest(mapping_, space_->problem(), space_->arch()); }
  std::string yaml() const { return write_mapping(mapping_, space_->problem(), space_->arch()); }
  std::string compact() const { return format_compact(mapping_, space_->problem()); }
  std::string why_outside() const {
    return describe(space_->members().find_departure(mapping_), space_->problem(), space_->arch());
  }
  py::tuple neighbours() const;
  // None if no mapping of the space stands for it.
  py::object index() const {
    if (!why_outside().empty()) return py::none();
    const auto number = space_->space().index_of(mapping_);
    return number ? py::object(to_python(*number)) : py::none();
  }

 private:
  std::shared_ptr<const Space> space_;
  Mapping mapping_;
};

// The fields of tilewright.Result. What is outside of the space is no mapping of it.
py::dict One::explain() const {
  const Space& space = *space_;
  const ScratchPtr scratch = space.evaluator().scratch();
  const Stats stats = space.evaluator().explain(mapping_, *scratch);
  const Outcome& outcome = stats.outcome;
  std::string rejection;
  if (!outcome.valid()) {
    rejection = "mapping rejected: " + describe(outcome.rejection, space.problem(), space.arch());
  } else if (const std::string outside = why_outside(); !outside.empty()) {
    rejection = "not in the mapspace: " + outside;
  }
  py::dict fields;
  fields["name"] = space.layer().name;
  fields["macs"] = space.problem().operations();
  fields["valid"] = rejection.empty();
  fields["rejection"] = rejection;
  fields["nest"] = nest();
  if (rejection.empty() || !outcome.valid()) {
    fields["stats_json"] =
        stats_json(stats, space.problem(), space.arch(), space.evaluator().prices());
  }
  if (!rejection.empty()) return fields;
  fields["energy_pj"] = outcome.cost.energy;
  fields["cycles"] = to_whole(outcome.cost.cycles);
  fields["edp"] = outcome.cost.edp();
  fields["utilization"] = outcome.cost.utilization;
  return fields;
}

py::tuple One::neighbours() const {
  if (const std::string outside = why_outside(); !outside.empty()) {
    throw UsageError("only mappings of the mapspace have neighbours in it: " + outside);
  }
  std::vector<Mapping> found;
  Mapping mapping = mapping_;
  space_->space().moves().for_each(mapping, [&](const Move&) { found.push_back(mapping); });
  Rows rows = Rows::room(*space_, found.size());
  for (std::size_t i = 0; i < found.size(); ++i) rows.write(i, found[i]);
  return rows.arrays();
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
      .def(py::init(&make_space), py::arg("specs"), py::arg("layer"), py::arg("both_axes"),
           py::call_guard<Call>())
      .def_property_readonly("layer", [](const Space& space) { return space.layer().name; })
      .def_property_readonly("sizes", &sizes_of)
      .def_property_readonly("dims", [](const Space& space) { return space.problem().dims; })
      .def_property_readonly("tensors", &names_of_spaces)
      .def_property_readonly("levels", &names_of_levels)
      .def("blank", &blank, py::call_guard<Call>())
      .def("sample", &sample, py::call_guard<Call>())
      .def("at", &at, py::call_guard<Call>())
      .def("project", &project, py::call_guard<Call>());
  py::class_<One>(module, "One")
      .def(py::init<std::shared_ptr<const Space>, Rows::Factors, Rows::Bytes, Rows::Bytes>())
      .def("explain", &One::explain)
      .def("nest", &One::nest)
      .def("yaml", &One::yaml)
      .def("compact", &One::compact)
      .def("why_outside", &One::why_outside)
      .def("neighbours", &One::neighbours)
      .def("index", &One::index);
  bind_scores(module);
}

}  // namespace tilewright::python
