// The way of the program: everything from one file, then the mapping that it holds and one sample
// of every mapspace are scored and reported.

#include <algorithm>

#include "fuzz.hpp"
#include "model/nest/evaluator.hpp"
#include "model/report/stats_json.hpp"
#include "model/report/stats_text.hpp"
#include "search/mapspace/mapspace.hpp"
#include "search/network/network_search.hpp"

namespace tilewright {
namespace {

constexpr std::size_t kMostLayers = 4;  // of a network; the rest would only take time

void report(const Evaluator& evaluator, const Mapping& mapping) {
  const ScratchPtr scratch = evaluator.scratch();
  (void)evaluator.evaluate(mapping, *scratch);
  const Stats stats = evaluator.explain(mapping, *scratch);
  const Problem& problem = evaluator.problem();
  const Architecture& arch = evaluator.architecture();
  (void)stats_json(stats, problem, arch, evaluator.prices());
  if (stats.outcome.valid()) {
    (void)stats_text(stats, problem, arch);
  } else {
    (void)describe(stats.outcome.rejection, problem, arch);
  }
  (void)format_nest(mapping, problem, arch);
  (void)write_mapping(mapping, problem, arch);
}

void run(const SpecSet& specs) {
  const Prices prices = price(*specs.architecture, specs.table.value_or(ReferenceTable{}));
  for (std::size_t i = 0; i < std::min(specs.layers.size(), kMostLayers); ++i) {
    fuzz::tolerate_bad_input([&] {
      const Problem& problem = specs.layers[i].problem;
      const Evaluator evaluator(problem, *specs.architecture, prices);
      if (specs.has_mapping) {
        fuzz::tolerate_bad_input([&] { report(evaluator, read_mapping(specs, problem)); });
      }
      const Mapspace space(problem, *specs.architecture, read_constraints(specs, problem));
      Mapping mapping = space.blank();
      Stream random(1, 0);
      space.sample(random, mapping);
      report(evaluator, mapping);
    });
  }
}

}  // namespace
}  // namespace tilewright

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tilewright;
  fuzz::tolerate_bad_input([&] {
    const SpecSet specs = fuzz::read({}, fuzz::text_of(data, size));
    check_searchable(specs);
    run(specs);
  });
  return 0;
}
