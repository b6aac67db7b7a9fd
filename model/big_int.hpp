#pragma once

#include <boost/multiprecision/cpp_int.hpp>

namespace tilewright {

using BigInt = boost::multiprecision::cpp_int;

}  // namespace tilewright
