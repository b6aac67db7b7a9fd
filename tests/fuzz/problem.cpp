// Problems, shapes and networks.

#include "fuzz.hpp"
#include "model/network/batch.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tilewright;
  const auto input = fuzz::text_of(data, size);
  const auto has = [&](std::string_view key) { return input.find(key) != input.npos; };
  if (!has("problem") && !has("network") && !has("shape")) return -1;
  fuzz::tolerate_bad_input([&] {
    SpecSet specs = fuzz::read({}, input);
    for (const Layer& layer : specs.layers) {
      (void)layer.problem.operations();
      for (int s = 0; s < layer.problem.num_spaces(); ++s) (void)layer.problem.tensor_words(s);
    }
    set_batch(specs.layers, 3);
  });
  return 0;
}
