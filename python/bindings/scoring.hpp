#pragma once

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>
#include <pybind11/pybind11.h>

#include <algorithm>
#include <cstddef>
#include <string>

#include "model/energy/prices.hpp"
#include "model/nest/evaluator.hpp"
#include "model/report/scored_mapping.hpp"
#include "model/spec/spec.hpp"
#include "model/stop_token.hpp"
#include "search/mapspace/mapspace.hpp"
#include "search/mapspace/membership.hpp"

namespace tilewright::python {

/// All mappings of a layer on an architecture, and what scores them.
class Space {
 public:
  /// \throws Stopped
  Space(const SpecSet& specs, const std::string& layer, bool both_axes, const StopToken& stop)
      : layer_(find_layer(specs, layer)),
        space_(layer_.problem, *specs.architecture, read_constraints(specs, layer_.problem),
               MapspaceOptions{both_axes}, stop),
        members_(space_, layer_.problem),
        evaluator_(layer_.problem, *specs.architecture,
                   price(*specs.architecture, specs.table.value_or(ReferenceTable{}))) {}

  const Layer& layer() const { return layer_; }
  const Problem& problem() const { return evaluator_.problem(); }
  const Architecture& arch() const { return evaluator_.architecture(); }
  const Mapspace& space() const { return space_; }
  const Membership& members() const { return members_; }
  const Evaluator& evaluator() const { return evaluator_; }

 private:
  const Layer layer_;
  Mapspace space_;
  Membership members_;
  Evaluator evaluator_;
};

inline constexpr std::size_t kGrain = 1024;  // mappings that a thread takes at once

/// Does `work(first, last)` for grains of [first, last) on the threads of an arena. Grains begin at
/// multiples of their size if `first` does.
template <class Work>
void spread(tbb::task_arena& arena, std::size_t first, std::size_t last, const Work& work) {
  const auto grain = [&](std::size_t number) {
    const std::size_t from = first + number * kGrain;
    work(from, std::min(from + kGrain, last));
  };
  const std::size_t grains = (last - first + kGrain - 1) / kGrain;
  if (arena.max_concurrency() == 1 || grains <= 1) {
    for (std::size_t number = 0; number < grains; ++number) grain(number);
    return;
  }
  arena.execute([&] { tbb::parallel_for(std::size_t{0}, grains, grain); });
}

void bind_scores(pybind11::module_& module);

}  // namespace tilewright::python
