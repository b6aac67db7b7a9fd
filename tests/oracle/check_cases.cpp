#include "oracle/check_cases.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>
#include <string_view>

namespace tilewright::oracle {
namespace {

/// The numbers behind a case. A failure shows the case, not the numbers.
struct Stream {
  std::vector<std::uint32_t> numbers;
};
void showValue(const Stream& stream, std::ostream& out) {
  out << stream.numbers.size() << " choices";
}

rc::Gen<Stream> streams() {
  // The full size: small streams would only give cases of one loop.
  auto numbers = rc::gen::resize(
      rc::kNominalSize,
      rc::gen::container<std::vector<std::uint32_t>>(kChoiceCount, rc::gen::inRange(0u, 1u << 20)));
  return rc::gen::map(std::move(numbers),
                      [](std::vector<std::uint32_t> list) { return Stream{std::move(list)}; });
}

}  // namespace

void check_cases(int count, const CaseOptions& options, const Complaint& complaint) {
  const char* full = std::getenv("TILEWRIGHT_FULL");
  const char* seed = std::getenv("TILEWRIGHT_SEED");
  rc::detail::TestParams params;
  params.maxSuccess = full && std::string_view(full) == "1" ? 20 * count : count;
  params.seed = seed ? std::strtoull(seed, nullptr, 10) : 1;
  rc::detail::TestMetadata metadata;
  metadata.id = ::testing::UnitTest::GetInstance()->current_test_info()->name();
  metadata.description = metadata.id;
  const auto gen = streams();
  const auto property = [&] {
    Choices choices((*gen).numbers);
    const Case c = random_case(choices, options);
    const std::string wrong = complaint(c);
    if (!wrong.empty()) RC_FAIL(wrong + "\n" + case_yaml(c));
  };
  const auto result = rc::detail::checkTestable(property, metadata, params);
  if (result.is<rc::detail::SuccessResult>()) return;
  std::ostringstream text;
  rc::detail::printResultMessage(result, text);
  FAIL() << text.str();
}

}  // namespace tilewright::oracle
