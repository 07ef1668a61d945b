#include "tests/simulation/final_state.h"

#include <map>

#include "common/lead/topology.h"
#include "services/dlq/ledger/delivery_rows.h"

namespace leadrelay::simulation {
namespace {

struct Ended {
  int64_t delivered = 0;
  int64_t all = 0;
};

// How the records of a lead are called in a system's report.
struct Kinds {
  const char* connector;
  std::vector<const char*> per_lead;
  const char* duplicates;
};
const std::vector<Kinds>& AllKinds() {
  static const std::vector<Kinds> kinds = {
      {"webhook", {"/receivers/hooks/records"}, "/receivers/hooks/duplicates"},
      {"hubspot", {"/contacts", "/deals", "/notes"}, "/duplicates"},
      {"pipedrive", {"/persons", "/deals", "/notes"}, "/duplicates"},
      {"close", {"/contact", "/opportunity", "/note"}, "/duplicates"},
      {"salesforce", {"/leads", "/tasks"}, "/duplicates"},
  };
  return kinds;
}

void JudgeQueues(Surroundings& around) {
  if (around.broker.InQueues() > 0) {
    around.journal.Violate(around.broker.InQueues(), " messages are left in queues at rest");
  }
  if (around.broker.Depth(std::string(lead::kParkingQueue)) > 0) {
    around.journal.Violate("a message is parked");
  }
}

std::map<std::string, Ended> JudgeDeliveries(Surroundings& around,
                                             const LedgerProcess& ledger,
                                             const std::set<std::string>& accepted) {
  std::map<std::string, Ended> ended;
  dlq::Books counted;
  dlq::Statement rows(*around.stage.tables()->write,
                      "SELECT leads.lead_id, destination, state, accepted, replay_id, attempts,"
                      " '', '', '', NULL, NULL FROM deliveries JOIN leads ON number = lead");
  dlq::Cursor cursor = rows.Query();
  while (cursor.Next()) {
    const dlq::DeliveryRecord record = dlq::ReadDelivery(cursor, 2);
    const std::string id = absl::StrCat(cursor.Text(0), ":", cursor.Text(1));
    counted[cursor.Text(1)].Count(record, 1);
    if (!accepted.contains(cursor.Text(0)) || !record.accepted) {
      around.journal.Violate(id, " is in the ledger and was not accepted");
    }
    const bool over = record.state == dlq::State::kDelivered ||
                      record.state == dlq::State::kSuppressed ||
                      record.state == dlq::State::kDead || record.state == dlq::State::kDiscarded;
    if (!over) {
      around.journal.Violate(id, " is ", std::string(dlq::Name(record.state)), " at rest");
    }
    ++ended[cursor.Text(1)].all;
    if (record.state == dlq::State::kDelivered) ++ended[cursor.Text(1)].delivered;
  }
  for (const std::string& destination : around.destinations) {
    const auto expected = static_cast<int64_t>(accepted.size());
    if (ended[destination].all != expected) {
      around.journal.Violate(
          destination, ": of ", expected, " deliveries ", ended[destination].all, " are known");
    }
  }
  if (counted != ledger.books()) around.journal.Violate("the books are not what the rows say");
  return ended;
}

void JudgeReplays(Surroundings& around) {
  dlq::Statement open(*around.stage.tables()->write,
                      "SELECT state, count(*) FROM replay_items WHERE state NOT IN ('delivered',"
                      " 'suppressed', 'dead', 'failed', 'cancelled') GROUP BY state");
  dlq::Cursor items = open.Query();
  while (items.Next()) {
    around.journal.Violate(items.Int(1), " items of replays are ", items.Text(0), " at rest");
  }
  dlq::Statement running(*around.stage.tables()->write,
                         "SELECT replay_id FROM replays WHERE state != 'done'");
  dlq::Cursor replays = running.Query();
  while (replays.Next()) around.journal.Violate(replays.Text(0), " is not done at rest");
}

void JudgeRecords(Surroundings& around,
                  const Crm& crm,
                  const std::string& connector,
                  const Ended& ended) {
  for (const Kinds& kinds : AllKinds()) {
    if (connector != kinds.connector) continue;
    for (const char* kind : kinds.per_lead) {
      const int64_t records = crm.Reported(kind);
      if (records < ended.delivered || records > ended.all) {
        around.journal.Violate(
            crm.destination(), ": ", ended.delivered, " delivered, but ", records, " of ", kind);
      }
    }
    if (crm.Reported(kinds.duplicates) > 0) {
      around.journal.Violate(crm.destination(), ": a record is there twice");
    }
  }
}

void JudgeWindows(Surroundings& around, const Crm& crm) {
  const config::Destination* destination = around.stage.config().FindDestination(crm.destination());
  if (crm.windows_excused()) return;
  const std::vector<absl::Duration>& arrivals = crm.arrivals();
  for (const config::RateWindow& window : *destination->limits) {
    const auto most = static_cast<size_t>(window.requests);
    for (size_t i = most; i < arrivals.size(); ++i) {
      const absl::Duration span = arrivals[i] - arrivals[i - most];
      if (span >= window.per) continue;
      around.journal.Violate(crm.destination(),
                             ": ",
                             most + 1,
                             " requests within ",
                             absl::FormatDuration(span),
                             ", until ",
                             absl::FormatDuration(arrivals[i]));
      return;
    }
  }
}

}  // namespace

int64_t OpenLetters(const Stage& stage) {
  dlq::Statement open(*stage.tables()->write,
                      "SELECT count(*) FROM dead_letters"
                      " WHERE state = 'open' AND cause != 'unreadable'");
  dlq::Cursor cursor = open.Query();
  return cursor.Next() ? cursor.Int(0) : 0;
}

void JudgeFinalState(Surroundings& around,
                     const LedgerProcess& ledger,
                     const std::set<std::string>& accepted) {
  JudgeQueues(around);
  std::map<std::string, Ended> ended = JudgeDeliveries(around, ledger, accepted);
  JudgeReplays(around);
  if (OpenLetters(around.stage) > 0) {
    around.journal.Violate("a dead letter does not get through to a CRM that is well");
  }
  for (const auto& [destination, crm] : around.crms) {
    const config::Destination* configured = around.stage.config().FindDestination(destination);
    JudgeRecords(around, *crm, configured->connector, ended[destination]);
    JudgeWindows(around, *crm);
  }
}

}  // namespace leadrelay::simulation
