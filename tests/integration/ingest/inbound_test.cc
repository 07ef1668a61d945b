// Leads over AMQP.

#include <gtest/gtest.h>

#include "common/crypto/crypto.h"
#include "common/lead/envelope.h"
#include "tests/integration/ingest/installation.h"

namespace leadrelay::ingest {
namespace {

amqp::Message Inbound(std::string body, std::string message_id = "", std::string app_id = "shop") {
  amqp::Message message;
  message.exchange = "leads.inbound";
  message.body = std::move(body);
  message.message_id = std::move(message_id);
  message.app_id = std::move(app_id);
  return message;
}

class InboundTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { installation_ = new Installation(); }
  static void TearDownTestSuite() { delete installation_; }

  void SetUp() override { installation_->EmptyQueues(); }
  void TearDown() override {
    // Whatever became of the lead, it was acked.
    EXPECT_TRUE(test::Eventually([&] { return probe_.Count("leads.inbound") == 0; },
                                 std::chrono::seconds(10)));
    if (HasFailure()) std::cerr << installation_->Log();
  }

  static Installation* installation_;
  AmqpProbe probe_{TheBroker().port()};
};
Installation* InboundTest::installation_ = nullptr;

TEST_F(InboundTest, AValidLead) {
  amqp::Message message = Inbound(LeadOf("ada@example.com"), "in-1");
  message.content_type = "application/json";
  message.headers["traceparent"] =
      std::string("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  probe_.Publish(message);
  const amqp::Message published = probe_.Await("deliver.sheet");
  EXPECT_EQ(published.Header("traceparent").substr(3, 32), "0af7651916cd43dd8448eb211c80319c");
  const absl::StatusOr<lead::Envelope> envelope = lead::Envelope::Parse(published.body);
  ASSERT_TRUE(envelope.ok());
  EXPECT_EQ(envelope->publisher, "shop");
  EXPECT_EQ(published.message_id, envelope->lead_id);

  // The same lead over HTTP is the same lead.
  const http::Response response = installation_->Post(LeadOf("ada@example.com"), "in-1");
  EXPECT_EQ(response.status, 202);
  EXPECT_EQ(BodyOf(response).root().Find("lead_id").StringOr(""), envelope->lead_id);
  EXPECT_EQ(response.headers.Get("idempotent-replayed"), "true");
}

TEST_F(InboundTest, PublishedTwice) {
  probe_.Publish(Inbound(LeadOf("twice@example.com"), "in-2"));
  probe_.Publish(Inbound(LeadOf("twice@example.com"), "in-2"));
  probe_.Await("deliver.sheet");
  ASSERT_TRUE(test::Eventually(
      [&] { return installation_->Metric("leadrelay_ingest_replayed_total") >= 1; },
      std::chrono::seconds(10)));
  EXPECT_EQ(probe_.Take("deliver.sheet"), std::nullopt);
}

TEST_F(InboundTest, Rejected) {
  struct Case {
    amqp::Message message;
    std::string problem;
  };
  amqp::Message csv = Inbound("a,b");
  csv.content_type = "text/csv";
  const std::vector<Case> cases = {
      {Inbound("{\"email\":", "in-3"), "not-json"},
      {Inbound(std::string("\xFF\x00", 2), "in-4"), "not-json"},
      {Inbound(LeadOf("nonsense"), "in-5"), "invalid-lead"},
      {Inbound(LeadOf("ada@example.com"), "key \xC3\xA4"), "bad-idempotency-key"},
      {Inbound(LeadOf("ada@example.com"), "", "nobody"), "unknown-publisher"},
      {Inbound(LeadOf("ada@example.com"), "", ""), "unknown-publisher"},
      {Inbound(LeadOf("ada@example.com"), "", "slow"), "unknown-publisher"},
      {Inbound(LeadOf("ada@example.com"), "", "strict"), "unknown-publisher"},
      {csv, "wrong-media-type"},
  };
  for (const Case& c : cases) {
    probe_.Publish(c.message);
    const amqp::Message rejected = probe_.Await("leads.rejected");
    EXPECT_EQ(rejected.type, "lead.rejected");
    const json::Document body = json::Document::Parse(rejected.body).value();
    EXPECT_EQ(body.root().Pointer("/problem/type").StringOr(""),
              "urn:leadrelay:problem:" + c.problem);
    EXPECT_EQ(body.root().Find("publisher").StringOr(""), c.message.app_id);
    EXPECT_EQ(crypto::FromBase64(body.root().Find("body").StringOr("")), c.message.body);
  }
  EXPECT_EQ(probe_.Take("leads.ledger"), std::nullopt);
}

TEST_F(InboundTest, OnlyAsItsOwnBrokerUser) {
  ASSERT_TRUE(TheBroker().Control({"add_user", "strict-user", "secret"}).ok());
  amqp::Message message = Inbound(LeadOf("ada@example.com"), "", "strict");
  message.user_id = "guest";  // The broker checks it against the connection's user.
  probe_.Publish(message);
  EXPECT_EQ(json::Document::Parse(probe_.Await("leads.rejected").body)
                ->root()
                .Pointer("/problem/status")
                .Int64Or(0),
            403);
}

TEST_F(InboundTest, AKeyWithAnotherBodyIsRejected) {
  probe_.Publish(Inbound(LeadOf("first@example.com"), "in-6"));
  probe_.Await("deliver.sheet");
  probe_.Publish(Inbound(LeadOf("second@example.com"), "in-6"));
  EXPECT_EQ(json::Document::Parse(probe_.Await("leads.rejected").body)
                ->root()
                .Pointer("/problem/type")
                .StringOr(""),
            "urn:leadrelay:problem:key-reused");
}

TEST_F(InboundTest, ManyAtOnce) {
  for (int i = 0; i < 1000; ++i) {
    probe_.Publish(Inbound(LeadOf("many" + std::to_string(i) + "@example.com")));
  }
  EXPECT_TRUE(test::Eventually([&] { return probe_.Count("deliver.sheet") == 1000; },
                               std::chrono::seconds(20)));
  EXPECT_EQ(probe_.TakeLeadIds("leads.ledger").size(), 1000u);
}

}  // namespace
}  // namespace leadrelay::ingest
