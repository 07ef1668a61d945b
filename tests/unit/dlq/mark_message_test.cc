#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "common/json/json.h"
#include "common/lead/envelope.h"
#include "services/dlq/mark/message.h"

namespace leadrelay::dlq {
namespace {

constexpr char kTraceparent[] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

DueMark Mark() {
  DueMark mark;
  mark.lead = 7;
  mark.lead_id = "ld_rcg33011tw6kq9n3fenejtyse77j8f3j";
  mark.publisher = "shop";
  mark.destination = "sheet";
  mark.due_at = absl::FromUnixSeconds(1'772'357'462);
  mark.consent_given = true;
  return mark;
}

// The id is a contract: with another one, a copy from before an update would be marked again.
TEST(MarkMessage, IsAnAcceptedLeadOfItsOwn) {
  const amqp::Message message = MarkMessage(Mark(), kTraceparent);
  amqp::Message expected;
  expected.exchange = "leads";
  expected.routing_key = "leads.ledger";
  expected.cc = {"deliver.sheet"};
  expected.type = "lead.accepted";
  expected.content_type = "application/json";
  expected.message_id = "ld_kyxfqsecx0n794vb2pz23x0j971z2d0v";
  expected.timestamp = 1'772'357'462;
  expected.body = message.body;
  expected.headers = message.headers;
  EXPECT_EQ(message, expected);
  lead::DeliveryState state;
  state.traceparent = kTraceparent;
  EXPECT_EQ(lead::DeliveryState::Read(message), state);

  std::ifstream file(LEADRELAY_SOURCE_DIR "/proto/examples/envelope.v1.mark-synced.json");
  const std::string example(std::istreambuf_iterator<char>(file), {});
  EXPECT_EQ(json::Document::Parse(message.body)->root().Canonical(),
            json::Document::Parse(example)->root().Canonical());
}

TEST(MarkMessage, ACopyIsTheSameAndAnotherMarkIsNot) {
  const amqp::Message message = MarkMessage(Mark(), kTraceparent);
  EXPECT_EQ(MarkMessage(Mark(), kTraceparent), message);
  DueMark elsewhere = Mark();
  elsewhere.destination = "backup";
  DueMark another = Mark();
  another.lead_id = "ld_te9pw85hzbxjhqrt5p9ve541xqv1t4t7";
  EXPECT_NE(MarkMessage(elsewhere, kTraceparent).message_id, message.message_id);
  EXPECT_NE(MarkMessage(another, kTraceparent).message_id, message.message_id);
}

TEST(MarkMessage, HasTheLeadsConsentAndNoMore) {
  DueMark mark = Mark();
  mark.consent_given = false;
  const auto envelope = lead::Envelope::Parse(MarkMessage(mark, "").body);
  ASSERT_TRUE(envelope.ok()) << envelope.status();
  EXPECT_EQ(envelope->lead.root().Find("consent_given").AsBool(), false);
}

}  // namespace
}  // namespace leadrelay::dlq
