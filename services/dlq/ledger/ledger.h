#pragma once
// Ledger: the record of every lead, delivery and attempt, in one SQLite file.  The asynchronous
// face of it: work runs on libuv's thread pool, one writer and one reader at a time, each on a
// connection of its own.  One process has the file; a second one is refused.  Loop thread only.
//
//   auto work = [&batch, now](WriteSide& side) { return side.recorder.Record(batch, now); };
//   absl::Status recorded = co_await ledger.Write(std::move(work), timeout, stop);

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/coro/loop.h"
#include "common/coro/offload.h"
#include "common/coro/semaphore.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "services/dlq/ledger/books.h"
#include "services/dlq/ledger/delivery_rows.h"
#include "services/dlq/ledger/file_lock.h"
#include "services/dlq/ledger/marks.h"
#include "services/dlq/ledger/orders.h"
#include "services/dlq/ledger/outbox.h"
#include "services/dlq/ledger/reader.h"
#include "services/dlq/ledger/recorder.h"
#include "services/dlq/ledger/sqlite.h"

namespace leadrelay::dlq {

// All that writes, on the writing connection.
struct WriteSide {
  // `marking`: the destinations with mark_synced.
  explicit WriteSide(Database& on, std::set<std::string> marking = {})
      : database(on),
        rows(on),
        marks(on, std::move(marking)),
        recorder(on, rows, marks),
        orders(on, rows),
        outbox(on, rows) {}

  // What a piece of work has left behind.
  struct Wake {
    std::optional<Books> books;  // Nothing when they cannot be read.
    int64_t marks = 0;           // How many more, or fewer, marks wait.
  };
  Wake ReadWake();

  Database& database;
  DeliveryRows rows;
  Marks marks;
  Recorder recorder;
  Orders orders;
  Outbox outbox;
};

// The connections to a ledger's tables, with this program's schema.
struct LedgerTables {
  std::optional<FileLock> lock;  // Of a file that no other process may open.
  std::unique_ptr<Database> write;
  std::unique_ptr<Database> read;
};

class Ledger {
 public:
  // Blocks; for the start of the process.  FailedPrecondition: another process has the file, or it
  // is not ours (schema.h).
  static absl::StatusOr<std::unique_ptr<Ledger>> Open(coro::Loop& loop,
                                                      coro::Timers& timers,
                                                      const std::string& path,
                                                      std::set<std::string> marking = {});
  // Over tables that are open already, and may be used again when it is gone.
  Ledger(coro::Loop& loop,
         coro::Timers& timers,
         std::shared_ptr<LedgerTables> tables,
         std::set<std::string> marking);
  // No work may be in flight.
  ~Ledger() = default;
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  // Runs `work(WriteSide&)` or `work(Reader&)`, which answers with a Status or a StatusOr.  Besides
  // its errors: DeadlineExceeded when its turn did not come within `timeout`, Cancelled when `stop`
  // came first; then it has not run.
  template <typename Work>
  coro::Task<std::invoke_result_t<Work, WriteSide&>> Write(Work work,
                                                           absl::Duration timeout,
                                                           std::stop_token stop) {
    using Result = std::invoke_result_t<Work, WriteSide&>;
    absl::StatusOr<coro::Semaphore::Permit> turn = co_await writing_.Acquire(timeout, stop);
    if (!turn.ok()) co_return Result(turn.status());
    auto job = [this, &work] {
      Result result = work(write_side_);
      return std::make_pair(std::move(result), write_side_.ReadWake());
    };
    std::pair<Result, WriteSide::Wake> done = co_await coro::Offload(loop_, std::move(job));
    Changed(std::move(done.second));
    co_return std::move(done.first);
  }

  template <typename Work>
  coro::Task<std::invoke_result_t<Work, Reader&>> Read(Work work,
                                                       absl::Duration timeout,
                                                       std::stop_token stop) {
    using Result = std::invoke_result_t<Work, Reader&>;
    absl::StatusOr<coro::Semaphore::Permit> turn = co_await reading_.Acquire(timeout, stop);
    if (!turn.ok()) co_return Result(turn.status());
    auto job = [this, &work] { return work(reader_); };
    Result result = co_await coro::Offload(loop_, std::move(job));
    co_return std::move(result);
  }

  // As of the last write.
  const Books& books() const { return books_; }
  // Called on the loop after every write that changed the books.
  void OnBooks(std::function<void()> callback) { on_books_ = std::move(callback); }

  // Marks that wait to be published, as of the last write.
  int64_t marks_waiting() const { return marks_waiting_; }
  // Called on the loop after every write that has added some.
  void OnMarks(std::function<void()> callback) { on_marks_ = std::move(callback); }

 private:
  void Changed(WriteSide::Wake wake);

  coro::Loop& loop_;
  const std::shared_ptr<LedgerTables> tables_;
  WriteSide write_side_;
  Reader reader_;
  coro::Semaphore writing_;
  coro::Semaphore reading_;
  Books books_;
  std::function<void()> on_books_;
  int64_t marks_waiting_;
  std::function<void()> on_marks_;
};

}  // namespace leadrelay::dlq
