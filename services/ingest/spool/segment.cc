#include "services/ingest/spool/segment.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"

#include "services/ingest/spool/checksum.h"
#include "services/ingest/spool/little_endian.h"

namespace leadrelay::ingest {
namespace {

constexpr std::string_view kMagic = "LRSPOOL\n";
constexpr std::string_view kMark = "\xFFLR\xFE";
constexpr size_t kHeaderChecksumAt = kRecordHeaderBytes - sizeof(uint32_t);

struct RecordHeader {
  size_t length = 0;
  absl::Time at;
  uint32_t checksum = 0;
};

// Nothing when `bytes` do not begin with one.
std::optional<RecordHeader> ReadHeader(std::string_view bytes) {
  if (bytes.size() < kRecordHeaderBytes || !bytes.starts_with(kMark)) return std::nullopt;
  if (NumberAt<uint32_t>(bytes, kHeaderChecksumAt) != Crc32c(bytes.substr(0, kHeaderChecksumAt))) {
    return std::nullopt;
  }
  return RecordHeader{NumberAt<uint32_t>(bytes, 4),
                      absl::FromUnixMillis(NumberAt<int64_t>(bytes, 8)),
                      NumberAt<uint32_t>(bytes, 16)};
}

bool AllZero(std::string_view bytes) {
  return std::ranges::all_of(bytes, [](char byte) { return byte == 0; });
}

bool IsCutShort(std::string_view bytes, std::string_view whole) {
  return bytes.size() < whole.size() && whole.starts_with(bytes);
}

// Could a write that was not finished have left this at the end of a file?
bool IsTorn(std::string_view rest) {
  if (AllZero(rest)) return true;
  if (rest.size() < kRecordHeaderBytes) return kMark.starts_with(rest.substr(0, kMark.size()));
  const std::optional<RecordHeader> header = ReadHeader(rest);
  return header.has_value() && header->length > rest.size() - kRecordHeaderBytes;
}

// Where the next record's header is, from `from` on; the end when there is none.
size_t FindRecord(std::string_view bytes, size_t from) {
  for (size_t at = bytes.find(kMark, from); at != std::string_view::npos;
       at = bytes.find(kMark, at + 1)) {
    if (ReadHeader(bytes.substr(at)).has_value()) return at;
  }
  return bytes.size();
}

// The record at `offset`, when all of it is there and right.
std::optional<SegmentRecord> ReadRecord(std::string_view bytes, size_t offset) {
  const std::string_view rest = bytes.substr(offset);
  const std::optional<RecordHeader> header = ReadHeader(rest);
  if (!header.has_value() || header->length > rest.size() - kRecordHeaderBytes) return std::nullopt;
  const std::string_view payload = rest.substr(kRecordHeaderBytes, header->length);
  if (Crc32c(payload) != header->checksum) return std::nullopt;
  return SegmentRecord{static_cast<int64_t>(offset), header->at, payload};
}

}  // namespace

std::string SegmentHeader(uint32_t version) {
  std::string header(kMagic);
  PutNumber(header, version);
  PutNumber(header, Crc32c(header));
  return header;
}

void AppendRecord(std::string& out, absl::Time at, std::string_view payload) {
  const size_t begin = out.size();
  out.append(kMark);
  PutNumber(out, static_cast<uint32_t>(payload.size()));
  PutNumber(out, absl::ToUnixMillis(at));
  PutNumber(out, Crc32c(payload));
  PutNumber(out, Crc32c(std::string_view(out).substr(begin)));
  out.append(payload);
}

absl::StatusOr<SegmentScan> ScanSegment(std::string_view bytes) {
  SegmentScan scan;
  const std::string expected = SegmentHeader();
  size_t at = 0;
  if (bytes.starts_with(expected)) {
    at = expected.size();
  } else if (bytes.size() >= kSegmentHeaderBytes && bytes.starts_with(kMagic) &&
             bytes.starts_with(SegmentHeader(NumberAt<uint32_t>(bytes, kMagic.size())))) {
    return absl::FailedPreconditionError(absl::StrCat("it is of version ",
                                                      NumberAt<uint32_t>(bytes, kMagic.size()),
                                                      ", and this program knows version ",
                                                      kSegmentVersion));
  } else if (IsCutShort(bytes, expected)) {
    scan.torn = static_cast<int64_t>(bytes.size());
    return scan;
  }
  while (at < bytes.size()) {
    if (const std::optional<SegmentRecord> record = ReadRecord(bytes, at)) {
      scan.records.push_back(*record);
      at += kRecordHeaderBytes + record->payload.size();
      continue;
    }
    const size_t next = FindRecord(bytes, at + 1);
    const auto piece = static_cast<int64_t>(next - at);
    if (next == bytes.size() && IsTorn(bytes.substr(at))) {
      scan.torn = piece;
    } else {
      scan.damage.push_back({static_cast<int64_t>(at), piece});
    }
    at = next;
  }
  return scan;
}

}  // namespace leadrelay::ingest
