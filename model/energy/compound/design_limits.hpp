#pragma once

#include <cstddef>
#include <string_view>

#include "model/energy/expression/allowance.hpp"
#include "model/error.hpp"

namespace tilewright::energy {

/// How much of one kind a design may come to when it is flattened and expanded: every component has
/// the attributes of all that is around it, and classes consist of classes, so that a few lines
/// could mean more than any memory holds.
class Quota {
 public:
  Quota(std::size_t most, std::string_view what) : most_(most), what_(what) {}

  /// Raises the limit.
  void add(std::size_t more) { most_ += more; }
  /// \throws SpecError with `mark` when it is used up.
  void spend(std::size_t count, const Mark& mark);

 private:
  std::size_t most_;
  std::size_t spent_ = 0;
  std::string_view what_;
};

struct DesignLimits {
  // Some 200 bytes each.
  Quota attributes{150'000, "attributes of all components, with those from around them,"};
  Quota parts{100'000, "parts and actions of all components"};
  // With who was asked: some 1500 bytes each.
  Quota prices{20'000, "different questions about prices"};
  Allowance expressions;

  /// What a file of so many bytes may add.
  void add_file(std::size_t bytes);
};

/// Attributes of one component or class, and arguments of one action.
inline constexpr std::size_t kMostSettings = 1000;

}  // namespace tilewright::energy
