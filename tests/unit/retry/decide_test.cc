// What follows from an outcome: one table of outcome x state x policy, whole judgements compared.

#include "services/delivery/retry/decide.h"

#include <ostream>

#include <gtest/gtest.h>

namespace leadrelay::delivery {

void PrintTo(const Decision& decision, std::ostream* out) {
  if (std::holds_alternative<Settle>(decision)) *out << "settle";
  if (const auto* delay = std::get_if<Delay>(&decision)) *out << "delay until " << delay->until;
  if (const auto* dead = std::get_if<DeadLetterIt>(&decision)) {
    *out << "dead: " << dead->cause << ", " << dead->reason << ", " << dead->remedy;
  }
}

namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'790'000'000);
constexpr char kReplayLater[] = "replay it once the destination accepts leads again";

config::RetryPolicy Ladder() {
  config::RetryPolicy policy;
  policy.ladder = {absl::Minutes(1), absl::Minutes(5)};
  policy.jitter = 0.1;
  policy.max_age = absl::Hours(2);
  return policy;
}

Outcome WithRetryAfter(Outcome outcome, absl::Duration after) {
  outcome.retry_after = after;
  return outcome;
}

struct Case {
  const char* name;
  Outcome outcome;
  int attempts_before = 0;
  bool probe = false;
  bool unknown_before = false;
  absl::Duration age = absl::ZeroDuration();
  double chance = 0;
  Decision decision;
  int attempts_after = 1;
  bool unknown_after = false;

  friend void PrintTo(const Case& c, std::ostream* to) { *to << c.name; }
};

class DecideTest : public testing::TestWithParam<Case> {};

TEST_P(DecideTest, SaysWhatFollows) {
  const Case& c = GetParam();
  AttemptFacts facts;
  facts.outcome = c.outcome;
  facts.started_at = kNow - absl::Seconds(1);
  facts.took = absl::Seconds(1);
  facts.breaker_probe = c.probe;
  facts.accepted_at = kNow - c.age;
  lead::DeliveryState before;
  before.attempts = c.attempts_before;
  before.unknown = c.unknown_before;
  before.not_before = absl::InfinitePast();
  before.progress = R"({"contact":"51"})";
  before.replay_id = "rp_1";
  before.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  Judgement judged = Decide(facts, before, Ladder(), kNow, c.chance);

  lead::DeliveryState after = before;
  after.attempts = c.attempts_after;
  after.unknown = c.unknown_after;
  if (const auto* delay = std::get_if<Delay>(&c.decision)) after.not_before = delay->until;
  after.history.push_back(lead::Attempt{c.attempts_after,
                                        facts.started_at,
                                        facts.took,
                                        std::string(Name(c.outcome.kind)),
                                        c.outcome.reason,
                                        c.outcome.status});
  EXPECT_EQ(judged.decision, c.decision);
  EXPECT_EQ(judged.state, after);
}

Case Make(const char* name, Outcome outcome, Decision decision) {
  Case c;
  c.name = name;
  c.outcome = std::move(outcome);
  c.decision = std::move(decision);
  return c;
}

std::vector<Case> Cases() {
  std::vector<Case> cases;
  auto add = [&cases](Case c) -> Case& { return cases.emplace_back(std::move(c)); };

  add(Make("delivered", Outcome::Delivered("51", "created", 200), Settle{}));
  add(Make("duplicate", Outcome::Duplicate("51", 200), Settle{}));
  add(Make("doubt_ends_with_success", Outcome::Delivered("51", "updated", 200), Settle{}))
      .unknown_before = true;
  add(Make("rejected",
           Outcome::Rejected("INVALID_EMAIL", "mend the mapping", 400),
           DeadLetterIt{"rejected", "INVALID_EMAIL", "mend the mapping"}));
  add(Make("first_retry", Outcome::Retry("503", 503), Delay{kNow + absl::Minutes(1)}));
  {
    Case& c =
        add(Make("jitter_only_adds", Outcome::Retry("503", 503), Delay{kNow + absl::Seconds(63)}));
    c.chance = 0.5;
  }
  {
    Case& c = add(Make("second_retry", Outcome::Retry("503", 503), Delay{kNow + absl::Minutes(5)}));
    c.attempts_before = 1;
    c.attempts_after = 2;
  }
  {
    Case& c = add(Make("ladder_used_up",
                       Outcome::Retry("503", 503),
                       DeadLetterIt{"exhausted", "503", kReplayLater}));
    c.attempts_before = 2;
    c.attempts_after = 3;
  }
  {
    Case& c = add(Make("breaker_probe_is_not_held_against_it",
                       Outcome::Retry("503", 503),
                       Delay{kNow + absl::Minutes(5)}));
    c.attempts_before = 2;
    c.attempts_after = 2;
    c.probe = true;
  }
  {
    Case& c = add(Make("too_old",
                       Outcome::Retry("503", 503),
                       DeadLetterIt{"expired",
                                    "503",
                                    "the lead is older than retry.max_age: replay it if it is "
                                    "still wanted"}));
    c.age = absl::Hours(2);
  }
  {
    Case& c = add(Make("retry_after_is_exact",
                       WithRetryAfter(Outcome::Retry("503", 503), absl::Seconds(7)),
                       Delay{kNow + absl::Seconds(7)}));
    c.chance = 0.9;
  }
  {
    Case& c = add(Make("throttled_is_not_counted",
                       WithRetryAfter(Outcome::Throttled("429", {}, 429), absl::Seconds(20)),
                       Delay{kNow + absl::Seconds(20)}));
    c.attempts_before = 2;
    c.attempts_after = 2;
  }
  {
    Case& c = add(Make("throttled_without_a_word",
                       Outcome::Throttled("429", {}, 429),
                       Delay{kNow + kThrottlePause}));
    c.attempts_after = 0;
  }
  {
    Case& c = add(Make("unauthorized_is_not_counted",
                       Outcome::Unauthorized("401", "new token", 401),
                       Delay{kNow + kUnauthorizedPause}));
    c.attempts_before = 2;
    c.attempts_after = 2;
  }
  add(Make("unknown", Outcome::Unknown("timed out"), Delay{kNow + absl::Minutes(1)}))
      .unknown_after = true;
  {
    Case& c = add(Make("doubt_outlives_a_retry",
                       Outcome::Retry("503 on look-up", 503),
                       Delay{kNow + absl::Minutes(1)}));
    c.unknown_before = true;
    c.unknown_after = true;
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Table, DecideTest, testing::ValuesIn(Cases()), [](const auto& info) {
  return info.param.name;
});

TEST(DecideHistoryTest, KeepsTheLastTwentyAttempts) {
  lead::DeliveryState state;
  config::RetryPolicy policy = Ladder();
  policy.ladder.assign(100, absl::Seconds(1));
  AttemptFacts facts;
  facts.outcome = Outcome::Retry("503", 503);
  facts.accepted_at = kNow;
  for (int i = 0; i < 30; ++i) state = Decide(facts, state, policy, kNow, 0).state;
  ASSERT_EQ(state.history.size(), kHistoryLength);
  EXPECT_EQ(state.history.front().number, 11);
  EXPECT_EQ(state.history.back().number, 30);
}

}  // namespace
}  // namespace leadrelay::delivery
