#include "services/ingest/spool/spool.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/coro/offload.h"
#include "common/observe/log.h"
#include "common/status/abseil.h"
#include "services/ingest/spool/message_codec.h"

namespace leadrelay::ingest {

// One lead between Keep() and the disk.
struct Spool::Waiting {
  Waiting(coro::Loop& loop, KeptRecord kept) : record(std::move(kept)), done(loop) {}
  int64_t bytes() const { return static_cast<int64_t>(kRecordHeaderBytes + record.payload.size()); }
  KeptRecord record;
  coro::Completion<absl::Status> done;
};

Spool::Spool(coro::Loop& loop,
             coro::Timers& timers,
             SpoolMeters& meters,
             SpoolFiles files,
             SpoolOptions options)
    : loop_(loop),
      timers_(timers),
      meters_(meters),
      files_(std::move(files)),
      directory_(*files_.directory),
      options_(options),
      writer_(directory_, files_.inventory.last_number, options.segment_bytes),
      set_aside_bytes_(files_.inventory.set_aside_bytes),
      work_(timers),
      ready_(timers),
      writing_(loop) {
  for (const Segment& segment : files_.inventory.segments) AddComplete(segment);
  ShowLevels();
}

void Spool::Start() {
  for (const auto& [file, piece] : files_.inventory.damage) {
    observe::Error("the spool is damaged; what can be read of the file goes to the broker")
        .Text("file", file)
        .Number("offset", piece.offset)
        .Number("bytes", piece.bytes);
  }
  if (!empty())
    observe::Info("leads of an earlier run are in the spool").Number("count", records());
  writing_.Spawn(Run(writing_.stop_token()));
}

coro::Task<void> Spool::Close() {
  closing_ = true;
  writing_.RequestStop();
  co_await writing_.Join();
}

coro::Task<absl::Status> Spool::Keep(amqp::Message message, absl::Duration timeout) {
  auto waiting =
      std::make_shared<Waiting>(loop_, KeptRecord{timers_.clock().Now(), EncodeMessage(message)});
  absl::Status admitted = Admit(waiting->bytes());
  if (!admitted.ok()) co_return admitted;
  queued_bytes_ += waiting->bytes();
  queue_.push_back(waiting);
  work_.NotifyAll();
  coro::Timers::Alarm late(timers_, timeout, [&waiting] {
    waiting->done.Set(absl::DeadlineExceededError("the disk has not written the lead in time"));
  });
  absl::Status kept = co_await waiting->done;
  co_return kept;
}

absl::Status Spool::Admit(int64_t bytes_more) {
  if (closing_) return absl::CancelledError("the spool is closing");
  if (broken_.has_value()) {
    meters_.RefusedByTheDisk(1);
    return absl::UnavailableError(*broken_);
  }
  if (bytes() + queued_bytes_ + bytes_more <= options_.max_bytes) return absl::OkStatus();
  meters_.RefusedFull();
  if (!std::exchange(told_full_, true)) {
    observe::Error("the spool is full: leads are refused until the broker takes some")
        .Number("bytes", bytes())
        .Number("count", records());
  }
  return absl::ResourceExhaustedError("the spool is full");
}

std::optional<std::string> Spool::Trouble() const {
  if (broken_.has_value()) return absl::StrCat("the spool's disk: ", *broken_);
  if (bytes() + queued_bytes_ + kRoom > options_.max_bytes) return "the spool is full";
  return std::nullopt;
}

void Spool::AddComplete(const Segment& segment) {
  segments_.push_back(segment);
  complete_bytes_ += segment.bytes;
  complete_records_ += segment.records;
}

void Spool::ShowLevels() {
  const auto first =
      std::ranges::find_if(segments_, [](const Segment& s) { return s.records > 0; });
  meters_.Levels(bytes(), records(), first != segments_.end() ? first->oldest : at_hand_.oldest);
}

coro::Task<void> Spool::Run(std::stop_token stop) {
  while (true) {
    if (!queue_.empty()) {
      co_await WriteGroup();
    } else if (std::exchange(complete_wanted_, false)) {
      writer_.Complete();
      TakeStock();
    } else if (stop.stop_requested()) {
      co_return;
    } else {
      const absl::Duration patience = broken_.has_value() ? kTryAgain : absl::InfiniteDuration();
      absl::Status woken = co_await work_.Wait(patience, stop);
      if (absl::IsDeadlineExceeded(woken)) co_await TryTheDisk();
    }
  }
}

std::vector<std::shared_ptr<Spool::Waiting>> Spool::TakeGroup() {
  std::vector<std::shared_ptr<Waiting>> group;
  int64_t size = 0;
  while (!queue_.empty() && (group.empty() || size + queue_.front()->bytes() <= kGroupBytes)) {
    size += queue_.front()->bytes();
    group.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return group;
}

coro::Task<void> Spool::WriteGroup() {
  const std::vector<std::shared_ptr<Waiting>> group = TakeGroup();
  std::vector<const KeptRecord*> records;
  records.reserve(group.size());
  for (const std::shared_ptr<Waiting>& each : group) records.push_back(&each->record);
  const bool was_empty = segments_.empty() && at_hand_.records == 0;
  const absl::Duration begun = timers_.clock().Monotonic();
  auto append = [this, &records] { return writer_.Append(records); };
  absl::Status status = co_await coro::Offload(loop_, std::move(append));
  Written(status);
  if (status.ok()) {
    meters_.Kept(group.size(), timers_.clock().Monotonic() - begun);
    if (was_empty) observe::Warning("the broker does not take leads: they are kept in the spool");
  } else {
    meters_.RefusedByTheDisk(group.size());
  }
  for (const std::shared_ptr<Waiting>& each : group) {
    queued_bytes_ -= each->bytes();
    each->done.Set(status);
  }
  if (on_kept_) on_kept_();
}

coro::Task<void> Spool::TryTheDisk() {
  auto attempt = [this] { return writer_.Try(); };
  absl::Status status = co_await coro::Offload(loop_, std::move(attempt));
  if (status.ok()) {
    broken_.reset();  // The next lead will show.
  } else {
    broken_ = std::string(ToStd(status.message()));
  }
  TakeStock();
}

void Spool::Written(const absl::Status& status) {
  TakeStock();
  if (status.ok()) {
    broken_.reset();
    if (std::exchange(told_broken_, false)) observe::Info("the spool keeps leads again");
  } else {
    broken_ = std::string(ToStd(status.message()));
    if (!std::exchange(told_broken_, true)) {
      observe::Error("the spool cannot keep leads: they are refused until its disk works")
          .Error(status);
    }
  }
}

// What the writer has left behind.
void Spool::TakeStock() {
  for (const Segment& segment : writer_.TakeCompleted()) AddComplete(segment);
  at_hand_ = writer_.at_hand();
  meters_.Syncs(writer_.syncs());
  ShowLevels();
  ready_.NotifyAll();
}

coro::Task<std::optional<Segment>> Spool::TakeOldest() {
  while (segments_.empty() && !empty() && !closing_) {
    complete_wanted_ = true;
    work_.NotifyAll();
    (void)co_await ready_.Wait(absl::InfiniteDuration(), writing_.stop_token());
  }
  if (segments_.empty()) co_return std::nullopt;
  co_return segments_.front();
}

coro::Task<absl::StatusOr<SegmentContent>> Spool::Read(Segment segment) {
  auto read = [this, segment] { return ReadSegment(directory_, segment.number); };
  co_return co_await coro::Offload(loop_, std::move(read));
}

coro::Task<void> Spool::Release(Segment segment, bool damaged) {
  std::erase(segments_, segment);
  complete_records_ -= segment.records;
  leavings_.push_back({segment, damaged});
  co_await ClearAway();
}

coro::Task<void> Spool::ClearAway() {
  while (!leavings_.empty()) {
    const Leaving leaving = leavings_.front();
    const std::string file = SegmentName(leaving.segment.number);
    auto clear = [this, leaving] {
      return leaving.damaged ? SetAsideSegment(directory_, leaving.segment.number)
                             : RemoveSegment(directory_, leaving.segment.number);
    };
    absl::Status cleared = co_await coro::Offload(loop_, std::move(clear));
    if (!cleared.ok()) {
      if (!std::exchange(told_leavings_, true)) {
        observe::Error("a file of the spool cannot be cleared away; its leads are with the broker")
            .Text("file", file)
            .Error(cleared);
      }
      break;
    }
    leavings_.pop_front();
    told_leavings_ = false;
    told_full_ = false;
    complete_bytes_ -= leaving.segment.bytes;
    if (leaving.damaged) {
      set_aside_bytes_ += leaving.segment.bytes;
      meters_.Damaged();
      observe::Error("a damaged file of the spool was set aside; what could be read is published")
          .Text("file", DamagedName(leaving.segment.number));
    }
  }
  ShowLevels();
}

}  // namespace leadrelay::ingest
