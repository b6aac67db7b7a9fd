// Certificates, through a file as `verify` reads them.

#include "mapper/certificate.hpp"

#include <unistd.h>

#include <fstream>

#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tilewright;
  static const std::string file = "certificate-" + std::to_string(::getpid()) + ".json";
  std::ofstream(file, std::ios::binary) << fuzz::text_of(data, size);
  fuzz::tolerate_bad_input([&] { (void)read_certificate(file); });
  return 0;
}
