#include "services/ingest/spool/segment_files.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "services/ingest/spool/message_codec.h"

namespace leadrelay::ingest {
namespace {

constexpr std::string_view kSegmentSuffix = ".spool";
constexpr std::string_view kDamagedSuffix = ".damaged";

std::optional<uint64_t> NumberOf(std::string_view name, std::string_view suffix) {
  if (!name.ends_with(suffix)) return std::nullopt;
  name.remove_suffix(suffix.size());
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return number;
}

absl::Status Count(Directory& directory, Segment& segment, Inventory& inventory) {
  const std::string name = SegmentName(segment.number);
  absl::StatusOr<std::string> bytes = directory.Read(name);
  if (absl::IsDataLoss(bytes.status())) return absl::OkStatus();  // Draining it will tell.
  if (!bytes.ok()) return bytes.status();
  absl::StatusOr<SegmentScan> scan = ScanSegment(*bytes);
  if (!scan.ok()) {
    return absl::FailedPreconditionError(absl::StrCat(name, ": ", scan.status().message()));
  }
  segment.records = static_cast<int64_t>(scan->records.size());
  if (!scan->records.empty()) segment.oldest = scan->records.front().at;
  for (const Damage& piece : scan->damage) inventory.damage.emplace_back(name, piece);
  return absl::OkStatus();
}

}  // namespace

std::string SegmentName(uint64_t number) {
  return absl::StrFormat("%012d.spool", number);
}

std::string DamagedName(uint64_t number) {
  return absl::StrFormat("%012d.damaged", number);
}

absl::StatusOr<Inventory> TakeInventory(Directory& directory) {
  absl::StatusOr<std::vector<Directory::Entry>> entries = directory.List();
  if (!entries.ok()) return entries.status();
  Inventory inventory;
  for (const Directory::Entry& entry : *entries) {
    if (const auto number = NumberOf(entry.name, kSegmentSuffix)) {
      inventory.segments.push_back({*number, entry.bytes});
      inventory.last_number = std::max(inventory.last_number, *number);
    } else if (const auto aside = NumberOf(entry.name, kDamagedSuffix)) {
      inventory.set_aside_bytes += entry.bytes;
      inventory.last_number = std::max(inventory.last_number, *aside);
    }
  }
  std::ranges::sort(inventory.segments, {}, &Segment::number);
  for (Segment& segment : inventory.segments) {
    absl::Status counted = Count(directory, segment, inventory);
    if (!counted.ok()) return counted;
  }
  return inventory;
}

absl::StatusOr<SegmentContent> ReadSegment(Directory& directory, uint64_t number) {
  absl::StatusOr<std::string> bytes = directory.Read(SegmentName(number));
  if (!bytes.ok()) return bytes.status();
  absl::StatusOr<SegmentScan> scan = ScanSegment(*bytes);
  if (!scan.ok()) return scan.status();
  SegmentContent content;
  content.damage = std::move(scan->damage);
  for (const SegmentRecord& record : scan->records) {
    absl::StatusOr<amqp::Message> message = DecodeMessage(record.payload);
    if (message.ok()) {
      content.messages.push_back(*std::move(message));
    } else {
      const size_t size = kRecordHeaderBytes + record.payload.size();
      content.damage.push_back({record.offset, static_cast<int64_t>(size)});
    }
  }
  std::ranges::sort(content.damage, {}, &Damage::offset);
  return content;
}

// A file that is not there was removed or renamed by an attempt whose sync failed.
absl::Status RemoveSegment(Directory& directory, uint64_t number) {
  absl::Status removed = directory.Remove(SegmentName(number));
  return removed.ok() || absl::IsNotFound(removed) ? directory.Sync() : removed;
}

absl::Status SetAsideSegment(Directory& directory, uint64_t number) {
  absl::Status renamed = directory.Rename(SegmentName(number), DamagedName(number));
  return renamed.ok() || absl::IsNotFound(renamed) ? directory.Sync() : renamed;
}

}  // namespace leadrelay::ingest
