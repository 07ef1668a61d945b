#include "common/observe/health.h"

#include "tests/support/fake_clock.h"

namespace leadrelay::observe {

void PrintTo(const Health::Failure& failure, std::ostream* out) {
  *out << failure.check << ": " << failure.reason;
}

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr absl::Duration kPatience = absl::Seconds(20);

class HealthTest : public testing::Test {
 protected:
  test::FakeClock clock_;
  Health health_{clock_};
};

http::Response Json(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.headers = {{"content-type", "application/json"}, {"cache-control", "no-store"}};
  response.body = std::move(body);
  return response;
}

TEST_F(HealthTest, IsReadyWhileNothingFails) {
  health_.Add("fine", [] { return std::nullopt; });
  EXPECT_THAT(health_.Failing(), IsEmpty());
  EXPECT_EQ(health_.Readyz(), Json(200, R"({"status":"ready"})"));
}

TEST_F(HealthTest, NamesEveryCheckThatFails) {
  health_.Add("broker", [] { return "not \"there\""; });
  health_.Add("fine", [] { return std::nullopt; });
  health_.Add("redis", [] { return "gone"; });
  EXPECT_EQ(health_.Readyz(),
            Json(503,
                 R"({"status":"unready","failing":[{"check":"broker","reason":"not \"there\""},)"
                 R"({"check":"redis","reason":"gone"}]})"));
}

TEST_F(HealthTest, IsAliveWhateverFails) {
  health_.Add("broker", [] { return "gone"; });
  EXPECT_EQ(health_.Healthz(), Json(200, R"({"status":"ok"})"));
}

TEST_F(HealthTest, WorkThatDoesNotMoveIsUnready) {
  Health::Progress& progress = health_.Watch("delivery", kPatience);
  progress.SetBusy(true);
  clock_.Advance(kPatience);
  EXPECT_THAT(health_.Failing(), IsEmpty());
  clock_.Advance(absl::Seconds(1));
  EXPECT_THAT(health_.Failing(),
              ElementsAre(Health::Failure{"delivery", "has work and has not moved for 21 s"}));
  progress.Moved();
  EXPECT_THAT(health_.Failing(), IsEmpty());
  clock_.Advance(kPatience + absl::Seconds(1));
  EXPECT_EQ(health_.Failing().size(), 1u);
}

TEST_F(HealthTest, WithoutWorkTimeDoesNotCount) {
  Health::Progress& progress = health_.Watch("delivery", kPatience);
  clock_.Advance(absl::Hours(1));
  EXPECT_THAT(health_.Failing(), IsEmpty());
  progress.SetBusy(true);  // The stopwatch starts with the work.
  clock_.Advance(kPatience);
  EXPECT_THAT(health_.Failing(), IsEmpty());
  progress.SetBusy(false);
  clock_.Advance(absl::Hours(1));
  EXPECT_THAT(health_.Failing(), IsEmpty());
}

TEST_F(HealthTest, MoreWorkIsNoProgress) {
  Health::Progress& progress = health_.Watch("delivery", kPatience);
  progress.SetBusy(true);
  for (int i = 0; i < 3; ++i) {
    clock_.Advance(absl::Seconds(10));
    progress.SetBusy(true);
  }
  EXPECT_EQ(health_.Failing().size(), 1u);
}

TEST_F(HealthTest, WaitingOnPurposeIsWell) {
  Health::Progress& progress = health_.Watch("delivery", kPatience);
  progress.SetBusy(true);
  progress.SetWaiting("breaker open");
  clock_.Advance(absl::Hours(1));
  EXPECT_THAT(health_.Failing(), IsEmpty());
  progress.SetWaiting("paused");
  progress.SetWaiting(std::nullopt);  // From here on it has to move again.
  clock_.Advance(kPatience);
  EXPECT_THAT(health_.Failing(), IsEmpty());
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(health_.Failing().size(), 1u);
}

TEST_F(HealthTest, NotWaitingTwiceIsNoProgress) {
  Health::Progress& progress = health_.Watch("delivery", kPatience);
  progress.SetBusy(true);
  clock_.Advance(kPatience + absl::Seconds(1));
  progress.SetWaiting(std::nullopt);
  EXPECT_EQ(health_.Failing().size(), 1u);
}

TEST_F(HealthTest, TheWallClockDoesNotMatter) {
  health_.Watch("delivery", kPatience).SetBusy(true);
  clock_.Jump(absl::Hours(5));
  EXPECT_THAT(health_.Failing(), IsEmpty());
}

class FailsAfterTest : public HealthTest {
 protected:
  FailsAfterTest() {
    health_.Add("redis",
                FailsAfter(
                    clock_,
                    absl::Seconds(15),
                    [this] { return good_; },
                    [] { return "connection refused"; }));
  }
  bool good_ = true;
};

TEST_F(FailsAfterTest, ForgivesAShortAbsence) {
  EXPECT_THAT(health_.Failing(), IsEmpty());
  good_ = false;
  EXPECT_THAT(health_.Failing(), IsEmpty());
  clock_.Advance(absl::Seconds(14));
  EXPECT_THAT(health_.Failing(), IsEmpty());
  good_ = true;
  EXPECT_THAT(health_.Failing(), IsEmpty());
  good_ = false;
  clock_.Advance(absl::Seconds(14));
  EXPECT_THAT(health_.Failing(), IsEmpty());
}

TEST_F(FailsAfterTest, FailsWhenItLasts) {
  EXPECT_THAT(health_.Failing(), IsEmpty());
  good_ = false;
  EXPECT_THAT(health_.Failing(), IsEmpty());
  clock_.Advance(absl::Seconds(15));
  EXPECT_THAT(health_.Failing(),
              ElementsAre(Health::Failure{"redis", "for 15 s: connection refused"}));
  good_ = true;
  EXPECT_THAT(health_.Failing(), IsEmpty());
}

TEST_F(FailsAfterTest, IsNotWellBeforeItHasBeenGoodOnce) {
  good_ = false;
  EXPECT_THAT(health_.Failing(),
              ElementsAre(Health::Failure{"redis", "not yet: connection refused"}));
  good_ = true;
  EXPECT_THAT(health_.Failing(), IsEmpty());
  good_ = false;
  EXPECT_THAT(health_.Failing(), IsEmpty());
}

}  // namespace
}  // namespace leadrelay::observe
