#include "search/stream.hpp"

namespace tilewright {
namespace {

constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15;  // 2^64 / golden ratio

// The output function of splitmix64: a bijection that spreads every bit.
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace

// Two words depend on the stream and two on the seed in a bijective way, so no two pairs
// (seed, stream) share a state.
Stream::Stream(std::uint64_t seed, std::uint64_t stream)
    : state_{mix(mix(seed) + stream * kGolden), mix(mix(stream + kGolden) ^ seed),
             mix(seed + 2 * kGolden), mix(stream + 3 * kGolden)} {
  if ((state_[0] | state_[1] | state_[2] | state_[3]) == 0) state_[0] = kGolden;
  constexpr int kWarmUp = 8;  // until related seeds have lost their likeness
  for (int i = 0; i < kWarmUp; ++i) next();
}

}  // namespace tilewright
