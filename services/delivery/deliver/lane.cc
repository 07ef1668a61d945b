#include "services/delivery/deliver/lane.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "common/coro/deadline.h"
#include "common/json/json.h"
#include "common/observe/log.h"
#include "common/observe/trace.h"
#include "services/delivery/deliver/delivery_log.h"
#include "services/delivery/deliver/job_of_item.h"
#include "services/delivery/deliver/line_options.h"
#include "services/delivery/deliver/verdict_events.h"
#include "services/delivery/retry/decide.h"

namespace leadrelay::delivery {
namespace {

// Below the broker's consumer timeout of 30 minutes.
constexpr absl::Duration kMaxHold = absl::Minutes(15);
// A message that is due this soon is waited for here; a later one goes back to a delay queue.
constexpr absl::Duration kShortWait = absl::Seconds(2);
// After Redis failed under a claim: long enough that the gate has noticed, too.
constexpr absl::Duration kClaimRetry = absl::Milliseconds(250);
constexpr absl::Duration kStandstill = absl::Seconds(25);
constexpr absl::Duration kClaimWriting = absl::Seconds(1);

coro::Task<void> Ignoring(coro::Task<absl::Status> task) {
  (void)co_await std::move(task);
}

}  // namespace

struct Lane::Work {
  Item item;
  Claim claim;
  Job job;
  absl::Time started_at;
  absl::Duration started;  // Monotonic.
};

Lane::Lane(LaneServices services,
           const config::Destination& destination,
           std::unique_ptr<const Connector> connector,
           std::unique_ptr<http::Sender> http)
    : services_(services),
      destination_(destination),
      connector_(std::move(connector)),
      sizes_(BatchSizesOf(destination, *connector_)),
      http_(std::move(http)),
      gate_(services.timers, services.redis, GateOptionsFor(destination, *connector_)),
      token_cache_(
          services.token_key.empty()
              ? nullptr
              : std::make_unique<TokenCache>(
                    services.timers, services.redis, destination.name, services.token_key)),
      credentials_(
          services.timers, *http_, *connector_, SendOptionsFor(destination), token_cache_.get()),
      metrics_(services.metrics, destination.name),
      progress_(services.health.Watch("delivery of " + destination.name, kStandstill)),
      inbox_(services.timers),
      places_(services.timers, ConcurrencyOf(destination, *connector_)),
      scope_(services.timers.loop()),
      last_arrival_(services.timers.clock().Monotonic()) {
  gate_.OnChange([this] {
    Waiting waiting = gate_.waiting();
    metrics_.Waiting(waiting.reason);
    progress_.SetWaiting(waiting.reason == Waiting::Reason::kNone
                             ? std::nullopt
                             : std::optional<std::string>(Name(waiting.reason)));
    observe::Info("destination state")
        .Text("destination", destination_.name)
        .Text("state", Name(waiting.reason))
        .Text("detail", waiting.detail)
        .Time("until", waiting.until);
  });
}

Lane::~Lane() = default;

// One request's deadline, with time for the way there and back; renewed before each further one.
absl::Duration Lane::ClaimLease() const {
  return destination_.timeout + absl::Seconds(15);
}

// Where a doubt costs a person's time, it takes more than a Redis that has forgotten: a message
// that somebody has had in hand.
WantedClaim Lane::WantedFor(const Item& item) const {
  const bool again = item.delivery.redelivered;
  const Doubt doubt = connector_->doubt();
  const bool doubtful = doubt == Doubt::kLook || (doubt == Doubt::kPerson && again);
  return {item.id(), doubtful ? item.envelope.accepted_at : absl::InfiniteFuture()};
}

void Lane::Arrive(Item item) {
  last_arrival_ = services_.timers.clock().Monotonic();
  ++in_hand_;
  metrics_.InHand(in_hand_);
  progress_.SetBusy(true);
  item.fits_bulk = sizes_.bulk_from != SIZE_MAX && connector_->FitsBulk(JobOf(item));
  absl::Duration wait = item.state.not_before - services_.timers.clock().Now();
  if (wait <= absl::ZeroDuration()) {
    inbox_.Push(std::move(item));
  } else if (wait <= kShortWait) {
    scope_.Spawn(HoldUntilDue(std::move(item)));
  } else {
    lead::DeliveryState state = item.state;
    scope_.Spawn(SendToDelay(std::move(item), std::move(state)));
  }
}

coro::Task<void> Lane::HoldUntilDue(Item item) {
  while (true) {
    absl::Duration wait = item.state.not_before - services_.timers.clock().Now();
    if (wait <= absl::ZeroDuration()) break;
    absl::Status slept = co_await services_.timers.Sleep(wait, sending_);
    if (!slept.ok()) co_return;  // Stays unacknowledged: the broker keeps it.
  }
  inbox_.Push(std::move(item));
}

void Lane::Settled(bool acknowledged) {
  --in_hand_;
  metrics_.InHand(in_hand_);
  if (acknowledged) progress_.Moved();
  if (in_hand_ == 0) progress_.SetBusy(false);
}

coro::Task<void> Lane::SendToDelay(Item item, lead::DeliveryState state) {
  metrics_.Delayed();
  bool acknowledged =
      co_await services_.settlement.Delay(std::move(item), std::move(state), sending_);
  Settled(acknowledged);
}

void Lane::RecycleOverdue() {
  absl::Duration now = services_.timers.clock().Monotonic();
  std::vector<Item> keep;
  for (Item& item : inbox_.Drain()) {
    if (now - item.arrived < kMaxHold) {
      keep.push_back(std::move(item));
      continue;
    }
    lead::DeliveryState state = item.state;
    state.not_before = services_.timers.clock().Now() + absl::Minutes(1);
    scope_.Spawn(SendToDelay(std::move(item), std::move(state)));
  }
  for (Item& item : keep) inbox_.Push(std::move(item));
}

coro::Task<void> Lane::WarmGate(std::stop_token taking) {
  (void)co_await gate_.Warm(std::move(taking));
}

coro::Task<void> Lane::Run(std::stop_token taking, std::stop_token sending) {
  sending_ = sending;
  scope_.Spawn(WarmGate(taking));
  while (!taking.stop_requested()) {
    absl::StatusOr<coro::Semaphore::Permit> place =
        co_await places_.Acquire(absl::InfiniteDuration(), taking);
    if (!place.ok()) break;
    const absl::Duration linger = sizes_.usual > 1 ? destination_.linger : absl::ZeroDuration();
    bool ready = co_await inbox_.WaitReady(sizes_.usual, linger, taking);
    if (!ready) break;
    coro::Deadline hold(services_.timers, taking, kMaxHold);
    absl::StatusOr<Permit> permit = co_await gate_.Enter("", 1, hold.token());
    if (!permit.ok()) {
      if (hold.passed()) RecycleOverdue();
      continue;
    }
    std::vector<Item> items = TakeBatch();
    if (items.empty()) {
      gate_.GiveBack(*permit, "", 1);
      continue;
    }
    scope_.Spawn(Deliver(std::move(items), *permit, *std::move(place)));
  }
  co_await scope_.Join();
  http_->Close();
}

// Who is not chosen keeps the place in the queue.
std::vector<Item> Lane::TakeBatch() {
  if (inbox_.size() < sizes_.bulk_from) return inbox_.TakeNow(sizes_.usual);
  std::vector<Item> items = inbox_.TakeNow(sizes_.bulk);
  std::vector<bool> fit_bulk;
  fit_bulk.reserve(items.size());
  for (const Item& item : items) fit_bulk.push_back(item.fits_bulk);
  const std::vector<bool> chosen = ChooseBatch(sizes_, fit_bulk);
  std::vector<Item> batch;
  for (size_t i = 0; i < items.size(); ++i) {
    if (chosen[i]) batch.push_back(std::move(items[i]));
  }
  for (size_t i = items.size(); i-- > 0;) {
    if (!chosen[i]) inbox_.PushFront(std::move(items[i]));
  }
  return batch;
}

coro::Task<void> Lane::Deliver(std::vector<Item> items,
                               Permit permit,
                               coro::Semaphore::Permit place) {
  coro::Semaphore::Permit held = std::move(place);
  std::vector<Work> works = co_await ClaimAll(std::move(items));
  if (works.empty()) {
    gate_.GiveBack(permit, "", 1);
    co_return;
  }
  metrics_.Batch(works.size());

  Batch batch;
  batch.now = services_.timers.clock().Now();
  std::vector<Claim> claims;
  for (Work& work : works) {
    work.started_at = batch.now;
    work.started = services_.timers.clock().Monotonic();
    claims.push_back(work.claim);
    batch.jobs.push_back(std::move(work.job));
  }
  observe::Trace trace = observe::Trace::Continue(works.front().item.state.traceparent);
  Line line{
      services_.timers, *http_, gate_, credentials_, *connector_, SendOptionsFor(destination_)};
  // With what is done by now: whoever comes after us, if we die, goes on from there.
  KeepAlive keep_alive = [this, &claims, &batch] {
    for (size_t i = 0; i < claims.size(); ++i) {
      claims[i].progress = ProgressToJson(batch.jobs[i].progress);
    }
    return services_.claims.Renew(claims, ClaimLease(), sending_);
  };
  std::string traceparent = trace.Child().ToHeader();
  co_await Converse(line, batch, permit, std::move(traceparent), std::move(keep_alive), sending_);

  for (size_t i = 0; i < works.size(); ++i) works[i].job = std::move(batch.jobs[i]);
  co_await SettleAll(std::move(works), permit.probe);
}

// Claims the deliveries of a batch.  What turns out to be done, busy or suppressed is settled
// beside; the rest comes back as work.  Empty as well when Redis is away: the items are in the
// inbox again.
coro::Task<std::vector<Lane::Work>> Lane::ClaimAll(std::vector<Item> items) {
  std::vector<Work> works;
  std::vector<Item> free;
  for (Item& item : items) {
    const bool consent = item.envelope.lead.root().Find("consent_given").AsBool().value_or(false);
    if (!destination_.consent_required || consent) {
      free.push_back(std::move(item));
      continue;
    }
    metrics_.Suppressed();
    lead::OutcomeEvent event = SuppressedEvent(item, "no consent", services_.timers.clock().Now());
    scope_.Spawn(SettleWithout(std::move(item), std::move(event)));
  }
  if (free.empty()) co_return works;

  std::vector<WantedClaim> wanted;
  wanted.reserve(free.size());
  for (const Item& item : free) wanted.push_back(WantedFor(item));
  absl::StatusOr<std::vector<ClaimResult>> results =
      co_await services_.claims.Acquire(std::move(wanted), ClaimLease(), sending_);
  if (!results.ok()) {
    observe::Warning("claims not to be had, nothing is sent")
        .Text("destination", destination_.name)
        .Error(results.status());
    (void)co_await services_.timers.Sleep(kClaimRetry, sending_);
    for (auto item = free.rbegin(); item != free.rend(); ++item) {
      inbox_.PushFront(std::move(*item));
    }
    co_return works;
  }

  for (size_t i = 0; i < free.size(); ++i) {
    Item& item = free[i];
    ClaimResult& result = (*results)[i];
    switch (result.kind) {
      case ClaimResult::Kind::kDone: {
        lead::OutcomeEvent event =
            AlreadyDoneEvent(item, std::move(result.remote_id), services_.timers.clock().Now());
        scope_.Spawn(SettleWithout(std::move(item), std::move(event)));
        break;
      }
      case ClaimResult::Kind::kBusy: {
        lead::DeliveryState state = item.state;
        state.not_before = services_.timers.clock().Now() + result.busy_for;
        scope_.Spawn(SendToDelay(std::move(item), std::move(state)));
        break;
      }
      case ClaimResult::Kind::kClaimed:
      case ClaimResult::Kind::kClaimedUnknown: {
        Work work;
        work.job = JobOf(item);
        work.job.unknown |= result.kind == ClaimResult::Kind::kClaimedUnknown;
        work.job.doubt_age = result.doubt_age;
        work.job.progress.merge(ParseProgress(result.progress));
        if (item.state.attempts == 0) LogMappingWarnings(*connector_, work.job, destination_.name);
        work.claim = Claim{work.job.delivery_id, result.fence, std::move(result.progress)};
        work.item = std::move(item);
        works.push_back(std::move(work));
        break;
      }
    }
  }
  co_return works;
}

coro::Task<void> Lane::SettleWithout(Item item, lead::OutcomeEvent event) {
  bool acknowledged =
      co_await services_.settlement.Finish(std::move(item), std::move(event), sending_);
  Settled(acknowledged);
}

// First the claims, for the whole batch at once, then the messages: when we die in between, the
// next owner finds "done" and does not send again.
coro::Task<void> Lane::SettleAll(std::vector<Work> works, bool probe) {
  std::vector<FinishedClaim> finished;
  std::vector<Claim> released;
  std::vector<ClaimInDoubt> in_doubt;
  for (Work& work : works) {
    const Outcome& outcome = *work.job.outcome;
    work.claim.progress = ProgressToJson(work.job.progress);
    switch (outcome.kind) {
      case Outcome::Kind::kDelivered:
      case Outcome::Kind::kDuplicate:
        finished.push_back(FinishedClaim{work.claim, outcome.remote_id});
        break;
      case Outcome::Kind::kUnknown:
        in_doubt.push_back({work.claim, absl::ZeroDuration()});
        break;
      default:
        if (work.job.unknown) {
          in_doubt.push_back({work.claim, work.job.doubt_age});
        } else {
          released.push_back(work.claim);
        }
        break;
    }
  }
  co_await WriteClaims(std::move(finished), std::move(released), std::move(in_doubt));
  coro::Scope settling(services_.timers.loop());
  for (Work& work : works) settling.Spawn(SettleOne(std::move(work), probe));
  co_await settling.Join();
}

// A claim that cannot be written in time runs out by itself and counts as "unknown" then.  All at
// once, since a process that is about to end has time for one answer of a slow Redis, not for
// three.
coro::Task<void> Lane::WriteClaims(std::vector<FinishedClaim> finished,
                                   std::vector<Claim> released,
                                   std::vector<ClaimInDoubt> in_doubt) {
  coro::Deadline patience(services_.timers, std::stop_token(), kClaimWriting);
  coro::Scope writing(services_.timers.loop());
  writing.Spawn(Ignoring(services_.claims.Finish(std::move(finished), patience.token())));
  writing.Spawn(Ignoring(services_.claims.Release(std::move(released), patience.token())));
  writing.Spawn(Ignoring(services_.claims.ReleaseInDoubt(std::move(in_doubt), patience.token())));
  co_await writing.Join();
}

coro::Task<void> Lane::SettleOne(Work work, bool probe) {
  absl::Time now = services_.timers.clock().Now();
  AttemptFacts facts;
  facts.outcome = *work.job.outcome;
  facts.started_at = work.started_at;
  facts.took = services_.timers.clock().Monotonic() - work.started;
  facts.breaker_probe = probe;
  facts.accepted_at = work.item.envelope.accepted_at;
  Judgement judged =
      Decide(facts, StateOf(work.item, work.job), destination_.retry, now, services_.chance());
  metrics_.Attempt(facts.outcome.kind, facts.took);
  LogAttempt(work.job, destination_, facts, judged);

  bool acknowledged = false;
  Item& item = work.item;
  if (std::holds_alternative<Settle>(judged.decision)) {
    metrics_.EndToEnd(now - item.envelope.accepted_at);
    lead::OutcomeEvent event = DoneEvent(item, facts.outcome, judged.state, now);
    acknowledged =
        co_await services_.settlement.Finish(std::move(item), std::move(event), sending_);
  } else if (const auto* delay = std::get_if<Delay>(&judged.decision)) {
    metrics_.Delayed();
    lead::OutcomeEvent event = RetryingEvent(item, facts.outcome, judged.state, delay->until, now);
    acknowledged = co_await services_.settlement.Retry(
        std::move(item), std::move(judged.state), std::move(event), sending_);
  } else {
    const auto& dead = std::get<DeadLetterIt>(judged.decision);
    metrics_.Dead(dead.cause);
    lead::DeadLetter letter = LetterOf(item, facts.outcome, dead, std::move(judged.state), now);
    acknowledged =
        co_await services_.settlement.DeadLetter(std::move(item), std::move(letter), sending_);
  }
  Settled(acknowledged);
}

}  // namespace leadrelay::delivery
