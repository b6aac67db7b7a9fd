#pragma once

#include <string>
#include <vector>

#include "search/explain/explanation.hpp"

namespace tilewright::explain {

/// For people, in lines of 80 columns.
std::string text_of(const Explanation& explanation, const SearchPlan& plan);

/// All of it, as docs/schema/explanation.schema.json has it.
std::string json_of(const std::vector<Explanation>& explanations, const SpecSet& specs,
                    const SearchPlan& plan);

}  // namespace tilewright::explain
