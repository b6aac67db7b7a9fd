#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace tilewright::hostile {

/// Changes valid YAML in a few places: numbers become extreme, keys and values change places, lists
/// and maps turn into each other, parts vanish, double or become another part. The same for the
/// same seed.
class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : random_(seed) {}

  std::string mutate(const std::string& yaml);

 private:
  std::mt19937_64 random_;
};

}  // namespace tilewright::hostile
