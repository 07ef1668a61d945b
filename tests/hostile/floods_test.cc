// A publisher, or somebody who is none, that sends as fast as it can: the limits hold, others are
// served, and what is refused costs nobody but ingest.

#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include <gtest/gtest.h>

#include "tests/hostile/ingest_under_attack.h"
#include "tests/hostile/resident.h"
#include "tests/integration/http/raw_socket.h"

namespace leadrelay::ingest {
namespace {

using test::RawSocket;

class FloodTest : public IngestUnderAttack {
 protected:
  static int64_t RedisCommands() {
    const std::string info = TheIngest().redis().Command({"INFO", "stats"});
    const size_t at = info.find("total_commands_processed:");
    return std::atoll(info.c_str() + at + std::string_view("total_commands_processed:").size());
  }
};

// All of them on one connection, one behind the other; the answers, whole.
std::string Pipelined(const std::vector<std::string>& requests) {
  const RawSocket socket(TheIngest().port());
  std::thread sender([&] {
    for (const std::string& request : requests) {
      if (!socket.Send(request)) break;
    }
    socket.EndOutput();
  });
  std::string answers = socket.ReadToEnd();
  sender.join();
  return answers;
}

int Count(const std::vector<test::Answer>& answers, int status) {
  return static_cast<int>(std::ranges::count(answers, status, &test::Answer::status));
}

TEST_F(FloodTest, WithoutAKeyNobodyBehindIsTroubled) {
  constexpr int kRequests = 3000;
  std::vector<std::string> requests;
  for (int i = 0; i < kRequests; ++i) {
    std::string request = LeadRequest(FreshLead());
    const size_t key = request.find(kShopKey);
    request.replace(key, std::string_view(kShopKey).size(), absl::StrCat("lrk_guess_", i));
    requests.push_back(std::move(request));
  }
  const int64_t before = RedisCommands();
  const std::vector<test::Answer> answers = test::ParseAnswers(Pipelined(requests));
  EXPECT_EQ(Count(answers, 401), kRequests);
  EXPECT_LT(RedisCommands() - before, 10) << "a health check may come by, no more";
  EXPECT_EQ(TakenHere(), 0);
  AmqpProbe probe(TheBroker().port());
  EXPECT_EQ(probe.Take("leads.ledger"), std::nullopt);
}

TEST_F(FloodTest, OverItsRateAPublisherWaitsAndOthersDoNot) {
  constexpr int kRequests = 500;
  std::vector<std::string> requests;
  for (int i = 0; i < kRequests; ++i) {
    std::string request = LeadRequest(FreshLead());
    request.replace(request.find(kShopKey), std::string_view(kShopKey).size(), kSlowKey);
    requests.push_back(std::move(request));
  }
  TheIngest().redis().Command({"DEL", "lr:rate:{slow}"});
  std::string bytes;
  std::thread flood([&] { bytes = Pipelined(requests); });
  for (int i = 0; i < 20; ++i) EXPECT_EQ(TheIngest().Post(FreshLead()).status, 202);
  flood.join();
  const std::vector<test::Answer> answers = test::ParseAnswers(bytes);
  const int taken = Count(answers, 202);
  EXPECT_GE(taken, 2) << "its burst";
  EXPECT_EQ(Count(answers, 429), kRequests - taken);
  int named = 0;
  for (size_t at = 0; (at = bytes.find("\r\nretry-after: ", at)) != std::string::npos; ++at)
    ++named;
  EXPECT_EQ(named, kRequests - taken);
}

TEST_F(FloodTest, EverNewKeysAreForgottenAgain) {
  constexpr int kRequests = 500;
  const pid_t pid = TheIngest().process().pid();
  const int64_t before = test::ResidentBytes(pid);
  std::vector<std::string> requests;
  for (int i = 0; i < kRequests; ++i) {
    const std::string body = FreshLead();
    requests.push_back(LeadRequest(
        body,
        absl::StrCat("Content-Length: ", body.size(), "\r\nIdempotency-Key: flood-", i, "\r\n")));
  }
  EXPECT_EQ(Count(test::ParseAnswers(Pipelined(requests)), 202), kRequests);
  EXPECT_LT(test::ResidentBytes(pid), before + (64 << 20));
  // Whatever stays in Redis has an end.
  const std::string lasting =
      TheIngest().redis().Command({"EVAL",
                                   "local n = 0 for _, k in ipairs(redis.call('KEYS', 'lr:*')) do "
                                   "if redis.call('PTTL', k) < 0 then n = n + 1 end end return n",
                                   "0"});
  EXPECT_EQ(lasting, "0");
}

TEST_F(FloodTest, StrangeKeysAreRefused) {
  const std::vector<std::string> keys = {
      "\"open", "a\tb", "\xC3\xA4", std::string(256, 'k'), "\"\\x\"", "\"a\", \"b\""};
  for (const std::string& key : keys) {
    const std::string body = FreshLead();
    const std::string bytes = LeadRequest(
        body, absl::StrCat("Content-Length: ", body.size(), "\r\nIdempotency-Key: ", key, "\r\n"));
    const std::vector<test::Answer> answers = test::ParseAnswers(Pipelined({bytes}));
    ASSERT_EQ(answers.size(), 1u) << key;
    EXPECT_EQ(answers[0].status, 400) << key;
  }
  EXPECT_EQ(TakenHere(), 0);
}

}  // namespace
}  // namespace leadrelay::ingest
