#include "python/bindings/rows.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>

#include "model/error.hpp"
#include "model/mapping/check_perfect.hpp"

namespace tilewright::python {
namespace {

namespace py = pybind11;

std::string text(const std::vector<py::ssize_t>& shape) {
  return fmt::format("({})", fmt::join(shape, ", "));
}

void check(const py::array& array, const char* name, const std::vector<py::ssize_t>& shape) {
  const std::vector<py::ssize_t> found(array.shape(), array.shape() + array.ndim());
  if (found == shape) return;
  throw UsageError(
      fmt::format("{}: expected an array of shape {}, found {}", name, text(shape), text(found)));
}

// What a batch may take. The system promises more memory than there is, and kills who uses it.
std::size_t most_bytes() {
  constexpr std::size_t kShare = 2;
  return static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES)) *
         static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) / kShare;
}

// With what scoring gives back for each.
void check_memory(std::size_t size, std::size_t bytes) {
  constexpr std::size_t kScores = 3 * sizeof(double) + sizeof(bool);
  if (size <= most_bytes() / (bytes + kScores)) return;
  const std::string message = fmt::format(
      "{} mappings of {} bytes are more than half of the memory", size, bytes + kScores);
  py::set_error(PyExc_MemoryError, message.c_str());
  throw py::error_already_set();
}

std::size_t row_of(const Space& space) {
  return static_cast<std::size_t>(space.arch().num_levels()) * kLoopKinds *
         static_cast<std::size_t>(space.problem().num_dims());
}

}  // namespace

Rows::Rows(const Space& space, Factors factors, std::optional<Bytes> orders,
           std::optional<Bytes> keep)
    : space_(space), row_(row_of(space)), factors_(std::move(factors)) {
  const py::ssize_t levels = space.arch().num_levels();
  const py::ssize_t dims = space.problem().num_dims();
  size_ = factors_.ndim() == 0 ? 0 : static_cast<std::size_t>(factors_.shape(0));
  const auto size = static_cast<py::ssize_t>(size_);
  check(factors_, "factors", {size, levels, kLoopKinds, dims});
  if (orders) check(*orders, "orders", {size, levels, kLoopKinds, dims});
  if (keep) check(*keep, "keep", {size, levels});
  orders_ = std::move(orders);
  keep_ = std::move(keep);
  factors_at_ = factors_.data();
  if (orders_) orders_at_ = orders_->data();
  if (keep_) keep_at_ = keep_->data();
}

Rows::Rows(const Space& space, std::size_t size)
    : Rows(space,
           Factors(std::vector<py::ssize_t>{static_cast<py::ssize_t>(size),
                                            space.arch().num_levels(), kLoopKinds,
                                            space.problem().num_dims()}),
           Bytes(std::vector<py::ssize_t>{static_cast<py::ssize_t>(size), space.arch().num_levels(),
                                          kLoopKinds, space.problem().num_dims()}),
           Bytes(std::vector<py::ssize_t>{static_cast<py::ssize_t>(size),
                                          space.arch().num_levels()})) {}

Rows Rows::room(const Space& space, std::size_t size) {
  const auto levels = static_cast<std::size_t>(space.arch().num_levels());
  check_memory(size, row_of(space) * (sizeof(std::int32_t) + 1) + levels);
  return {space, size};
}

void Rows::read(std::size_t i, Mapping& into) const {
  const int levels = space_.arch().num_levels();
  const int dims = space_.problem().num_dims();
  const std::int32_t* factor = factors_at_ + i * row_;
  const std::uint8_t* order = orders_at_ == nullptr ? nullptr : orders_at_ + i * row_;
  for (int l = 0; l < levels; ++l) {
    LevelMapping& level = into.levels[l];
    for (int kind = 0; kind < kLoopKinds; ++kind) {
      std::copy_n(factor, dims, level.factor[kind].begin());
      factor += dims;
      if (order == nullptr) continue;
      std::copy_n(order, dims, level.order[kind].begin());
      order += dims;
    }
    if (keep_at_ != nullptr) level.keep = keep_at_[i * static_cast<std::size_t>(levels) + l];
  }
}

void Rows::write(std::size_t i, const Mapping& from) {
  const int levels = space_.arch().num_levels();
  const int dims = space_.problem().num_dims();
  std::int32_t* factor = factors_.mutable_data() + i * row_;
  std::uint8_t* order = orders_->mutable_data() + i * row_;
  std::uint8_t* keep = keep_->mutable_data() + i * static_cast<std::size_t>(levels);
  for (int l = 0; l < levels; ++l) {
    const LevelMapping& level = from.levels[l];
    for (int kind = 0; kind < kLoopKinds; ++kind) {
      factor = std::copy_n(level.factor[kind].begin(), dims, factor);
      order = std::copy_n(level.order[kind].begin(), dims, order);
    }
    keep[l] = level.keep;
  }
}

bool Rows::is_good(const Mapping& mapping) const { return is_perfect(mapping, space_.problem()); }

void Rows::refuse(std::size_t i) const {
  Mapping mapping = space_.space().blank();
  read(i, mapping);
  throw UsageError(fmt::format("mapping {}: {}", i, describe_fault(mapping, space_.problem())));
}

Mapping Rows::checked(std::size_t i) const {
  Mapping mapping = space_.space().blank();
  read(i, mapping);
  if (!is_good(mapping)) refuse(i);
  settle_residuals(mapping);
  return mapping;
}

py::tuple Rows::arrays() const { return py::make_tuple(factors_, *orders_, *keep_); }

}  // namespace tilewright::python
