// Architectures, flat or a tree, and their prices.

#include "fuzz.hpp"
#include "model/energy/prices.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tilewright;
  const auto input = fuzz::text_of(data, size);
  if (input.find("arch") == input.npos) return -1;  // not the reader that is sought here
  fuzz::tolerate_bad_input([&] {
    const SpecSet specs = fuzz::read({}, input);
    if (specs.architecture)
      (void)price(*specs.architecture, specs.table.value_or(ReferenceTable{}));
  });
  return 0;
}
