// The disk fails at one call, or is damaged, and the process goes on.

#include <algorithm>

#include <gtest/gtest.h>

#include "services/ingest/spool/segment_files.h"
#include "services/ingest/spool/segment_writer.h"
#include "tests/unit/spool/mortal_directory.h"
#include "tests/unit/spool/sample.h"

namespace leadrelay::ingest {
namespace {

constexpr int kRecords = 8;

// Keeps kRecords records, a group each; the numbers of those that are kept.
std::vector<int> KeepThem(MortalDirectory& directory) {
  SegmentWriter writer(directory, 0, 200);
  std::vector<int> kept;
  for (int number = 1; number <= kRecords; ++number) {
    const KeptRecord record = SampleRecord(number);
    if (writer.Append({&record}).ok()) kept.push_back(number);
  }
  return kept;
}

std::vector<int> ReadThem(MortalDirectory& directory) {
  absl::StatusOr<Inventory> inventory = TakeInventory(directory);
  EXPECT_TRUE(inventory.ok()) << inventory.status();
  std::vector<int> numbers;
  for (const Segment& segment : inventory->segments) {
    absl::StatusOr<SegmentContent> content = ReadSegment(directory, segment.number);
    EXPECT_EQ(content->damage, std::vector<Damage>());
    std::ranges::copy(NumbersOf(content->messages), std::back_inserter(numbers));
  }
  return numbers;
}

TEST(FaultTest, AnErrorCostsItsOwnGroupAndTheFileIsNotTouchedAgain) {
  MortalDirectory whole;
  ASSERT_EQ(KeepThem(whole).size(), static_cast<size_t>(kRecords));
  for (int call = 1; call <= whole.calls(); ++call) {
    SCOPED_TRACE(call);
    MortalDirectory directory;
    directory.FailAt(call, absl::DataLossError("EIO"));
    const std::vector<int> kept = KeepThem(directory);
    EXPECT_EQ(kept.size(), static_cast<size_t>(kRecords - 1));
    EXPECT_EQ(directory.uses_after_failure(), 0);
    // The machine stops now: what was synced is what there is.
    const auto after =
        directory.Survivor(MortalDirectory::Names::kSyncedOnly, MortalDirectory::Bytes::kNone);
    const std::vector<int> there = ReadThem(*after);
    EXPECT_TRUE(std::ranges::is_sorted(there, std::less_equal<>()));
    EXPECT_TRUE(std::ranges::includes(there, kept));
  }
}

TEST(FaultTest, AFullDiskLeavesNoFilesBehind) {
  MortalDirectory directory;
  directory.FailAlways(absl::ResourceExhaustedError("ENOSPC"));
  EXPECT_EQ(KeepThem(directory), std::vector<int>());
  EXPECT_TRUE(directory.Files().empty());
  directory.FailAlways(std::nullopt);
  EXPECT_EQ(KeepThem(directory).size(), static_cast<size_t>(kRecords));
}

std::string ThreeRecords() {
  std::string bytes = SegmentHeader();
  for (int i = 1; i <= 3; ++i) AppendRecord(bytes, SampleTime(i), SampleRecord(i).payload);
  return bytes;
}

TEST(FaultTest, ADamagedRecordIsToldAndThoseAroundItAreRead) {
  const std::string whole = ThreeRecords();
  const auto record = static_cast<int64_t>((whole.size() - kSegmentHeaderBytes) / 3);
  const Damage second{static_cast<int64_t>(kSegmentHeaderBytes) + record, record};
  MortalDirectory directory;
  std::string bytes = whole;
  bytes[static_cast<size_t>(second.offset) + 30] ^= 1;
  directory.Put(SegmentName(7), bytes);

  absl::StatusOr<Inventory> inventory = TakeInventory(directory);
  ASSERT_TRUE(inventory.ok());
  Inventory expected;
  expected.segments = {{7, static_cast<int64_t>(bytes.size()), 2, SampleTime(1)}};
  expected.last_number = 7;
  expected.damage = {{"000000000007.spool", second}};
  EXPECT_EQ(*inventory, expected);

  absl::StatusOr<SegmentContent> content = ReadSegment(directory, 7);
  ASSERT_TRUE(content.ok());
  EXPECT_EQ(*content, (SegmentContent{{SampleMessage(1), SampleMessage(3)}, {second}}));

  ASSERT_TRUE(SetAsideSegment(directory, 7).ok());
  EXPECT_EQ(directory.Files(),
            (std::map<std::string, std::string>{{"000000000007.damaged", bytes}}));
  inventory = TakeInventory(directory);
  ASSERT_TRUE(inventory.ok());
  EXPECT_EQ(inventory->last_number, 7u);
  EXPECT_EQ(inventory->set_aside_bytes, static_cast<int64_t>(bytes.size()));
}

TEST(FaultTest, ARecordThatHoldsNoMessageIsDamage) {
  std::string bytes = SegmentHeader();
  AppendRecord(bytes, SampleTime(1), "no message");
  MortalDirectory directory;
  directory.Put(SegmentName(1), bytes);
  absl::StatusOr<SegmentContent> content = ReadSegment(directory, 1);
  ASSERT_TRUE(content.ok());
  EXPECT_EQ(*content,
            (SegmentContent{{}, {{kSegmentHeaderBytes, kRecordHeaderBytes + int64_t{10}}}}));
}

TEST(FaultTest, OtherFilesAreNoneOfOurs) {
  MortalDirectory directory;
  for (const char* name : {"lock", "1.spool.bak", ".spool", "x1.spool", "000000000002.spoo"}) {
    directory.Put(name, "anything");
  }
  absl::StatusOr<Inventory> inventory = TakeInventory(directory);
  ASSERT_TRUE(inventory.ok());
  EXPECT_EQ(*inventory, Inventory());
}

TEST(FaultTest, ASpoolOfANewerProgramIsLeftAlone) {
  MortalDirectory directory;
  directory.Put(SegmentName(1), SegmentHeader(kSegmentVersion + 1));
  EXPECT_TRUE(absl::IsFailedPrecondition(TakeInventory(directory).status()));
}

TEST(FaultTest, ASegmentThatIsGoneAlreadyIsReleased) {
  MortalDirectory directory;
  EXPECT_TRUE(RemoveSegment(directory, 1).ok());
  EXPECT_TRUE(SetAsideSegment(directory, 1).ok());
}

}  // namespace
}  // namespace leadrelay::ingest
