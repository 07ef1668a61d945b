#include "services/delivery/throttle/gate.h"

#include <algorithm>
#include <map>
#include <utility>

#include "services/delivery/throttle/gate_lane.h"
#include "services/delivery/throttle/gate_script.h"
#include "services/delivery/throttle/windows.h"

namespace leadrelay::delivery {
namespace {

// A request that left late is dated anew, or forgotten, within this time.
constexpr absl::Duration kLateTelling = absl::Seconds(2);
constexpr absl::Duration kTellAgain = absl::Milliseconds(20);
constexpr size_t kLongestWhy = 300;  // Of what is kept in Redis for the operators to read.

}  // namespace

class Gate::Impl {
 public:
  Impl(coro::Timers& timers, redis::Commands& redis, GateOptions options)
      : options_(std::move(options)),
        script_(redis, options_),
        shared_{timers, redis, script_, [this] { OnWaitingChanged(); }} {
    for (const config::RateWindow& window : options_.windows) {
      shared_.rooms.push_back(window.requests);
      MakeLane(window.scope);
    }
    MakeLane("");
    news_ = redis.Subscribe(NewsChannel(options_.destination),
                            [this](std::string_view text) { OnNews(text); });
  }

  coro::Task<absl::Status> Warm(std::stop_token stop) {
    absl::Status connected = co_await shared_.redis.WaitConnected(absl::InfiniteDuration(), stop);
    if (!connected.ok()) co_return connected;
    co_return co_await script_.Warm(std::move(stop));
  }

  // Scopes without a window of their own share a lane: the same windows count them.
  GateLane& LaneOf(std::string_view scope) {
    auto found = lanes_.find(scope);
    return found == lanes_.end() ? lanes_.find("")->second : found->second;
  }

  coro::Task<void> ReportLate(Permit permit, std::string scope, int cost, std::stop_token stop) {
    if (permit.stamp == 0) co_return;
    const UnusedGrants late = LaneOf(scope).GrantsOf(permit, cost);
    const absl::Duration until = shared_.timers.clock().Monotonic() + kLateTelling;
    absl::Status told = co_await script_.Late(scope, late, false);
    // Others may have Redis while we have not, and would count the request where it was granted.
    while (!told.ok()) {
      const absl::Duration left = until - shared_.timers.clock().Monotonic();
      if (left <= absl::ZeroDuration() || stop.stop_requested()) break;
      (void)co_await shared_.timers.Sleep(kTellAgain, stop);
      absl::Status connected = co_await shared_.redis.WaitConnected(left, stop);
      if (connected.ok()) told = co_await script_.Late(scope, late, true);
    }
  }

  coro::Task<void> ReportSuccess(Permit permit) {
    if (!permit.probe && (shared_.failures == 0 || telling_success_)) co_return;
    shared_.failures = 0;
    telling_success_ = true;
    absl::Status told = co_await script_.Success(permit.probe);
    telling_success_ = false;
    if (permit.probe && told.ok()) NudgeAll();
  }

  coro::Task<void> ReportStrain(Permit permit) {
    if (options_.breaker.failures <= 0) co_return;
    absl::StatusOr<int64_t> failures = co_await script_.Strain(permit.probe);
    if (!failures.ok()) co_return;
    shared_.failures = *failures;
    if (*failures >= options_.breaker.failures) RevokeAll();
  }

  coro::Task<void> ReportThrottled(Permit permit, absl::Duration pause) {
    pause = std::max(absl::ZeroDuration(), pause);
    const absl::Duration until = shared_.timers.clock().Monotonic() + pause;
    shared_.pause_until = std::max(shared_.pause_until, until);
    RevokeAll();
    absl::Status told = co_await script_.Throttled(permit.probe, pause);
    if (told.ok() && shared_.pause_until == until) shared_.pause_until = absl::ZeroDuration();
    NudgeAll();
  }

  coro::Task<void> ReportUnauthorized(Permit permit, std::string why, absl::Duration pause) {
    RevokeAll();
    why.resize(std::min(why.size(), kLongestWhy));
    absl::Status told = co_await script_.Unauthorized(permit.probe, std::move(why), pause);
    (void)told;  // Redis away: the next request is refused, too, and says so again.
    NudgeAll();
  }

  coro::Task<void> ReportQuota(std::vector<QuotaHint> hints) {
    std::vector<int64_t> remaining(options_.windows.size(), -1);
    bool news = false;
    for (size_t i = 0; i < options_.windows.size(); ++i) {
      for (const QuotaHint& hint : hints) {
        if (hint.window == options_.windows[i].name) remaining[i] = hint.remaining;
      }
      if (remaining[i] >= 0 && remaining[i] < shared_.rooms[i]) news = true;
    }
    if (!news || telling_quota_) co_return;
    telling_quota_ = true;
    absl::StatusOr<std::vector<int64_t>> rooms = co_await script_.Quota(std::move(remaining));
    telling_quota_ = false;
    if (rooms.ok()) shared_.rooms = *std::move(rooms);
  }

  // The gravest of what the lanes wait for.
  Waiting waiting() const {
    Waiting gravest;
    for (const auto& [scope, lane] : lanes_) {
      if (lane.waiting().reason > gravest.reason) gravest = lane.waiting();
    }
    return gravest;
  }

  void OnChange(std::function<void()> callback) { on_change_ = std::move(callback); }

 private:
  void MakeLane(const std::string& scope) {
    lanes_.try_emplace(scope, shared_, scope, TermsFor(options_.windows, scope));
  }

  void OnNews(std::string_view text) {
    const bool good = text.empty() || text == "resume" || text == "success";
    if (!good) RevokeAll();
    NudgeAll();
  }

  void RevokeAll() {
    ++shared_.revocations;
    for (auto& [scope, lane] : lanes_) lane.Revoke();
  }

  void NudgeAll() {
    for (auto& [scope, lane] : lanes_) lane.Nudge();
  }

  void OnWaitingChanged() {
    const Waiting::Reason reason = waiting().reason;
    if (reason == last_reason_) return;
    last_reason_ = reason;
    if (on_change_) on_change_();
  }

  const GateOptions options_;
  GateScript script_;
  GateShared shared_;
  std::map<std::string, GateLane, std::less<>> lanes_;
  std::unique_ptr<redis::Subscription> news_;
  std::function<void()> on_change_;
  Waiting::Reason last_reason_ = Waiting::Reason::kNone;
  bool telling_success_ = false;
  bool telling_quota_ = false;
};

Gate::Gate(coro::Timers& timers, redis::Commands& redis, GateOptions options)
    : impl_(std::make_unique<Impl>(timers, redis, std::move(options))) {}

Gate::~Gate() = default;

coro::Task<absl::Status> Gate::Warm(std::stop_token stop) {
  return impl_->Warm(std::move(stop));
}

coro::Task<absl::StatusOr<Permit>> Gate::Enter(std::string_view scope,
                                               int cost,
                                               std::stop_token stop) {
  return impl_->LaneOf(scope).Enter(cost, std::move(stop));
}

void Gate::GiveBack(Permit permit, std::string_view scope, int cost) {
  impl_->LaneOf(scope).GiveBack(permit, cost);
}

coro::Task<void> Gate::ReportLate(Permit permit,
                                  std::string scope,
                                  int cost,
                                  std::stop_token stop) {
  return impl_->ReportLate(permit, std::move(scope), cost, std::move(stop));
}

coro::Task<void> Gate::ReportSuccess(Permit permit) {
  return impl_->ReportSuccess(permit);
}

coro::Task<void> Gate::ReportStrain(Permit permit) {
  return impl_->ReportStrain(permit);
}

coro::Task<void> Gate::ReportThrottled(Permit permit, absl::Duration pause) {
  return impl_->ReportThrottled(permit, pause);
}

coro::Task<void> Gate::ReportUnauthorized(Permit permit, std::string why, absl::Duration pause) {
  return impl_->ReportUnauthorized(permit, std::move(why), pause);
}

coro::Task<void> Gate::ReportQuota(std::vector<QuotaHint> hints) {
  return impl_->ReportQuota(std::move(hints));
}

Waiting Gate::waiting() const {
  return impl_->waiting();
}

void Gate::OnChange(std::function<void()> callback) {
  impl_->OnChange(std::move(callback));
}

}  // namespace leadrelay::delivery
