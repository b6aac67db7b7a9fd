#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "oracle/random_case.hpp"

namespace tilewright::oracle {

/// A case whose counts are worked out by hand in hand_test.cpp.
struct HandCase {
  std::string name;
  Case c;
};

/// All of them, for tests that compare two ways of counting.
std::vector<HandCase> hand_cases();

/// \throws std::out_of_range for an unknown name.
Case hand_case(const std::string& name);

}  // namespace tilewright::oracle
