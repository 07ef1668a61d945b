#pragma once
// The one door to SQLite: a connection, prepared statements and transactions whose errors stick.
//
// After the first error on a connection every further call on it does nothing (a cursor has no
// rows, a change counts 0) until the transaction ends, and Commit() answers with that error.  So
// code between Begin and Commit reads as the plain sequence of its statements, and half of a
// transaction can never be committed.
//
// All of it blocks, and a connection with its statements belongs to one thread at a time.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

struct sqlite3;
struct sqlite3_stmt;

namespace leadrelay::dlq {

// Bytes rather than text.
struct Blob {
  std::string_view bytes;
};

class Database {
 public:
  enum class Mode { kReadWrite, kReadOnly };

  // Opens or, when writable, creates the file: write-ahead log, synchronous=FULL (a committed
  // transaction survives power loss), 5 s patience with another process's lock.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& path, Mode mode);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Statements without parameters and results, one after the other.
  void Execute(const std::string& sql);
  int64_t PragmaInt(const std::string& pragma);

  int64_t last_row_id() const;

  // The error that sticks:
  //   ResourceExhausted  the disk is full
  //   Unavailable        locked by another process, or the disk fails: may pass
  //   DataLoss           the file is damaged or no database
  //   Internal           a statement is wrong or breaks a constraint: will not pass
  const absl::Status& error() const { return error_; }
  absl::Status TakeError();

 private:
  friend class Statement;
  friend class Cursor;
  friend class Transaction;
  explicit Database(sqlite3* handle) : handle_(handle) {}
  void Fail(int code, std::string_view doing);

  sqlite3* handle_;
  absl::Status error_;
};

// Everything until Commit() happens as a whole or not at all.  One at a time per connection.
class [[nodiscard]] Transaction {
 public:
  enum class Kind { kRead, kWrite };
  Transaction(Database& database, Kind kind);
  ~Transaction();  // Without Commit(): as if nothing had happened.
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // OK: done, and for a write durable.  An error: nothing was changed; the connection is good
  // again.
  absl::Status Commit();

 private:
  Database& database_;
  bool ended_ = false;
};

// The rows of one run of a statement.  Ends the run when it dies.
class [[nodiscard]] Cursor {
 public:
  ~Cursor();
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  bool Next();  // To the first or next row; false after the last one, or on an error.

  int64_t Int(int column) const;
  double Real(int column) const;
  bool Bool(int column) const { return Int(column) != 0; }
  std::string Text(int column) const;  // Also a blob's bytes; NULL is empty.
  absl::Time Time(int column) const;   // Milliseconds since the epoch; NULL is InfinitePast.
  bool IsNull(int column) const;

 private:
  friend class Statement;
  Cursor(Database& database, sqlite3_stmt* statement)
      : database_(database), statement_(statement) {}
  Database& database_;
  sqlite3_stmt* statement_;
};

// Prepared once, run often.  Must not outlive its connection.
class Statement {
 public:
  Statement(Database& database, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // The arguments are bound to ?1, ?2 ... in order, by value.
  template <typename... Arguments>
  Cursor Query(const Arguments&... arguments) {
    BindAll(Lifetime::kCopied, arguments...);
    return Cursor(database_, statement_);
  }

  // The same with a list of values.
  using Value = std::variant<int64_t, std::string>;
  Cursor QueryList(const std::vector<Value>& values);

  // Runs to the end.  The number of rows that were inserted, updated or deleted.
  template <typename... Arguments>
  int64_t Execute(const Arguments&... arguments) {
    BindAll(Lifetime::kOutlivesRun, arguments...);
    Cursor cursor(database_, statement_);
    while (cursor.Next()) {
    }
    return Changes();
  }

 private:
  enum class Lifetime { kCopied, kOutlivesRun };
  template <typename... Arguments>
  void BindAll(Lifetime lifetime, const Arguments&... arguments) {
    lifetime_ = lifetime;
    int position = 0;
    (Bind(++position, arguments), ...);
  }
  void Bind(int position, int64_t value);
  void Bind(int position, int value) { Bind(position, int64_t{value}); }
  void Bind(int position, bool value) { Bind(position, value ? 1 : 0); }
  void Bind(int position, double value);
  void Bind(int position, std::string_view value);
  void Bind(int position, const std::string& value) { Bind(position, std::string_view(value)); }
  void Bind(int position, const char* value) { Bind(position, std::string_view(value)); }
  void Bind(int position, Blob value);
  void Bind(int position, absl::Time value);  // InfinitePast is NULL.
  void Bind(int position, std::nullptr_t);
  int64_t Changes() const;

  Lifetime lifetime_ = Lifetime::kCopied;
  Database& database_;
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace leadrelay::dlq
