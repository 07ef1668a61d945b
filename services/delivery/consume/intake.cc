#include "services/delivery/consume/intake.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/lead/topology.h"
#include "common/observe/log.h"

namespace leadrelay::delivery {

Intake::Intake(coro::Timers& timers, Settlement& settlement, std::map<std::string, Lane*> lanes)
    : timers_(timers), settlement_(settlement), lanes_(std::move(lanes)), scope_(timers.loop()) {}

void Intake::Receive(amqp::Delivery delivery) {
  std::string destination = lead::DestinationOf(delivery.queue);
  auto lane = lanes_.find(destination);
  if (lane == lanes_.end()) return;  // Only the lanes' own queues are subscribed to.

  absl::StatusOr<lead::Envelope> envelope = lead::Envelope::Parse(delivery.message.body);
  if (envelope.ok()) {
    Item item;
    item.envelope = *std::move(envelope);
    item.state = lead::DeliveryState::Read(delivery.message);
    item.destination = std::move(destination);
    item.arrived = timers_.clock().Monotonic();
    item.delivery = std::move(delivery);
    lane->second->Arrive(std::move(item));
    return;
  }

  lead::DeadLetter letter;
  letter.destination = std::move(destination);
  letter.at = timers_.clock().Now();
  letter.cause = "unreadable";
  letter.reason =
      absl::StrCat("the message is no lead envelope: ", std::string(envelope.status().message()));
  letter.remedy = "find out who publishes to this queue; discard it when it is no lead";
  letter.state = lead::DeliveryState::Read(delivery.message);
  letter.body = delivery.message.body;
  observe::Error("unreadable message, dead-lettered with its bytes")
      .Text("queue", delivery.queue)
      .Number("bytes", static_cast<int64_t>(letter.body.size()))
      .Text("reason", letter.reason);
  scope_.Spawn(DeadLetter(std::move(delivery), std::move(letter)));
}

coro::Task<void> Intake::DeadLetter(amqp::Delivery delivery, lead::DeadLetter letter) {
  (void)co_await settlement_.DeadLetterUnread(
      std::move(delivery), std::move(letter), scope_.stop_token());
}

}  // namespace leadrelay::delivery
