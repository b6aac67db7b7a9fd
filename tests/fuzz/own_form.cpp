// Tilewright's own form, and what converting it makes of it.

#include "fuzz.hpp"
#include "model/convert/convert.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tilewright;
  const auto input = fuzz::text_of(data, size);
  if (input.find("tilewright") == input.npos) return -1;
  fuzz::tolerate_bad_input([&] {
    const SpecSet specs = fuzz::read({}, input);
    for (const Layer& layer : specs.layers) {
      if (specs.architecture) (void)read_constraints(specs, layer.problem);
    }
    (void)convert::convert(specs, convert::Form::v03);
    (void)convert::convert(specs, convert::Form::tilewright);
  });
  return 0;
}
