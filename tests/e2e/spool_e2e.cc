// From the publisher to the CRM through an outage of the broker: everything accepted is delivered,
// once, whoever is killed meanwhile.

#include <atomic>
#include <filesystem>
#include <thread>

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "tests/e2e/stack.h"

namespace leadrelay::e2e {
namespace {

constexpr int kBatch = 20;

test::BrokerOptions WithManagement() {
  test::BrokerOptions options;
  options.management = true;
  return options;
}

class SpoolE2e : public testing::Test {
 protected:
  StackOptions Options() {
    StackOptions options;
    options.destinations =
        absl::StrCat(WebhookDestination("orders"), HubSpotDestination("hubspot"));
    options.ingest = absl::StrCat(
        "  publish_timeout: 1s\n"
        "  spool:\n    directory: ",
        scratch_.path,
        "\n");
    options.broker = &broker_;
    return options;
  }

  double Spooled() { return stack_.IngestMetric("leadrelay_ingest_spool_records"); }
  bool AwaitDrained() {
    return test::Eventually([this] { return Spooled() == 0; }, seconds(60));
  }

  void ExpectEachOnce(int leads) {
    for (const char* destination : {"orders", "hubspot"}) {
      ASSERT_TRUE(stack_.WaitForBalance(destination, leads, seconds(60)))
          << destination << ": " << stack_.Books(destination).root().ToJson() << "\n"
          << stack_.Logs();
      EXPECT_EQ(stack_.Book(destination, "delivered"), leads);
    }
    EXPECT_EQ(stack_.Reported("/webhook/receivers/orders/records"), leads);
    EXPECT_EQ(stack_.Reported("/webhook/receivers/orders/duplicates"), 0);
    EXPECT_EQ(stack_.Reported("/hubspot/contacts"), leads);
    EXPECT_EQ(stack_.Reported("/hubspot/duplicates"), 0);
  }

  struct Scratch {
    ~Scratch() { std::filesystem::remove_all(path); }
    const std::string path = absl::StrCat(LEADRELAY_BINARY_DIR "/e2e/spool-", getpid());
  };
  const Scratch scratch_;
  test::Broker broker_{WithManagement()};
  Stack stack_{Options()};
};

TEST_F(SpoolE2e, AnOutage) {
  ASSERT_EQ(stack_.Send(Lead(0), "key-0").status, 202);
  broker_.Stop();
  for (int i = 1; i <= 100; ++i) {
    const Reply reply = stack_.Send(Lead(i), absl::StrCat("key-", i));
    ASSERT_EQ(reply.status, 202) << reply.body << stack_.Logs();
  }
  EXPECT_EQ(Spooled(), 100);
  EXPECT_EQ(stack_.Ingest("GET", "/readyz").status, 200);
  broker_.Start();
  ASSERT_TRUE(AwaitDrained()) << stack_.Logs();
  ASSERT_EQ(stack_.Send(Lead(101), "key-101").status, 202);
  ExpectEachOnce(102);
}

// Publishers send each batch again until it is accepted whole.  They never send more than the test
// has asked for: what an outage has gathered must be delivered within its patience.
TEST_F(SpoolE2e, IngestIsKilledWhileItSpoolsAndWhileItDrains) {
  std::atomic<bool> done = false;
  std::atomic<int> accepted = 0;
  std::atomic<int> wanted = 0;
  std::thread sender([&] {
    while (!done) {
      if (!test::Eventually([&] { return done || accepted < wanted; }, seconds(60))) return;
      std::string batch;
      for (int i = accepted; i < accepted + kBatch; ++i) {
        absl::StrAppend(&batch, R"({"idempotency_key":"key-)", i, R"(","lead":)", Lead(i), "}\n");
      }
      const bool taken = test::Eventually(
          [&] {
            const Reply reply = stack_.SendBatch(batch);
            return reply.Json().root().Find("accepted").Int64Or(-1) == kBatch;
          },
          seconds(60));
      if (!taken) return;  // The count that is missing fails the test.
      accepted += kBatch;
    }
  });
  // Returns in the middle of the sending.
  const auto more = [&](int leads) {
    const int target = accepted + leads;
    wanted = target + leads;
    EXPECT_TRUE(test::Eventually([&] { return accepted >= target; }, seconds(60)));
  };
  const auto kill_ingest = [this] {
    stack_.ingest().Kill9();
    stack_.StartIngest();
  };
  more(100);
  broker_.Kill9();
  for (int life = 0; life < 3; ++life) {
    more(300);
    kill_ingest();
  }
  broker_.Start();
  for (int life = 0; life < 3; ++life) {
    EXPECT_TRUE(test::Eventually(
        [this] {
          return stack_.IngestMetric("leadrelay_ingest_spool_drained_total") > 0 || Spooled() == 0;
        },
        seconds(30)));
    kill_ingest();
  }
  more(100);
  done = true;
  sender.join();
  EXPECT_TRUE(AwaitDrained()) << stack_.Logs();
  ExpectEachOnce(accepted);
}

}  // namespace
}  // namespace leadrelay::e2e
