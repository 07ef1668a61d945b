#include "services/delivery/throttle/gate_script.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "services/delivery/throttle/gate.lua.h"
#include "services/delivery/throttle/windows.h"

namespace leadrelay::delivery {
namespace {

constexpr redis::Script kScript = {"gate", kGateLua};
constexpr absl::Duration kTimeout = absl::Seconds(1);

std::string Micros(absl::Duration duration) {
  return absl::StrCat(absl::ToInt64Microseconds(duration));
}

std::string StateKey(const std::string& destination) {
  return absl::StrCat("lr:gate:{", destination, "}");
}

std::string Field(const config::RateWindow& window) {
  return absl::StrCat(window.calls ? "calls/" : "grants/", Micros(window.per), "/", window.scope);
}

std::string Role(bool probe) {
  return probe ? "probe" : "request";
}

struct ReasonName {
  std::string_view name;
  Waiting::Reason reason;
};
constexpr ReasonName kReasons[] = {
    {"none", Waiting::Reason::kNone},
    {"rate", Waiting::Reason::kRate},
    {"retry after", Waiting::Reason::kRetryAfter},
    {"breaker open", Waiting::Reason::kBreakerOpen},
    {"paused", Waiting::Reason::kPaused},
    {"unauthorized", Waiting::Reason::kUnauthorized},
    {"redis away", Waiting::Reason::kRedisAway},
};

std::vector<int64_t> ParseRooms(const redis::Reply& reply) {
  std::vector<int64_t> rooms;
  rooms.reserve(reply.items.size());
  for (const redis::Reply& item : reply.items) rooms.push_back(item.integer);
  return rooms;
}

}  // namespace

std::string_view Name(Waiting::Reason reason) {
  for (const ReasonName& row : kReasons) {
    if (row.reason == reason) return row.name;
  }
  return "none";
}

std::string NewsChannel(const std::string& destination) {
  return absl::StrCat(StateKey(destination), ":news");
}

coro::Task<absl::StatusOr<redis::Reply>> RunGateScript(redis::Commands& redis,
                                                       const std::string& destination,
                                                       std::vector<std::string> arguments,
                                                       std::stop_token stop) {
  std::string state = StateKey(destination);
  std::string pause = absl::StrCat(state, ":pause");
  std::vector<std::string> keys{std::move(state), std::move(pause)};
  return redis.Eval(kScript, std::move(keys), std::move(arguments), kTimeout, std::move(stop));
}

absl::StatusOr<LeaseAnswer> ParseLeaseAnswer(const redis::Reply& reply,
                                             const std::vector<config::RateWindow>& windows) {
  if (reply.items.size() != 6) return absl::InternalError("the gate's script answered nonsense");
  const std::vector<redis::Reply>& items = reply.items;
  LeaseAnswer answer;
  answer.failures = items[4].integer;
  answer.rooms = ParseRooms(items[5]);
  if (items[0].text == "grant") {
    answer.granted = items[1].integer;
    answer.stamp = items[2].integer;
    answer.probe = items[3].integer == 1;
    return answer;
  }
  for (const ReasonName& row : kReasons) {
    if (row.name == items[1].text) answer.reason = row.reason;
  }
  answer.wait =
      items[2].integer < 0 ? absl::InfiniteDuration() : absl::Microseconds(items[2].integer);
  answer.detail = items[3].text;
  if (answer.reason == Waiting::Reason::kRate) {
    for (const config::RateWindow& window : windows) {
      if (Field(window) != items[3].text) continue;
      answer.detail = absl::StrCat(
          "window ", window.name, ": ", window.requests, " per ", absl::FormatDuration(window.per));
    }
  }
  return answer;
}

GateScript::GateScript(redis::Commands& redis, const GateOptions& options)
    : redis_(redis), options_(options) {}

std::vector<std::string> GateScript::Start(std::string what) const {
  std::vector<std::string> arguments;
  arguments.push_back(std::move(what));
  arguments.push_back(options_.redis_clock == nullptr
                          ? ""
                          : absl::StrCat(absl::ToUnixMicros(options_.redis_clock->Now())));
  return arguments;
}

void GateScript::AppendWindows(std::string_view scope, std::vector<std::string>& arguments) const {
  arguments.push_back(redis_.run_id());
  arguments.push_back(absl::StrCat(options_.windows.size()));
  for (const config::RateWindow& window : options_.windows) {
    arguments.push_back(Field(window));
    arguments.push_back(absl::StrCat(window.requests));
    arguments.push_back(Micros(Span(window.per)));
    arguments.push_back(Micros(Slice(window.per)));
    arguments.push_back(StartsUsedUp(window.per) ? "used up" : "unused");
    arguments.push_back(window.calls ? "calls" : "costs");
    arguments.push_back(Counts(window, scope) ? "counts" : "does not");
  }
}

coro::Task<absl::StatusOr<redis::Reply>> GateScript::Run(std::vector<std::string> arguments,
                                                         std::stop_token stop) {
  return RunGateScript(redis_, options_.destination, std::move(arguments), std::move(stop));
}

coro::Task<absl::StatusOr<LeaseAnswer>> GateScript::Lease(LeaseRequest request,
                                                          std::stop_token stop) {
  std::vector<std::string> arguments = Start("lease");
  AppendWindows(request.scope, arguments);
  arguments.push_back(absl::StrCat(request.unused.size()));
  for (const UnusedGrants& unused : request.unused) {
    arguments.push_back(absl::StrCat(unused.stamp));
    arguments.push_back(absl::StrCat(unused.count));
    arguments.push_back(absl::StrCat(unused.calls));
  }
  arguments.push_back(request.probe_unused ? "probe unused" : "");
  arguments.push_back(Micros(request.pause));
  arguments.push_back(absl::StrCat(request.least));
  arguments.push_back(absl::StrCat(request.most));
  arguments.push_back(Micros(request.slack));
  arguments.push_back(options_.breaker.failures > 0 ? "breaker" : "no breaker");
  absl::StatusOr<redis::Reply> reply = co_await Run(std::move(arguments), std::move(stop));
  if (!reply.ok()) co_return reply.status();
  co_return ParseLeaseAnswer(*reply, options_.windows);
}

coro::Task<absl::Status> GateScript::Late(const std::string& scope,
                                          UnusedGrants grants,
                                          bool again) {
  std::vector<std::string> arguments = Start("late");
  AppendWindows(scope, arguments);
  arguments.push_back(absl::StrCat(grants.stamp));
  arguments.push_back(absl::StrCat(grants.count));
  arguments.push_back(absl::StrCat(grants.calls));
  arguments.push_back(again ? "again" : "");
  absl::StatusOr<redis::Reply> reply = co_await Run(std::move(arguments), {});
  co_return reply.status();
}

coro::Task<absl::Status> GateScript::Warm(std::stop_token stop) {
  std::vector<std::string> arguments = Start("warm");
  AppendWindows("", arguments);
  absl::StatusOr<redis::Reply> reply = co_await Run(std::move(arguments), std::move(stop));
  co_return reply.status();
}

coro::Task<absl::StatusOr<std::vector<int64_t>>> GateScript::Quota(std::vector<int64_t> remaining) {
  std::vector<std::string> arguments = Start("quota");
  AppendWindows("", arguments);
  for (int64_t left : remaining) arguments.push_back(absl::StrCat(left));
  absl::StatusOr<redis::Reply> reply = co_await Run(std::move(arguments), {});
  if (!reply.ok()) co_return reply.status();
  co_return ParseRooms(*reply);
}

coro::Task<absl::Status> GateScript::Success(bool probe) {
  std::vector<std::string> arguments = Start("success");
  arguments.push_back(Role(probe));
  absl::StatusOr<redis::Reply> reply = co_await Run(std::move(arguments), {});
  co_return reply.status();
}

coro::Task<absl::StatusOr<int64_t>> GateScript::Strain(bool probe) {
  std::vector<std::string> arguments = Start("strain");
  arguments.push_back(Role(probe));
  arguments.push_back(absl::StrCat(options_.breaker.failures));
  arguments.push_back(Micros(options_.breaker.open));
  arguments.push_back(Micros(options_.breaker.max_open));
  absl::StatusOr<redis::Reply> reply = co_await Run(std::move(arguments), {});
  if (!reply.ok()) co_return reply.status();
  co_return reply->integer;
}

coro::Task<absl::Status> GateScript::Throttled(bool probe, absl::Duration pause) {
  std::vector<std::string> arguments = Start("throttled");
  arguments.push_back(Role(probe));
  arguments.push_back(Micros(pause));
  absl::StatusOr<redis::Reply> reply = co_await Run(std::move(arguments), {});
  co_return reply.status();
}

coro::Task<absl::Status> GateScript::Unauthorized(bool probe,
                                                  std::string why,
                                                  absl::Duration pause) {
  std::vector<std::string> arguments = Start("unauthorized");
  arguments.push_back(Role(probe));
  arguments.push_back(Micros(pause));
  arguments.push_back(std::move(why));
  absl::StatusOr<redis::Reply> reply = co_await Run(std::move(arguments), {});
  co_return reply.status();
}

}  // namespace leadrelay::delivery
