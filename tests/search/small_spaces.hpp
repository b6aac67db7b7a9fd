#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "model/nest/evaluator.hpp"
#include "oracle/random_case.hpp"
#include "search/mapspace/mapspace.hpp"
#include "search/objective.hpp"

namespace tilewright::test {

/// A random problem, architecture, constraints and objective, so small that all mappings can be
/// tried one by one.
struct SmallSpace {
  oracle::Case c;
  Constraints constraints;
  Mapspace space;
  Objective objective;
  Evaluator evaluator;
};

using Best = std::optional<Objective::Key>;

/// Nothing if the space is empty or has more than `most` mappings. With `whole`, factors divide.
std::unique_ptr<SmallSpace> make_small_space(std::uint64_t seed, std::uint64_t most, bool whole);
/// The same with at most so many operations, whatever the number of mappings.
std::unique_ptr<SmallSpace> make_space(std::uint64_t seed, int operations, bool whole);
/// The best of all mappings of a space whose factors divide.
Best best_of_all(const SmallSpace& small);
/// The best of all mappings whose factors need not divide: a dimension's loops, from the inside
/// out, have as many steps as they like up to what is left, and the outermost the rest. False if
/// there are more than `most`.
bool best_of_short_tiles(const SmallSpace& small, std::uint64_t most, Best& best);
/// Fails the test unless both are as good but for rounding.
void expect_equal(const Best& found, const Best& truth, const SmallSpace& small,
                  std::uint64_t seed);

}  // namespace tilewright::test
