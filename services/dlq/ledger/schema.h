#pragma once
// The ledger's tables, as a list of migrations.  user_version counts those that a file has had.
//
//   leads         one row per lead; known from an outcome only until its acceptance arrives
//   deliveries    one row per lead and destination: its state (transition.h)
//   attempts      every finished attempt, once, however many messages tell of it
//   dead_letters  one row per delivery and round (a round is the first run, or one replay)
//   replays       an operator's orders; replay_items their parts, at most one outstanding per
//   delivery books         deliveries per destination and state, kept in the same transaction
//
// Rows of deliveries and attempts are keyed by the lead's row number, not its id: numbers grow, so
// inserts go to the end of the tree, where random ids would touch a page each.  Times are
// milliseconds since the epoch.

#include "absl/status/status.h"

#include "services/dlq/ledger/sqlite.h"

namespace leadrelay::dlq {

// Brings the file up to this program's schema.  FailedPrecondition: it is another program's
// database, or was written by a newer leadrelay; it is left as it is.
absl::Status Migrate(Database& database);

}  // namespace leadrelay::dlq
