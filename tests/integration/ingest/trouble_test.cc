// Ingest while what it stands on is away: a lead is accepted by right, or answered 503 in time.

#include <atomic>
#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "common/lead/envelope.h"
#include "tests/integration/ingest/installation.h"

namespace leadrelay::ingest {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr char kOneSecond[] = "  publish_timeout: 1s\n";

std::string Person(int number) {
  return LeadOf("person" + std::to_string(number) + "@example.com");
}

// The answer, and how long it took.
struct Timed {
  http::Response response;
  milliseconds took;
};
Timed PostTimed(Installation& installation, const std::string& lead) {
  const auto begun = std::chrono::steady_clock::now();
  http::Response response = installation.Post(lead);
  return {response,
          std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begun)};
}

// Generous: the bound is the publish timeout of a second, plus what a busy machine adds.
constexpr milliseconds kInTime(4000);

void ExpectUnavailable(Installation& installation, int number) {
  const Timed answer = PostTimed(installation, Person(number));
  EXPECT_EQ(answer.response.status, 503) << answer.response.body;
  EXPECT_EQ(ProblemOf(answer.response), "unavailable");
  EXPECT_EQ(answer.response.headers.Get("retry-after"), "2");
  EXPECT_LT(answer.took, kInTime);
}

bool EventuallyAccepts(Installation& installation, int number) {
  return test::Eventually([&] { return installation.Post(Person(number)).status == 202; },
                          seconds(30));
}

TEST(WithoutRedis, LeadsAreAcceptedWithTheSameIds) {
  Installation installation;
  const http::Response before = installation.Post(Person(1));
  installation.redis().Stop();
  const http::Response without = installation.Post(Person(1));
  EXPECT_EQ(without.status, 202);
  EXPECT_EQ(without.headers.Get("idempotent-replayed"), "");
  EXPECT_EQ(without.body, before.body);
  EXPECT_EQ(installation.Metric("leadrelay_ingest_without_idempotency_total"), 1);
  EXPECT_TRUE(installation.Ready());

  installation.redis().Start();
  EXPECT_TRUE(test::Eventually(
      [&] { return installation.Post(Person(1)).headers.Get("idempotent-replayed") == "true"; },
      seconds(20)));
}

TEST(WithoutRedis, ARedisThatHangsCostsOneWaitASecond) {
  Installation installation;
  ASSERT_EQ(installation.Post(Person(1)).status, 202);
  installation.redis().Freeze();
  const auto begun = std::chrono::steady_clock::now();
  constexpr int kLeads = 200;
  for (int i = 0; i < kLeads; ++i) {
    EXPECT_EQ(installation.Post(Person(100 + i)).status, 202);
  }
  // Waiting each time would take 20 seconds.
  EXPECT_LT(std::chrono::steady_clock::now() - begun, seconds(10));
  installation.redis().Thaw();
}

TEST(WithoutRedis, RatesAreLimitedAllTheSame) {
  Installation installation;
  installation.redis().Stop();
  int accepted = 0;
  for (int i = 0; i < 10; ++i) {
    const http::Response response =
        installation.Call("POST",
                          "/v1/leads",
                          {{"X-Api-Key", kSlowKey}, {"Content-Type", "application/json"}},
                          Person(i));
    if (response.status == 202) ++accepted;
  }
  EXPECT_GE(accepted, 2);
  EXPECT_LT(accepted, 10);
}

TEST(WithoutBroker, Stopped) {
  Installation installation(kOneSecond);
  TheBroker().Stop();
  ASSERT_TRUE(
      test::Eventually([&] { return installation.Post(Person(1)).status == 503; }, seconds(10)));
  for (int i = 0; i < 20; ++i) ExpectUnavailable(installation, i);
  EXPECT_EQ(installation.Call("GET", "/healthz").status, 200);
  EXPECT_TRUE(test::Eventually([&] { return !installation.Ready(); }, seconds(30)));
  TheBroker().Start();
  EXPECT_TRUE(EventuallyAccepts(installation, 1));
  EXPECT_TRUE(test::Eventually([&] { return installation.Ready(); }, seconds(30)));
}

TEST(WithoutBroker, FrozenInTheMiddle) {
  Installation installation(kOneSecond);
  TheBroker().Freeze();
  ExpectUnavailable(installation, 1);
  TheBroker().Thaw();
  // The refusal released the key: the same lead is taken, once, as the lead it was.
  EXPECT_TRUE(EventuallyAccepts(installation, 1));
}

TEST(WithoutBroker, BlockedByItsMemoryAlarm) {
  Installation installation(kOneSecond);
  TheBroker().SetMemoryAlarm(true);
  ASSERT_TRUE(
      test::Eventually([&] { return installation.Post(Person(1)).status == 503; }, seconds(20)));
  for (int i = 0; i < 20; ++i) ExpectUnavailable(installation, 100 + i);
  TheBroker().SetMemoryAlarm(false);
  EXPECT_TRUE(EventuallyAccepts(installation, 1));
}

// The broker ignores a routing key that nothing is bound to, so nobody would notice.
TEST(WithoutAQueue, ItIsDeclaredAgain) {
  Installation installation;
  AmqpProbe probe(TheBroker().port());
  probe.Delete("deliver.sheet");
  ASSERT_TRUE(test::Eventually(
      [&] { return installation.Metric("leadrelay_ingest_missing_queues_total") == 1; },
      seconds(30)));
  ASSERT_TRUE(test::Eventually(
      [&] { return installation.Log().find("a queue was deleted") != std::string::npos; },
      seconds(5)));
  ASSERT_EQ(installation.Post(Person(1)).status, 202);
  probe.Await("deliver.sheet");
  EXPECT_TRUE(installation.Ready());
}

// Nothing that was answered 202 is missing after the broker was killed under load.
TEST(WithoutBroker, KilledUnderLoad) {
  Installation installation(kOneSecond);
  std::atomic<bool> done = false;
  std::mutex mutex;
  std::set<std::string> accepted;
  std::vector<std::thread> senders;
  for (int sender = 0; sender < 4; ++sender) {
    senders.emplace_back([&, sender] {
      for (int i = 0; !done; ++i) {
        const Timed answer = PostTimed(installation, Person(sender * 1'000'000 + i));
        EXPECT_TRUE(answer.response.status == 202 || answer.response.status == 503)
            << answer.response.status;
        EXPECT_LT(answer.took, kInTime);
        if (answer.response.status != 202) continue;
        const std::lock_guard<std::mutex> lock(mutex);
        accepted.insert(BodyOf(answer.response).root().Find("lead_id").StringOr(""));
      }
    });
  }
  const auto count = [&] {
    const std::lock_guard<std::mutex> lock(mutex);
    return accepted.size();
  };
  EXPECT_TRUE(test::Eventually([&] { return count() > 500; }, seconds(20)));
  TheBroker().Kill9();
  TheBroker().Start();
  const size_t at_restart = count();
  EXPECT_TRUE(test::Eventually([&] { return count() > at_restart + 100; }, seconds(40)));
  done = true;
  for (std::thread& sender : senders) sender.join();

  for (const char* queue : {"leads.ledger", "deliver.sheet"}) {
    AmqpProbe probe(TheBroker().port());
    const std::vector<std::string> taken = probe.TakeLeadIds(queue);
    const std::set<std::string> stored(taken.begin(), taken.end());
    size_t missing = 0;
    for (const std::string& id : accepted) missing += stored.contains(id) ? 0 : 1;
    EXPECT_EQ(missing, 0u) << "of " << accepted.size() << " in " << queue;
  }
}

TEST(Shutdown, DrainsUnderLoad) {
  Installation installation;
  std::atomic<int> accepted = 0;
  std::atomic<bool> done = false;
  std::thread sender([&] {
    for (int i = 0; !done; ++i) {
      if (installation.Post(Person(i)).status == 202) ++accepted;
    }
  });
  EXPECT_TRUE(test::Eventually([&] { return accepted > 50; }, seconds(20)));
  installation.process().Signal(SIGTERM);
  const std::optional<int> exit_code = installation.process().Wait(seconds(10));
  done = true;
  sender.join();
  EXPECT_EQ(exit_code, 0) << installation.Log();
  AmqpProbe probe(TheBroker().port());
  EXPECT_GE(static_cast<int>(probe.TakeLeadIds("leads.ledger").size()), accepted);
}

TEST(Shutdown, EndsWhileTheBrokerHangs) {
  Installation installation("  publish_timeout: 1m\n");
  TheBroker().Freeze();
  std::thread sender([&] { installation.Post(Person(1)); });
  ASSERT_TRUE(test::Eventually(
      [&] { return installation.Metric("leadrelay_ingest_requests_in_flight") >= 1; },
      seconds(10)));
  installation.process().Signal(SIGTERM);
  EXPECT_EQ(installation.process().Wait(seconds(10)), 0) << installation.Log();
  TheBroker().Thaw();
  sender.join();
}

}  // namespace
}  // namespace leadrelay::ingest
