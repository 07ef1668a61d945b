#pragma once
// SegmentWriter: appends groups of records, each durable as a whole when it returns.  Blocking; one
// thread at a time.
//
// Only files that it has made itself are written to.  After an error the file at hand is given up:
// nobody knows what of it is on the disk, so nothing is appended or synced there any more.  What
// had been durable in it before still is, and it is handed on to be drained.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "services/ingest/spool/directory.h"
#include "services/ingest/spool/segment_files.h"

namespace leadrelay::ingest {

// What is to be kept: a message's bytes, and when it came.
struct KeptRecord {
  absl::Time at;
  std::string payload;
};

class SegmentWriter {
 public:
  // Its files have the numbers after `last_number`.  A segment is complete once it has
  // `segment_bytes`.
  SegmentWriter(Directory& directory, uint64_t last_number, int64_t segment_bytes)
      : directory_(directory), last_number_(last_number), segment_bytes_(segment_bytes) {}

  // Ok: all of the group is on the disk.  Otherwise none of it counts, though some of it may be
  // there: a record may be found by a later start whose caller was told that it is not kept.
  absl::Status Append(const std::vector<const KeptRecord*>& group);

  // Begins a segment when there is none at hand, and syncs it: tells whether the disk takes
  // anything.
  absl::Status Try();

  // The segment at hand, if there is one, gets no more records.
  void Complete();
  // Those that have been completed since the last call, oldest first.
  std::vector<Segment> TakeCompleted() { return std::exchange(completed_, {}); }

  const Segment& at_hand() const { return segment_; }  // All zero when there is none.
  int64_t syncs() const { return syncs_; }             // Of files and of the folder, ever.

 private:
  absl::Status BeginIfNone();
  absl::Status Write(std::string_view bytes);
  absl::Status Sync();
  void GiveUp();

  Directory& directory_;
  uint64_t last_number_;
  const int64_t segment_bytes_;
  std::unique_ptr<AppendedFile> file_;
  Segment segment_;
  std::vector<Segment> completed_;
  int64_t syncs_ = 0;
};

}  // namespace leadrelay::ingest
