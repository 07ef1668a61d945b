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
  std::unique_ptr<Ledger> ledger(new Ledger(
      loop, timers, *std::move(lock), *std::move(write), *std::move(read), std::move(marking)));
  absl::Status prepared = database.TakeError();
  if (!prepared.ok()) return prepared;
  return ledger;
}

Ledger::Ledger(coro::Loop& loop,
               coro::Timers& timers,
               FileLock lock,
               std::unique_ptr<Database> write,
               std::unique_ptr<Database> read,
               std::set<std::string> marking)
    : loop_(loop),
      lock_(std::move(lock)),
      write_database_(std::move(write)),
      read_database_(std::move(read)),
      write_side_(*write_database_, std::move(marking)),
      reader_(*read_database_),
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
