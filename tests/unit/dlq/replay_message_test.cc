#include <gtest/gtest.h>

#include "common/lead/envelope.h"
#include "services/dlq/replay/message.h"

namespace leadrelay::dlq {
namespace {

TEST(ReplayMessageTest, IsAFreshRoundOfTheSameBytes) {
  OutboxItem item;
  item.dead_letter = 7;
  item.lead_id = "ld_1";
  item.destination = "crm-a";
  item.body = "{\"version\":1}";
  item.progress = R"({"contact_id":"7"})";
  item.unknown = true;
  item.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const amqp::Message message = ReplayMessage(item, "rp_1");

  amqp::Message expected;
  expected.exchange = "leads";
  expected.routing_key = "deliver.crm-a";
  expected.type = "lead.accepted";
  expected.content_type = "application/json";
  expected.message_id = "ld_1";
  expected.body = item.body;
  expected.headers = message.headers;
  EXPECT_EQ(message, expected);

  lead::DeliveryState state;
  state.progress = item.progress;
  state.unknown = true;
  state.replay_id = "rp_1";
  state.traceparent = item.traceparent;
  EXPECT_EQ(lead::DeliveryState::Read(message), state);
}

}  // namespace
}  // namespace leadrelay::dlq
