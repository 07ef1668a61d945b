// A message comes out of its bytes as it went in, and no other bytes are one.

#include "services/ingest/spool/message_codec.h"

#include <gtest/gtest.h>

#include "tests/unit/spool/sample.h"

namespace leadrelay::ingest {
namespace {

amqp::Message FullMessage() {
  amqp::Message message = SampleMessage(1);
  message.cc = {"deliver.hubspot", "", "deliver.sheet"};
  message.content_type = "application/json";
  message.correlation_id = "c";
  message.type = "lead.accepted";
  message.app_id = "shop";
  message.timestamp = -1;
  message.headers = {{"lr-attempts", int64_t{3}},
                     {"lr-unknown", true},
                     {"traceparent", std::string("00-0af7-b7ad-01")},
                     {"", std::string()}};
  message.body = std::string("\0\xFFLR\xFE{}", 7);
  return message;
}

TEST(MessageCodecTest, RoundTrip) {
  for (const amqp::Message& message : {amqp::Message(), SampleMessage(1), FullMessage()}) {
    absl::StatusOr<amqp::Message> again = DecodeMessage(EncodeMessage(message));
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(*again, message);
  }
}

TEST(MessageCodecTest, NoPartOfAMessageIsOne) {
  const std::string bytes = EncodeMessage(FullMessage());
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_TRUE(absl::IsInvalidArgument(DecodeMessage(bytes.substr(0, size)).status())) << size;
  }
  EXPECT_TRUE(absl::IsInvalidArgument(DecodeMessage(bytes + '\0').status()));
}

TEST(MessageCodecTest, CountsAndLengthsThatCannotBeAreNotBelieved) {
  const std::string bytes = EncodeMessage(FullMessage());
  for (size_t at = 0; at + 4 <= bytes.size(); ++at) {
    std::string changed = bytes;
    changed.replace(at, 4, "\xFF\xFF\xFF\xFF");
    (void)DecodeMessage(changed);  // Ends, and takes no more memory than there are bytes.
  }
}

}  // namespace
}  // namespace leadrelay::ingest
