// Tensors of one element: the sum of a vector, say.
#include <gtest/gtest.h>

#include "model/energy/prices.hpp"
#include "model/nest/evaluator.hpp"
#include "model/oracle/compare.hpp"
#include "model/oracle/point_set_oracle.hpp"
#include "oracle/check_cases.hpp"

namespace tilewright::oracle {
namespace {

// The case with one of its tensors shrunk to a single element; nothing of it then depends on a
// dimension.
std::string complaint_with_scalar(const Case& given, int space) {
  Case c = given;
  c.problem.spaces[static_cast<std::size_t>(space % c.problem.num_spaces())].projection.clear();
  const Evaluator evaluator(c.problem, c.arch, price(c.arch, ReferenceTable{}));
  const ScratchPtr scratch = evaluator.scratch();
  const OracleCounts expected = point_set_oracle(c.problem, c.arch, c.mapping);
  const Outcome outcome = evaluator.evaluate(c.mapping, *scratch);
  const std::string text = difference(expected, outcome.rejection);
  if (!text.empty() || !outcome.valid()) return text;
  return difference(expected, evaluator.explain(c.mapping, *scratch), c.problem);
}

TEST(ScalarTensors, CountAsThePointSetsSay) {
  for (int space = 0; space < 3; ++space) {
    check_cases(300, {}, [space](const Case& c) { return complaint_with_scalar(c, space); });
  }
}

}  // namespace
}  // namespace tilewright::oracle
