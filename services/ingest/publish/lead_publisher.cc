#include "services/ingest/publish/lead_publisher.h"

#include <utility>

#include "common/coro/deadline.h"
#include "common/lead/lead_message.h"
#include "common/lead/topology.h"
#include "common/observe/log.h"

namespace leadrelay::ingest {
namespace {

// Of one message for the ledger: a few hundred leads.
constexpr size_t kLedgerBytes = 256 << 10;

std::string_view ReasonOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kResourceExhausted:
      return "too many at once";
    case absl::StatusCode::kAborted:
      return "refused";
    case absl::StatusCode::kNotFound:
      return "unroutable";
    case absl::StatusCode::kDeadlineExceeded:
      return "not in time";
    case absl::StatusCode::kCancelled:
      return "stopping";
    default:
      return "broker away";
  }
}

}  // namespace

LeadPublisher::LeadPublisher(coro::Timers& timers,
                             amqp::Publisher& publisher,
                             observe::Metrics& metrics,
                             absl::Duration timeout)
    : timers_(timers),
      publisher_(publisher),
      timeout_(timeout),
      ledger_(timers.loop(),
              coro::GathererOptions{.max_weight = kLedgerBytes},
              [this](std::vector<std::string> bodies) { return TellLedger(std::move(bodies)); }),
      metrics_(metrics),
      confirmed_after_(metrics.Histogram("leadrelay_ingest_confirm_seconds",
                                         "From handing a lead to the broker to its confirm.")) {}

std::optional<std::string> LeadPublisher::Trouble() const {
  if (!publisher_.connected()) return "no connection to the broker: " + publisher_.last_error();
  if (publisher_.blocked()) return "the broker has blocked publishing: it lacks memory or disk";
  return std::nullopt;
}

coro::Task<absl::Status> LeadPublisher::Publish(amqp::Message message,
                                                absl::Duration timeout,
                                                std::stop_token stop,
                                                Refusals refusals) {
  const absl::Duration begun = timers_.clock().Monotonic();
  const std::string message_id = message.message_id;
  const bool lead = message.routing_key == lead::kLedgerQueue;
  absl::Status confirmed =
      lead ? co_await PublishLead(std::move(message), timeout, std::move(stop))
           : co_await publisher_.Publish(std::move(message), true, timeout, std::move(stop));
  if (confirmed.ok()) {
    confirmed_after_.Observe(absl::ToDoubleSeconds(timers_.clock().Monotonic() - begun));
    co_return confirmed;
  }
  Count(confirmed);
  // The others come in crowds when the broker is away, and whoever is connected to it says so.
  const bool refused = absl::IsNotFound(confirmed) || absl::IsAborted(confirmed);
  if (refused && refusals == Refusals::kTold) {
    observe::Error("the broker refused a message; its topology or a queue's limit needs a look")
        .Text("message_id", message_id)
        .Error(confirmed);
  }
  co_return confirmed;
}

coro::Task<absl::Status> LeadPublisher::PublishLead(amqp::Message message,
                                                    absl::Duration timeout,
                                                    std::stop_token stop) {
  coro::Deadline deadline(timers_, stop, timeout);
  const size_t bytes = message.body.size();
  coro::Task<absl::Status> told =
      ledger_.Add(message.body, bytes, absl::CancelledError("stopped"), deadline.token());
  std::optional<amqp::Message> deliveries = lead::ForDestinations(std::move(message));
  if (deliveries.has_value()) {
    absl::Status confirmed =
        co_await publisher_.Publish(*std::move(deliveries), true, timeout, std::move(stop));
    if (!confirmed.ok()) co_return confirmed;
  }
  absl::Status confirmed = co_await std::move(told);
  if (absl::IsCancelled(confirmed) && deadline.passed()) {
    co_return absl::DeadlineExceededError("the ledger's queue did not confirm in time");
  }
  co_return confirmed;
}

coro::Task<std::vector<absl::Status>> LeadPublisher::TellLedger(std::vector<std::string> bodies) {
  absl::Status confirmed =
      co_await publisher_.Publish(lead::ForLedger(bodies), true, timeout_, std::stop_token());
  co_return std::vector<absl::Status>(bodies.size(), confirmed);
}

coro::Task<void> LeadPublisher::Close() {
  co_await ledger_.Close();
}

void LeadPublisher::Count(const absl::Status& failure) {
  const std::string reason(ReasonOf(failure.code()));
  auto counter = failures_.find(reason);
  if (counter == failures_.end()) {
    counter = failures_
                  .emplace(reason,
                           metrics_.Counter("leadrelay_ingest_publish_failures_total",
                                            "Messages that the broker did not confirm.",
                                            {{"reason", reason}}))
                  .first;
  }
  counter->second.Add();
}

}  // namespace leadrelay::ingest
