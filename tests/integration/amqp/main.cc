#include <gtest/gtest.h>

#include "tests/integration/amqp/harness.h"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const int result = RUN_ALL_TESTS();
  leadrelay::amqp::StopTheBroker();
  return result;
}
