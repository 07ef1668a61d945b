#include "common/amqp/publisher.h"

#include <cstdlib>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/amqp/link.h"
#include "common/amqp/loop_port.h"
#include "common/amqp/properties.h"
#include "common/amqp/publish_side.h"
#include "common/coro/clock.h"
#include "common/coro/completion.h"

namespace leadrelay::amqp {
namespace {

// What a message costs us while it waits, besides its body.
size_t SizeOf(const Message& message) {
  size_t size = sizeof(PublishSide::Item) + message.body.size();
  for (const auto& [name, value] : message.headers) {
    const auto* text = std::get_if<std::string>(&value);
    size += 64 + name.size() + (text == nullptr ? 0 : text->size());
  }
  for (const std::string& key : message.cc) size += sizeof(std::string) + key.size();
  return size;
}

}  // namespace

class Publisher::Impl {
 public:
  Impl(coro::Loop& loop, coro::Timers& timers, PublisherOptions options)
      : loop_(loop),
        timers_(timers),
        max_unconfirmed_(options.max_unconfirmed),
        max_unconfirmed_bytes_(options.max_unconfirmed_bytes),
        port_(std::make_shared<LoopPort>(loop)),
        side_(std::make_shared<PublishSide>(
            std::move(options.topology),
            port_,
            [this](std::vector<PublishSide::Answer> answers) { OnAnswers(std::move(answers)); })),
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

  coro::Task<absl::Status> Publish(Message message,
                                   bool mandatory,
                                   absl::Duration timeout,
                                   std::stop_token stop);
  coro::Task<void> Close();

  const LinkState& state() const { return state_; }
  size_t unconfirmed() const { return waiting_.size(); }
  void set_on_change(std::function<void()> callback) { on_change_ = std::move(callback); }

 private:
  using Done = coro::Completion<absl::Status>;
  struct Waiting {
    Done* done = nullptr;  // Null when its caller has given up; the message still counts.
    size_t bytes = 0;
  };

  absl::Status Admit(const Message& message, size_t bytes) const;
  void OnAnswers(std::vector<PublishSide::Answer> answers);
  void OnState(LinkState state);

  coro::Loop& loop_;
  coro::Timers& timers_;
  const size_t max_unconfirmed_;
  const size_t max_unconfirmed_bytes_;
  std::shared_ptr<LoopPort> port_;
  std::shared_ptr<PublishSide> side_;
  Link link_;
  LinkState state_{.last_error = "not started"};
  std::function<void()> on_change_;
  std::unordered_map<uint64_t, Waiting> waiting_;
  size_t waiting_bytes_ = 0;
  uint64_t last_id_ = 0;
  bool started_ = false;
  bool closing_ = false;
  bool closed_ = false;
};

absl::Status Publisher::Impl::Admit(const Message& message, size_t bytes) const {
  absl::Status fits = CheckSizes(message);
  if (!fits.ok()) return fits;
  if (closing_) return absl::CancelledError("the publisher is closing");
  if (!state_.connected) {
    return absl::UnavailableError(absl::StrCat("no connection: ", state_.last_error));
  }
  if (state_.blocked) {
    return absl::UnavailableError(
        "the broker has blocked publishing: it is short of memory or disk");
  }
  if (waiting_.size() >= max_unconfirmed_ || waiting_bytes_ + bytes > max_unconfirmed_bytes_) {
    return absl::ResourceExhaustedError(absl::StrCat("the broker has not confirmed ",
                                                     waiting_.size(),
                                                     " messages with ",
                                                     waiting_bytes_,
                                                     " bytes yet; nothing was sent"));
  }
  return absl::OkStatus();
}

coro::Task<absl::Status> Publisher::Impl::Publish(Message message,
                                                  bool mandatory,
                                                  absl::Duration timeout,
                                                  std::stop_token stop) {
  const size_t bytes = SizeOf(message);
  absl::Status admitted = Admit(message, bytes);
  if (!admitted.ok()) co_return admitted;

  const uint64_t id = ++last_id_;
  const absl::Duration deadline = coro::Clock::System().Monotonic() + timeout;
  PublishSide::Item item{id, mandatory, deadline, std::move(message)};
  const PublishSide::Taken taken = side_->Offer(std::move(item));
  if (taken == PublishSide::Taken::kNo) {
    co_return absl::UnavailableError("the connection to the broker has just broken");
  }
  if (taken == PublishSide::Taken::kWakeTheLink) link_.Wake();

  Done done(loop_);
  waiting_.emplace(id, Waiting{&done, bytes});
  waiting_bytes_ += bytes;
  absl::Status answer;
  {
    coro::Timers::Alarm late(timers_, timeout, [&done] {
      done.Set(absl::DeadlineExceededError("the broker has not confirmed the message in time"));
    });
    std::stop_callback on_stop(std::move(stop),
                               [&done] { done.Set(absl::CancelledError("stopped")); });
    answer = co_await done;
  }
  const auto mine = waiting_.find(id);
  if (mine != waiting_.end()) mine->second.done = nullptr;
  co_return answer;
}

void Publisher::Impl::OnAnswers(std::vector<PublishSide::Answer> answers) {
  for (PublishSide::Answer& answer : answers) {
    const auto found = waiting_.find(answer.id);
    if (found == waiting_.end()) continue;
    if (found->second.done != nullptr) found->second.done->Set(std::move(answer.status));
    waiting_bytes_ -= found->second.bytes;
    waiting_.erase(found);
  }
}

void Publisher::Impl::OnState(LinkState state) {
  state_ = std::move(state);
  if (on_change_) on_change_();
}

coro::Task<void> Publisher::Impl::Close() {
  closing_ = true;
  for (auto& [id, waiting] : waiting_) {
    if (waiting.done != nullptr) waiting.done->Set(absl::CancelledError("the publisher closed"));
  }
  co_await link_.Close();
  // Nobody is left who would answer.  A caller that has not resumed yet keeps its own answer.
  waiting_.clear();
  waiting_bytes_ = 0;
  state_ = LinkState();
  state_.last_error = "closed";
  closed_ = true;
}

Publisher::Publisher(coro::Loop& loop, coro::Timers& timers, PublisherOptions options)
    : impl_(std::make_unique<Impl>(loop, timers, std::move(options))) {}

Publisher::~Publisher() = default;

void Publisher::Start() {
  impl_->Start();
}

coro::Task<absl::Status> Publisher::Publish(Message message,
                                            bool mandatory,
                                            absl::Duration timeout,
                                            std::stop_token stop) {
  return impl_->Publish(std::move(message), mandatory, timeout, std::move(stop));
}

bool Publisher::connected() const {
  return impl_->state().connected;
}
bool Publisher::blocked() const {
  return impl_->state().blocked;
}
size_t Publisher::unconfirmed() const {
  return impl_->unconfirmed();
}
std::string Publisher::last_error() const {
  return impl_->state().last_error;
}

void Publisher::OnStateChange(std::function<void()> callback) {
  impl_->set_on_change(std::move(callback));
}

coro::Task<void> Publisher::Close() {
  return impl_->Close();
}

}  // namespace leadrelay::amqp
