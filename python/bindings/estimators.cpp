#include "python/bindings/estimators.hpp"

#include <pybind11/stl.h>

#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <type_traits>

#include "model/error.hpp"
#include "python/bindings/bindings.hpp"

namespace tilewright::python {
namespace {

namespace py = pybind11;
using energy::Attributes;
using energy::Query;
using energy::Support;
using energy::Value;

py::object to_python(const Value& value) {
  if (const bool* flag = value.flag()) return py::bool_(*flag);
  if (const std::string* text = value.text()) return py::str(*text);
  if (const double* number = value.number()) {
    constexpr double kExact = 9007199254740992.0;  // 2^53
    if (std::floor(*number) == *number && std::abs(*number) <= kExact) {
      return py::int_(static_cast<std::int64_t>(*number));
    }
    return py::float_(*number);
  }
  if (const energy::ValueList* list = value.list()) {
    py::list items;
    for (const Value& item : *list) items.append(to_python(item));
    return items;
  }
  if (const energy::ValueMap* map = value.map()) {
    py::dict entries;
    for (const auto& [key, item] : *map) entries[py::str(key)] = to_python(item);
    return entries;
  }
  return py::none();
}

py::dict to_python(const Attributes& attributes) {
  py::dict entries;
  for (const auto& [name, value] : attributes) entries[py::str(name)] = to_python(value);
  return entries;
}

// A tilewright.EnergyQuery.
py::object to_python(const Query& query) {
  const char* const quantities[] = {"energy", "area", "leakage"};
  return py::module_::import("tilewright._estimators")
      .attr("EnergyQuery")(quantities[static_cast<int>(query.quantity)], query.component_class,
                           to_python(query.attributes), query.action, to_python(query.arguments),
                           query.component);
}

/// An estimator that is a Python object. Any thread may ask, with or without the GIL.
class PythonEstimator final : public energy::EnergyEstimator {
 public:
  PythonEstimator(py::object object, std::string name, std::shared_ptr<Raised> raised)
      : object_(std::move(object)), name_(std::move(name)), raised_(std::move(raised)) {}

  ~PythonEstimator() override {
    const py::gil_scoped_acquire lock;
    object_ = py::object();
  }

  std::string name() const override { return name_; }

  // The accuracy, (accuracy, reason), or None and False for no.
  Support support(const Query& query) const override {
    return call([&] {
      const py::object answer = object_.attr("support")(to_python(query));
      if (answer.is_none() || answer.is(py::bool_(false))) return Support::no("not supported");
      if (!py::isinstance<py::tuple>(answer)) return Support{number(answer), ""};
      const auto [accuracy, reason] = answer.cast<std::pair<py::object, py::object>>();
      return Support{number(accuracy), py::str(reason).cast<std::string>()};
    });
  }

  double estimate(const Query& query) const override {
    return call([&] { return number(object_.attr("estimate")(to_python(query))); });
  }

 private:
  // As Python's float() does, so that the numbers of numpy will do.
  static double number(const py::object& value) { return py::float_(value).cast<double>(); }

  // The registry names the estimator and goes on by its own rules; what was raised is kept for
  // whoever asked for prices.
  template <class Call>
  std::invoke_result_t<Call> call(const Call& ask) const {
    const py::gil_scoped_acquire lock;
    try {
      return ask();
    } catch (const py::error_already_set& error) {
      const py::object type = error.type();
      const py::object declined = py::module_::import("tilewright._estimators").attr("Declined");
      const std::string text = py::str(error.value()).cast<std::string>();
      if (error.matches(declined)) throw energy::Declined(text);
      if (!raised_->error) raised_->error = std::current_exception();
      throw std::runtime_error(py::str(type.attr("__name__")).cast<std::string>() + ": " + text);
    } catch (const py::cast_error&) {
      throw std::runtime_error("expected an accuracy, or an accuracy and a reason");
    }
  }

  py::object object_;
  std::string name_;
  std::shared_ptr<Raised> raised_;
};

std::string name_of(const py::object& object) {
  if (py::isinstance<py::type>(object)) {
    throw UsageError("an estimator is an object, not a class: write " +
                     py::str(object.attr("__name__")).cast<std::string>() + "()");
  }
  for (const char* method : {"support", "estimate"}) {
    if (!py::hasattr(object, method)) {
      throw UsageError(py::repr(object).cast<std::string>() +
                       " is no estimator: it has no method '" + method + "'");
    }
  }
  const py::object type_name = py::type::of(object).attr("__name__");
  return py::str(py::getattr(object, "name", type_name)).cast<std::string>();
}

}  // namespace

Estimators::Estimators(const Texts& options, const py::list& objects) {
  auto made = std::make_shared<energy::RegistryOptions>();
  for (const auto& [name, text] : options) energy::set_option(*made, name, text);
  for (const py::handle& each : objects) {
    const auto object = py::reinterpret_borrow<py::object>(each);
    made->objects.push_back(
        std::make_shared<const PythonEstimator>(object, name_of(object), raised_));
  }
  options_ = std::move(made);
}

void Estimators::rethrow(const char* message) const {
  const std::exception_ptr error = std::exchange(raised_->error, nullptr);
  if (!error) return;
  try {
    std::rethrow_exception(error);
  } catch (py::error_already_set& raised) {
    if (!raised.matches(PyExc_Exception)) throw;
    const py::object type = py::module_::import("tilewright._errors").attr("UsageError");
    py::raise_from(raised, type.ptr(), message);
    throw py::error_already_set();
  }
}

void bind_estimators(py::module_& module) {
  py::class_<Estimators, std::shared_ptr<Estimators>>(module, "Estimators")
      .def(py::init<const Estimators::Texts&, const py::list&>(), py::arg("options"),
           py::arg("objects"));
  module.def("estimator_options", [] {
    py::dict kinds;  // name -> "flag", "list" or "text"
    for (const energy::EstimatorOption& option : energy::estimator_options()) {
      kinds[py::str(std::string(option.name))] = option.is_flag() ? "flag"
                                                 : option.is_list ? "list"
                                                                  : "text";
    }
    return kinds;
  });
}

}  // namespace tilewright::python
