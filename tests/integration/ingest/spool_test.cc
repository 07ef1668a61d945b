// Ingest with a spool while the broker is away: leads are accepted, survive the process, and come
// to the broker in order and under their own ids.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "tests/integration/ingest/installation.h"

namespace leadrelay::ingest {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

constexpr char kWithSpool[] = "  publish_timeout: 1s\n  spool:\n    directory: ${FOLDER}/spool\n";

std::string Person(int number) {
  return LeadOf(absl::StrCat("person", number, "@example.com"));
}

std::string IdOf(const http::Response& response) {
  return BodyOf(response).root().Find("lead_id").StringOr("");
}

// Somebody whom nothing is known of.
std::string Stranger() {
  static int count = 0;
  return LeadOf(absl::StrCat("stranger", ++count, "@example.com"));
}

double Spooled(Installation& installation) {
  return installation.Metric("leadrelay_ingest_spool_records");
}

// Posts until one lead went straight to the broker, and leaves its queues empty.
void AwaitTheBroker(Installation& installation) {
  const auto confirmed = [&] {
    return installation.Post(Stranger()).status == 202 && Spooled(installation) == 0 &&
           installation.Metric("leadrelay_ingest_confirm_seconds_count") > 0;
  };
  EXPECT_TRUE(test::Eventually(confirmed, seconds(30))) << installation.Log();
  installation.EmptyQueues();
}

// Posts until the broker's absence shows: from then on, leads go into the spool.
void AwaitSpooling(Installation& installation) {
  ASSERT_TRUE(test::Eventually(
      [&] { return installation.Post(Stranger()).status == 202 && Spooled(installation) > 0; },
      seconds(20)));
}

void AwaitDrained(Installation& installation) {
  ASSERT_TRUE(test::Eventually([&] { return Spooled(installation) == 0; }, seconds(40)))
      << installation.Log();
}

// The ids in a queue, in order; copies of one that came before are left out.
std::vector<std::string> IdsIn(const std::string& queue) {
  AmqpProbe probe(TheBroker().port());
  std::vector<std::string> ids;
  std::set<std::string> known;
  for (std::string& id : probe.TakeLeadIds(queue)) {
    if (known.insert(id).second) ids.push_back(std::move(id));
  }
  return ids;
}

// `ids` without those that are not `wanted`.
std::vector<std::string> Only(std::vector<std::string> ids,
                              const std::vector<std::string>& wanted) {
  std::erase_if(
      ids, [&](const std::string& id) { return std::ranges::find(wanted, id) == wanted.end(); });
  return ids;
}

class SpoolTest : public testing::Test {
 public:
  SpoolTest() : installation_(kWithSpool) { AwaitTheBroker(installation_); }
  ~SpoolTest() override {
    if (HasFailure()) std::cerr << installation_.Log();
    if (!TheBroker().Running()) TheBroker().Start();
  }

 protected:
  std::vector<std::string> PostMany(int first, int count) {
    std::vector<std::string> ids;
    for (int i = first; i < first + count; ++i) {
      const http::Response response = installation_.Post(Person(i), absl::StrCat("key-", i));
      EXPECT_EQ(response.status, 202) << response.body;
      ids.push_back(IdOf(response));
    }
    return ids;
  }

  Installation installation_;
};

TEST_F(SpoolTest, AnOutageIsSeenByNoPublisher) {
  TheBroker().Stop();
  AwaitSpooling(installation_);
  std::vector<std::string> ids = PostMany(1, 50);

  const http::Response again = installation_.Post(Person(1), "key-1");
  EXPECT_EQ(again.status, 202);
  EXPECT_EQ(again.headers.Get("idempotent-replayed"), "true");
  EXPECT_EQ(IdOf(again), ids.front());
  EXPECT_EQ(installation_.Post(Person(2), "key-1").status, 422);

  const http::Headers bearer = {{"Authorization", std::string("Bearer ") + kShopKey},
                                {"Content-Type", "application/json"}};
  const http::Response batch = installation_.Call(
      "POST", "/v1/leads:batch", bearer, absl::StrCat("[", Person(101), ",", Person(102), "]"));
  EXPECT_EQ(batch.status, 200) << batch.body;
  EXPECT_EQ(BodyOf(batch).root().Find("accepted").Int64Or(0), 2);
  for (const char* item : {"/items/0/answer/lead_id", "/items/1/answer/lead_id"}) {
    ids.push_back(BodyOf(batch).root().Pointer(item).StringOr(""));
  }
  const http::Response operation =
      installation_.Call("POST",
                         "/v1/operations",
                         bearer,
                         LeadOf("person103@example.com", R"("operation": "update_person")"));
  EXPECT_EQ(operation.status, 202) << operation.body;
  ids.push_back(IdOf(operation));
  const http::Response form =
      installation_.Call("POST",
                         "/v1/forms/demo",
                         {{"Content-Type", "application/x-www-form-urlencoded"}},
                         "email=person104%40example.com");
  EXPECT_EQ(form.status, 303);
  EXPECT_EQ(form.headers.Get("location"), "https://www.example.com/thanks");

  EXPECT_TRUE(installation_.Ready());
  EXPECT_GE(Spooled(installation_), 54);
  EXPECT_GT(installation_.Metric("leadrelay_ingest_spool_bytes"), 0);
  EXPECT_GT(installation_.Metric("leadrelay_ingest_spool_oldest_timestamp_seconds"), 0);

  TheBroker().Start();
  AwaitDrained(installation_);
  EXPECT_GE(installation_.Metric("leadrelay_ingest_spool_drained_total"), 54);
  EXPECT_EQ(installation_.Metric("leadrelay_ingest_spool_bytes"), 0);
  EXPECT_EQ(Only(IdsIn("leads.ledger"), ids), ids);
  EXPECT_EQ(Only(IdsIn("deliver.sheet"), ids).size(), ids.size());
  EXPECT_EQ(AmqpProbe(TheBroker().port()).Count("leads.ledger"), 0);

  // The same again, now that the broker has it: nothing is published.
  EXPECT_EQ(installation_.Post(Person(1), "key-1").headers.Get("idempotent-replayed"), "true");
  // A new one does not touch the disk.
  const double kept = installation_.Metric("leadrelay_ingest_spool_kept_total");
  (void)PostMany(200, 1);
  EXPECT_EQ(installation_.Metric("leadrelay_ingest_spool_kept_total"), kept);
}

TEST_F(SpoolTest, ABrokerThatHangsCostsThePublishTimeout) {
  TheBroker().Freeze();
  const std::vector<std::string> ids = PostMany(1, 3);
  EXPECT_EQ(Spooled(installation_), 3);
  TheBroker().Thaw();
  AwaitDrained(installation_);
  EXPECT_EQ(Only(IdsIn("leads.ledger"), ids), ids);
}

TEST_F(SpoolTest, ABrokerThatBlocksIsOneThatIsAway) {
  TheBroker().SetMemoryAlarm(true);
  AwaitSpooling(installation_);
  const std::vector<std::string> ids = PostMany(1, 20);
  TheBroker().SetMemoryAlarm(false);
  AwaitDrained(installation_);
  EXPECT_EQ(Only(IdsIn("leads.ledger"), ids), ids);
}

TEST_F(SpoolTest, ManyLeadsShareASync) {
  constexpr int kLeads = 1000;
  TheBroker().Stop();
  AwaitSpooling(installation_);
  const double before = installation_.Metric("leadrelay_ingest_spool_syncs_total");
  std::string batch;
  for (int i = 1; i <= kLeads; ++i) absl::StrAppend(&batch, Person(i), "\n");
  const http::Response response =
      installation_.Call("POST",
                         "/v1/leads:batch",
                         {{"X-Api-Key", kShopKey}, {"Content-Type", "application/x-ndjson"}},
                         batch);
  EXPECT_EQ(BodyOf(response).root().Find("accepted").Int64Or(0), kLeads) << response.status;
  EXPECT_LT(installation_.Metric("leadrelay_ingest_spool_syncs_total") - before, kLeads / 20);
}

// Each life is killed while it spools, and the last ones while they drain.
TEST_F(SpoolTest, KilledAgainAndAgainUnderLoad) {
  std::atomic<bool> done = false;
  std::mutex mutex;
  std::set<std::string> accepted;
  const auto count = [&] {
    const std::lock_guard<std::mutex> lock(mutex);
    return accepted.size();
  };
  std::vector<std::thread> senders;
  for (int sender = 0; sender < 4; ++sender) {
    senders.emplace_back([&, sender] {
      for (int i = 0; !done; ++i) {
        const http::Response answer = installation_.Post(Person(sender * 1'000'000 + i));
        if (answer.status != 202) continue;
        const std::lock_guard<std::mutex> lock(mutex);
        accepted.insert(IdOf(answer));
      }
    });
  }
  const auto more = [&](size_t leads) {
    const size_t target = count() + leads;
    EXPECT_TRUE(test::Eventually([&] { return count() >= target; }, seconds(40)));
  };
  for (int round = 0; round < 2; ++round) {
    more(50);
    TheBroker().Stop();
    for (int life = 0; life < 3; ++life) {
      more(300);
      installation_.process().Kill9();
      installation_.Start();
    }
    TheBroker().Start();
    for (int life = 0; life < 2; ++life) {
      EXPECT_TRUE(test::Eventually(
          [&] { return installation_.Metric("leadrelay_ingest_spool_drained_total") > 0; },
          seconds(40)));
      installation_.process().Kill9();
      installation_.Start();
    }
  }
  done = true;
  for (std::thread& sender : senders) sender.join();
  AwaitDrained(installation_);
  for (const char* queue : {"leads.ledger", "deliver.sheet"}) {
    const std::vector<std::string> ids = IdsIn(queue);
    const std::set<std::string> stored(ids.begin(), ids.end());
    EXPECT_TRUE(std::ranges::includes(stored, accepted)) << queue;
  }
  EXPECT_EQ(installation_.Metric("leadrelay_ingest_spool_damaged_total"), 0);
}

TEST_F(SpoolTest, ALeadGoesWhereItWasRoutedWhenItWasAccepted) {
  TheBroker().Stop();
  AwaitSpooling(installation_);
  const std::vector<std::string> ids = PostMany(1, 5);
  installation_.process().Kill9();
  // A destination that is gone; its queue is still there, as it should be while something may come.
  installation_.EditConfig(
      "  sheet:\n    connector: webhook\n    settings:\n      url: "
      "https://sheet.example.com/hook\n",
      "");
  TheBroker().Start();
  installation_.Start();
  AwaitDrained(installation_);
  EXPECT_EQ(Only(IdsIn("leads.ledger"), ids), ids);
  EXPECT_EQ(Only(IdsIn("deliver.sheet"), ids), ids);
}

TEST_F(SpoolTest, AQueueThatRefusesItsLeadsHoldsUpNoOthers) {
  installation_.process().Kill9();
  installation_.EditConfig("destinations:\n  hub",
                           "routes:\n"
                           "  - {name: sheet, forms: [sheet], destinations: [sheet]}\n"
                           "  - {name: hubspot, forms: [hubspot], destinations: [hubspot]}\n"
                           "destinations:\n  hub");
  installation_.Start();
  const auto post = [&](const std::string& form, int number) {
    return installation_.Post(
        LeadOf(absl::StrCat(form, number, "@example.com"),
               absl::StrCat(R"("consent_given": true, "form_name": ")", form, "\"")));
  };
  ASSERT_TRUE(TheBroker()
                  .Control({"set_policy",
                            "full",
                            "^deliver.sheet$",
                            R"({"max-length":1,"overflow":"reject-publish"})",
                            "--apply-to",
                            "queues"})
                  .ok());
  int posted = 0;
  const auto refused = [&] {
    return post("sheet", ++posted).status == 202 &&
           installation_.Metric("leadrelay_ingest_publish_failures_total{reason=\"refused\"}") > 0;
  };
  ASSERT_TRUE(test::Eventually(refused, seconds(20)));
  EXPECT_GT(Spooled(installation_), 0);

  TheBroker().Stop();
  ASSERT_TRUE(test::Eventually(
      [&] { return post("sheet", ++posted).status == 202 && Spooled(installation_) > 1; },
      seconds(20)));
  const http::Response behind = post("hubspot", 1);
  ASSERT_EQ(behind.status, 202);
  TheBroker().Start();
  EXPECT_EQ(AmqpProbe(TheBroker().port()).Await("deliver.hubspot").message_id, IdOf(behind));
  EXPECT_GT(Spooled(installation_), 0);
  EXPECT_TRUE(TheBroker().Control({"clear_policy", "full"}).ok());
}

TEST_F(SpoolTest, ADamagedRecordIsSetAsideAndTheOthersArrive) {
  TheBroker().Stop();
  AwaitSpooling(installation_);
  std::vector<std::string> ids = PostMany(1, 20);
  installation_.process().Kill9();
  const fs::path segment = installation_.folder() + "/spool/000000000001.spool";
  std::string bytes = test::ReadWholeFile(segment);
  const size_t at = bytes.find(ids[10]);
  ASSERT_NE(at, std::string::npos);
  bytes[at] = '#';
  std::ofstream(segment, std::ios::binary) << bytes;
  ids.erase(ids.begin() + 10);

  installation_.Start();
  EXPECT_THAT(installation_.Log(), testing::HasSubstr("000000000001.spool\",\"offset\":"));
  TheBroker().Start();
  AwaitDrained(installation_);
  EXPECT_EQ(Only(IdsIn("leads.ledger"), ids), ids);
  EXPECT_EQ(installation_.Metric("leadrelay_ingest_spool_damaged_total"), 1);
  EXPECT_EQ(test::ReadWholeFile(installation_.folder() + "/spool/000000000001.damaged"), bytes);
  EXPECT_FALSE(fs::exists(segment));
}

TEST_F(SpoolTest, ASecondProcessIsRefusedTheFolder) {
  const fs::path config = installation_.folder() + "/second.yaml";
  std::string text = test::ReadWholeFile(installation_.folder() + "/leadrelay.yaml");
  const std::string port = absl::StrCat(":", installation_.port(), "\n");
  text.replace(text.find(port), port.size(), ":0\n");
  std::ofstream(config) << text;
  const std::string log = installation_.folder() + "/second.log";
  test::Process second({LEADRELAY_BINARY_DIR "/bin/leadrelay-ingest", "--config", config},
                       {{"IP_HASH_KEY", "thirty-two bytes, and a few more of them"}},
                       log);
  EXPECT_EQ(second.Wait(seconds(10)), 1);
  EXPECT_THAT(test::ReadWholeFile(log), testing::HasSubstr("another process's spool"));
  EXPECT_TRUE(installation_.Ready());
}

// As a full disk: no file may grow any more.
TEST_F(SpoolTest, ADiskThatTakesNothingIs503UntilItDoes) {
  TheBroker().Stop();
  AwaitSpooling(installation_);
  const std::vector<std::string> ids = PostMany(1, 5);
  rlimit before{};
  const pid_t pid = installation_.process().pid();
  ASSERT_EQ(prlimit(pid, RLIMIT_FSIZE, nullptr, &before), 0);
  const rlimit none{0, before.rlim_max};
  ASSERT_EQ(prlimit(pid, RLIMIT_FSIZE, &none, nullptr), 0);
  const http::Response refused = installation_.Post(Person(100));
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.headers.Get("retry-after"), "2");
  EXPECT_TRUE(test::Eventually([&] { return !installation_.Ready(); }, seconds(30)));
  EXPECT_THAT(installation_.Call("GET", "/readyz").body, testing::HasSubstr("File too large"));
  EXPECT_GT(installation_.Metric("leadrelay_ingest_spool_refused_total{reason=\"disk\"}"), 0);

  ASSERT_EQ(prlimit(pid, RLIMIT_FSIZE, &before, nullptr), 0);
  EXPECT_TRUE(test::Eventually([&] { return installation_.Ready(); }, seconds(30)));
  EXPECT_EQ(installation_.Post(Person(100)).status, 202);
  TheBroker().Start();
  AwaitDrained(installation_);
  EXPECT_EQ(Only(IdsIn("leads.ledger"), ids), ids);
}

TEST(SmallSpool, FullIs503UntilTheBrokerTakesSome) {
  Installation installation(absl::StrCat(kWithSpool, "    max_bytes: 1MiB\n"));
  AwaitTheBroker(installation);
  TheBroker().Stop();
  AwaitSpooling(installation);
  std::string batch;
  for (int i = 0; i < 1000; ++i) {
    absl::StrAppend(&batch,
                    LeadOf(absl::StrCat("full", i, "@example.com"),
                           absl::StrCat(R"("note": ")", std::string(1000, 'x'), "\"")),
                    "\n");
  }
  const http::Response filled =
      installation.Call("POST",
                        "/v1/leads:batch",
                        {{"X-Api-Key", kShopKey}, {"Content-Type", "application/x-ndjson"}},
                        batch);
  const int64_t accepted = BodyOf(filled).root().Find("accepted").Int64Or(0);
  EXPECT_GT(accepted, 100);
  EXPECT_LT(accepted, 1000);
  EXPECT_EQ(installation.Post(Person(1)).status, 503);
  EXPECT_LE(installation.Metric("leadrelay_ingest_spool_bytes"), 1 << 20);
  EXPECT_TRUE(test::Eventually([&] { return !installation.Ready(); }, seconds(30)));
  EXPECT_THAT(installation.Call("GET", "/readyz").body, testing::HasSubstr("the spool is full"));
  TheBroker().Start();
  AwaitDrained(installation);
  EXPECT_EQ(installation.Post(Person(1)).status, 202);
  EXPECT_GE(std::ssize(AmqpProbe(TheBroker().port()).TakeLeadIds("leads.ledger")), accepted);
}

}  // namespace
}  // namespace leadrelay::ingest
