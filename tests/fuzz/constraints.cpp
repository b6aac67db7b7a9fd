// Constraints for a fixed architecture and problem, and the mapspace that they leave.

#include "fuzz.hpp"
#include "search/mapspace/mapspace.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tilewright;
  const auto input = fuzz::text_of(data, size);
  if (input.find("constraints") == input.npos && input.find("mapspace") == input.npos) return -1;
  fuzz::tolerate_bad_input([&] {
    const SpecSet specs = fuzz::read({fuzz::kArch, fuzz::kProblem}, input);
    const Problem& problem = specs.layers.front().problem;
    std::vector<Warning> warnings;
    const Constraints constraints = read_constraints(specs, problem, &warnings);
    for (const bool both_axes : {false, true}) {
      fuzz::tolerate_bad_input([&] {
        const Mapspace space(problem, *specs.architecture, constraints, {both_axes});
        (void)space.at(space.size().total - 1);
      });
    }
  });
  return 0;
}
