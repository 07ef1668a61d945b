// DEPS: leadrelay_ingest_segment
// What may stand in a file of the spool.  Reading ends, accounts for every byte, and a record that
// follows whatever it is comes out of it.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "services/ingest/spool/message_codec.h"
#include "services/ingest/spool/segment.h"

namespace leadrelay::ingest {
namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

// Each byte is the header's, a record's, damage or torn, in this order of places.
void CheckAccount(const SegmentScan& scan, std::string_view bytes) {
  int64_t at = bytes.starts_with(SegmentHeader()) ? kSegmentHeaderBytes : 0;
  auto record = scan.records.begin();
  auto piece = scan.damage.begin();
  while (record != scan.records.end() || piece != scan.damage.end()) {
    if (record != scan.records.end() && record->offset == at) {
      at += static_cast<int64_t>(kRecordHeaderBytes + record->payload.size());
      ++record;
    } else {
      Check(piece != scan.damage.end() && piece->offset == at && piece->bytes > 0);
      at += piece->bytes;
      ++piece;
    }
  }
  Check(at + scan.torn == static_cast<int64_t>(bytes.size()));
}

void CheckMessages(const SegmentScan& scan) {
  for (const SegmentRecord& record : scan.records) {
    const absl::StatusOr<amqp::Message> message = DecodeMessage(record.payload);
    if (!message.ok()) continue;
    // Headers may come in any order, and twice; written again they do not.
    const absl::StatusOr<amqp::Message> again = DecodeMessage(EncodeMessage(*message));
    Check(again.ok() && *again == *message);
  }
}

void CheckWhatFollows(std::string bytes, size_t records) {
  AppendRecord(bytes, absl::UnixEpoch(), "what follows");
  const absl::StatusOr<SegmentScan> scan = ScanSegment(bytes);
  Check(scan.ok() && scan->records.size() == records + 1);
  Check(scan->records.back().payload == "what follows");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  if (absl::StatusOr<SegmentScan> scan = ScanSegment(bytes); scan.ok()) {
    CheckAccount(*scan, bytes);
    CheckMessages(*scan);
    CheckWhatFollows(bytes, scan->records.size());
  }
  // The same as a payload: a message's own reader has no checksum before it here.
  std::string framed = SegmentHeader();
  AppendRecord(framed, absl::UnixEpoch(), bytes);
  const absl::StatusOr<SegmentScan> scan = ScanSegment(framed);
  Check(scan.ok() && scan->records.size() == 1 && scan->records.front().payload == bytes);
  CheckMessages(*scan);
  return 0;
}

}  // namespace leadrelay::ingest
