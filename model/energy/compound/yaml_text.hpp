#pragma once

#include <string>

#include "model/energy/value.hpp"

namespace tilewright::energy {

/// How a YAML file is laid out.
struct YamlStyle {
  int map_indent = 2;
  int list_indent = 0;            // of the dashes below their key
  bool quote_attributes = false;  // texts below a key `attributes`
};

/// A map as YAML text.
std::string yaml_text(const ValueMap& root, const YamlStyle& style);

}  // namespace tilewright::energy
