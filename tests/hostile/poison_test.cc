// Messages that are none of ours, in the queues behind ingest: each is a dead letter with its
// bytes, and no queue stops for it.

#include <set>

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "common/crypto/crypto.h"
#include "tests/hostile/odd_publisher.h"
#include "tests/hostile/resident.h"
#include "tests/hostile/stack_under_attack.h"

namespace leadrelay::e2e {
namespace {

using test::OddMessage;
using test::OddPublisher;

OddMessage To(const std::string& queue, std::string body, std::string type = "") {
  OddMessage message;
  message.exchange = "leads";
  message.routing_key = queue;
  message.body = std::move(body);
  message.type = std::move(type);
  return message;
}

std::string EnvelopeOf(const std::string& lead_id, const std::string& destination) {
  return absl::StrCat(R"({"version":1,"lead_id":")",
                      lead_id,
                      R"(","publisher":"shop","accepted_at":"2026-03-01T09:30:00.000Z",)",
                      R"("destinations":[")",
                      destination,
                      R"("],"suppressed":[],"lead":{"email":"poison@example.com"}})");
}

bool Publish(const std::vector<OddMessage>& messages) {
  OddPublisher publisher(TheStack().broker_port(), TheStack().vhost());
  return std::ranges::all_of(messages,
                             [&](const OddMessage& message) { return publisher.Publish(message); });
}

// The bodies of the letters of this cause, as the ledger keeps them.
std::multiset<size_t> SizesOf(const std::string& cause) {
  std::multiset<size_t> sizes;
  const json::Document letters = TheStack().Dlq("/v1/dead-letters?limit=200&cause=" + cause);
  for (const json::Value& letter : letters.root().Find("dead_letters").Elements()) {
    const json::Document whole =
        TheStack().Dlq(absl::StrCat("/v1/dead-letters/", letter.Find("id").AsText().value_or("")));
    // What is JSON is shown as JSON.
    const json::Value text = whole.root().Find("body");
    const std::string base64 = whole.root().Find("body_base64").StringOr("");
    sizes.insert(text.exists() ? text.ToJson().size()
                               : crypto::FromBase64(base64).value_or("").size());
  }
  return sizes;
}

TEST(PoisonTest, IsKeptWithItsBytesAndStopsNoQueue) {
  constexpr size_t kLargest = 16 << 20;
  const pid_t delivery = TheStack().delivery().pid();
  const pid_t dlq = TheStack().dlq().pid();
  const int64_t delivery_before = test::ResidentBytes(delivery);
  const int64_t dlq_before = test::ResidentBytes(dlq);
  const std::string binary = std::string("\x00\xFF\x1b[2J\r\n", 8);
  const std::string long_id = EnvelopeOf(std::string(300, 'l'), "steady");
  OddMessage strange = To("leads.ledger", binary + "strange", "lead.accepted");
  strange.strange_headers = true;
  std::multiset<size_t> sizes;
  std::vector<OddMessage> messages;
  const auto add = [&](OddMessage message) {
    sizes.insert(message.body.size());
    messages.push_back(std::move(message));
  };
  add(To("deliver.steady", ""));
  add(To("deliver.steady", binary));
  add(To("deliver.steady", long_id));
  add(To("deliver.steady", std::string(100'000, '[')));
  add(To("deliver.steady", std::string(kLargest, 'd')));
  add(To("leads.ledger", binary + "l"));
  add(To("leads.ledger", binary + "typed", "lead.accepted"));
  add(To("leads.ledger", "[" + std::string(1000, '1') + "]", "delivery.outcomes"));
  add(To("leads.ledger", EnvelopeOf(std::string(301, 'l'), "steady"), "lead.accepted"));
  add(To("leads.ledger", std::string(kLargest - 1, 'l')));
  add(std::move(strange));
  add(To("leads.dead", binary + "dd"));
  add(To("leads.dead", "{}", "delivery.dead"));
  add(To("leads.dead", std::string(kLargest - 2, 'e'), "delivery.dead"));
  ASSERT_TRUE(Publish(messages));

  EXPECT_TRUE(
      test::Eventually([&] { return SizesOf("unreadable").size() == sizes.size(); }, seconds(20)))
      << SizesOf("unreadable").size() << " of " << sizes.size() << TheStack().Logs();
  EXPECT_EQ(SizesOf("unreadable"), sizes);
  ExpectOthersFlow();
  // A few copies of the largest, in base64 and out of it.
  EXPECT_LT(test::PeakResidentBytes(delivery), delivery_before + (512LL << 20));
  EXPECT_LT(test::PeakResidentBytes(dlq), dlq_before + (512LL << 20));
}

TEST(PoisonTest, AMessageThatCannotBeDelayedIsADeadLetter) {
  // Its CRM is not there, so that it is tried again; its headers do not fit a second time.
  OddMessage message = To("deliver.unreachable", EnvelopeOf("ld_large", "unreachable"));
  message.progress = "{\"contact\":\"" + std::string(110'000, '7') + "\"}";
  ASSERT_TRUE(Publish({message}));
  const auto found = [] {
    const json::Document letters = TheStack().Dlq("/v1/dead-letters?lead_id=ld_large");
    return letters.root().Find("dead_letters").size() == 1;
  };
  EXPECT_TRUE(test::Eventually(found, seconds(10))) << TheStack().Log("delivery");
}

TEST(PoisonTest, StrangeHeadersOnALeadAreNotBelieved) {
  OddMessage message = To("deliver.steady", EnvelopeOf("ld_strange", "steady"));
  message.strange_headers = true;
  const int64_t before = TheStack().Reported("/webhook/receivers/steady/records");
  ASSERT_TRUE(Publish({message}));
  EXPECT_TRUE(test::Eventually(
      [&] { return TheStack().Reported("/webhook/receivers/steady/records") > before; },
      seconds(10)))
      << TheStack().Log("delivery");
}

}  // namespace
}  // namespace leadrelay::e2e
