#include "services/dlq/ledger/ledger.h"

#include "absl/strings/str_cat.h"

#include "services/dlq/ledger/schema.h"

namespace leadrelay::dlq {

WriteSide::Wake WriteSide::ReadWake() {
  Wake wake{rows.ReadBooks(), marks.TakeChange()};
  if (!database.TakeError().ok()) wake.books.reset();
  return wake;
}

absl::StatusOr<std::unique_ptr<Ledger>> Ledger::Open(coro::Loop& loop,
                                                     coro::Timers& timers,
                                                     const std::string& path,
                                                     std::set<std::string> marking) {
  absl::StatusOr<FileLock> lock = FileLock::Take(absl::StrCat(path, ".lock"));
  if (!lock.ok()) return lock.status();
  absl::StatusOr<std::unique_ptr<Database>> write =
      Database::Open(path, Database::Mode::kReadWrite);
  if (!write.ok()) return write.status();
  absl::Status migrated = Migrate(**write);
  if (!migrated.ok()) return migrated;
  absl::StatusOr<std::unique_ptr<Database>> read = Database::Open(path, Database::Mode::kReadOnly);
  if (!read.ok()) return read.status();
  Database& database = **write;
  auto tables = std::make_shared<LedgerTables>();
  tables->lock.emplace(*std::move(lock));
  tables->write = *std::move(write);
  tables->read = *std::move(read);
  auto ledger = std::make_unique<Ledger>(loop, timers, std::move(tables), std::move(marking));
  absl::Status prepared = database.TakeError();
  if (!prepared.ok()) return prepared;
  return ledger;
}

Ledger::Ledger(coro::Loop& loop,
               coro::Timers& timers,
               std::shared_ptr<LedgerTables> tables,
               std::set<std::string> marking)
    : loop_(loop),
      tables_(std::move(tables)),
      write_side_(*tables_->write, std::move(marking)),
      reader_(*tables_->read),
      writing_(timers, 1),
      reading_(timers, 1),
      books_(write_side_.rows.ReadBooks()),
      marks_waiting_(write_side_.marks.CountWaiting()) {}

void Ledger::Changed(WriteSide::Wake wake) {
  if (wake.books.has_value() && *wake.books != books_) {
    books_ = *std::move(wake.books);
    if (on_books_ != nullptr) on_books_();
  }
  marks_waiting_ += wake.marks;
  if (wake.marks > 0 && on_marks_ != nullptr) on_marks_();
}

}  // namespace leadrelay::dlq
