#pragma once
// The spool's files by their names, and what there is to be done with whole ones.  Blocking.
//
//   <number>.spool     a segment; numbers ascend in the order in which leads were kept
//   <number>.damaged   a segment set aside, all of it: everything in it that could be read is with
//                      the broker, and some bytes could not
//
// A file that an earlier life of the process has left is only ever read: what is torn at its end is
// passed over and never written behind.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/amqp/message.h"
#include "services/ingest/spool/directory.h"
#include "services/ingest/spool/segment.h"

namespace leadrelay::ingest {

// A segment that nothing will be appended to.
struct Segment {
  uint64_t number = 0;
  int64_t bytes = 0;
  int64_t records = 0;
  absl::Time oldest = absl::InfiniteFuture();  // When its first record was kept.
  friend bool operator==(const Segment&, const Segment&) = default;
};

std::string SegmentName(uint64_t number);
std::string DamagedName(uint64_t number);

// What a start finds.
struct Inventory {
  std::vector<Segment> segments;  // Oldest first.
  uint64_t last_number = 0;       // The highest that is taken; 0: none.
  int64_t set_aside_bytes = 0;
  // Of segments that have some: name and place of each piece.
  std::vector<std::pair<std::string, Damage>> damage;
  friend bool operator==(const Inventory&, const Inventory&) = default;
};
// Reads every segment.  FailedPrecondition: one was written by a newer program.
absl::StatusOr<Inventory> TakeInventory(Directory& directory);

// A segment's messages, and the bytes that are none.
struct SegmentContent {
  std::vector<amqp::Message> messages;
  std::vector<Damage> damage;
  friend bool operator==(const SegmentContent&, const SegmentContent&) = default;
};
absl::StatusOr<SegmentContent> ReadSegment(Directory& directory, uint64_t number);

// Everything in it is with the broker.
absl::Status RemoveSegment(Directory& directory, uint64_t number);
// The same, and there is something in it that an operator should see.
absl::Status SetAsideSegment(Directory& directory, uint64_t number);

}  // namespace leadrelay::ingest
