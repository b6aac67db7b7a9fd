#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/energy/value.hpp"

namespace tilewright::energy {

/// The result of a built-in function, or nothing if there is none of this name.
/// \throws ExpressionError for wrong arguments.
std::optional<Value> call_function(std::string_view name, const ValueList& arguments);

/// Whether there is one.
bool is_function(std::string_view name);

/// Python's idea of truth: 0, None and what is empty are false.
bool truth(const Value& value);

/// `pi`, `e`, `tau`, `inf`, `nan`.
std::optional<Value> find_constant(std::string_view name);

/// Their names.
std::vector<std::string> function_names();

}  // namespace tilewright::energy
