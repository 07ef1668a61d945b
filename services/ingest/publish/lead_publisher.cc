#include "services/ingest/publish/lead_publisher.h"

#include <utility>

#include "common/observe/log.h"

namespace leadrelay::ingest {
namespace {

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
                             observe::Metrics& metrics)
    : timers_(timers),
      publisher_(publisher),
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
                                                std::stop_token stop) {
  const absl::Duration begun = timers_.clock().Monotonic();
  const std::string message_id = message.message_id;
  absl::Status confirmed =
      co_await publisher_.Publish(std::move(message), true, timeout, std::move(stop));
  if (confirmed.ok()) {
    confirmed_after_.Observe(absl::ToDoubleSeconds(timers_.clock().Monotonic() - begun));
    co_return confirmed;
  }
  Failed(confirmed, message_id);
  co_return confirmed;
}

void LeadPublisher::Failed(const absl::Status& why, const std::string& message_id) {
  const std::string reason(ReasonOf(why.code()));
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
  // The others come in crowds when the broker is away, and whoever is connected to it says so.
  if (absl::IsNotFound(why) || absl::IsAborted(why)) {
    observe::Error("the broker refused a message; its topology or a queue's limit needs a look")
        .Text("message_id", message_id)
        .Error(why);
  }
}

}  // namespace leadrelay::ingest
