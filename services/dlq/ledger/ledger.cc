#include "services/dlq/ledger/ledger.h"

#include "absl/strings/str_cat.h"

#include "services/dlq/ledger/schema.h"

namespace leadrelay::dlq {

std::optional<Books> WriteSide::ReadBooks() {
  Books books = rows.ReadBooks();
  if (!database.TakeError().ok()) return std::nullopt;
  return books;
}

absl::StatusOr<std::unique_ptr<Ledger>> Ledger::Open(coro::Loop& loop,
                                                     coro::Timers& timers,
                                                     const std::string& path) {
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
  std::unique_ptr<Ledger> ledger(
      new Ledger(loop, timers, *std::move(lock), *std::move(write), *std::move(read)));
  absl::Status prepared = database.TakeError();
  if (!prepared.ok()) return prepared;
  return ledger;
}

Ledger::Ledger(coro::Loop& loop,
               coro::Timers& timers,
               FileLock lock,
               std::unique_ptr<Database> write,
               std::unique_ptr<Database> read)
    : loop_(loop),
      lock_(std::move(lock)),
      write_database_(std::move(write)),
      read_database_(std::move(read)),
      write_side_(*write_database_),
      reader_(*read_database_),
      writing_(timers, 1),
      reading_(timers, 1),
      books_(write_side_.rows.ReadBooks()) {}

void Ledger::Changed(Books books) {
  if (books == books_) return;
  books_ = std::move(books);
  if (on_books_ != nullptr) on_books_();
}

}  // namespace leadrelay::dlq
