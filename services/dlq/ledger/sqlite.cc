#include "services/dlq/ledger/sqlite.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include <sqlite3.h>

namespace leadrelay::dlq {
namespace {

absl::Status ToStatus(sqlite3* handle, int code, std::string_view doing) {
  const std::string message = absl::StrCat("ledger: ",
                                           std::string(doing),
                                           ": ",
                                           handle != nullptr ? sqlite3_errmsg(handle) : "no memory",
                                           " (SQLite ",
                                           code,
                                           ")");
  switch (code & 0xff) {
    case SQLITE_FULL:
      return absl::ResourceExhaustedError(message);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_NOMEM:
    case SQLITE_PROTOCOL:
    case SQLITE_PERM:
      return absl::UnavailableError(message);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::DataLossError(message);
    default:
      return absl::InternalError(message);
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const std::string& path, Mode mode) {
  // Counting every allocation takes a lock each time, and nobody reads the counts.
  [[maybe_unused]] static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  const int flags =
      SQLITE_OPEN_NOMUTEX | (mode == Mode::kReadWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                                      : SQLITE_OPEN_READONLY);
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  if (code != SQLITE_OK) {
    absl::Status failed = ToStatus(handle, code, absl::StrCat("opening ", path));
    sqlite3_close_v2(handle);
    return failed;
  }
  std::unique_ptr<Database> database(new Database(handle));
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, 5000);
  if (mode == Mode::kReadWrite) {
    // FULL, since NORMAL lets the write-ahead log lose its last transactions in a power cut, and
    // their messages have been acknowledged by then.
    database->Execute(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        "PRAGMA wal_autocheckpoint=4000; PRAGMA journal_size_limit=67108864;"
        "PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY;");
  } else {
    database->Execute("PRAGMA query_only=ON; PRAGMA cache_size=-4096; PRAGMA temp_store=MEMORY;");
  }
  absl::Status prepared = database->TakeError();
  if (!prepared.ok()) return prepared;
  return database;
}

Database::~Database() {
  sqlite3_close_v2(handle_);
}

void Database::Execute(const std::string& sql) {
  if (!error_.ok()) return;
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) Fail(code, "executing");
}

int64_t Database::PragmaInt(const std::string& pragma) {
  Statement statement(*this, absl::StrCat("PRAGMA ", pragma));
  Cursor cursor = statement.Query();
  return cursor.Next() ? cursor.Int(0) : 0;
}

int64_t Database::last_row_id() const {
  return sqlite3_last_insert_rowid(handle_);
}

absl::Status Database::TakeError() {
  return std::exchange(error_, absl::OkStatus());
}

void Database::Fail(int code, std::string_view doing) {
  if (error_.ok()) error_ = ToStatus(handle_, code, doing);
}

Transaction::Transaction(Database& database, Kind kind) : database_(database) {
  // IMMEDIATE takes the write lock now: a later upgrade could fail half-way with SQLITE_BUSY.
  database_.Execute(kind == Kind::kWrite ? "BEGIN IMMEDIATE" : "BEGIN");
}

Transaction::~Transaction() {
  if (!ended_) {
    database_.Fail(SQLITE_ABORT, "leaving a transaction");
    (void)Commit();
  }
}

absl::Status Transaction::Commit() {
  ended_ = true;
  database_.Execute("COMMIT");
  absl::Status result = database_.TakeError();
  // After a full disk or a broken read SQLite may have rolled back by itself.
  if (!result.ok() && sqlite3_get_autocommit(database_.handle_) == 0) {
    database_.Execute("ROLLBACK");
    (void)database_.TakeError();
  }
  return result;
}

Cursor::~Cursor() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

bool Cursor::Next() {
  if (!database_.error_.ok() || statement_ == nullptr) return false;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) database_.Fail(code, sqlite3_sql(statement_));
  return false;
}

int64_t Cursor::Int(int column) const {
  return sqlite3_column_int64(statement_, column);
}

double Cursor::Real(int column) const {
  return sqlite3_column_double(statement_, column);
}

std::string Cursor::Text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  if (bytes == nullptr || size <= 0) return "";
  return std::string(static_cast<const char*>(bytes), static_cast<size_t>(size));
}

absl::Time Cursor::Time(int column) const {
  return IsNull(column) ? absl::InfinitePast() : absl::FromUnixMillis(Int(column));
}

bool Cursor::IsNull(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Statement::Statement(Database& database, std::string_view sql) : database_(database) {
  if (!database_.error_.ok()) return;
  const int code = sqlite3_prepare_v3(database_.handle_,
                                      sql.data(),
                                      static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT,
                                      &statement_,
                                      nullptr);
  if (code != SQLITE_OK) database_.Fail(code, sql);
}

Statement::~Statement() {
  sqlite3_finalize(statement_);
}

Cursor Statement::QueryList(const std::vector<Value>& values) {
  lifetime_ = Lifetime::kCopied;
  int position = 0;
  for (const Value& value : values) {
    ++position;
    std::visit([this, position](const auto& what) { Bind(position, what); }, value);
  }
  return Cursor(database_, statement_);
}

void Statement::Bind(int position, int64_t value) {
  sqlite3_bind_int64(statement_, position, value);
}

void Statement::Bind(int position, double value) {
  sqlite3_bind_double(statement_, position, value);
}

void Statement::Bind(int position, std::string_view value) {
  // An empty view may have no address, and SQLite takes that for NULL.
  sqlite3_bind_text64(statement_,
                      position,
                      value.empty() ? "" : value.data(),
                      value.size(),
                      lifetime_ == Lifetime::kCopied ? SQLITE_TRANSIENT : SQLITE_STATIC,
                      SQLITE_UTF8);
}

void Statement::Bind(int position, Blob value) {
  sqlite3_bind_blob64(statement_,
                      position,
                      value.bytes.empty() ? "" : value.bytes.data(),
                      value.bytes.size(),
                      lifetime_ == Lifetime::kCopied ? SQLITE_TRANSIENT : SQLITE_STATIC);
}

void Statement::Bind(int position, absl::Time value) {
  if (value == absl::InfinitePast()) {
    Bind(position, nullptr);
  } else {
    Bind(position, absl::ToUnixMillis(value));
  }
}

void Statement::Bind(int position, std::nullptr_t) {
  sqlite3_bind_null(statement_, position);
}

int64_t Statement::Changes() const {
  return database_.error_.ok() ? sqlite3_changes64(database_.handle_) : 0;
}

}  // namespace leadrelay::dlq
