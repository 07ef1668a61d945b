#include "services/ingest/receive/inbound.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/json/json.h"
#include "common/lead/topology.h"
#include "common/observe/log.h"
#include "common/status/abseil.h"
#include "services/ingest/publish/rejected_message.h"
#include "services/ingest/receive/content_type.h"
#include "services/ingest/receive/idempotency_key.h"

namespace leadrelay::ingest {
namespace {

constexpr absl::Duration kFirstPause = absl::Milliseconds(200);
constexpr absl::Duration kLongestPause = absl::Seconds(10);
// Leads in hand of which none ends for so long turn /readyz red.
constexpr absl::Duration kPatience = absl::Seconds(25);

// Who sent it, or why it is refused.
std::variant<const config::Publisher*, Problem> SenderOf(const Publishers& publishers,
                                                         const amqp::Message& message) {
  const config::Publisher* publisher = publishers.Find(message.app_id);
  if (publisher == nullptr) {
    return UnknownPublisher("app_id must be the name of a publisher in the configuration");
  }
  if (!publisher->amqp) {
    return UnknownPublisher("the publisher's configuration does not say `amqp: true`");
  }
  if (!publisher->amqp_user.empty() && message.user_id != publisher->amqp_user) {
    return UnknownPublisher("user_id must be set, and be the broker user of this publisher");
  }
  return publisher;
}

std::variant<Submission, Problem> ReadLead(const amqp::Message& message) {
  if (!message.content_type.empty() && ParseContentType(message.content_type) != MediaType::kJson) {
    return WrongMediaType("content_type must be application/json, or not set");
  }
  if (!message.message_id.empty() && !IsIdempotencyKey(message.message_id)) {
    return BadKey("message_id must be 1 to 255 printable ASCII characters");
  }
  absl::StatusOr<json::Document> lead = json::Document::Parse(message.body);
  if (!lead.ok()) return NotJson(std::string(ToStd(lead.status().message())));
  return Submission{*std::move(lead), message.message_id, json::Document(), Expected::kEither};
}

std::string ToJson(const Problem& problem) {
  json::Writer writer;
  WriteProblem(writer, problem);
  return writer.Take();
}

}  // namespace

Inbound::Inbound(Parts parts, amqp::ConsumerOptions consumer, absl::Duration publish_timeout)
    : parts_(parts),
      publish_timeout_(publish_timeout),
      progress_(parts.health.Watch("inbound leads end", kPatience)),
      taking_(parts.loop),
      consumer_(parts.loop, parts.timers, std::move(consumer), [this](amqp::Delivery delivery) {
        OnDelivery(std::move(delivery));
      }) {}

void Inbound::OnDelivery(amqp::Delivery delivery) {
  connection_ = std::max(connection_, delivery.tag.connection);
  last_arrival_ = parts_.timers.clock().Monotonic();
  progress_.SetBusy(true);
  taking_.Spawn(Take(std::move(delivery)));
}

coro::Task<void> Inbound::Take(amqp::Delivery delivery) {
  if (delivery.message.body.size() > lead::kLongestWrapped) {
    RejectAsItIs(delivery);
    if (taking_.live() == 1) progress_.SetBusy(false);
    co_return;
  }
  const bool settled = co_await Settle(&delivery);
  progress_.SetWaiting(parts_.publisher.Trouble());
  if (settled) {
    consumer_.Ack(delivery.tag);
    progress_.Moved();
  } else {
    consumer_.Requeue(delivery.tag);
  }
  if (taking_.live() == 1) progress_.SetBusy(false);  // This one was the last.
}

void Inbound::RejectAsItIs(const amqp::Delivery& delivery) {
  parts_.meters.Lead(Verdict(TooLarge("it is larger than any lead")));
  observe::Warning("a message over AMQP is larger than any lead; it is in leads.rejected as it is")
      .Text("publisher", delivery.message.app_id)
      .Text("message_id", delivery.message.message_id)
      .Number("bytes", static_cast<int64_t>(delivery.message.body.size()));
  consumer_.Reject(delivery.tag);
  progress_.Moved();
}

// True when something else stands for the message, safe with the broker; false when we have to let
// go of it.
coro::Task<bool> Inbound::Settle(const amqp::Delivery* delivery) {
  const std::stop_token stop = taking_.stop_token();
  absl::Duration pause = kFirstPause;
  // A delivery of an older connection is delivered again on the new one: it is not ours any more.
  while (delivery->tag.connection == connection_) {
    Verdict verdict = co_await TryOnce(&delivery->message);
    const auto* problem = std::get_if<Problem>(&verdict);
    if (problem == nullptr) co_return true;
    if (!problem->passing()) {
      const bool rejected = co_await Reject(&delivery->message, *problem);
      if (rejected) co_return true;
    }
    // The broker itself is what is waited for: that is told by a check of its own.
    progress_.SetWaiting(parts_.publisher.Trouble());
    absl::Status slept = co_await parts_.timers.Sleep(std::max(pause, problem->retry_after), stop);
    if (!slept.ok()) break;
    pause = std::min(2 * pause, kLongestPause);
  }
  co_return false;
}

coro::Task<Verdict> Inbound::TryOnce(const amqp::Message* message) {
  std::variant<const config::Publisher*, Problem> sender = SenderOf(parts_.publishers, *message);
  std::variant<Submission, Problem> read = ReadLead(*message);
  Problem* refused = std::get_if<Problem>(&sender);
  if (refused == nullptr) refused = std::get_if<Problem>(&read);
  if (refused != nullptr) {
    Verdict verdict = std::move(*refused);
    parts_.meters.Lead(verdict);
    co_return verdict;
  }
  std::vector<Submission> submissions;
  submissions.push_back(std::get<Submission>(std::move(read)));
  std::vector<Verdict> verdicts =
      co_await parts_.acceptor.Accept(std::get<const config::Publisher*>(sender),
                                      std::move(submissions),
                                      std::string(message->Header("traceparent")),
                                      taking_.stop_token());
  co_return std::move(verdicts.front());
}

coro::Task<bool> Inbound::Reject(const amqp::Message* message, Problem problem) {
  amqp::Message rejected = RejectedMessage(*message, ToJson(problem), parts_.timers.clock().Now());
  absl::Status confirmed = co_await parts_.publisher.Publish(
      std::move(rejected), publish_timeout_, taking_.stop_token());
  if (!confirmed.ok()) co_return false;
  // The reason is of our own words; the lead's publisher finds the rest in leads.rejected.
  observe::Warning("a lead over AMQP was rejected; see leads.rejected")
      .Text("publisher", message->app_id)
      .Text("message_id", message->message_id)
      .Text("problem", problem.code);
  co_return true;
}

coro::Task<void> Inbound::Close(absl::Duration grace) {
  co_await consumer_.StopConsuming();
  {
    coro::Timers::Alarm cut(parts_.timers, grace, [this] { taking_.RequestStop(); });
    co_await taking_.Join();
  }
  co_await consumer_.Close();
}

}  // namespace leadrelay::ingest
