#include "common/lead/topology.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace leadrelay::lead {
namespace {

constexpr std::string_view kDeliverPrefix = "deliver.";
constexpr std::string_view kDelayPrefix = "delay.";

// A message that comes back this often, by crash or by lost connection, does not get better.
constexpr int64_t kDeliveryLimit = 20;

std::string Join(std::string_view a, std::string_view b) {
  return std::string(a).append(b);
}

amqp::Queue Quorum(std::string_view name) {
  return {std::string(name), {{"x-queue-type", std::string("quorum")}}};
}

// At-least-once needs reject-publish: without it a quorum queue falls back to at-most-once, with no
// more than a line in the broker's log.
amqp::Queue DeadLettering(std::string_view name, std::string_view exchange) {
  amqp::Queue queue = Quorum(name);
  queue.arguments["x-dead-letter-exchange"] = std::string(exchange);
  queue.arguments["x-dead-letter-strategy"] = std::string("at-least-once");
  queue.arguments["x-overflow"] = std::string("reject-publish");
  return queue;
}

amqp::Queue Limited(std::string_view name, std::string_view dead_queue) {
  amqp::Queue queue = DeadLettering(name, kExchange);
  queue.arguments["x-dead-letter-routing-key"] = std::string(dead_queue);
  queue.arguments["x-delivery-limit"] = kDeliveryLimit;
  return queue;
}

// No x-dead-letter-routing-key: the key that the message came with says where it goes next.
amqp::Queue Rung(absl::Duration rung) {
  amqp::Queue queue = DeadLettering(Join(kDelayPrefix, RungName(rung)), kReturnExchange);
  queue.arguments["x-message-ttl"] = absl::ToInt64Milliseconds(rung);
  return queue;
}

amqp::Exchange MakeExchange(std::string_view name,
                            std::string_view type,
                            std::string_view alternate = "") {
  return {std::string(name), std::string(type), std::string(alternate)};
}

}  // namespace

std::string DeliverQueue(std::string_view destination) {
  return Join(kDeliverPrefix, destination);
}

std::string DestinationOf(std::string_view queue) {
  if (!queue.starts_with(kDeliverPrefix)) return "";
  return std::string(queue.substr(kDeliverPrefix.size()));
}

std::vector<absl::Duration> DefaultRungs() {
  return {absl::Seconds(1),
          absl::Seconds(5),
          absl::Seconds(15),
          absl::Minutes(1),
          absl::Minutes(5),
          absl::Minutes(15),
          absl::Minutes(30),
          absl::Hours(1),
          absl::Hours(6)};
}

std::string RungName(absl::Duration rung) {
  const int64_t ms = absl::ToInt64Milliseconds(rung);
  if (ms % 3'600'000 == 0) return absl::StrCat(ms / 3'600'000, "h");
  if (ms % 60'000 == 0) return absl::StrCat(ms / 60'000, "m");
  if (ms % 1'000 == 0) return absl::StrCat(ms / 1'000, "s");
  return absl::StrCat(ms, "ms");
}

absl::Duration ChooseRung(const std::vector<absl::Duration>& rungs, absl::Duration wait) {
  absl::Duration shortest = absl::InfiniteDuration();
  absl::Duration best = absl::ZeroDuration();
  for (const absl::Duration rung : rungs) {
    shortest = std::min(shortest, rung);
    if (rung <= wait) best = std::max(best, rung);
  }
  return best > absl::ZeroDuration() ? best : shortest;
}

std::string DelayRoutingKey(absl::Duration rung, std::string_view destination) {
  return absl::StrCat(RungName(rung), ".", DeliverQueue(destination));
}

amqp::Topology BuildTopology(const std::vector<std::string>& destinations,
                             const std::vector<absl::Duration>& rungs) {
  amqp::Topology topology;
  const auto bind = [&](std::string_view exchange, std::string_view queue, std::string_view key) {
    topology.bindings.push_back({std::string(exchange), std::string(queue), std::string(key)});
  };
  const auto add = [&](amqp::Queue queue) { topology.queues.push_back(std::move(queue)); };

  topology.exchanges = {MakeExchange(kUnroutedExchange, "fanout"),
                        MakeExchange(kExchange, "direct"),
                        MakeExchange(kInboundExchange, "fanout"),
                        MakeExchange(kDelayExchange, "topic"),
                        MakeExchange(kReturnExchange, "topic", kUnroutedExchange)};

  // First of all where stray delays end: a rung that cannot get rid of its head is stuck.
  add(Quorum(kParkingQueue));
  bind(kUnroutedExchange, kParkingQueue, "");

  for (const std::string_view name : {kLedgerQueue, kDeadQueue, kRejectedQueue}) {
    add(Quorum(name));
    bind(kExchange, name, name);
  }
  add(Limited(kInboundQueue, kRejectedQueue));
  bind(kInboundExchange, kInboundQueue, "");

  for (const std::string& destination : destinations) {
    const std::string queue = DeliverQueue(destination);
    add(Limited(queue, kDeadQueue));
    bind(kExchange, queue, queue);
    bind(kReturnExchange, queue, Join("*.", queue));
  }
  for (const absl::Duration rung : rungs) {
    add(Rung(rung));
    bind(kDelayExchange, Join(kDelayPrefix, RungName(rung)), Join(RungName(rung), ".#"));
  }
  return topology;
}

}  // namespace leadrelay::lead
