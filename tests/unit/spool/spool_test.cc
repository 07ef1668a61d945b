// The spool on the loop: groups, bounds, a disk that fails or hangs, and what the drain takes.

#include "services/ingest/spool/spool.h"

#include <latch>

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"
#include "tests/support/run_on_loop.h"
#include "tests/unit/spool/mortal_directory.h"
#include "tests/unit/spool/sample.h"

namespace leadrelay::ingest {
namespace {

using coro::Task;
using test::FakeClock;
using test::OnLoop;

constexpr absl::Duration kPatience = absl::Seconds(5);

// A spool over a folder in memory that the test keeps a hand on.
struct Fixture {
  explicit Fixture(OnLoop& on, SpoolOptions options = {})
      : meters(metrics), spool(on.loop, on.timers, meters, Files(), options) {}

  SpoolFiles Files() {
    auto owned = std::make_unique<MortalDirectory>();
    directory = owned.get();
    Inventory inventory = *TakeInventory(*owned);
    return {std::move(owned), std::move(inventory)};
  }
  double Metric(const std::string& series) const {
    const std::string text = "\n" + metrics.ToText();
    const size_t at = text.find("\nleadrelay_ingest_spool_" + series + " ");
    return at == std::string::npos ? -1 : std::atof(text.c_str() + text.find(' ', at));
  }

  observe::Metrics metrics;
  SpoolMeters meters;
  MortalDirectory* directory = nullptr;
  Spool spool;
};

Task<void> KeepInto(Spool& spool, int number, std::vector<absl::Status>& answers) {
  absl::Status kept = co_await spool.Keep(SampleMessage(number), kPatience);
  answers.push_back(std::move(kept));
}

Task<std::vector<int>> TakeAll(Spool& spool) {
  std::vector<int> numbers;
  while (!spool.empty()) {
    std::optional<Segment> segment = co_await spool.TakeOldest();
    absl::StatusOr<SegmentContent> content = co_await spool.Read(*segment);
    for (const int number : NumbersOf(content->messages)) numbers.push_back(number);
    co_await spool.Release(*segment, !content->damage.empty());
  }
  co_return numbers;
}

TEST(SpoolTest, ManyShareASync) {
  test::RunOnLoop([](OnLoop& on) -> Task<void> {
    constexpr int kLeads = 1000;
    Fixture fixture(on);
    fixture.spool.Start();
    std::vector<absl::Status> answers;
    coro::Scope scope(on.loop);
    for (int i = 1; i <= kLeads; ++i) scope.Spawn(KeepInto(fixture.spool, i, answers));
    co_await scope.Join();
    EXPECT_EQ(answers, std::vector<absl::Status>(kLeads, absl::OkStatus()));
    EXPECT_LE(fixture.Metric("syncs_total"), 5);
    EXPECT_EQ(fixture.Metric("kept_total"), kLeads);
    EXPECT_EQ(fixture.Metric("records"), kLeads);
    std::vector<int> numbers = co_await TakeAll(fixture.spool);
    EXPECT_EQ(numbers.size(), static_cast<size_t>(kLeads));
    EXPECT_TRUE(std::ranges::is_sorted(numbers, std::less_equal<>()));
    EXPECT_EQ(fixture.Metric("records"), 0);
    EXPECT_EQ(fixture.Metric("bytes"), 0);
    EXPECT_EQ(fixture.Metric("oldest_timestamp_seconds"), 0);
    EXPECT_TRUE(fixture.directory->Files().empty());
    co_await fixture.spool.Close();
  });
}

TEST(SpoolTest, SegmentsAreBoundedAndComeOutInOrder) {
  test::RunOnLoop([](OnLoop& on) -> Task<void> {
    SpoolOptions options;
    options.segment_bytes = 300;
    Fixture fixture(on, options);
    fixture.spool.Start();
    std::vector<int> expected;
    std::vector<absl::Status> answers;
    for (int i = 1; i <= 20; ++i) {
      co_await KeepInto(fixture.spool, i, answers);
      expected.push_back(i);
    }
    EXPECT_GT(fixture.directory->Files().size(), 5u);
    std::vector<int> numbers = co_await TakeAll(fixture.spool);
    EXPECT_EQ(numbers, expected);
    co_await fixture.spool.Close();
  });
}

TEST(SpoolTest, FullIsToldAndEndsWithWhatIsReleased) {
  test::RunOnLoop([](OnLoop& on) -> Task<void> {
    SpoolOptions options;
    options.max_bytes = Spool::kRoom + 500;
    options.segment_bytes = 300;
    Fixture fixture(on, options);
    fixture.spool.Start();
    amqp::Message large = SampleMessage(1);
    large.body.assign(Spool::kRoom, 'x');
    EXPECT_EQ(fixture.spool.Trouble(), std::nullopt);
    absl::Status kept = co_await fixture.spool.Keep(large, kPatience);
    EXPECT_TRUE(kept.ok()) << kept;
    EXPECT_EQ(fixture.spool.Trouble(), "the spool is full");
    kept = co_await fixture.spool.Keep(large, kPatience);
    EXPECT_TRUE(absl::IsResourceExhausted(kept)) << kept;
    EXPECT_EQ(fixture.Metric("refused_total{reason=\"full\"}"), 1);
    (void)co_await TakeAll(fixture.spool);
    EXPECT_EQ(fixture.spool.Trouble(), std::nullopt);
    kept = co_await fixture.spool.Keep(large, kPatience);
    EXPECT_TRUE(kept.ok()) << kept;
    co_await fixture.spool.Close();
  });
}

// Lets the loop turn until `condition` holds: the disk's thread takes its own time.
Task<void> Until(OnLoop& on, std::function<bool()> condition) {
  while (!condition()) {
    coro::Completion<bool> turned(on.loop);
    on.loop.PostFromAnyThread([&turned] { turned.Set(true); });
    (void)co_await turned;
  }
}

Task<void> TryADiskThatFails(OnLoop& on, FakeClock& clock) {
  Fixture fixture(on);
  fixture.spool.Start();
  fixture.directory->FailAlways(absl::ResourceExhaustedError("write: no room"));
  absl::Status kept = co_await fixture.spool.Keep(SampleMessage(1), kPatience);
  EXPECT_TRUE(absl::IsResourceExhausted(kept)) << kept;
  EXPECT_EQ(fixture.spool.Trouble(), "the spool's disk: write: no room");
  const int calls = fixture.directory->calls();
  kept = co_await fixture.spool.Keep(SampleMessage(1), kPatience);
  EXPECT_TRUE(absl::IsUnavailable(kept)) << kept;
  EXPECT_EQ(fixture.directory->calls(), calls);
  EXPECT_EQ(fixture.Metric("refused_total{reason=\"disk\"}"), 2);

  clock.Advance(Spool::kTryAgain, &on.timers);
  co_await Until(on, [&] { return fixture.directory->calls() > calls && on.timers.pending() > 0; });
  EXPECT_EQ(fixture.spool.Trouble(), "the spool's disk: write: no room");

  fixture.directory->FailAlways(std::nullopt);
  clock.Advance(Spool::kTryAgain, &on.timers);
  co_await Until(on, [&] { return !fixture.spool.Trouble().has_value(); });
  kept = co_await fixture.spool.Keep(SampleMessage(2), kPatience);
  EXPECT_TRUE(kept.ok()) << kept;
  std::vector<int> numbers = co_await TakeAll(fixture.spool);
  EXPECT_EQ(numbers, std::vector<int>{2});
  co_await fixture.spool.Close();
}

TEST(SpoolTest, ADiskThatFailsIsTriedAgainAndNotBefore) {
  FakeClock clock;
  test::RunOnLoop([&clock](OnLoop& on) { return TryADiskThatFails(on, clock); }, clock);
}

Task<void> KeepOnADiskThatHangs(OnLoop& on, FakeClock& clock) {
  Fixture fixture(on);
  fixture.spool.Start();
  std::latch hangs(1);
  std::latch goes_on(1);
  fixture.directory->OnSync([&] {
    hangs.count_down();
    goes_on.wait();
  });
  std::vector<absl::Status> answers;
  coro::Scope scope(on.loop);
  scope.Spawn(KeepInto(fixture.spool, 1, answers));
  co_await Until(on, [&] { return hangs.try_wait(); });
  clock.Advance(kPatience, &on.timers);
  co_await Until(on, [&] { return !answers.empty(); });
  EXPECT_TRUE(absl::IsDeadlineExceeded(answers.front())) << answers.front();
  goes_on.count_down();
  co_await scope.Join();
  co_await fixture.spool.Close();
  EXPECT_EQ(fixture.spool.records(), 1);  // It is there all the same.
}

TEST(SpoolTest, ADiskThatHangsIsNotWaitedForWithoutEnd) {
  FakeClock clock;
  test::RunOnLoop([&clock](OnLoop& on) { return KeepOnADiskThatHangs(on, clock); }, clock);
}

TEST(SpoolTest, CloseWritesWhatIsQueuedAndRefusesTheRest) {
  test::RunOnLoop([](OnLoop& on) -> Task<void> {
    Fixture fixture(on);
    fixture.spool.Start();
    std::vector<absl::Status> answers;
    coro::Scope scope(on.loop);
    for (int i = 1; i <= 3; ++i) scope.Spawn(KeepInto(fixture.spool, i, answers));
    co_await fixture.spool.Close();
    co_await scope.Join();
    EXPECT_EQ(answers, std::vector<absl::Status>(3, absl::OkStatus()));
    absl::Status late = co_await fixture.spool.Keep(SampleMessage(4), kPatience);
    EXPECT_TRUE(absl::IsCancelled(late)) << late;
  });
}

TEST(SpoolTest, AFileThatCannotBeRemovedIsNotReadAgain) {
  test::RunOnLoop([](OnLoop& on) -> Task<void> {
    Fixture fixture(on);
    fixture.spool.Start();
    std::vector<absl::Status> answers;
    co_await KeepInto(fixture.spool, 1, answers);
    std::optional<Segment> segment = co_await fixture.spool.TakeOldest();
    fixture.directory->FailAlways(absl::PermissionDeniedError("unlink: read-only file system"));
    co_await fixture.spool.Release(*segment, false);
    EXPECT_TRUE(fixture.spool.empty());
    EXPECT_TRUE(fixture.spool.has_leavings());
    EXPECT_GT(fixture.Metric("bytes"), 0);
    fixture.directory->FailAlways(std::nullopt);
    co_await fixture.spool.ClearAway();
    EXPECT_FALSE(fixture.spool.has_leavings());
    EXPECT_EQ(fixture.Metric("bytes"), 0);
    co_await fixture.spool.Close();
  });
}

}  // namespace
}  // namespace leadrelay::ingest
