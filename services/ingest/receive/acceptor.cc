#include "services/ingest/receive/acceptor.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include "common/coro/scope.h"
#include "common/observe/trace.h"

namespace leadrelay::ingest {
namespace {

// Leads of a batch that are prepared before others get a turn of the loop: about a millisecond.
constexpr size_t kPreparedPerTurn = 32;

// Random ids cost system time: one span where a trace is continued, a new trace where there is
// none.
std::string TraceparentFor(const std::string& received) {
  if (received.empty()) return observe::Trace::Start().ToHeader();
  return observe::Trace::Continue(received).Child().ToHeader();
}

Verdict FromClaim(Claim& claim, const std::string& lead_id, absl::Duration retry_after) {
  switch (claim.kind) {
    case Claim::Kind::kDone:
      return Accepted{lead_id, std::move(claim.answer), true};
    case Claim::Kind::kInFlight:
      return InFlight();
    case Claim::Kind::kReused:
      return KeyReused();
    case Claim::Kind::kLimited:
      return TooManyLeads(retry_after);
    case Claim::Kind::kNew:
    case Claim::Kind::kUnchecked:
      break;
  }
  return Problem();
}

// Whether what the broker did not confirm may be published later.  A message that does not fit into
// the protocol never can be, and who is stopping answers for no more leads.
bool MaySpool(const absl::Status& confirmed) {
  return !confirmed.ok() && !absl::IsInvalidArgument(confirmed) && !absl::IsCancelled(confirmed);
}

}  // namespace

// One submission on its way.
struct Acceptor::Lead {
  Prepared prepared;
  std::optional<Verdict> verdict;
  Lead* same_as = nullptr;  // An earlier one of this run with the same id.
  bool claimed = false;
};

// One call of Accept().
struct Acceptor::Run {
  const config::Publisher* publisher;
  std::vector<Submission> submissions;
  std::string traceparent;
  std::stop_token stop;
  absl::Duration deadline;  // Monotonic.
  std::vector<Lead> leads;
  std::string owner;
};

Acceptor::Acceptor(Parts parts, Options options)
    : parts_(parts), options_(options), batch_places_(parts.timers, options.publishes_of_batches) {}

coro::Task<std::vector<Verdict>> Acceptor::Accept(const config::Publisher* publisher,
                                                  std::vector<Submission> submissions,
                                                  std::string traceparent,
                                                  std::stop_token stop) {
  Run run{publisher,
          std::move(submissions),
          std::move(traceparent),
          std::move(stop),
          parts_.timers.clock().Monotonic() + options_.publish_timeout,
          {},
          ""};
  run.leads.resize(run.submissions.size());
  if (CannotAccept()) {
    // At once, before any work: this must hold at any load.
    for (Lead& lead : run.leads) lead.verdict = Unavailable("the message broker is not available");
    co_return Verdicts(run);
  }
  co_await Prepare(run);
  FoldRepetitions(run);
  co_await Admit(run);
  co_await PublishAll(run);
  co_await Settle(run);
  co_return Verdicts(run);
}

bool Acceptor::CannotAccept() const {
  return parts_.publisher.Trouble().has_value() &&
         (parts_.spool == nullptr || parts_.spool->Trouble().has_value());
}

coro::Task<void> Acceptor::Prepare(Run& run) {
  const absl::Time now = parts_.timers.clock().Now();
  for (size_t i = 0; i < run.leads.size(); ++i) {
    if (i > 0 && i % kPreparedPerTurn == 0) {
      (void)co_await parts_.timers.Sleep(absl::ZeroDuration(), run.stop);
    }
    std::variant<Prepared, Problem> prepared = parts_.preparer.Prepare(
        *run.publisher, run.submissions[i], TraceparentFor(run.traceparent), now);
    if (auto* problem = std::get_if<Problem>(&prepared)) {
      run.leads[i].verdict = std::move(*problem);
    } else {
      run.leads[i].prepared = std::get<Prepared>(std::move(prepared));
    }
    run.submissions[i] = Submission();
  }
}

// The same lead twice in one batch is published once.
void Acceptor::FoldRepetitions(Run& run) {
  if (run.leads.size() < 2) return;
  std::unordered_map<std::string_view, Lead*> first;
  for (Lead& lead : run.leads) {
    if (lead.verdict.has_value()) continue;
    const LeadIdentity& identity = lead.prepared.identity;
    const auto [known, is_new] = first.emplace(identity.lead_id, &lead);
    if (is_new) continue;
    if (known->second->prepared.identity == identity) {
      lead.same_as = known->second;
    } else {
      lead.verdict = KeyReused();
    }
  }
}

coro::Task<void> Acceptor::Admit(Run& run) {
  std::vector<Lead*> asked;
  std::vector<LeadIdentity> identities;
  for (Lead& lead : run.leads) {
    if (lead.verdict.has_value() || lead.same_as != nullptr) continue;
    asked.push_back(&lead);
    identities.push_back(lead.prepared.identity);
  }
  if (asked.empty()) co_return;
  Idempotency::Admission admission =
      co_await parts_.idempotency.Admit(run.publisher, std::move(identities));
  run.owner = std::move(admission.owner);
  for (size_t i = 0; i < asked.size(); ++i) {
    Claim& claim = admission.claims[i];
    asked[i]->claimed = claim.kind == Claim::Kind::kNew;
    if (asked[i]->claimed || claim.kind == Claim::Kind::kUnchecked) continue;
    asked[i]->verdict =
        FromClaim(claim, asked[i]->prepared.identity.lead_id, admission.retry_after);
  }
}

coro::Task<void> Acceptor::PublishAll(Run& run) {
  if (run.leads.size() == 1) {
    Lead& lead = run.leads.front();
    if (!lead.verdict.has_value()) co_await PublishOne(run, lead);
    co_return;
  }
  coro::Scope publishing(parts_.loop);
  for (Lead& lead : run.leads) {
    if (lead.verdict.has_value() || lead.same_as != nullptr) continue;
    const absl::Duration left = run.deadline - parts_.timers.clock().Monotonic();
    absl::StatusOr<coro::Semaphore::Permit> permit = co_await batch_places_.Acquire(left, run.stop);
    if (permit.ok()) {
      publishing.Spawn(PublishInBatch(run, lead, *std::move(permit)));
    } else if (parts_.spool != nullptr && absl::IsDeadlineExceeded(permit.status())) {
      publishing.Spawn(PublishOne(run, lead));  // Its time is up: it goes into the spool.
    } else {
      lead.verdict = Unavailable("the broker did not confirm the batch in time");
    }
  }
  co_await publishing.Join();
}

coro::Task<void> Acceptor::PublishInBatch(Run& run, Lead& lead, coro::Semaphore::Permit permit) {
  co_await PublishOne(run, lead);
  (void)permit;  // Held until here.
}

coro::Task<void> Acceptor::PublishOne(Run& run, Lead& lead) {
  absl::Status safe = co_await MakeSafe(run, std::move(lead.prepared.message));
  if (safe.ok()) {
    parts_.meters.Routed(lead.prepared.routing);
    lead.verdict = Accepted{lead.prepared.identity.lead_id, lead.prepared.answer, false};
  } else {
    // It may be stored all the same; sent again it has the same id, so that is no harm.
    lead.verdict = Unavailable("the broker did not confirm the lead; send it again");
  }
}

// With the broker, or else in the spool.
coro::Task<absl::Status> Acceptor::MakeSafe(Run& run, amqp::Message message) {
  const absl::Duration left = run.deadline - parts_.timers.clock().Monotonic();
  if (parts_.spool == nullptr) {
    co_return co_await parts_.publisher.Publish(std::move(message), left, run.stop);
  }
  if (left > absl::ZeroDuration() && !parts_.publisher.Trouble().has_value()) {
    absl::Status confirmed = co_await parts_.publisher.Publish(message, left, run.stop);
    if (!MaySpool(confirmed)) co_return confirmed;
  }
  co_return co_await parts_.spool->Keep(std::move(message), kSpoolPatience);
}

coro::Task<void> Acceptor::Settle(Run& run) {
  std::vector<Idempotency::Settlement> settlements;
  for (Lead& lead : run.leads) {
    if (!lead.claimed) continue;
    const auto* accepted = std::get_if<Accepted>(&*lead.verdict);
    settlements.push_back(Idempotency::Settlement{std::move(lead.prepared.identity),
                                                  accepted != nullptr ? accepted->answer : ""});
  }
  co_await parts_.idempotency.Settle(run.publisher, std::move(run.owner), std::move(settlements));
}

std::vector<Verdict> Acceptor::Verdicts(Run& run) {
  std::vector<Verdict> verdicts;
  verdicts.reserve(run.leads.size());
  for (Lead& lead : run.leads) {
    Verdict verdict = lead.same_as != nullptr ? *lead.same_as->verdict : *lead.verdict;
    if (auto* accepted = std::get_if<Accepted>(&verdict); accepted != nullptr && lead.same_as) {
      accepted->replayed = true;
    }
    parts_.meters.Lead(verdict);
    verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

}  // namespace leadrelay::ingest
