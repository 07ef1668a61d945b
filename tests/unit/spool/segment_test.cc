// Whatever happens to a file, every record that is whole is found, and what is not is told.

#include "services/ingest/spool/segment.h"

#include <gtest/gtest.h>

#include "services/ingest/spool/checksum.h"
#include "tests/unit/spool/sample.h"

namespace leadrelay::ingest {
namespace {

constexpr int64_t kHeader = kRecordHeaderBytes;

// Three records, the second one empty.
struct Sample {
  Sample() {
    bytes = SegmentHeader();
    for (int i = 0; i < 3; ++i) {
      begins.push_back(bytes.size());
      AppendRecord(bytes, SampleTime(i), i == 1 ? "" : payloads[i]);
    }
    begins.push_back(bytes.size());
  }
  std::string payloads[3] = {"the first lead", "", "the third \xC3\xA4"};
  std::string bytes;
  std::vector<size_t> begins;  // Of each record, and the end.
};

// Which of the sample's records a scan has, by number; anything else is a failure.
std::vector<int> Found(const SegmentScan& scan, const Sample& sample) {
  std::vector<int> found;
  for (const SegmentRecord& record : scan.records) {
    for (int i = 0; i < 3; ++i) {
      if (record.at == SampleTime(i) && record.payload == sample.payloads[i]) found.push_back(i);
    }
  }
  EXPECT_EQ(found.size(), scan.records.size()) << "a record that nobody wrote";
  return found;
}

// Header, records, damage and what is torn are all of it.
void ExpectAllAccounted(const SegmentScan& scan, size_t size) {
  int64_t sum = scan.torn;
  for (const SegmentRecord& record : scan.records) {
    sum += kHeader + static_cast<int64_t>(record.payload.size());
  }
  for (const Damage& piece : scan.damage) sum += piece.bytes;
  const bool header_is_damage = !scan.damage.empty() && scan.damage.front().offset == 0;
  const bool header_is_torn = static_cast<size_t>(scan.torn) == size;
  if (!header_is_damage && !header_is_torn) sum += kSegmentHeaderBytes;
  EXPECT_EQ(sum, static_cast<int64_t>(size));
}

TEST(ChecksumTest, IsCastagnoliS) {
  EXPECT_EQ(Crc32c("123456789"), 0xE3069283u);  // RFC 3720, B.4, by way of every other table.
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8A9136AAu);
  EXPECT_EQ(Crc32c(std::string(32, '\xFF')), 0x62A8AB43u);
}

TEST(SegmentTest, WhatWasWrittenIsRead) {
  const Sample sample;
  absl::StatusOr<SegmentScan> scan = ScanSegment(sample.bytes);
  ASSERT_TRUE(scan.ok());
  SegmentScan expected;
  for (size_t i = 0; i < 3; ++i) {
    expected.records.push_back({static_cast<int64_t>(sample.begins[i]),
                                SampleTime(static_cast<int>(i)),
                                sample.payloads[i]});
  }
  EXPECT_EQ(*scan, expected);
}

TEST(SegmentTest, CutOffAnywhereItHasTheRecordsBefore) {
  const Sample sample;
  for (size_t size = 0; size <= sample.bytes.size(); ++size) {
    SCOPED_TRACE(size);
    const std::string cut = sample.bytes.substr(0, size);
    absl::StatusOr<SegmentScan> scan = ScanSegment(cut);
    ASSERT_TRUE(scan.ok());
    std::vector<int> whole;
    size_t end = std::min(size, kSegmentHeaderBytes);
    if (size < kSegmentHeaderBytes) end = 0;
    for (int i = 0; i < 3; ++i) {
      if (sample.begins[static_cast<size_t>(i) + 1] > size) break;
      whole.push_back(i);
      end = sample.begins[static_cast<size_t>(i) + 1];
    }
    EXPECT_EQ(Found(*scan, sample), whole);
    EXPECT_EQ(scan->damage, std::vector<Damage>());
    EXPECT_EQ(scan->torn, static_cast<int64_t>(size - end));
  }
}

TEST(SegmentTest, ZerosAtTheEndAreWhatACrashLeaves) {
  const Sample sample;
  for (const size_t kept : {size_t{0}, sample.begins[1], sample.begins[3]}) {
    const std::string grown = sample.bytes.substr(0, kept) + std::string(4096, '\0');
    absl::StatusOr<SegmentScan> scan = ScanSegment(grown);
    ASSERT_TRUE(scan.ok());
    EXPECT_EQ(scan->damage, std::vector<Damage>());
    EXPECT_EQ(scan->torn, 4096);
  }
}

TEST(SegmentTest, AnyByteThatChangesCostsNoOtherRecord) {
  const Sample sample;
  for (size_t at = 0; at < sample.bytes.size(); ++at) {
    for (const int flip : {0x01, 0x80, 0xFF}) {
      SCOPED_TRACE(testing::Message() << "byte " << at << " ^ " << flip);
      std::string changed = sample.bytes;
      changed[at] = static_cast<char>(changed[at] ^ flip);
      absl::StatusOr<SegmentScan> scan = ScanSegment(changed);
      ASSERT_TRUE(scan.ok());
      std::vector<int> expected;
      std::vector<Damage> damage;
      if (at < kSegmentHeaderBytes) damage.push_back({0, kSegmentHeaderBytes});
      for (size_t i = 0; i < 3; ++i) {
        const size_t begin = sample.begins[i];
        const size_t end = sample.begins[i + 1];
        if (at >= begin && at < end) {
          damage.push_back({static_cast<int64_t>(begin), static_cast<int64_t>(end - begin)});
        } else {
          expected.push_back(static_cast<int>(i));
        }
      }
      EXPECT_EQ(Found(*scan, sample), expected);
      EXPECT_EQ(scan->damage, damage);
      EXPECT_EQ(scan->torn, 0);
      ExpectAllAccounted(*scan, changed.size());
    }
  }
}

TEST(SegmentTest, BytesThatAreMissingCostTheRecordsThatTheyWereOf) {
  const Sample sample;
  for (size_t from = kSegmentHeaderBytes; from < sample.bytes.size(); ++from) {
    for (const size_t count : {size_t{1}, size_t{20}}) {
      if (from + count >= sample.begins[2]) continue;  // At the end, it is a file cut off.
      SCOPED_TRACE(testing::Message() << count << " bytes from " << from);
      std::string changed = sample.bytes;
      changed.erase(from, count);
      absl::StatusOr<SegmentScan> scan = ScanSegment(changed);
      ASSERT_TRUE(scan.ok());
      std::vector<int> expected;
      for (int i = 0; i < 3; ++i) {
        const size_t begin = sample.begins[static_cast<size_t>(i)];
        const size_t end = sample.begins[static_cast<size_t>(i) + 1];
        if (from + count <= begin || from >= end) expected.push_back(i);
      }
      EXPECT_EQ(Found(*scan, sample), expected);
      EXPECT_EQ(scan->damage.size(), 1u);
      ExpectAllAccounted(*scan, changed.size());
    }
  }
}

TEST(SegmentTest, AnotherVersionIsLeftAlone) {
  EXPECT_TRUE(absl::IsFailedPrecondition(ScanSegment(SegmentHeader(2) + "anything").status()));
}

}  // namespace
}  // namespace leadrelay::ingest
