#pragma once
// Segment: one file of the spool, as bytes.  Pure.
//
//   file    "LRSPOOL\n", version (u32), CRC-32C of these (u32), records
//   record  FF 'L' 'R' FE, length of the payload (u32), when it was kept (i64, ms since the epoch),
//           CRC-32C of the payload (u32), CRC-32C of all that (u32), payload
//
// Numbers are little-endian.  A record's first four bytes are no UTF-8 and no length or count that
// there can be, so they do not occur in a payload: after damage, reading goes on at the next ones
// that begin a header whose checksum is right.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace leadrelay::ingest {

inline constexpr uint32_t kSegmentVersion = 1;
inline constexpr size_t kSegmentHeaderBytes = 16;
inline constexpr size_t kRecordHeaderBytes = 24;

std::string SegmentHeader(uint32_t version = kSegmentVersion);
void AppendRecord(std::string& out, absl::Time at, std::string_view payload);

// Points into the bytes that were scanned.
struct SegmentRecord {
  int64_t offset = 0;
  absl::Time at;
  std::string_view payload;
  friend bool operator==(const SegmentRecord&, const SegmentRecord&) = default;
};

// Bytes that should be a record, or the file's header, and are not.
struct Damage {
  int64_t offset = 0;
  int64_t bytes = 0;
  friend bool operator==(const Damage&, const Damage&) = default;
};

struct SegmentScan {
  std::vector<SegmentRecord> records;
  std::vector<Damage> damage;
  // Bytes at the end that a write left unfinished: the start of a record or header, or zeros (a
  // file that had grown when the machine stopped).  Nobody was told that they are safe.
  int64_t torn = 0;
  friend bool operator==(const SegmentScan&, const SegmentScan&) = default;
};

// Every whole record, in order, whatever is around it: header, records, damage and what is torn
// make up all of `bytes`.  FailedPrecondition: a sound header of another version.
absl::StatusOr<SegmentScan> ScanSegment(std::string_view bytes);

}  // namespace leadrelay::ingest
