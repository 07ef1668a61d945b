// What leadrelay-dlq does while its disk is full, the broker is away, or Redis is.

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "common/lead/topology.h"
#include "services/dlq/ledger/sqlite.h"
#include "tests/integration/dlq/harness.h"
#include "tests/unit/dlq/facts.h"

namespace leadrelay::dlq {
namespace {

using testing::HasSubstr;

std::vector<amqp::Message> Leads(const std::string& prefix, int count) {
  std::vector<amqp::Message> messages;
  for (int i = 0; i < count; ++i) {
    messages.push_back(AcceptedMessage(absl::StrCat(prefix, i), {"crm-a"}));
  }
  return messages;
}

// No file of the process may grow beyond `bytes`: to it, the disk is full.
void LimitFiles(pid_t pid, rlim_t bytes) {
  const rlimit limit{bytes, RLIM_INFINITY};
  ASSERT_EQ(prlimit(pid, RLIMIT_FSIZE, &limit, nullptr), 0);
}

TEST(TroubleTest, AFullDiskKeepsTheMessagesInTheQueueUntilThereIsRoom) {
  Dlq dlq;
  dlq.Publish(Leads("a_", 100));
  dlq.Publish(Deaths("d_", 1, "crm-b"));
  dlq.WaitFor("100 leads and a dead letter", [&] {
    return dlq.Book("crm-a", "accepted") == 100 && dlq.Book("crm-b", "dead") == 1;
  });

  LimitFiles(dlq.process().pid(), 1);
  dlq.Publish(Leads("b_", 1000));
  dlq.WaitFor("not ready, and why", [&] {
    const e2e::Reply ready = dlq.Get("/readyz");
    return ready.status == 503 && ready.body.find("\"check\":\"ledger\"") != std::string::npos;
  });
  EXPECT_EQ(dlq.Book("crm-a", "accepted"), 100);
  EXPECT_EQ(dlq.Get("/healthz").status, 200);
  EXPECT_EQ(dlq.Get("/v1/leads/a_7").status, 200);  // Reading goes on.
  const std::string discard = R"({"filter":{"all":true}})";
  EXPECT_EQ(dlq.Post("/v1/dead-letters:discard", discard).status, 503);
  EXPECT_EQ(dlq.Book("crm-b", "dead"), 1);

  LimitFiles(dlq.process().pid(), RLIM_INFINITY);
  dlq.WaitFor("all leads", [&] { return dlq.Book("crm-a", "accepted") == 1100; });
  dlq.WaitFor("ready again", [&] { return dlq.Get("/readyz").status == 200; });
  EXPECT_EQ(dlq.Book("crm-a", "difference"), 0);
}

TEST(TroubleTest, AKillWhileTheDiskIsFullLosesNothing) {
  Dlq dlq;
  LimitFiles(dlq.process().pid(), 1);
  dlq.Publish(Leads("a_", 500));
  dlq.WaitFor("not ready", [&] { return dlq.Get("/readyz").status == 503; });
  dlq.process().Kill9();
  dlq.Start();
  dlq.WaitFor("all leads", [&] { return dlq.Book("crm-a", "accepted") == 500; });
}

TEST(TroubleTest, AnothersLockOnTheFileIsWaitedFor) {
  Dlq dlq;
  dlq.Publish(Leads("a_", 10));
  dlq.WaitFor("10 leads", [&] { return dlq.Book("crm-a", "accepted") == 10; });
  auto other = Database::Open(dlq.database(), Database::Mode::kReadWrite);
  ASSERT_TRUE(other.ok()) << other.status();
  {
    Transaction transaction(**other, Transaction::Kind::kWrite);
    dlq.Publish(Leads("b_", 10));
    dlq.WaitFor("not ready, and why",
                [&] { return dlq.Get("/readyz").body.find("locked") != std::string::npos; });
    EXPECT_EQ(dlq.Book("crm-a", "accepted"), 10);
    EXPECT_TRUE(transaction.Commit().ok());
  }
  dlq.WaitFor("all leads", [&] { return dlq.Book("crm-a", "accepted") == 20; });
}

TEST(TroubleTest, KilledUnderLoadItRecordsEachLeadOnce) {
  Dlq dlq;
  std::vector<lead::OutcomeEvent> outcomes;
  for (int i = 0; i < 5000; ++i) {
    outcomes.push_back(test::Delivered(absl::StrCat("a_", i), "crm-a"));
  }
  dlq.Publish(Leads("a_", 5000));
  for (int round = 0; round < 3; ++round) {
    dlq.process().Kill9();
    dlq.Start();
    dlq.Publish(OutcomesMessage(outcomes));
  }
  dlq.WaitFor("all leads, delivered", [&] {
    return dlq.Book("crm-a", "accepted") == 5000 && dlq.Book("crm-a", "delivered") == 5000;
  });
  EXPECT_EQ(dlq.Book("crm-a", "difference"), 0);
  EXPECT_EQ(dlq.Ready(std::string(lead::kLedgerQueue)), 0);
}

TEST(TroubleTest, WithoutRedisItRecordsAndReplays) {
  Dlq dlq;
  TheRedis().Stop();
  dlq.Publish(Deaths("ld_", 1, "crm-a"));
  dlq.WaitFor("the dead letter", [&] { return dlq.Book("crm-a", "dead") == 1; });
  dlq.Replay(R"({"filter":{"all":true}})");
  EXPECT_EQ(dlq.Take("crm-a", 1).size(), 1u);
  const e2e::Reply destinations = dlq.Get("/v1/destinations");
  EXPECT_EQ(destinations.status, 200);
  EXPECT_THAT(destinations.body, HasSubstr(R"("state":"unknown","detail":"Redis: )"));
  EXPECT_EQ(dlq.Post("/v1/destinations/crm-a:pause").status, 503);
  EXPECT_EQ(dlq.Get("/readyz").status, 200);
  TheRedis().Start();
}

TEST(TroubleTest, AReplayWaitsForTheBroker) {
  Dlq dlq;
  dlq.Publish(Deaths("ld_", 40, "crm-a"));
  dlq.WaitFor("dead letters", [&] { return dlq.Book("crm-a", "dead") == 40; });
  const std::string replay =
      dlq.Replay(R"({"filter":{"destination":"crm-a"},"rate_per_second":20})");
  dlq.WaitFor("some are out", [&] { return dlq.Items(replay, "published") >= 4; });
  TheBroker().Restart();
  dlq.WaitFor("all are out", [&] { return dlq.Items(replay, "published") == 40; });
  std::vector<std::string> ids;
  const int64_t waiting = dlq.Ready("deliver.crm-a");
  for (const amqp::Message& message : dlq.Take("crm-a", static_cast<size_t>(waiting))) {
    ids.push_back(message.message_id);
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  EXPECT_EQ(ids.size(), 40u);
}

}  // namespace
}  // namespace leadrelay::dlq
