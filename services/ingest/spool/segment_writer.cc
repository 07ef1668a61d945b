#include "services/ingest/spool/segment_writer.h"

#include <utility>

namespace leadrelay::ingest {

absl::Status SegmentWriter::Append(const std::vector<const KeptRecord*>& group) {
  std::string bytes;
  for (const KeptRecord* record : group) AppendRecord(bytes, record->at, record->payload);
  absl::Status done = BeginIfNone();
  if (done.ok()) done = Write(bytes);
  if (done.ok()) done = Sync();
  if (!done.ok()) {
    GiveUp();
    return done;
  }
  if (segment_.records == 0 && !group.empty()) segment_.oldest = group.front()->at;
  segment_.records += static_cast<int64_t>(group.size());
  if (segment_.bytes >= segment_bytes_) Complete();
  return absl::OkStatus();
}

absl::Status SegmentWriter::Try() {
  absl::Status done = BeginIfNone();
  if (done.ok()) done = Sync();
  if (!done.ok()) GiveUp();
  return done;
}

// The folder is synced before the first record is: a file whose name is lost is lost.
absl::Status SegmentWriter::BeginIfNone() {
  if (file_ != nullptr) return absl::OkStatus();
  segment_ = Segment{++last_number_};
  absl::StatusOr<std::unique_ptr<AppendedFile>> file =
      directory_.Create(SegmentName(segment_.number));
  if (!file.ok()) return file.status();
  file_ = *std::move(file);
  absl::Status written = Write(SegmentHeader());
  if (!written.ok()) return written;
  ++syncs_;
  return directory_.Sync();
}

absl::Status SegmentWriter::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    absl::StatusOr<size_t> written = file_->Write(bytes);
    if (!written.ok()) return written.status();
    segment_.bytes += static_cast<int64_t>(*written);
    bytes.remove_prefix(*written);
  }
  return absl::OkStatus();
}

absl::Status SegmentWriter::Sync() {
  ++syncs_;
  return file_->Sync();
}

void SegmentWriter::GiveUp() {
  if (file_ != nullptr && segment_.records == 0 &&
      directory_.Remove(SegmentName(segment_.number)).ok()) {
    file_.reset();  // Nobody was told that anything in it is kept.
  }
  Complete();
}

void SegmentWriter::Complete() {
  if (file_ != nullptr) completed_.push_back(segment_);
  file_.reset();
  segment_ = Segment();
}

}  // namespace leadrelay::ingest
