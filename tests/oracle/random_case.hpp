#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "model/arch/architecture.hpp"
#include "model/mapping/mapping.hpp"
#include "model/problem/problem.hpp"

namespace tilewright::oracle {

/// A stream of numbers from which a case is built. When it runs dry it yields zeros, and zero
/// always stands for the simplest choice: so a shorter or smaller stream is a simpler case.
class Choices {
 public:
  explicit Choices(std::vector<std::uint32_t> numbers) : numbers_(std::move(numbers)) {}
  static Choices from_seed(std::uint64_t seed);

  /// A number in [low, high].
  int pick(int low, int high);
  bool chance(int percent) { return pick(0, 99) >= 100 - percent; }

 private:
  std::vector<std::uint32_t> numbers_;
  std::size_t next_ = 0;
};

inline constexpr std::size_t kChoiceCount = 300;  // enough for the largest case

/// What a random case may contain.
struct CaseOptions {
  int max_operations = 1 << 15;  // points of the iteration space
  int max_temporal_loops = 9;    // the oracle takes time 2^loops
  int max_temporal_bound = 1 << 15;
  bool distributed = true;  // M:N networks
  bool reuse_masks = true;  // no_link_transfer, no_multicast
  bool no_temporal_reuse = true;
  bool capacities = true;   // small memories: some mappings are rejected
  bool over_mapped = true;  // now and then more spatial factors than the fan-out
  bool bypass = true;
  bool imperfect = false;    // residuals below the factors
  bool networks = false;     // networks of all kinds, some of their own for reads and updates
  bool mixed = false;        // elements that are no words of a level
  bool odd_problems = true;  // negative coefficients, outputs on sums of dimensions
};

struct Case {
  Problem problem;
  Architecture arch;
  Mapping mapping;
};

/// A small problem, an architecture of 1 to 4 memories and a mapping whose factors reach the
/// bounds of the problem.
Case random_case(Choices& choices, const CaseOptions& options = {});

/// A problem of kind `kind` modulo the number of kinds (2-D convolution, 1-D, depthwise, GEMM,
/// three dimensions on one coordinate, one dimension on two, MTTKRP, ...); all bounds are 1.
Problem random_problem(Choices& choices, int kind, bool odd_problems);

/// The case as text that Tilewright and Timeloop read: to look at a failure.
std::string case_yaml(const Case& c);

}  // namespace tilewright::oracle
