// The process, or the machine, ends in the middle of each single call that the spool makes, in two
// lives one after the other.  Whatever is left: every record whose caller was told that it is kept
// is there, once and in order, and nothing else stands in the way.

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "services/ingest/spool/segment_files.h"
#include "services/ingest/spool/segment_writer.h"
#include "tests/unit/spool/mortal_directory.h"
#include "tests/unit/spool/sample.h"

namespace leadrelay::ingest {
namespace {

using Bytes = MortalDirectory::Bytes;
using Names = MortalDirectory::Names;
using Share = MortalDirectory::Share;

constexpr int64_t kSmallSegments = 200;  // Two records or so.

// What has been promised, and what has been kept of it.
struct Story {
  int last = 0;              // Number of the last record that anybody tried to keep.
  std::set<int> kept;        // Their callers have been told so.
  std::set<int> confirmed;   // By the broker.
  std::vector<int> drained;  // In this life.
  // A machine stopped that had a file grow before its bytes were there.  A record that ends in such
  // zeros cannot be told from one that was damaged, and is set aside.
  bool has_grown = false;
};

// Publishes the oldest segment, and removes it.
void DrainOne(MortalDirectory& directory, std::vector<Segment>& segments, Story& story) {
  if (segments.empty() || directory.dead()) return;
  absl::StatusOr<SegmentContent> content = ReadSegment(directory, segments.front().number);
  ASSERT_TRUE(content.ok()) << content.status();
  if (!story.has_grown) EXPECT_EQ(content->damage, std::vector<Damage>());
  for (const int number : NumbersOf(content->messages)) {
    story.drained.push_back(number);
    story.confirmed.insert(number);
  }
  const uint64_t number = segments.front().number;
  const absl::Status released = content->damage.empty() ? RemoveSegment(directory, number)
                                                        : SetAsideSegment(directory, number);
  if (released.ok()) segments.erase(segments.begin());
}

// One life: looks at what is there, keeps nine records in groups of one to three, and drains two
// segments meanwhile.
void Live(MortalDirectory& directory, Story& story) {
  absl::StatusOr<Inventory> inventory = TakeInventory(directory);
  ASSERT_TRUE(inventory.ok()) << inventory.status();
  if (!story.has_grown) EXPECT_TRUE(inventory->damage.empty());
  std::vector<Segment> segments = inventory->segments;
  SegmentWriter writer(directory, inventory->last_number, kSmallSegments);
  for (int round = 0; round < 5 && !directory.dead(); ++round) {
    std::vector<KeptRecord> records;
    for (int i = 0; i <= round % 3; ++i) records.push_back(SampleRecord(++story.last));
    std::vector<const KeptRecord*> group;
    for (const KeptRecord& record : records) group.push_back(&record);
    if (writer.Append(group).ok()) {
      for (const KeptRecord& record : records) {
        story.kept.insert(NumberOf(*DecodeMessage(record.payload)));
      }
    }
    for (const Segment& segment : writer.TakeCompleted()) segments.push_back(segment);
    if (round % 2 == 1) DrainOne(directory, segments, story);
  }
  EXPECT_EQ(directory.uses_after_failure(), 0);
}

// The last life drains everything.
void ExpectAllThere(MortalDirectory& directory, Story story) {
  absl::StatusOr<Inventory> inventory = TakeInventory(directory);
  ASSERT_TRUE(inventory.ok()) << inventory.status();
  story.drained.clear();
  std::vector<Segment> segments = inventory->segments;
  while (!segments.empty()) DrainOne(directory, segments, story);
  // Strictly ascending: in order, and none twice.
  EXPECT_TRUE(std::ranges::is_sorted(story.drained, std::less_equal<>()));
  EXPECT_TRUE(std::ranges::includes(story.confirmed, story.kept));
  for (const auto& [name, bytes] : directory.Files()) {
    EXPECT_TRUE(story.has_grown && name.ends_with(".damaged")) << name;
  }
}

struct Death {
  int call = 0;
  Share share = Share::kNothing;
  Names names = Names::kAll;
  Bytes bytes = Bytes::kAll;
};

std::vector<Death> Deaths() {
  std::vector<Death> deaths;
  MortalDirectory whole;
  Story story;
  Live(whole, story);
  for (int call = 1; call <= whole.calls(); ++call) {
    for (const Share share : {Share::kNothing, Share::kHalf, Share::kWhole}) {
      deaths.push_back({call, share, Names::kAll, Bytes::kAll});  // The process alone.
      for (const Names names : {Names::kAll, Names::kSyncedOnly}) {
        for (const Bytes bytes : {Bytes::kNone, Bytes::kHalf, Bytes::kZeros}) {
          deaths.push_back({call, share, names, bytes});
        }
      }
    }
  }
  return deaths;
}

std::ostream& operator<<(std::ostream& out, const Death& death) {
  return out << "call " << death.call << ", share " << static_cast<int>(death.share) << ", names "
             << static_cast<int>(death.names) << ", bytes " << static_cast<int>(death.bytes);
}

TEST(CrashPointTest, EveryCallInTwoLives) {
  const std::vector<Death> deaths = Deaths();
  ASSERT_GT(deaths.size(), 300u);
  for (const Death& first : deaths) {
    MortalDirectory directory;
    directory.DieAt(first.call, first.share);
    Story story;
    Live(directory, story);
    ASSERT_TRUE(directory.dead());
    // The second life's calls differ with what it finds; every third death is as good as each.
    for (size_t i = first.call % 3; i < deaths.size(); i += 3) {
      const Death& second = deaths[i];
      SCOPED_TRACE(testing::Message() << first << "; then " << second);
      const std::unique_ptr<MortalDirectory> left = directory.Survivor(first.names, first.bytes);
      left->DieAt(second.call, second.share);
      Story again = story;
      again.drained.clear();
      again.has_grown = first.bytes == Bytes::kZeros;
      Live(*left, again);
      EXPECT_TRUE(std::ranges::is_sorted(again.drained, std::less_equal<>()));
      again.has_grown |= second.bytes == Bytes::kZeros;
      ExpectAllThere(*left->Survivor(second.names, second.bytes), again);
      if (testing::Test::HasFailure()) return;  // One story is enough to read.
    }
  }
}

}  // namespace
}  // namespace leadrelay::ingest
