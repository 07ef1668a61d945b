// What operators and their programs ask of a gate, from outside the process that sends.

#include <utility>

#include "services/delivery/throttle/gate.h"
#include "services/delivery/throttle/gate_script.h"

namespace leadrelay::delivery {
namespace {

constexpr const char* kRedisTime = "";

}  // namespace

coro::Task<absl::StatusOr<GateState>> ReadGate(redis::Commands& redis,
                                               std::string destination,
                                               std::stop_token stop) {
  std::vector<std::string> arguments{"read", kRedisTime};
  absl::StatusOr<redis::Reply> reply =
      co_await RunGateScript(redis, destination, std::move(arguments), std::move(stop));
  if (!reply.ok()) co_return reply.status();
  if (reply->items.size() != 4) {
    co_return absl::InternalError("the gate's script answered nonsense");
  }
  GateState state;
  state.state = reply->items[0].text;
  if (reply->items[1].integer >= 0) state.until = absl::FromUnixMicros(reply->items[1].integer);
  state.detail = reply->items[2].text;
  state.consecutive_failures = reply->items[3].integer;
  co_return state;
}

coro::Task<absl::Status> PauseGate(redis::Commands& redis,
                                   std::string destination,
                                   std::string why,
                                   std::stop_token stop) {
  std::vector<std::string> arguments{"pause", kRedisTime, std::move(why)};
  absl::StatusOr<redis::Reply> reply =
      co_await RunGateScript(redis, destination, std::move(arguments), std::move(stop));
  co_return reply.status();
}

coro::Task<absl::Status> ResumeGate(redis::Commands& redis,
                                    std::string destination,
                                    std::stop_token stop) {
  std::vector<std::string> arguments{"resume", kRedisTime};
  absl::StatusOr<redis::Reply> reply =
      co_await RunGateScript(redis, destination, std::move(arguments), std::move(stop));
  co_return reply.status();
}

}  // namespace leadrelay::delivery
