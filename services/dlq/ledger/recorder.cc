#include "services/dlq/ledger/recorder.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/crypto/crypto.h"
#include "services/dlq/ledger/reason_group.h"
#include "services/dlq/ledger/replay_end.h"

namespace leadrelay::dlq {
namespace {

// The tables keep milliseconds; comparing must be done on what is kept.
absl::Time Millis(absl::Time time) {
  if (time == absl::InfinitePast()) return absl::UnixEpoch();
  return absl::FromUnixMillis(absl::ToUnixMillis(time));
}

Fact ToFact(const lead::OutcomeEvent& event) {
  using Kind = lead::OutcomeEvent::Kind;
  Fact fact;
  switch (event.kind) {
    case Kind::kDelivered:
    case Kind::kDuplicate:
      fact.kind = Fact::Kind::kDelivered;
      break;
    case Kind::kSuppressed:
      fact.kind = Fact::Kind::kSuppressed;
      break;
    case Kind::kRetrying:
      fact.kind = Fact::Kind::kRetrying;
      break;
  }
  fact.at = Millis(event.at);
  fact.replay_id = event.replay_id;
  fact.attempts = event.attempts;
  fact.remote_id = event.remote_id;
  fact.effect = event.kind == Kind::kDuplicate ? "duplicate" : event.effect;
  fact.reason = event.reason;
  if (event.next_at != absl::InfinitePast()) fact.next_at = Millis(event.next_at);
  return fact;
}

// The same bytes are the same letter, however often the broker hands them over.
std::string SyntheticId(const std::string& body) {
  return absl::StrCat("unreadable-", crypto::Hex(crypto::Sha256(body)).substr(0, 24));
}

}  // namespace

Recorder::Recorder(Database& database, DeliveryRows& rows, Marks& marks)
    : database_(database),
      rows_(rows),
      marks_(marks),
      add_lead_(database,
                "INSERT INTO leads (lead_id, publisher, accepted_at, envelope, operation)"
                " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (lead_id) DO NOTHING"),
      complete_lead_(
          database,
          "UPDATE leads SET publisher = ?2, accepted_at = ?3, envelope = ?4, operation = ?5"
          " WHERE lead_id = ?1 AND envelope IS NULL"),
      attempt_(database,
               "INSERT OR IGNORE INTO attempts (lead, destination, at, number, replay_id, took_ms,"
               " verdict, reason, status) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"),
      insert_letter_(
          database,
          "INSERT INTO dead_letters (lead_id, destination, replay_id, at, cause, reason,"
          " reason_group, remedy, status, attempts, progress, unknown, traceparent, body, state)"
          " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 'open')"
          " ON CONFLICT (lead_id, destination, replay_id) DO NOTHING"),
      improve_letter_(
          database,
          "UPDATE dead_letters SET at = ?4, cause = ?5, reason = ?6, reason_group = ?7,"
          " remedy = ?8, status = ?9, attempts = ?10, progress = ?11, unknown = ?12"
          " WHERE lead_id = ?1 AND destination = ?2 AND replay_id = ?3 AND state != 'resolved'"
          " AND (at, reason) < (?4, ?6)"),
      resolve_letters_(database,
                       "UPDATE dead_letters SET state = 'resolved', resolution = ?3,"
                       " resolved_at = ?4 WHERE lead_id = ?1 AND destination = ?2"
                       " AND state != 'resolved' AND id != ?5"),
      end_items_(database,
                 "UPDATE replay_items SET state = ?3, ended_at = ?4"
                 " WHERE lead_id = ?1 AND destination = ?2"
                 " AND state IN ('pending', 'sending', 'published') RETURNING replay"),
      end_item_dead_(database,
                     "UPDATE replay_items SET state = 'dead', ended_at = ?4, reason = ?5"
                     " WHERE lead_id = ?1 AND destination = ?2"
                     " AND state IN ('pending', 'sending', 'published')"
                     " AND replay = (SELECT number FROM replays WHERE replay_id = ?3)"
                     " RETURNING replay"),
      end_replay_(database, kEndReplaySql) {}

absl::Status Recorder::Record(const std::vector<Entry>& entries, absl::Time now) {
  touched_replays_.clear();
  Transaction transaction(database_, Transaction::Kind::kWrite);
  for (const Entry& entry : entries) {
    std::visit([this](const auto& what) { Add(what); }, entry);
  }
  EndReplays(now);
  marks_.AddDue(now);
  rows_.SaveBooks();
  absl::Status committed = transaction.Commit();
  marks_.EndTransaction(committed.ok());
  if (!committed.ok()) rows_.DropBooks();
  return committed;
}

void Recorder::Add(const AcceptedLead& lead) {
  const absl::Time at = Millis(lead.accepted_at);
  const Blob envelope{lead.envelope};
  const bool is_new =
      add_lead_.Execute(lead.lead_id, lead.publisher, at, envelope, lead.operation) == 1;
  if (!is_new &&
      complete_lead_.Execute(lead.lead_id, lead.publisher, at, envelope, lead.operation) == 0) {
    return;  // Accepted before.
  }
  const int64_t number = is_new ? database_.last_row_id() : rows_.LeadNumber(lead.lead_id);
  if (!is_new) marks_.Touch(number);  // Its outcomes came first.
  Fact accepted;
  accepted.kind = Fact::Kind::kAccepted;
  accepted.at = at;
  std::set<std::string_view> named;  // A destination that is named twice is one delivery.
  for (const std::string& destination : lead.destinations) {
    Accept(number, destination, named.insert(destination).second && is_new, {accepted});
  }
  for (const lead::Suppression& suppression : lead.suppressed) {
    Fact suppressed;
    suppressed.kind = Fact::Kind::kSuppressed;
    suppressed.at = at;
    suppressed.reason = suppression.reason;
    const bool fresh = named.insert(suppression.destination).second && is_new;
    Accept(number, suppression.destination, fresh, {accepted, suppressed});
  }
}

void Recorder::Accept(int64_t lead,
                      const std::string& destination,
                      bool is_new,
                      const std::vector<Fact>& facts) {
  if (!is_new) {
    for (const Fact& fact : facts) rows_.Apply(lead, destination, fact);
    return;
  }
  DeliveryRecord record;
  for (const Fact& fact : facts) record = Apply(std::move(record), fact);
  rows_.Insert(lead, destination, record);
}

void Recorder::Add(const lead::OutcomeEvent& event) {
  const DeliveryRows::Change change = rows_.Apply(event.lead_id, event.destination, ToFact(event));
  AddAttempts(change.lead, event.destination, event.replay_id, event.history);
  const State now = change.after.state;
  if (now != State::kDelivered && now != State::kSuppressed) return;
  if (change.before.state != now) marks_.Touch(change.lead);
  // Most deliveries never die: only these can have dead letters to look for.
  const bool died = change.before.state == State::kDead || !change.before.replay_id.empty();
  if (died) Conclude(event, change.after);
}

void Recorder::Conclude(const lead::OutcomeEvent& event, const DeliveryRecord& now) {
  std::string how(Name(now.state));
  if (!event.replay_id.empty()) absl::StrAppend(&how, " by replay ", event.replay_id);
  const absl::Time at = Millis(event.at);
  resolve_letters_.Execute(event.lead_id, event.destination, how, at, 0);
  Cursor ended = end_items_.Query(event.lead_id, event.destination, Name(now.state), at);
  while (ended.Next()) touched_replays_.push_back(ended.Int(0));
}

void Recorder::Add(const lead::DeadLetter& letter) {
  const bool known = !letter.lead_id.empty() && !letter.destination.empty();
  const std::string lead_id = letter.lead_id.empty() ? SyntheticId(letter.body) : letter.lead_id;
  const bool is_new = InsertLetter(lead_id, letter);
  const int64_t id = is_new ? database_.last_row_id() : 0;
  if (!known) return;

  const std::string& round = letter.state.replay_id;
  Fact fact;
  fact.kind = is_new ? Fact::Kind::kDead : Fact::Kind::kDeadCopy;
  fact.at = Millis(letter.at);
  fact.replay_id = round;
  fact.attempts = letter.state.attempts;
  fact.reason = letter.reason;
  const DeliveryRows::Change change = rows_.Apply(lead_id, letter.destination, fact);
  AddAttempts(change.lead, letter.destination, round, letter.state.history);
  if (!is_new) return;

  if (change.after.state != State::kDead) {  // It had been delivered or suppressed before.
    resolve_letters_.Execute(lead_id, letter.destination, Name(change.after.state), fact.at, 0);
    return;
  }
  resolve_letters_.Execute(
      lead_id, letter.destination, absl::StrCat("died again: dead letter ", id), fact.at, id);
  if (round.empty()) return;
  Cursor ended = end_item_dead_.Query(lead_id, letter.destination, round, fact.at, letter.reason);
  while (ended.Next()) touched_replays_.push_back(ended.Int(0));
}

bool Recorder::InsertLetter(const std::string& lead_id, const lead::DeadLetter& letter) {
  const lead::DeliveryState& state = letter.state;
  const absl::Time at = Millis(letter.at);
  const std::string group = ReasonGroup(letter.reason);
  const int64_t inserted = insert_letter_.Execute(lead_id,
                                                  letter.destination,
                                                  state.replay_id,
                                                  at,
                                                  letter.cause,
                                                  letter.reason,
                                                  group,
                                                  letter.remedy,
                                                  letter.status,
                                                  state.attempts,
                                                  state.progress,
                                                  state.unknown,
                                                  state.traceparent,
                                                  Blob{letter.body});
  if (inserted > 0) return true;
  improve_letter_.Execute(lead_id,
                          letter.destination,
                          state.replay_id,
                          at,
                          letter.cause,
                          letter.reason,
                          group,
                          letter.remedy,
                          letter.status,
                          state.attempts,
                          state.progress,
                          state.unknown);
  return false;
}

void Recorder::AddAttempts(int64_t lead,
                           const std::string& destination,
                           const std::string& replay_id,
                           const std::vector<lead::Attempt>& attempts) {
  for (const lead::Attempt& attempt : attempts) {
    attempt_.Execute(lead,
                     destination,
                     Millis(attempt.at),
                     attempt.number,
                     replay_id,
                     absl::ToInt64Milliseconds(attempt.took),
                     attempt.verdict,
                     attempt.reason,
                     attempt.status);
  }
}

void Recorder::EndReplays(absl::Time now) {
  for (const int64_t replay : touched_replays_) end_replay_.Execute(replay, now);
}

}  // namespace leadrelay::dlq
