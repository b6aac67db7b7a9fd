#include <exception>
#include <string>

#include "model/error.hpp"
#include "model/stop_token.hpp"
#include "python/bindings/bindings.hpp"

namespace tilewright::python {
namespace {

namespace py = pybind11;

constexpr const char* kReport =
    "\nthis is a defect of tilewright; please report it with the files that led to it";

// The classes are written in Python, where they are documented.
void raise(const char* type, const py::object& error) {
  py::set_error(py::module_::import("tilewright._errors").attr(type), error);
}

void translate(std::exception_ptr thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const SpecError& error) {
    const py::object type = py::module_::import("tilewright._errors").attr("SpecError");
    const Mark& mark = error.mark();
    raise("SpecError", type(error.what(), mark.file, mark.line, mark.column, error.suggestion()));
  } catch (const UsageError& error) {
    const py::object type = py::module_::import("tilewright._errors").attr("UsageError");
    raise("UsageError", type(error.what(), error.suggestion()));
  } catch (const Stopped&) {
    py::set_error(PyExc_KeyboardInterrupt, "");
  } catch (const InternalError& error) {
    const std::string message = std::string("internal: ") + error.what() + kReport;
    py::set_error(PyExc_RuntimeError, message.c_str());
  }
}

}  // namespace

void bind_errors(py::module_&) { py::register_local_exception_translator(&translate); }

}  // namespace tilewright::python
