#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tilewright {

/// What a component is, as a part of the name of its class tells; `other`: the name says nothing.
enum class ComponentKind : std::uint8_t { storage, compute, network, nothing, other };

/// Storage before compute before network. A name that is one of the usual ones in another case
/// counts as that one.
ComponentKind component_kind(std::string_view component_class);

/// The usual name of a class that differs from it in case only (`dram` is `DRAM`, `HBM2` too);
/// any other name as it is.
std::string usual_class(std::string_view component_class);

/// The usual names of classes, for messages.
const std::vector<std::string>& usual_classes();

/// The kind of DRAM that a text names in any case, in capitals: `HBM2`, `LPDDR4`; `DRAM` for no
/// kind in particular; nothing if it names none.
std::optional<std::string> dram_kind(std::string_view text);

}  // namespace tilewright
