#include <gtest/gtest.h>

#include "tests/integration/dlq/harness.h"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const int result = RUN_ALL_TESTS();
  leadrelay::dlq::StopServers();
  return result;
}
