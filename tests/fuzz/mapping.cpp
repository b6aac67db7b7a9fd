// Mappings for a fixed architecture and problem. What was read is written and must read the same.

#include "fuzz.hpp"
#include "model/nest/evaluator.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tilewright;
  const auto input = fuzz::text_of(data, size);
  if (input.find("mapping") == input.npos) return -1;
  fuzz::tolerate_bad_input([&] {
    const SpecSet specs = fuzz::read({fuzz::kArch, fuzz::kProblem}, input);
    if (!specs.has_mapping) return;
    const Problem& problem = specs.layers.front().problem;
    const Mapping mapping = read_mapping(specs, problem);
    (void)format_nest(mapping, problem, *specs.architecture);
    const std::string written = write_mapping(mapping, problem, *specs.architecture);
    const SpecSet again = fuzz::read({fuzz::kArch, fuzz::kProblem}, written);
    // Not bad input any more: an exception here is a defect.
    if (write_mapping(read_mapping(again, problem), problem, *specs.architecture) != written) {
      throw InternalError("a mapping that was written reads as another one");
    }
  });
  return 0;
}
