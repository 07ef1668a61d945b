#include "services/dlq/ledger/orders.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/json/json.h"

namespace leadrelay::dlq {
namespace {

std::string JsonList(const std::set<std::string>& texts) {
  json::Writer writer;
  writer.StartArray();
  for (const std::string& text : texts) writer.String(text);
  writer.EndArray();
  return writer.Take();
}

std::string WhyNothing(const ReplayPlan& plan) {
  std::vector<std::string> why;
  const auto add = [&](int64_t count, const char* what) {
    if (count > 0) why.push_back(absl::StrCat(count, " ", what));
  };
  add(plan.already_replaying, "already being replayed");
  add(plan.already_resolved, "already resolved");
  add(plan.unreadable, "unreadable");
  add(plan.not_configured, "for a destination that is not in the configuration");
  if (why.empty()) return "no dead letter matches";
  return absl::StrCat("nothing to replay: of ", plan.matching, ", ", absl::StrJoin(why, ", "));
}

}  // namespace

Orders::Orders(Database& database, DeliveryRows& rows) : database_(database), rows_(rows) {}

absl::StatusOr<int64_t> Orders::Discard(const Selection& selection,
                                        const std::string& note,
                                        absl::Time now) {
  struct Row {
    std::string lead_id;
    std::string destination;
  };
  const SqlCondition which = ToSql(selection);
  Transaction transaction(database_, Transaction::Kind::kWrite);
  Statement discard(database_,
                    absl::StrCat("UPDATE dead_letters SET state = 'resolved', resolution = ?,"
                                 " resolved_at = ? WHERE state = 'open' AND ",
                                 which.sql,
                                 " RETURNING lead_id, destination"));
  std::vector<SqlValue> values = {
      note.empty() ? std::string("discarded") : absl::StrCat("discarded: ", note),
      absl::ToUnixMillis(now)};
  values.insert(values.end(), which.values.begin(), which.values.end());
  std::vector<Row> rows;
  {
    Cursor cursor = discard.QueryList(values);
    while (cursor.Next()) rows.push_back({cursor.Text(0), cursor.Text(1)});
  }
  Statement find(database_, "SELECT number FROM leads WHERE lead_id = ?1");
  for (const Row& row : rows) {
    Cursor lead = find.Query(row.lead_id);
    if (!lead.Next()) continue;  // Unreadable: it never was a delivery.
    Fact fact;
    fact.kind = Fact::Kind::kDiscarded;
    fact.at = now;
    rows_.Apply(lead.Int(0), row.destination, fact);
  }
  rows_.SaveBooks();
  absl::Status committed = transaction.Commit();
  if (!committed.ok()) {
    rows_.DropBooks();
    return committed;
  }
  return static_cast<int64_t>(rows.size());
}

ReplayPlan Orders::ReadPlan(const Selection& selection, const std::set<std::string>& destinations) {
  const SqlCondition which = ToSql(selection);
  Statement count(database_,
                  absl::StrCat("SELECT destination, state, cause = 'unreadable' OR destination = ''"
                               ", count(*) FROM dead_letters WHERE ",
                               which.sql,
                               " GROUP BY 1, 2, 3"));
  ReplayPlan plan;
  Cursor cursor = count.QueryList(which.values);
  while (cursor.Next()) {
    const std::string destination = cursor.Text(0);
    const std::string state = cursor.Text(1);
    const int64_t letters = cursor.Int(3);
    plan.matching += letters;
    if (state == "resolved") {
      plan.already_resolved += letters;
    } else if (state == "replaying") {
      plan.already_replaying += letters;
    } else if (cursor.Bool(2)) {
      plan.unreadable += letters;
    } else if (!destinations.contains(destination)) {
      plan.not_configured += letters;
    } else {
      plan.replayable[destination] += letters;
    }
  }
  return plan;
}

absl::StatusOr<ReplayPlan> Orders::Plan(const Selection& selection,
                                        const std::set<std::string>& destinations) {
  Transaction transaction(database_, Transaction::Kind::kRead);
  ReplayPlan plan = ReadPlan(selection, destinations);
  absl::Status read = transaction.Commit();
  if (!read.ok()) return read;
  return plan;
}

absl::StatusOr<Orders::Replay> Orders::Create(const Selection& selection,
                                              const std::string& selection_json,
                                              double per_second,
                                              const std::set<std::string>& destinations,
                                              const std::string& replay_id,
                                              absl::Time now) {
  Replay replay;
  replay.replay_id = replay_id;
  Transaction transaction(database_, Transaction::Kind::kWrite);
  replay.plan = ReadPlan(selection, destinations);
  if (database_.error().ok() && replay.plan.total() == 0) {
    (void)transaction.Commit();
    return absl::FailedPreconditionError(WhyNothing(replay.plan));
  }
  Statement add(database_,
                "INSERT INTO replays (replay_id, created_at, selection, state, per_second, skipped)"
                " VALUES (?1, ?2, ?3, 'running', ?4, ?5)");
  add.Execute(
      replay_id, now, selection_json, per_second, replay.plan.matching - replay.plan.total());
  replay.number = database_.last_row_id();

  const SqlCondition which = ToSql(selection);
  std::vector<SqlValue> values = {replay.number, JsonList(destinations)};
  values.insert(values.end(), which.values.begin(), which.values.end());
  Statement items(database_,
                  absl::StrCat("INSERT INTO replay_items (replay, dead_letter, lead_id,"
                               " destination, state) SELECT ?, id, lead_id, destination, 'pending'"
                               " FROM dead_letters WHERE state = 'open' AND cause != 'unreadable'"
                               " AND destination IN (SELECT value FROM json_each(?)) AND ",
                               which.sql,
                               " ON CONFLICT DO NOTHING"));
  {
    Cursor cursor = items.QueryList(values);
    while (cursor.Next()) {
    }
  }
  Statement mark(database_,
                 "UPDATE dead_letters SET state = 'replaying' WHERE id IN"
                 " (SELECT dead_letter FROM replay_items WHERE replay = ?1)");
  mark.Execute(replay.number);
  absl::Status committed = transaction.Commit();
  if (!committed.ok()) return committed;
  return replay;
}

}  // namespace leadrelay::dlq
