#include "common/amqp/consume_side.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

namespace leadrelay::amqp {
namespace {

// Topology and Depth(); a failed passive declare closes it, which no subscription must suffer.
constexpr amqp_channel_t kSideChannel = 1;
constexpr amqp_channel_t kFirstSubscription = 2;
constexpr size_t kDeliveriesPerPost = 256;  // So that one post does not hold up the loop.

}  // namespace

ConsumeSide::ConsumeSide(Topology topology,
                         std::vector<Subscription> subscriptions,
                         std::shared_ptr<LoopPort> port,
                         Callbacks callbacks)
    : topology_(std::move(topology)),
      subscriptions_(std::move(subscriptions)),
      port_(std::move(port)),
      callbacks_(std::move(callbacks)) {}

bool ConsumeSide::Settle(const DeliveryTag& tag, Verdict verdict) {
  std::lock_guard<std::mutex> lock(mutex_);
  const bool first = inbox_.empty();
  inbox_.settlements.push_back(Settlement{tag, verdict});
  return first;
}

bool ConsumeSide::AskDepth(uint64_t id, std::string queue) {
  std::lock_guard<std::mutex> lock(mutex_);
  inbox_.questions.push_back(DepthQuestion{id, std::move(queue)});
  return true;
}

bool ConsumeSide::StopConsuming() {
  std::lock_guard<std::mutex> lock(mutex_);
  inbox_.stop_consuming = true;
  return true;
}

absl::Status ConsumeSide::Begin(Session& session, uint64_t connection) {
  connection_ = connection;
  channels_.clear();
  depth_channel_ = DepthChannel::kReady;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    inbox_.settlements.clear();
    stopped_ = inbox_.stop_consuming;
  }
  absl::Status ready = session.OpenChannel(kSideChannel);
  if (ready.ok()) ready = session.Declare(kSideChannel, topology_);
  for (const Subscription& subscription : subscriptions_) {
    if (!ready.ok() || stopped_) break;
    const auto number = static_cast<amqp_channel_t>(kFirstSubscription + channels_.size());
    channels_.emplace_back();
    ready = session.OpenChannel(number);
    const uint16_t prefetch = std::max<uint16_t>(subscription.prefetch, 1);
    if (ready.ok()) ready = session.Consume(number, subscription.queue, prefetch);
  }
  return ready;
}

ConsumeSide::Channel* ConsumeSide::FindChannel(amqp_channel_t number) {
  const size_t index = static_cast<size_t>(number) - kFirstSubscription;
  return number >= kFirstSubscription && index < channels_.size() ? &channels_[index] : nullptr;
}

absl::Status ConsumeSide::OnFrame(Session& session, const amqp_frame_t& frame) {
  const bool is_method = frame.frame_type == AMQP_FRAME_METHOD;
  if (frame.channel == kSideChannel && is_method) {
    return OnDepthMethod(session, frame.payload.method);
  }
  Channel* channel = FindChannel(frame.channel);
  if (channel == nullptr) return absl::UnavailableError("a frame on a channel that is not open");
  if (is_method) return OnChannelMethod(frame.channel, *channel, frame.payload.method);
  absl::StatusOr<bool> complete = channel->content.Feed(frame);
  if (!complete.ok()) return complete.status();
  if (*complete) Complete(frame.channel, *channel);
  return absl::OkStatus();
}

absl::Status ConsumeSide::OnChannelMethod(amqp_channel_t number,
                                          Channel& channel,
                                          const amqp_method_t& method) {
  const std::string& queue = subscriptions_[number - kFirstSubscription].queue;
  switch (method.id) {
    case AMQP_BASIC_DELIVER_METHOD: {
      const auto* deliver = static_cast<amqp_basic_deliver_t*>(method.decoded);
      channel.tag = deliver->delivery_tag;
      channel.redelivered = deliver->redelivered != 0;
      channel.content.Begin(ToText(deliver->exchange), ToText(deliver->routing_key));
      return absl::OkStatus();
    }
    case AMQP_BASIC_CANCEL_OK_METHOD:
      channel.cancelled = true;
      PostCancelledIfAll();
      return absl::OkStatus();
    case AMQP_BASIC_CANCEL_METHOD:
      return absl::UnavailableError(absl::StrCat("the broker cancelled the consumer of queue '",
                                                 queue,
                                                 "': the queue was deleted or moved"));
    case AMQP_CHANNEL_CLOSE_METHOD:
      return absl::UnavailableError(absl::StrCat(
          "the broker closed the channel of queue '", queue, "': ", CloseReason(method)));
    default:
      return absl::OkStatus();
  }
}

void ConsumeSide::Complete(amqp_channel_t number, Channel& channel) {
  channel.acks.Delivered(channel.tag);
  if (stopped_) {  // Crossed with our cancel: somebody else may have it.
    (void)channel.acks.Settle(channel.tag, Verdict::kRequeue);
    return;
  }
  Delivery delivery;
  delivery.tag = DeliveryTag{connection_, channel.tag, number};
  delivery.queue = subscriptions_[number - kFirstSubscription].queue;
  delivery.redelivered = channel.redelivered;
  delivery.message = channel.content.Take();
  deliveries_.push_back(std::move(delivery));
  if (deliveries_.size() >= kDeliveriesPerPost) PostDeliveries();
}

void ConsumeSide::PostDeliveries() {
  if (deliveries_.empty()) return;
  port_->Post([call = &callbacks_, batch = std::exchange(deliveries_, {})]() mutable {
    call->on_deliveries(std::move(batch));
  });
}

absl::StatusOr<Link::Side::Next> ConsumeSide::Turn(Session& session, bool /*blocked*/) {
  PostDeliveries();
  Inbox inbox;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    std::swap(inbox, inbox_);
    inbox_.stop_consuming = inbox.stop_consuming;
  }
  TakeSettlements(inbox.settlements);
  questions_.insert(questions_.end(),
                    std::make_move_iterator(inbox.questions.begin()),
                    std::make_move_iterator(inbox.questions.end()));

  std::optional<Session::Cork> cork;
  if (inbox.settlements.size() > 1) cork.emplace(session);
  absl::Status sent = SendSettlements(session);
  if (sent.ok() && inbox.stop_consuming && !stopped_) sent = SendCancels(session);
  if (sent.ok()) sent = SendQuestion(session);
  if (!sent.ok()) return sent;
  return Next();
}

void ConsumeSide::Finish(Session& session) {
  std::vector<Settlement> last;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    last.swap(inbox_.settlements);
  }
  TakeSettlements(last);
  (void)SendSettlements(session);
}

void ConsumeSide::TakeSettlements(const std::vector<Settlement>& settlements) {
  for (const Settlement& settlement : settlements) {
    if (settlement.tag.connection != connection_) continue;
    Channel* channel = FindChannel(settlement.tag.channel);
    if (channel != nullptr) (void)channel->acks.Settle(settlement.tag.number, settlement.verdict);
  }
}

absl::Status ConsumeSide::SendSettlements(Session& session) {
  amqp_channel_t number = kFirstSubscription;
  for (Channel& channel : channels_) {
    for (const AckGatherer::Frame& frame : channel.acks.Flush()) {
      absl::Status sent;
      if (frame.verdict == Verdict::kAck) {
        amqp_basic_ack_t ack{frame.tag, frame.multiple ? 1 : 0};
        sent = session.Send(number, AMQP_BASIC_ACK_METHOD, &ack);
      } else {
        amqp_basic_reject_t reject{frame.tag, frame.verdict == Verdict::kRequeue ? 1 : 0};
        sent = session.Send(number, AMQP_BASIC_REJECT_METHOD, &reject);
      }
      if (!sent.ok()) return sent;
    }
    ++number;
  }
  return absl::OkStatus();
}

absl::Status ConsumeSide::SendCancels(Session& session) {
  stopped_ = true;
  amqp_channel_t number = kFirstSubscription;
  for (size_t i = 0; i < channels_.size(); ++i, ++number) {
    absl::Status sent = session.Cancel(number);
    if (!sent.ok()) return sent;
  }
  PostCancelledIfAll();
  return absl::OkStatus();
}

void ConsumeSide::PostCancelledIfAll() {
  for (const Channel& channel : channels_) {
    if (!channel.cancelled) return;
  }
  PostDeliveries();
  port_->Post([call = &callbacks_] { call->on_cancelled(); });
}

absl::Status ConsumeSide::SendQuestion(Session& session) {
  if (questions_.empty() || depth_channel_ != DepthChannel::kReady) return absl::OkStatus();
  amqp_queue_declare_t declare{};
  declare.queue = ToBytes(questions_.front().queue);
  declare.passive = 1;
  depth_channel_ = DepthChannel::kAsked;
  return session.Send(kSideChannel, AMQP_QUEUE_DECLARE_METHOD, &declare);
}

absl::Status ConsumeSide::OnDepthMethod(Session& session, const amqp_method_t& method) {
  switch (method.id) {
    case AMQP_QUEUE_DECLARE_OK_METHOD:
      depth_channel_ = DepthChannel::kReady;
      AnswerQuestion(int64_t{static_cast<amqp_queue_declare_ok_t*>(method.decoded)->message_count});
      return absl::OkStatus();
    case AMQP_CHANNEL_CLOSE_METHOD: {
      const std::string reason = CloseReason(method);
      depth_channel_ = DepthChannel::kReopening;
      AnswerQuestion(absl::NotFoundError(absl::StrCat("the broker says: ", reason)));
      amqp_channel_close_ok_t close_ok{};
      absl::Status sent = session.Send(kSideChannel, AMQP_CHANNEL_CLOSE_OK_METHOD, &close_ok);
      if (!sent.ok()) return sent;
      amqp_channel_open_t open{};
      return session.Send(kSideChannel, AMQP_CHANNEL_OPEN_METHOD, &open);
    }
    case AMQP_CHANNEL_OPEN_OK_METHOD:
      depth_channel_ = DepthChannel::kReady;
      return absl::OkStatus();
    default:
      return absl::OkStatus();
  }
}

void ConsumeSide::AnswerQuestion(absl::StatusOr<int64_t> depth) {
  if (questions_.empty()) return;
  const uint64_t id = questions_.front().id;
  questions_.pop_front();
  port_->Post([call = &callbacks_, id, depth = std::move(depth)] { call->on_depth(id, depth); });
}

void ConsumeSide::End(const absl::Status& why) {
  deliveries_.clear();  // The broker delivers them again.
  {
    std::lock_guard<std::mutex> lock(mutex_);
    inbox_.settlements.clear();
    for (DepthQuestion& question : inbox_.questions) questions_.push_back(std::move(question));
    inbox_.questions.clear();
  }
  while (!questions_.empty()) {
    AnswerQuestion(absl::UnavailableError(absl::StrCat("the connection ended: ", why.message())));
  }
}

}  // namespace leadrelay::amqp
