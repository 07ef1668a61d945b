#include "common/amqp/content_assembler.h"

#include <gtest/gtest.h>

#include "common/amqp/properties.h"

namespace leadrelay::amqp {
namespace {

amqp_frame_t Header(uint64_t size, amqp_basic_properties_t& properties) {
  amqp_frame_t frame{};
  frame.frame_type = AMQP_FRAME_HEADER;
  frame.payload.properties.body_size = size;
  frame.payload.properties.decoded = &properties;
  return frame;
}

amqp_frame_t Body(std::string_view text) {
  amqp_frame_t frame{};
  frame.frame_type = AMQP_FRAME_BODY;
  frame.payload.body_fragment = ToBytes(text);
  return frame;
}

class ContentAssemblerTest : public testing::Test {
 protected:
  ContentAssemblerTest() {
    properties_._flags = AMQP_BASIC_MESSAGE_ID_FLAG;
    properties_.message_id = ToBytes("id");
    expected_.exchange = "leads";
    expected_.routing_key = "deliver.a";
    expected_.message_id = "id";
  }

  ContentAssembler assembler_;
  amqp_basic_properties_t properties_{};
  Message expected_;
};

TEST_F(ContentAssemblerTest, PutsBodyFramesTogether) {
  assembler_.Begin("leads", "deliver.a");
  EXPECT_EQ(*assembler_.Feed(Header(6, properties_)), false);
  EXPECT_EQ(*assembler_.Feed(Body("abc")), false);
  EXPECT_EQ(*assembler_.Feed(Body("def")), true);
  expected_.body = "abcdef";
  EXPECT_EQ(assembler_.Take(), expected_);
}

TEST_F(ContentAssemblerTest, AnEmptyMessageEndsWithItsHeader) {
  assembler_.Begin("leads", "deliver.a");
  EXPECT_EQ(*assembler_.Feed(Header(0, properties_)), true);
  EXPECT_EQ(assembler_.Take(), expected_);
}

TEST_F(ContentAssemblerTest, KeepsNothingOfTheMessageBefore) {
  assembler_.Begin("other", "key");
  EXPECT_TRUE(assembler_.Feed(Header(3, properties_)).ok());
  EXPECT_TRUE(assembler_.Feed(Body("old")).ok());
  assembler_.Take();
  assembler_.Begin("leads", "deliver.a");
  EXPECT_EQ(*assembler_.Feed(Header(0, properties_)), true);
  EXPECT_EQ(assembler_.Take(), expected_);
}

TEST_F(ContentAssemblerTest, AFrameOutOfPlaceIsAnError) {
  EXPECT_FALSE(assembler_.Feed(Header(1, properties_)).ok());  // Nothing was announced.
  assembler_.Begin("leads", "deliver.a");
  EXPECT_FALSE(assembler_.Feed(Body("x")).ok());  // No header yet.
  EXPECT_TRUE(assembler_.Feed(Header(3, properties_)).ok());
  EXPECT_FALSE(assembler_.Feed(Header(3, properties_)).ok());
  EXPECT_FALSE(assembler_.Feed(Body("too long")).ok());
}

}  // namespace
}  // namespace leadrelay::amqp
