#include "tools/leadctl/send_file.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace leadrelay::leadctl {
namespace {

// Below ingest's default of 5 MiB, and small enough to be answered well before a timeout.
constexpr size_t kBatchBytes = 2 << 20;

}  // namespace

FileSending::FileSending(Context& context,
                         BatchSender& sender,
                         SendJournal& journal,
                         Rows& rows,
                         size_t bytes,
                         const SendOptions& options)
    : context_(context),
      sender_(sender),
      journal_(journal),
      rows_(rows),
      bytes_(bytes),
      options_(options),
      changed_(context.timers),
      begun_at_(context.timers.clock().Monotonic()) {}

FileSending::Batch FileSending::Read() {
  Batch batch;
  size_t size = 0;
  while (std::ssize(batch.rows) < options_.batch && size < kBatchBytes) {
    std::optional<Row> row = rows_.Next();
    if (!row.has_value()) break;
    size += row->item.size();
    batch.rows.push_back(*std::move(row));
  }
  batch.end = rows_.offset();
  return batch;
}

coro::Task<std::optional<Failure>> FileSending::Run() {
  rows_before_ = journal_.checkpoint().rows;
  for (int64_t row = 0; row < rows_before_; ++row) (void)rows_.Next();
  offset_ = rows_.offset();
  begun_ = bytes_ == 0 ? 0 : static_cast<double>(offset_) / static_cast<double>(bytes_);
  coro::Scope scope(context_.loop);
  const std::stop_callback on_interrupt(context_.stop, [&scope] { scope.RequestStop(); });
  Draw();
  while (!failure_.has_value() && !context_.stop.stop_requested()) {
    if (started_ - put_down_ >= options_.in_flight) {
      (void)co_await changed_.Wait(absl::InfiniteDuration(), context_.stop);
      continue;
    }
    Batch batch = Read();
    if (batch.rows.empty()) break;
    scope.Spawn(SendOne(started_++, std::move(batch), scope.stop_token()));
  }
  if (failure_.has_value()) scope.RequestStop();
  co_await scope.Join();
  if (context_.stop.stop_requested()) failure_ = Failure{kPartly, "stopped", ""};
  co_return failure_;
}

coro::Task<void> FileSending::SendOne(int64_t number, Batch batch, std::stop_token stop) {
  BatchResult result = co_await sender_.Send(std::move(batch.rows), stop);
  PutDown(number, batch.end, std::move(result));
  changed_.NotifyAll();
}

void FileSending::PutDown(int64_t number, size_t end, BatchResult result) {
  if (result.failure.has_value()) {
    if (!failure_.has_value()) failure_ = std::move(result.failure);
    return;  // Nor what comes after it: the rows are put down in order.
  }
  answered_[number] = {end, std::move(result.counts)};
  for (auto next = answered_.begin(); next != answered_.end() && next->first == put_down_;
       next = answered_.erase(next), ++put_down_) {
    const RowCounts& done = next->second.counts;
    absl::Status kept = journal_.Advance(done.accepted, done.rejected, done.rejected_lines);
    if (!kept.ok()) {
      failure_ = Failure{kUsage, std::string(kept.message()), "The folder must be writable."};
      return;
    }
    replayed_ += done.replayed;
    offset_ = next->second.end;
  }
  Draw();
}

void FileSending::Draw() {
  const Checkpoint& checkpoint = journal_.checkpoint();
  Progress progress;
  progress.done = bytes_ == 0 ? 1 : static_cast<double>(offset_) / static_cast<double>(bytes_);
  progress.begun = begun_;
  progress.items = checkpoint.rows - rows_before_;
  progress.text = absl::StrCat(WithCommas(checkpoint.accepted), " accepted");
  if (checkpoint.rejected > 0) {
    absl::StrAppend(&progress.text, ", ", WithCommas(checkpoint.rejected), " rejected");
  }
  progress.took = context_.timers.clock().Monotonic() - begun_at_;
  context_.terminal.Draw(progress);
}

}  // namespace leadrelay::leadctl
