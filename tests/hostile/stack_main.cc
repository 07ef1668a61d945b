#include <gtest/gtest.h>

#include "tests/hostile/stack_under_attack.h"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const int result = RUN_ALL_TESTS();
  leadrelay::e2e::StopTheStack();
  return result;
}
