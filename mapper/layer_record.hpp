#pragma once

#include <nlohmann/json_fwd.hpp>

#include "search/network/network_search.hpp"

namespace tilewright {

class StrictJson;

/// All that the search of a layer found, so that a later run need not search it again.
nlohmann::ordered_json layer_record(const LayerResult& result, std::size_t index,
                                    const Architecture& arch);

/// "perfect" or "imperfect". \throws UsageError
Scope read_scope(const StrictJson& json);

/// The layer that a record is of. \throws UsageError if there is no such layer.
std::size_t read_layer_index(const StrictJson& record, const std::vector<Layer>& layers);

/// What was found. \throws UsageError, SpecError
FinishedLayer read_layer_record(const StrictJson& record, const Problem& problem,
                                const Architecture& arch, const Objective& objective);

}  // namespace tilewright
