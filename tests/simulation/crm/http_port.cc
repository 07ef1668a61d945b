#include "tests/simulation/crm/http_port.h"

#include <utility>

#include "tests/simulation/crm/shared_connector.h"

namespace leadrelay::simulation {
namespace {

using FailureKind = http::TransportFailure::Kind;

// The spread of the way that decision 0006 leaves for windows of a second.
constexpr absl::Duration kShortestWay = absl::Milliseconds(1);
constexpr absl::Duration kLongestWay = absl::Milliseconds(20);
constexpr absl::Duration kLongestHandshake = absl::Milliseconds(400);

http::TransportFailure Failure(FailureKind kind, const char* reason) {
  return {kind, reason};
}

}  // namespace

coro::Task<http::SendResult> HttpPort::Send(http::Request request,
                                            http::SendOptions options,
                                            std::stop_token stop) {
  if (!host_.alive()) co_return Failure(FailureKind::kCancelled, "dead");
  auto exchange = std::make_shared<Exchange>(host_.loop());
  exchange->delivery_ids = std::string(request.headers.Get(kDeliveriesHeader));
  request.headers.Remove(kDeliveriesHeader);
  // As a server sees it: without the scheme and the host.
  const size_t path = request.url.find('/', request.url.find("://") + 3);
  request.url = path == std::string::npos ? "/" : request.url.substr(path);
  exchange->request = std::move(request);
  exchange->on_sending = std::move(options.on_sending);
  exchanges_.push_back(exchange);

  if (random_.Chance(faults_.not_reached)) {
    host_.agenda().After(random_.Between(kShortestWay, absl::Seconds(3)), [this, exchange] {
      host_.Happen([exchange] {
        exchange->done.Set(Failure(FailureKind::kNotSent, "the connection was refused"));
      });
    });
  } else if (random_.Chance(faults_.connects_first)) {
    exchange->late = true;
    host_.agenda().After(random_.Between(kShortestWay, kLongestHandshake),
                         [this, exchange] { host_.Happen([this, exchange] { Leave(exchange); }); });
  } else {
    Leave(exchange);
  }

  coro::Timers::Alarm late(host_.timers(), options.timeout, [&exchange] {
    exchange->done.Set(exchange->left ? Failure(FailureKind::kUnknown, "timeout")
                                      : Failure(FailureKind::kNotSent, "timeout"));
  });
  std::stop_callback on_stop(std::move(stop), [&exchange] {
    exchange->done.Set(Failure(FailureKind::kCancelled, "stopped"));
  });
  http::SendResult result = co_await exchange->done;
  std::erase(exchanges_, exchange);
  co_return result;
}

void HttpPort::Leave(const std::shared_ptr<Exchange>& exchange) {
  if (exchange->done.is_set()) return;  // Given up during the handshake.
  exchange->left = true;
  if (exchange->on_sending) exchange->on_sending();
  if (!exchange->delivery_ids.empty()) on_leaving_(exchange->delivery_ids);
  host_.agenda().After(random_.Between(kShortestWay, kLongestWay), [this, exchange] {
    if (!exchange->dropped) Arrive(exchange);
  });
}

void HttpPort::Arrive(const std::shared_ptr<Exchange>& exchange) {
  Crm::Answer answer = crm_.Receive(exchange->request);
  host_.agenda().After(answer.after, [this, exchange, result = std::move(answer.result)] {
    host_.Happen([exchange, result] { exchange->done.Set(result); });
  });
}

void HttpPort::Close() {
  if (!exchanges_.empty() && host_.alive()) {
    host_.journal().Violate(host_.name(), " closes its client while a request is under way");
  }
}

void HttpPort::CutOff() {
  for (const std::shared_ptr<Exchange>& each : std::vector(exchanges_)) {
    // Whether the gate heard that it left late, nobody knows: decision 0006.
    if (each->left && each->late) crm_.ExcuseWindows();
    each->dropped = random_.Chance(0.5);
    each->done.Set(Failure(FailureKind::kCancelled, "dead"));
  }
}

}  // namespace leadrelay::simulation
