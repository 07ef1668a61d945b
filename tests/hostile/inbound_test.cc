// What is no lead, on the exchange for leads: rejected with its bytes, and the queue goes on.

#include <gtest/gtest.h>

#include "common/crypto/crypto.h"
#include "common/lead/topology.h"
#include "tests/hostile/ingest_under_attack.h"
#include "tests/hostile/odd_publisher.h"
#include "tests/hostile/resident.h"

namespace leadrelay::ingest {
namespace {

using test::OddMessage;
using test::OddPublisher;

class InboundPoisonTest : public IngestUnderAttack {
 protected:
  void TearDown() override {
    // The queue goes on: a lead behind all that is taken.
    const double before = Taken();
    OddPublisher(TheBroker().port()).Publish(Inbound(FreshLead()));
    EXPECT_TRUE(test::Eventually([&] { return Taken() == before + 1; }, std::chrono::seconds(30)));
    IngestUnderAttack::TearDown();
  }

  static OddMessage Inbound(std::string body) {
    OddMessage message;
    message.exchange = "leads.inbound";
    message.body = std::move(body);
    message.app_id = "shop";
    return message;
  }

  // The problem with which the message came to leads.rejected, and the bytes that it came with.
  std::pair<std::string, std::string> Rejected() {
    const amqp::Message message = probe_.Await("leads.rejected");
    const json::Document body = json::Document::Parse(message.body).value_or(json::Document());
    const std::string type = body.root().Pointer("/problem/type").StringOr("");
    return {type.substr(type.rfind(':') + 1),
            crypto::FromBase64(body.root().Find("body").StringOr("")).value_or("")};
  }

  AmqpProbe probe_{TheBroker().port()};
};

TEST_F(InboundPoisonTest, EachIsRejectedWithItsBytes) {
  const std::string binary = std::string("\x00\xFF\x1f\x8b", 4) + std::string(1000, '\x80');
  OddMessage zip = Inbound(FreshLead());
  zip.content_type = "application/zip";
  OddMessage unreadable_type = Inbound(FreshLead());
  unreadable_type.content_type = "\xFF\r\n";
  OddMessage strange = Inbound("{}");
  strange.strange_headers = true;
  OddMessage nobody = Inbound(FreshLead());
  nobody.app_id = "\x1b[2J\r\n{\"level\":\"info\"}";
  struct Case {
    OddMessage message;
    std::string problem;
  };
  const std::vector<Case> cases = {
      {Inbound(binary), "not-json"},
      {Inbound(std::string(1 << 20, '[')), "not-json"},
      {Inbound(std::string(lead::kLongestWrapped, 'x')), "not-json"},
      {zip, "wrong-media-type"},
      {unreadable_type, "wrong-media-type"},
      {strange, "invalid-lead"},
      {nobody, "unknown-publisher"},
  };
  OddPublisher publisher(TheBroker().port());
  for (const Case& c : cases) {
    ASSERT_TRUE(publisher.Publish(c.message));
    const auto [problem, body] = Rejected();
    EXPECT_EQ(problem, c.problem);
    EXPECT_TRUE(body == c.message.body) << "of " << c.problem;
  }
  EXPECT_EQ(TakenHere(), 0);
}

TEST_F(InboundPoisonTest, AnEmptyBodyIsRejected) {
  ASSERT_TRUE(OddPublisher(TheBroker().port()).Publish(Inbound("")));
  EXPECT_EQ(Rejected().first, "not-json");
}

TEST_F(InboundPoisonTest, WhatNoCopyCanBeMadeOfIsLeftToTheBroker) {
  const std::string large(16 << 20, 'x');
  ASSERT_TRUE(OddPublisher(TheBroker().port()).Publish(Inbound(large)));
  EXPECT_TRUE(probe_.Await("leads.rejected").body == large);
  EXPECT_FALSE(OddPublisher(TheBroker().port()).Publish(Inbound(large + "x")))
      << "the broker's max_message_size";
}

TEST_F(InboundPoisonTest, AFloodIsTakenInOrderWithinMemoryAndOthersAreServed) {
  constexpr int kLeads = 600;
  const pid_t pid = TheIngest().process().pid();
  const int64_t before = test::ResidentBytes(pid);
  test::ForgetPeak(pid);
  OddPublisher publisher(TheBroker().port());
  const std::string note = "\"form_data\": {\"a\": \"" + std::string(9000, 'x') + "\"}";
  for (int i = 0; i < kLeads; ++i) {
    ASSERT_TRUE(
        publisher.Publish(Inbound(LeadOf("flood" + std::to_string(i) + "@example.com", note))));
    if (i % 100 == 0) EXPECT_EQ(TheIngest().Post(FreshLead()).status, 202);
  }
  const int over_http = (kLeads + 99) / 100;
  EXPECT_TRUE(test::Eventually([&] { return TakenHere() == kLeads + over_http; },
                               std::chrono::seconds(30)));
  EXPECT_EQ(std::ssize(probe_.TakeLeadIds("leads.ledger")), kLeads + over_http);
  EXPECT_LT(test::PeakResidentBytes(pid), before + (128 << 20));
}

}  // namespace
}  // namespace leadrelay::ingest
