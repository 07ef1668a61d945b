#include "services/delivery/consume/settlement.h"

#include <utility>

#include "common/lead/topology.h"
#include "common/observe/log.h"

namespace leadrelay::delivery {
namespace {

constexpr absl::Duration kConfirmTimeout = absl::Seconds(10);
constexpr absl::Duration kRetryPause = absl::Milliseconds(500);

amqp::Message DeadMessage(const lead::DeadLetter& letter) {
  amqp::Message message;
  message.exchange = std::string(lead::kExchange);
  message.routing_key = std::string(lead::kDeadQueue);
  message.type = std::string(lead::kDeadLetterType);
  message.content_type = "application/json";
  message.message_id = lead::DeliveryId(letter.lead_id, letter.destination);
  message.body = letter.ToJson();
  return message;
}

}  // namespace

Settlement::Settlement(coro::Timers& timers,
                       amqp::Outlet& outlet,
                       OutcomeStream& outcomes,
                       std::vector<absl::Duration> rungs,
                       Answers answers)
    : timers_(timers),
      outlet_(outlet),
      outcomes_(outcomes),
      rungs_(std::move(rungs)),
      answers_(std::move(answers)) {}

coro::Task<bool> Settlement::Finish(Item item, lead::OutcomeEvent event, std::stop_token stop) {
  absl::Status told = co_await outcomes_.Publish(std::move(event), std::move(stop));
  if (!told.ok()) co_return false;
  answers_.acknowledge(item.delivery.tag);
  co_return true;
}

coro::Task<bool> Settlement::Delay(Item item, lead::DeliveryState state, std::stop_token stop) {
  absl::Duration wait = state.not_before - timers_.clock().Now();
  amqp::Message copy = item.delivery.message;
  copy.exchange = std::string(lead::kDelayExchange);
  copy.routing_key = lead::DelayRoutingKey(lead::ChooseRung(rungs_, wait), item.destination);
  // Neither the sender-selected keys nor the broker's x-death may travel on: the first would fan
  // the copy out again, the second makes the broker drop what it takes for a cycle.
  copy.cc.clear();
  copy.headers.clear();
  state.Write(copy);
  absl::Status confirmed = co_await PublishUntilConfirmed(std::move(copy), item.id(), stop);
  if (confirmed.ok()) answers_.acknowledge(item.delivery.tag);
  if (!absl::IsInvalidArgument(confirmed)) co_return confirmed.ok();

  lead::DeadLetter letter;
  letter.lead_id = item.envelope.lead_id;
  letter.destination = item.destination;
  letter.at = timers_.clock().Now();
  letter.cause = "rejected";
  letter.reason = std::string(confirmed.message());
  letter.remedy = "find out who publishes to this queue; a replay begins without these headers";
  letter.state.attempts = state.attempts;
  letter.state.unknown = state.unknown;
  co_return co_await DeadLetter(std::move(item), std::move(letter), std::move(stop));
}

coro::Task<bool> Settlement::Retry(Item item,
                                   lead::DeliveryState state,
                                   lead::OutcomeEvent event,
                                   std::stop_token stop) {
  outcomes_.Mention(std::move(event));
  co_return co_await Delay(std::move(item), std::move(state), std::move(stop));
}

coro::Task<bool> Settlement::DeadLetter(Item item, lead::DeadLetter letter, std::stop_token stop) {
  letter.body = std::move(item.delivery.message.body);
  co_return co_await DeadLetterUnread(std::move(item.delivery), std::move(letter), std::move(stop));
}

coro::Task<bool> Settlement::DeadLetterUnread(amqp::Delivery delivery,
                                              lead::DeadLetter letter,
                                              std::stop_token stop) {
  if (letter.body.size() > lead::kLongestWrapped) {
    observe::Error("a message is too large for a dead letter, the broker keeps it as it is")
        .Text("queue", delivery.queue)
        .Number("bytes", static_cast<int64_t>(letter.body.size()))
        .Text("reason", letter.reason);
    answers_.reject(delivery.tag);
    co_return true;
  }
  std::string id = lead::DeliveryId(letter.lead_id, letter.destination);
  amqp::Message message = DeadMessage(letter);
  absl::Status confirmed =
      co_await PublishUntilConfirmed(std::move(message), std::move(id), std::move(stop));
  if (confirmed.ok()) answers_.acknowledge(delivery.tag);
  co_return confirmed.ok();
}

coro::Task<absl::Status> Settlement::PublishUntilConfirmed(amqp::Message message,
                                                           std::string delivery_id,
                                                           std::stop_token stop) {
  while (true) {
    absl::Status sent = co_await outlet_.Publish(message, true, kConfirmTimeout, stop);
    if (sent.ok() || absl::IsInvalidArgument(sent)) co_return sent;
    if (stop.stop_requested()) co_return absl::CancelledError("stopped");
    observe::Warning("not confirmed by the broker, sending it again")
        .Text("delivery_id", delivery_id)
        .Text("routing_key", message.routing_key)
        .Error(sent);
    absl::Status slept = co_await timers_.Sleep(kRetryPause, stop);
    if (!slept.ok()) co_return slept;
  }
}

}  // namespace leadrelay::delivery
