#include "services/ingest/publish/lead_publisher.h"

#include <utility>

#include "common/observe/log.h"

namespace leadrelay::ingest {

LeadPublisher::LeadPublisher(coro::Timers& timers,
                             amqp::Publisher& publisher,
                             observe::Metrics& metrics)
    : timers_(timers),
      publisher_(publisher),
      confirmed_after_(metrics.Histogram("leadrelay_ingest_confirm_seconds",
                                         "From handing a lead to the broker to its confirm.")),
      failed_(metrics.Counter("leadrelay_ingest_publish_failures_total",
                              "Messages that the broker did not confirm.")) {}

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
  failed_.Add();
  // The others come in crowds when the broker is away, and whoever is connected to it says so.
  if (absl::IsNotFound(confirmed) || absl::IsAborted(confirmed)) {
    observe::Error("the broker refused a message; its topology or a queue's limit needs a look")
        .Text("message_id", message_id)
        .Error(confirmed);
  }
  co_return confirmed;
}

}  // namespace leadrelay::ingest
