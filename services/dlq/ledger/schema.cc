#include "services/dlq/ledger/schema.h"

#include <iterator>

#include "absl/strings/str_cat.h"

namespace leadrelay::dlq {
namespace {

constexpr int64_t kApplicationId = 0x4c524c47;  // "LRLG", so that `file` and we can tell it.

// Only ever appended to: a file in the field may stand at any of these versions.
constexpr const char* kMigrations[] = {
    R"sql(
CREATE TABLE leads (
  number      INTEGER PRIMARY KEY,
  lead_id     TEXT NOT NULL UNIQUE,
  publisher   TEXT NOT NULL DEFAULT '',
  accepted_at INTEGER,              -- NULL until the acceptance itself has arrived
  envelope    BLOB
) STRICT;

CREATE TABLE deliveries (
  lead        INTEGER NOT NULL REFERENCES leads(number),
  destination TEXT NOT NULL,
  -- Not IN (...): that builds a table of its own for every row that is written.
  state       TEXT NOT NULL CHECK (state = 'delivered' OR state = 'in_flight' OR
                                   state = 'retrying' OR state = 'suppressed' OR
                                   state = 'dead' OR state = 'discarded'),
  accepted    INTEGER NOT NULL,     -- 1: the lead's acceptance named this destination
  replay_id   TEXT NOT NULL,        -- the round that the state is of; '' is the first
  attempts    INTEGER NOT NULL,
  remote_id   TEXT NOT NULL,
  effect      TEXT NOT NULL,
  reason      TEXT NOT NULL,
  next_at     INTEGER,
  since       INTEGER,
  PRIMARY KEY (lead, destination)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempts (
  lead        INTEGER NOT NULL,
  destination TEXT NOT NULL,
  at          INTEGER NOT NULL,
  number      INTEGER NOT NULL,
  replay_id   TEXT NOT NULL,
  took_ms     INTEGER NOT NULL,
  verdict     TEXT NOT NULL,
  reason      TEXT NOT NULL,
  status      INTEGER NOT NULL,
  PRIMARY KEY (lead, destination, at, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE dead_letters (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: pages are cut by it
  lead_id      TEXT NOT NULL,                      -- 'unreadable-...' when nobody could tell
  destination  TEXT NOT NULL,                      -- '' likewise
  replay_id    TEXT NOT NULL,
  at           INTEGER NOT NULL,
  cause        TEXT NOT NULL,
  reason       TEXT NOT NULL,
  reason_group TEXT NOT NULL,
  remedy       TEXT NOT NULL,
  status       INTEGER NOT NULL,
  attempts     INTEGER NOT NULL,
  progress     TEXT NOT NULL,
  unknown      INTEGER NOT NULL,
  traceparent  TEXT NOT NULL,
  body         BLOB NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('open', 'replaying', 'resolved')),
  resolution   TEXT NOT NULL DEFAULT '',
  resolved_at  INTEGER,
  UNIQUE (lead_id, destination, replay_id)
) STRICT;
-- Holds all that grouping needs, so that it never reads the letters themselves.
CREATE INDEX dead_letters_unresolved
  ON dead_letters(destination, cause, reason_group, at, state) WHERE state != 'resolved';

CREATE TABLE replays (
  number       INTEGER PRIMARY KEY,
  replay_id    TEXT NOT NULL UNIQUE,
  created_at   INTEGER NOT NULL,
  finished_at  INTEGER,
  selection    TEXT NOT NULL,       -- what the operator asked for, as JSON
  state        TEXT NOT NULL CHECK (state IN ('running', 'paused', 'cancelled', 'done')),
  per_second   REAL NOT NULL,
  skipped      INTEGER NOT NULL
) STRICT;

CREATE TABLE replay_items (
  replay       INTEGER NOT NULL REFERENCES replays(number),
  dead_letter  INTEGER NOT NULL REFERENCES dead_letters(id),
  lead_id      TEXT NOT NULL,
  destination  TEXT NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'published', 'delivered',
                                              'suppressed', 'dead', 'failed', 'cancelled')),
  reason       TEXT NOT NULL DEFAULT '',
  published_at INTEGER,
  ended_at     INTEGER,
  PRIMARY KEY (replay, dead_letter)
) STRICT, WITHOUT ROWID;
CREATE INDEX replay_items_by_state ON replay_items(replay, state);
CREATE INDEX replay_items_by_dead_letter ON replay_items(dead_letter);
CREATE UNIQUE INDEX one_outstanding_replay ON replay_items(lead_id, destination)
  WHERE state IN ('pending', 'sending', 'published');

CREATE TABLE books (
  destination TEXT NOT NULL PRIMARY KEY,
  accepted    INTEGER NOT NULL DEFAULT 0,
  in_flight   INTEGER NOT NULL DEFAULT 0,
  retrying    INTEGER NOT NULL DEFAULT 0,
  delivered   INTEGER NOT NULL DEFAULT 0,
  suppressed  INTEGER NOT NULL DEFAULT 0,
  dead        INTEGER NOT NULL DEFAULT 0,
  discarded   INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
)sql",
    R"sql(
ALTER TABLE leads ADD COLUMN operation TEXT NOT NULL DEFAULT '';  -- '' is a new lead

CREATE TABLE marks (
  lead         INTEGER NOT NULL REFERENCES leads(number),
  destination  TEXT NOT NULL,       -- where the lead is to be marked as synced
  due_at       INTEGER NOT NULL,
  published_at INTEGER,             -- NULL until the broker has confirmed it
  PRIMARY KEY (lead, destination)
) STRICT, WITHOUT ROWID;
CREATE INDEX marks_waiting ON marks(destination, lead) WHERE published_at IS NULL;
)sql",
};

}  // namespace

absl::Status Migrate(Database& database) {
  const int64_t newest = std::ssize(kMigrations);
  const int64_t version = database.PragmaInt("user_version");
  const int64_t application = database.PragmaInt("application_id");
  const int64_t objects = database.PragmaInt("schema_version");
  absl::Status read = database.TakeError();
  if (!read.ok()) return read;
  if (application != kApplicationId && (version != 0 || objects != 0)) {
    return absl::FailedPreconditionError(
        "ledger: the file is another program's database: give dlq.database a path of its own");
  }
  if (version > newest) {
    return absl::FailedPreconditionError(
        absl::StrCat("ledger: the file has schema ",
                     version,
                     " and this program knows ",
                     newest,
                     ": it was written by a newer leadrelay, start that one"));
  }
  if (version == newest) return absl::OkStatus();
  Transaction transaction(database, Transaction::Kind::kWrite);
  for (int64_t next = version; next < newest; ++next) database.Execute(kMigrations[next]);
  database.Execute(absl::StrCat("PRAGMA application_id=", kApplicationId));
  database.Execute(absl::StrCat("PRAGMA user_version=", newest));
  return transaction.Commit();
}

}  // namespace leadrelay::dlq
