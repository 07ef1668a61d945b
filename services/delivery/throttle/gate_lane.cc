#include "services/delivery/throttle/gate_lane.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace leadrelay::delivery {
namespace {

// After an error of a Redis that is connected.
constexpr absl::Duration kAskAgain = absl::Milliseconds(250);
// Leases whose rests are remembered, to be given back.
constexpr size_t kMostUnused = 16;

}  // namespace

struct GateLane::Waiter {
  explicit Waiter(int64_t units) : cost(units) {}
  int64_t cost;
  std::optional<Permit> permit;
  coro::Completion<bool>* turn = nullptr;  // While it waits for somebody else to drive.
};

GateLane::GateLane(GateShared& shared, std::string scope, LeaseTerms terms)
    : shared_(shared), scope_(std::move(scope)), terms_(terms), nudged_(shared.timers) {}

GateLane::~GateLane() {
  if (!queue_.empty()) std::abort();
}

int64_t GateLane::Units(int cost) const {
  return std::clamp<int64_t>(cost, 1, terms_.largest_cost);
}

coro::Task<absl::StatusOr<Permit>> GateLane::Enter(int cost, std::stop_token stop) {
  Waiter self(Units(cost));
  const auto place = queue_.insert(queue_.end(), &self);
  if (queue_.size() == 1) Serve();
  while (!self.permit.has_value() && !stop.stop_requested()) {
    if (driver_ == nullptr) {
      driver_ = &self;
      co_await Drive(stop);
      driver_ = nullptr;
    } else {
      coro::Completion<bool> turn(shared_.timers.loop());
      self.turn = &turn;
      std::stop_callback on_stop(stop, [&turn] { turn.Set(false); });
      (void)co_await turn;
      self.turn = nullptr;
    }
  }
  const bool served = self.permit.has_value();
  if (!served) queue_.erase(place);
  HandOver();
  if (!served) co_return absl::CancelledError("stopped");
  co_return *self.permit;
}

void GateLane::HandOver() {
  if (queue_.empty()) {
    SetWaiting(Waiting());
  } else if (driver_ == nullptr && queue_.front()->turn != nullptr) {
    queue_.front()->turn->Set(true);
  }
}

coro::Task<void> GateLane::Drive(std::stop_token stop) {
  Serve();
  if (driver_->permit.has_value()) co_return;
  absl::Duration wait = ask_at_ - Now();
  if (wait > absl::ZeroDuration()) {
    (void)co_await nudged_.Wait(wait, stop);
  } else {
    co_await AskForGrants(stop);
  }
}

void GateLane::Serve() {
  while (!queue_.empty() && lease_.Take(queue_.front()->cost, Now())) {
    Waiter* first = queue_.front();
    queue_.pop_front();
    first->permit = Permit{lease_.probe(), lease_.until(), lease_.stamp()};
    if (first->turn != nullptr) first->turn->Set(true);
  }
}

LeaseRequest GateLane::NextRequest() {
  // Demand shows in how much of the last lease was taken within its life.
  const int64_t taken = leased_ - lease_.left();
  if (Now() > lease_.until() + terms_.life) {
    appetite_ = 1;
  } else {
    appetite_ = lease_.left() == 0 ? 2 * leased_ : taken;
  }
  Return(lease_.Drop());

  LeaseRequest request;
  request.scope = scope_;
  request.least = queue_.front()->cost;
  int64_t wanted = 0;
  for (const Waiter* waiter : queue_) wanted += waiter->cost;
  if (!terms_.counted) wanted = terms_.most;
  request.most = std::max(request.least, std::min(terms_.most, std::max(wanted, appetite_)));
  request.slack = slack_;
  request.unused = std::exchange(unused_, {});
  request.probe_unused = std::exchange(shared_.probe_unused, false);
  request.pause = std::max(absl::ZeroDuration(), shared_.pause_until - Now());
  return request;
}

coro::Task<void> GateLane::AskForGrants(std::stop_token stop) {
  const int64_t nudges = nudges_;
  const int64_t revocations = shared_.revocations;
  LeaseRequest request = NextRequest();
  const absl::Duration asked_at = Now();
  absl::StatusOr<LeaseAnswer> answer = co_await shared_.script.Lease(std::move(request), stop);
  if (absl::IsCancelled(answer.status())) co_return;
  if (!answer.ok()) {
    co_await SitOutRedis(answer.status(), stop);
    co_return;
  }
  shared_.failures = answer->failures;
  shared_.rooms = answer->rooms;
  if (answer->granted > 0) {
    Accept(*answer, asked_at, revocations != shared_.revocations);
    co_return;
  }
  SetWaiting(Waiting{answer->reason, shared_.timers.clock().Now() + answer->wait, answer->detail});
  // What the script said may be older than the news that came meanwhile.
  if (nudges == nudges_) ask_at_ = Now() + answer->wait;
}

void GateLane::Accept(const LeaseAnswer& answer, absl::Duration asked_at, bool revoked) {
  // Counted from the moment of asking: the script cannot have granted them before.
  const absl::Duration until = asked_at + terms_.life + slack_;
  const absl::Duration took = Now() - asked_at;
  const bool late = Now() > until;
  slack_ = took > terms_.life ? std::min(2 * took, kMostSlack) : absl::ZeroDuration();
  if (late || revoked) {
    Return(UnusedGrants{answer.stamp, answer.granted, terms_.one_call ? 1 : 0});
    if (answer.probe) shared_.probe_unused = true;
    leased_ = 0;
    return;
  }
  lease_ = Lease(answer.granted, answer.stamp, until, answer.probe, terms_.one_call);
  leased_ = answer.granted;
  Serve();
}

coro::Task<void> GateLane::SitOutRedis(absl::Status error, std::stop_token stop) {
  std::string detail(error.message());
  SetWaiting(Waiting{Waiting::Reason::kRedisAway, absl::InfiniteFuture(), std::move(detail)});
  if (!shared_.redis.connected()) {
    absl::Status back = co_await shared_.redis.WaitConnected(absl::InfiniteDuration(), stop);
    if (back.ok()) co_return;
  }
  (void)co_await nudged_.Wait(kAskAgain, stop);
}

UnusedGrants GateLane::GrantsOf(const Permit& permit, int cost) const {
  return UnusedGrants{permit.stamp, Units(cost), terms_.one_call ? 1 : 0};
}

void GateLane::GiveBack(const Permit& permit, int cost) {
  if (permit.probe) {
    shared_.probe_unused = true;
    Return(GrantsOf(permit, cost));
    Nudge();
  } else if (lease_.PutBack(Units(cost), permit.stamp, Now())) {
    Serve();
  } else {
    Return(GrantsOf(permit, cost));
  }
}

void GateLane::Return(UnusedGrants grants) {
  if ((grants.count == 0 && grants.calls == 0) || grants.stamp == 0) return;
  if (unused_.size() == kMostUnused) unused_.erase(unused_.begin());
  unused_.push_back(grants);
}

void GateLane::Revoke() {
  Return(lease_.Drop());
  lease_ = Lease();  // What is given back late does not make it usable again.
}

void GateLane::Nudge() {
  ++nudges_;
  ask_at_ = absl::ZeroDuration();
  nudged_.NotifyAll();
}

void GateLane::SetWaiting(Waiting waiting) {
  const bool changed = waiting.reason != waiting_.reason;
  waiting_ = std::move(waiting);
  if (changed) shared_.on_waiting_changed();
}

}  // namespace leadrelay::delivery
