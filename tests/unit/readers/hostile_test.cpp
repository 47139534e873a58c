// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include <gtest/gtest.h>

#include "hostile_readers.hpp"

namespace kpid::readers::testing {
namespace {

TEST(Hostile, GetsItsExactSentence) {
  std::size_t count = 0;
  for (const HostileCases& suite : hostile_to_readers()) {
    for (const HostileCase& one : suite.cases) {
      EXPECT_EQ(one.got, one.expected) << suite.of << ": " << one.name;
      ++count;
    }
  }
  EXPECT_GE(count, 112U);
}

}  // namespace
}  // namespace kpid::readers::testing
