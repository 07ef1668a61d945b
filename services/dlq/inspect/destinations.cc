// The part of Api that looks beyond the ledger: the destinations' queues and gates.

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/coro/deadline.h"
#include "common/lead/topology.h"
#include "common/observe/log.h"
#include "services/delivery/throttle/gate.h"
#include "services/dlq/inspect/api.h"

namespace leadrelay::dlq {
namespace {

// For all destinations together: an operator is waiting.
constexpr absl::Duration kPatience = absl::Seconds(2);

http::Response Json(std::string body) {
  http::Response response;
  response.status = 200;
  response.headers.Add("content-type", "application/json");
  response.headers.Add("cache-control", "no-store");
  response.body = std::move(body);
  return response;
}

void Show(const absl::StatusOr<delivery::GateState>& gate, DestinationView& view) {
  if (!gate.ok()) {
    view.state = "unknown";
    view.detail = absl::StrCat("Redis: ", gate.status().message());
    return;
  }
  view.state = gate->state;
  view.detail = gate->detail;
  view.until = gate->until;
  view.consecutive_failures = gate->consecutive_failures;
}

}  // namespace

std::vector<DestinationView> Api::KnownDestinations() const {
  std::map<std::string, DestinationView> views;
  for (const auto& [name, row] : ledger_.books()) views[name].books = row;
  for (const config::Destination& destination : config_.destinations) {
    views[destination.name].connector = destination.connector;
  }
  std::vector<DestinationView> list;
  for (auto& [name, view] : views) {
    view.name = name;
    list.push_back(std::move(view));
  }
  return list;
}

Api::Answer Api::Do(ListDestinations, std::stop_token stop) {
  std::vector<DestinationView> views = KnownDestinations();
  coro::Deadline deadline(timers_, stop, kPatience);
  const absl::Duration until = timers_.clock().Monotonic() + kPatience;
  bool broker_answers = true;
  for (DestinationView& view : views) {
    if (view.connector.empty()) {
      view.state = "not configured";
      continue;
    }
    absl::StatusOr<delivery::GateState> gate =
        co_await delivery::ReadGate(redis_, view.name, deadline.token());
    Show(gate, view);
    if (!broker_answers) continue;
    absl::StatusOr<int64_t> waiting =
        co_await inlet_.Depth(lead::DeliverQueue(view.name), until - timers_.clock().Monotonic());
    broker_answers = waiting.ok() || absl::IsNotFound(waiting.status());
    if (waiting.ok()) view.waiting = *waiting;
  }
  co_return Json(RenderDestinations(views));
}

Api::Answer Api::Do(ControlDestination command, std::stop_token stop) {
  if (!configured_.contains(command.destination)) {
    co_return ToResponse(
        NotFound(absl::StrCat("destination ", command.destination, " is not configured")));
  }
  coro::Deadline deadline(timers_, std::move(stop), kPatience);
  absl::Status done;
  if (command.pause) {
    std::string why = command.reason.empty() ? "by an operator" : command.reason;
    done =
        co_await delivery::PauseGate(redis_, command.destination, std::move(why), deadline.token());
  } else {
    done = co_await delivery::ResumeGate(redis_, command.destination, deadline.token());
  }
  if (!done.ok()) co_return ToResponse(FromStatus(done));
  observe::Info(command.pause ? "destination paused by an operator"
                              : "destination resumed by an operator")
      .Text("destination", command.destination);
  absl::StatusOr<delivery::GateState> gate =
      co_await delivery::ReadGate(redis_, command.destination, deadline.token());
  DestinationView view;
  view.name = command.destination;
  view.connector = config_.FindDestination(command.destination)->connector;
  if (const auto row = ledger_.books().find(view.name); row != ledger_.books().end()) {
    view.books = row->second;
  }
  Show(gate, view);
  std::vector<DestinationView> views;
  views.push_back(std::move(view));
  co_return Json(RenderDestinations(views));
}

}  // namespace leadrelay::dlq
