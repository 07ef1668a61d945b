#include "common/amqp/publish_side.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/coro/clock.h"

namespace leadrelay::amqp {
namespace {

constexpr amqp_channel_t kChannel = 1;
// Small enough that a socket which poll(2) calls writable takes it without blocking.
constexpr size_t kBurstBytes = 32 << 10;
constexpr int kBurstsPerTurn = 8;  // Then the confirms are read.
constexpr absl::Duration kGather = absl::Milliseconds(2);

}  // namespace

PublishSide::PublishSide(Topology topology,
                         std::shared_ptr<LoopPort> port,
                         std::function<void(std::vector<Answer>)> on_answers)
    : topology_(std::move(topology)), port_(std::move(port)), on_answers_(std::move(on_answers)) {}

PublishSide::Taken PublishSide::Offer(Item item) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (!open_) return Taken::kNo;
  const size_t before = inbox_bytes_;
  inbox_bytes_ += item.message.body.size();
  inbox_.push_back(std::move(item));
  const bool first = inbox_.size() == 1;
  const bool full = before < kBurstBytes && inbox_bytes_ >= kBurstBytes;
  return first || full ? Taken::kWakeTheLink : Taken::kYes;
}

absl::Status PublishSide::Begin(Session& session, uint64_t /*connection*/) {
  absl::Status ready = session.OpenChannel(kChannel);
  if (ready.ok()) ready = session.Declare(kChannel, topology_);
  if (ready.ok()) ready = session.SelectConfirms(kChannel);
  if (!ready.ok()) return ready;
  std::lock_guard<std::mutex> lock(mutex_);
  open_ = true;
  return absl::OkStatus();
}

absl::Status PublishSide::OnFrame(Session& /*session*/, const amqp_frame_t& frame) {
  if (frame.frame_type == AMQP_FRAME_METHOD) return OnMethod(frame.payload.method);
  absl::StatusOr<bool> complete = returned_.Feed(frame);
  if (!complete.ok()) return complete.status();
  if (*complete) {
    const Message message = returned_.Take();
    const uint64_t key =
        ConfirmWindow::ReturnKey(message.exchange, message.routing_key, message.message_id);
    (void)window_.Return(key, std::move(return_words_));
  }
  return absl::OkStatus();
}

absl::Status PublishSide::OnMethod(const amqp_method_t& method) {
  if (method.id == AMQP_BASIC_ACK_METHOD) {
    const auto* ack = static_cast<amqp_basic_ack_t*>(method.decoded);
    AnswerConfirm(ack->delivery_tag, ack->multiple != 0, true);
  } else if (method.id == AMQP_BASIC_NACK_METHOD) {
    const auto* nack = static_cast<amqp_basic_nack_t*>(method.decoded);
    AnswerConfirm(nack->delivery_tag, nack->multiple != 0, false);
  } else if (method.id == AMQP_BASIC_RETURN_METHOD) {
    const auto* back = static_cast<amqp_basic_return_t*>(method.decoded);
    returned_.Begin(ToText(back->exchange), ToText(back->routing_key));
    return_words_ = absl::StrCat(back->reply_code,
                                 " ",
                                 std::string(ToText(back->reply_text)),
                                 ": exchange '",
                                 std::string(ToText(back->exchange)),
                                 "', routing key '",
                                 std::string(ToText(back->routing_key)),
                                 "'");
  } else if (method.id == AMQP_CHANNEL_CLOSE_METHOD) {
    return absl::UnavailableError(
        absl::StrCat("the broker closed the publishing channel: ", CloseReason(method)));
  }
  return absl::OkStatus();
}

void PublishSide::AnswerConfirm(uint64_t number, bool multiple, bool stored) {
  confirmed_ = true;
  for (ConfirmWindow::Answered& answered : window_.Answer(number, multiple)) {
    absl::Status status;
    if (!stored) {
      status = absl::AbortedError(
          "the broker refused the message (nack): a queue it is routed to is full or unavailable; "
          "other queues may have stored it");
    } else if (!answered.returned.empty()) {
      status = absl::NotFoundError(
          absl::StrCat("the message was returned as unroutable: ", answered.returned));
    }
    answers_.push_back(Answer{answered.id, std::move(status)});
  }
}

absl::StatusOr<Link::Side::Next> PublishSide::Turn(Session& session, bool blocked) {
  Next next;
  const bool at_once = blocked || std::exchange(confirmed_, false) || window_.unanswered() == 0;
  TakeInbox(at_once, next);
  if (blocked) {
    for (const Item& item : to_write_) {
      answers_.push_back(Answer{
          item.id, absl::UnavailableError("the broker has blocked publishing; nothing was sent")});
    }
    to_write_.clear();
  }
  absl::Status written = WriteBursts(session);
  Post();
  if (!written.ok()) return written;
  next.when_writable = !to_write_.empty();
  return next;
}

void PublishSide::TakeInbox(bool at_once, Next& next) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (inbox_.empty()) return;
  if (!at_once && inbox_bytes_ < kBurstBytes) {
    const absl::Duration now = coro::Clock::System().Monotonic();
    held_since_ = std::min(held_since_, now);
    next.within = held_since_ + kGather - now;
    if (next.within > absl::ZeroDuration()) return;
    next.within = absl::InfiniteDuration();
  }
  to_write_.insert(to_write_.end(),
                   std::make_move_iterator(inbox_.begin()),
                   std::make_move_iterator(inbox_.end()));
  inbox_.clear();
  inbox_bytes_ = 0;
  held_since_ = absl::InfiniteDuration();
}

absl::Status PublishSide::WriteBursts(Session& session) {
  for (int burst = 0; burst < kBurstsPerTurn && !to_write_.empty(); ++burst) {
    if (!session.Writable()) break;
    absl::Status written = WriteBurst(session);
    if (!written.ok()) return written;
  }
  return absl::OkStatus();
}

absl::Status PublishSide::WriteBurst(Session& session) {
  const absl::Duration now = coro::Clock::System().Monotonic();
  Session::Cork cork(session);
  for (size_t bytes = 0; bytes < kBurstBytes && !to_write_.empty(); to_write_.pop_front()) {
    const Item& item = to_write_.front();
    const Message& message = item.message;
    if (now >= item.deadline) {
      answers_.push_back(Answer{item.id, absl::DeadlineExceededError("not sent in time")});
      continue;
    }
    const uint64_t return_key =
        item.mandatory
            ? ConfirmWindow::ReturnKey(message.exchange, message.routing_key, message.message_id)
            : 0;
    window_.Add(item.id, return_key);
    absl::Status sent = session.Publish(kChannel, message, item.mandatory);
    if (!sent.ok()) {
      to_write_.pop_front();
      return sent;
    }
    bytes += message.body.size();
  }
  return absl::OkStatus();
}

void PublishSide::End(const absl::Status& why) {
  std::vector<Item> unsent;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    open_ = false;
    unsent.swap(inbox_);
    inbox_bytes_ = 0;
  }
  const absl::Status lost = absl::UnavailableError(
      absl::StrCat("the connection ended before the broker answered: ", why.message()));
  for (uint64_t id : window_.Clear()) answers_.push_back(Answer{id, lost});
  for (const Item& item : to_write_) answers_.push_back(Answer{item.id, lost});
  for (const Item& item : unsent) answers_.push_back(Answer{item.id, lost});
  to_write_.clear();
  held_since_ = absl::InfiniteDuration();
  Post();
}

void PublishSide::Post() {
  if (answers_.empty()) return;
  port_->Post([on_answers = &on_answers_, answers = std::exchange(answers_, {})]() mutable {
    (*on_answers)(std::move(answers));
  });
}

}  // namespace leadrelay::amqp
