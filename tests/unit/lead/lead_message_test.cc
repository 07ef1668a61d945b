#include "common/lead/lead_message.h"

#include <gtest/gtest.h>

#include "tests/unit/lead/samples.h"

namespace leadrelay::lead {
namespace {

constexpr std::string_view kTraceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

amqp::Message Sample() {
  const Envelope envelope = SampleEnvelope();
  return LeadMessage(envelope, envelope.lead.root().ToJson(), std::string(kTraceparent));
}

TEST(LeadMessageTest, NamesTheLedgerAndEveryDestination) {
  const amqp::Message message = Sample();
  EXPECT_EQ(message.exchange, "leads");
  EXPECT_EQ(message.routing_key, "leads.ledger");
  EXPECT_EQ(message.cc, (std::vector<std::string>{"deliver.crm-eu", "deliver.sheet"}));
  EXPECT_EQ(message.type, "lead.accepted");
  EXPECT_EQ(message.message_id, "ld_4dkz");
  EXPECT_EQ(message.Header("traceparent"), kTraceparent);
  EXPECT_EQ(message.body, SampleEnvelope().ToJson());
}

TEST(LeadMessageTest, ItsPartForTheDestinationsLeavesTheLedgerOut) {
  amqp::Message expected = Sample();
  expected.routing_key = "deliver.crm-eu";
  expected.cc = {"deliver.sheet"};
  EXPECT_EQ(ForDestinations(Sample()), expected);

  amqp::Message suppressed = Sample();
  suppressed.cc.clear();
  EXPECT_EQ(ForDestinations(suppressed), std::nullopt);
}

TEST(LeadMessageTest, TheLedgersPartCarriesManyBodiesByteForByte) {
  const std::vector<std::string> bodies = {Sample().body, R"({"version":1})", Sample().body};
  const amqp::Message message = ForLedger(bodies);
  EXPECT_EQ(message.exchange, "leads");
  EXPECT_EQ(message.routing_key, "leads.ledger");
  EXPECT_EQ(message.type, "leads.accepted");
  EXPECT_EQ(message.content_type, "application/x-ndjson");
  const std::vector<std::string_view> read = BodiesIn(message.body);
  EXPECT_EQ(std::vector<std::string>(read.begin(), read.end()), bodies);
}

TEST(LeadMessageTest, LinesEndWhereTheyEnd) {
  using Bodies = std::vector<std::string_view>;
  struct Case {
    std::string_view text;
    Bodies bodies;
  };
  const Case cases[] = {{"", {}},
                        {"\n\n", {}},
                        {"a", {"a"}},
                        {"a\n", {"a"}},
                        {"a\nb", {"a", "b"}},
                        {"\na\n\nb\n", {"a", "b"}}};
  for (const Case& c : cases) EXPECT_EQ(BodiesIn(c.text), c.bodies) << c.text;
}

}  // namespace
}  // namespace leadrelay::lead
