#include "common/amqp/message.h"

#include <gtest/gtest.h>

namespace leadrelay::amqp {
namespace {

TEST(MessageTest, HeaderLooksUpTextAndIntHeaderNumbers) {
  Message message;
  message.headers = {{"text", std::string("value")}, {"number", int64_t{7}}, {"flag", true}};

  EXPECT_EQ(message.Header("text"), "value");
  EXPECT_EQ(message.Header("number"), "");
  EXPECT_EQ(message.Header("absent"), "");
  EXPECT_EQ(message.IntHeader("number", 1), 7);
  EXPECT_EQ(message.IntHeader("text", 1), 1);
  EXPECT_EQ(message.IntHeader("absent", 1), 1);
}

}  // namespace
}  // namespace leadrelay::amqp
