// The section `mapper`, and the search that it asks for.

#include "fuzz.hpp"
#include "search/network/search_plan.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tilewright;
  const auto input = fuzz::text_of(data, size);
  if (input.find("mapper") == input.npos) return -1;
  fuzz::tolerate_bad_input([&] { (void)make_plan({}, fuzz::read({}, input).search); });
  return 0;
}
