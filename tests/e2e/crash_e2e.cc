// What must hold while processes die: nothing accepted is lost, nothing is recorded twice.

#include <csignal>
#include <thread>

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "tests/e2e/stack.h"

namespace leadrelay::e2e {
namespace {

constexpr int kLeads = 3000;
constexpr int kBatch = 50;

StackOptions TwoDestinations() {
  StackOptions options;
  options.destinations = absl::StrCat(
      WebhookDestination("orders", "    retry:\n      ladder: [1s, 1s, 1s, 1s, 1s]\n"),
      HubSpotDestination("hubspot", "    retry:\n      ladder: [1s, 1s, 1s, 1s, 1s]\n"));
  return options;
}

// Sends kLeads leads, each batch again until it is accepted whole, as a careful publisher does.
// A batch that nobody takes ends the sending: the count that is missing fails the test.
std::thread SendInBackground(Stack& stack, std::atomic<int>& accepted) {
  return std::thread([&stack, &accepted] {
    for (int first = 0; first < kLeads; first += kBatch) {
      std::string batch;
      for (int i = first; i < first + kBatch; ++i) {
        absl::StrAppend(&batch, R"({"idempotency_key":"key-)", i, R"(","lead":)", Lead(i), "}\n");
      }
      const bool taken = test::Eventually(
          [&] {
            Reply reply = stack.SendBatch(batch);
            return reply.status == 200 &&
                   reply.Json().root().Find("accepted").Int64Or(-1) == kBatch;
          },
          seconds(60));
      if (!taken) return;
      accepted += kBatch;
    }
  });
}

void ExpectNothingLostOrDoubled(Stack& stack) {
  for (const char* destination : {"orders", "hubspot"}) {
    ASSERT_TRUE(stack.WaitForBalance(destination, kLeads, seconds(90)))
        << destination << ": " << stack.Books(destination).root().ToJson() << "\n"
        << stack.Logs();
    EXPECT_EQ(stack.Book(destination, "delivered"), kLeads);
  }
  EXPECT_EQ(stack.Reported("/webhook/receivers/orders/records"), kLeads);
  EXPECT_EQ(stack.Reported("/webhook/receivers/orders/duplicates"), 0);
  EXPECT_EQ(stack.Reported("/hubspot/contacts"), kLeads);
  EXPECT_EQ(stack.Reported("/hubspot/duplicates"), 0);
}

TEST(CrashE2e, DeliveryIsKilledUnderLoad) {
  Stack stack(TwoDestinations());
  std::atomic<int> accepted = 0;
  std::thread sender = SendInBackground(stack, accepted);
  test::Eventually([&accepted] { return accepted >= kLeads / 3; }, seconds(60));
  stack.delivery().Kill9();
  stack.RestartDelivery(0);
  sender.join();
  ExpectNothingLostOrDoubled(stack);
}

TEST(CrashE2e, IngestIsKilledUnderLoad) {
  Stack stack(TwoDestinations());
  std::atomic<int> accepted = 0;
  std::thread sender = SendInBackground(stack, accepted);
  test::Eventually([&accepted] { return accepted >= kLeads / 3; }, seconds(60));
  stack.ingest().Kill9();
  stack.StartIngest();
  sender.join();
  ExpectNothingLostOrDoubled(stack);
}

TEST(CrashE2e, DlqIsKilledUnderLoad) {
  Stack stack(TwoDestinations());
  std::atomic<int> accepted = 0;
  std::thread sender = SendInBackground(stack, accepted);
  test::Eventually([&accepted] { return accepted >= kLeads / 3; }, seconds(60));
  stack.dlq().Kill9();
  stack.StartDlq();
  sender.join();
  ExpectNothingLostOrDoubled(stack);
}

TEST(CrashE2e, SigtermUnderLoadDrainsAndExitsCleanly) {
  Stack stack(TwoDestinations());
  std::atomic<int> accepted = 0;
  std::thread sender = SendInBackground(stack, accepted);
  test::Eventually([&accepted] { return accepted >= kLeads / 4; }, seconds(60));
  stack.delivery().Signal(SIGTERM);
  EXPECT_EQ(stack.delivery().Wait(seconds(10)), 0) << stack.Log("delivery");
  stack.RestartDelivery(0);
  test::Eventually([&accepted] { return accepted >= kLeads / 2; }, seconds(60));
  stack.ingest().Signal(SIGTERM);
  EXPECT_EQ(stack.ingest().Wait(seconds(10)), 0) << stack.Log("ingest");
  stack.StartIngest();
  stack.dlq().Signal(SIGTERM);
  EXPECT_EQ(stack.dlq().Wait(seconds(10)), 0) << stack.Log("dlq");
  stack.StartDlq();
  sender.join();
  ExpectNothingLostOrDoubled(stack);
}

TEST(CrashE2e, TwoDeliveryProcessesShareADestinationAndOneDies) {
  Stack stack(TwoDestinations());
  const size_t second = stack.StartDelivery({"--destinations", "orders"});
  std::atomic<int> accepted = 0;
  std::thread sender = SendInBackground(stack, accepted);
  test::Eventually([&accepted] { return accepted >= kLeads / 2; }, seconds(60));
  stack.delivery(second).Kill9();
  sender.join();
  ExpectNothingLostOrDoubled(stack);
}

}  // namespace
}  // namespace leadrelay::e2e
