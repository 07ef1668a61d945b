#include "common/amqp/consumer.h"

#include <cstdlib>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/amqp/consume_side.h"
#include "common/amqp/link.h"
#include "common/amqp/loop_port.h"
#include "common/coro/completion.h"

namespace leadrelay::amqp {
namespace {

constexpr absl::Duration kCancelPatience = absl::Seconds(2);

}  // namespace

class Consumer::Impl {
 public:
  Impl(coro::Loop& loop, coro::Timers& timers, ConsumerOptions options, Handler handler)
      : loop_(loop),
        timers_(timers),
        handler_(std::move(handler)),
        port_(std::make_shared<LoopPort>(loop)),
        side_(std::make_shared<ConsumeSide>(
            std::move(options.topology), std::move(options.subscriptions), port_, MakeCallbacks())),
        link_(timers, std::move(options.connection), port_, side_, [this](LinkState state) {
          OnState(std::move(state));
        }) {}

  ~Impl() {
    if (started_ && !closed_) std::abort();
  }

  void Start() {
    started_ = true;
    link_.Start();
  }

  void Settle(const DeliveryTag& tag, Verdict verdict) {
    if (!state_.connected || tag.connection != state_.connection) return;
    if (side_->Settle(tag, verdict)) link_.Wake();
  }

  coro::Task<void> StopConsuming();
  coro::Task<absl::StatusOr<int64_t>> Depth(std::string queue, absl::Duration timeout);
  coro::Task<void> Close();

  const LinkState& state() const { return state_; }
  void set_on_change(std::function<void()> callback) { on_change_ = std::move(callback); }

 private:
  using DepthAnswer = coro::Completion<absl::StatusOr<int64_t>>;

  ConsumeSide::Callbacks MakeCallbacks();
  void OnDeliveries(std::vector<Delivery> batch);
  void OnState(LinkState state);
  void EndCancelling();

  coro::Loop& loop_;
  coro::Timers& timers_;
  const Handler handler_;
  std::shared_ptr<LoopPort> port_;
  std::shared_ptr<ConsumeSide> side_;
  Link link_;
  LinkState state_{.last_error = "not started"};
  std::function<void()> on_change_;
  std::unordered_map<uint64_t, DepthAnswer*> asking_;
  coro::Completion<bool>* cancelling_ = nullptr;
  uint64_t last_question_ = 0;
  bool stopped_ = false;
  bool started_ = false;
  bool closed_ = false;
};

ConsumeSide::Callbacks Consumer::Impl::MakeCallbacks() {
  ConsumeSide::Callbacks callbacks;
  callbacks.on_deliveries = [this](std::vector<Delivery> batch) { OnDeliveries(std::move(batch)); };
  callbacks.on_depth = [this](uint64_t id, absl::StatusOr<int64_t> depth) {
    const auto found = asking_.find(id);
    if (found != asking_.end()) found->second->Set(std::move(depth));
  };
  callbacks.on_cancelled = [this] { EndCancelling(); };
  return callbacks;
}

void Consumer::Impl::OnDeliveries(std::vector<Delivery> batch) {
  for (Delivery& delivery : batch) {
    // The broker delivers it again, and nobody could acknowledge this copy.
    if (delivery.tag.connection != state_.connection || !state_.connected) continue;
    if (stopped_) {
      Settle(delivery.tag, Verdict::kRequeue);
    } else {
      handler_(std::move(delivery));
    }
  }
}

void Consumer::Impl::OnState(LinkState state) {
  state_ = std::move(state);
  if (!state_.connected) EndCancelling();
  if (on_change_) on_change_();
}

void Consumer::Impl::EndCancelling() {
  if (cancelling_ != nullptr) cancelling_->Set(true);
}

coro::Task<void> Consumer::Impl::StopConsuming() {
  if (stopped_) co_return;
  stopped_ = true;
  if (side_->StopConsuming()) link_.Wake();
  if (!state_.connected) co_return;  // A later session will not subscribe.
  coro::Completion<bool> cancelled(loop_);
  cancelling_ = &cancelled;
  {
    coro::Timers::Alarm enough(timers_, kCancelPatience, [this] { EndCancelling(); });
    (void)co_await cancelled;
  }
  cancelling_ = nullptr;
}

coro::Task<absl::StatusOr<int64_t>> Consumer::Impl::Depth(std::string queue,
                                                          absl::Duration timeout) {
  if (!state_.connected) {
    co_return absl::UnavailableError(absl::StrCat("no connection: ", state_.last_error));
  }
  const uint64_t id = ++last_question_;
  DepthAnswer answered(loop_);
  asking_.emplace(id, &answered);
  if (side_->AskDepth(id, queue)) link_.Wake();
  absl::StatusOr<int64_t> depth;
  {
    coro::Timers::Alarm late(timers_, timeout, [&answered, &queue] {
      answered.Set(absl::DeadlineExceededError(
          absl::StrCat("the broker has not said in time how deep queue '", queue, "' is")));
    });
    depth = co_await answered;
  }
  asking_.erase(id);
  co_return depth;
}

coro::Task<void> Consumer::Impl::Close() {
  stopped_ = true;
  for (auto& [id, answered] : asking_) answered->Set(absl::CancelledError("the consumer closed"));
  co_await link_.Close();
  EndCancelling();
  state_ = LinkState();
  state_.last_error = "closed";
  closed_ = true;
}

Consumer::Consumer(coro::Loop& loop, coro::Timers& timers, ConsumerOptions options, Handler handler)
    : impl_(std::make_unique<Impl>(loop, timers, std::move(options), std::move(handler))) {}

Consumer::~Consumer() = default;

void Consumer::Start() {
  impl_->Start();
}
void Consumer::Ack(const DeliveryTag& tag) {
  impl_->Settle(tag, Verdict::kAck);
}
void Consumer::Requeue(const DeliveryTag& tag) {
  impl_->Settle(tag, Verdict::kRequeue);
}
void Consumer::Reject(const DeliveryTag& tag) {
  impl_->Settle(tag, Verdict::kReject);
}
coro::Task<void> Consumer::StopConsuming() {
  return impl_->StopConsuming();
}
bool Consumer::connected() const {
  return impl_->state().connected;
}
std::string Consumer::last_error() const {
  return impl_->state().last_error;
}

void Consumer::OnStateChange(std::function<void()> callback) {
  impl_->set_on_change(std::move(callback));
}

coro::Task<absl::StatusOr<int64_t>> Consumer::Depth(std::string queue, absl::Duration timeout) {
  return impl_->Depth(std::move(queue), timeout);
}

coro::Task<void> Consumer::Close() {
  return impl_->Close();
}

}  // namespace leadrelay::amqp
