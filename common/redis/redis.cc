#include "common/redis/redis.h"

#include <csignal>
#include <cstdlib>
#include <optional>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"
#include <openssl/evp.h>

#include "common/coro/scope.h"
#include "common/coro/signal.h"
#include "common/redis/keeper.h"
#include "common/redis/listener.h"
#include "common/redis/reply.h"
#include "common/status/abseil.h"

namespace leadrelay::redis {
namespace {

std::string Sha1Hex(std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr) != 1) std::abort();
  std::string hex;
  for (unsigned int i = 0; i < size; ++i)
    absl::StrAppend(&hex, absl::Hex(digest[i], absl::kZeroPad2));
  return hex;
}

std::vector<std::string> EvalArguments(std::string_view verb,
                                       std::string_view script,
                                       const std::vector<std::string>& keys,
                                       const std::vector<std::string>& arguments) {
  std::vector<std::string> command;
  command.reserve(3 + keys.size() + arguments.size());
  command.emplace_back(verb);
  command.emplace_back(script);
  command.push_back(absl::StrCat(keys.size()));
  command.insert(command.end(), keys.begin(), keys.end());
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

}  // namespace

class Client::Impl {
 public:
  Impl(coro::Loop& loop, coro::Timers& timers, Options options)
      : loop_(loop),
        timers_(timers),
        options_(std::move(options)),
        keeper_(loop, timers, options_, [this](bool connected) { OnChange(connected); }),
        changed_(timers),
        scope_(loop),
        idle_(timers) {}

  void Start() {
    std::signal(SIGPIPE, SIG_IGN);
    started_ = true;
    scope_.Spawn(keeper_.Run(scope_.stop_token()));
    if (listener_.has_value()) scope_.Spawn(listener_->Run(scope_.stop_token()));
  }

  coro::Task<absl::Status> WaitConnected(absl::Duration timeout, std::stop_token stop) {
    CallGuard guard(*this);
    const absl::Duration until = timers_.clock().Monotonic() + timeout;
    while (!connected()) {
      absl::Duration left = until - timers_.clock().Monotonic();
      absl::Status woken = co_await changed_.Wait(left, stop);
      if (absl::IsCancelled(woken)) co_return woken;
      if (closing_) co_return absl::UnavailableError("redis: the client is closing");
      if (!woken.ok()) {
        co_return absl::DeadlineExceededError(absl::StrCat("redis: not connected within ",
                                                           absl::FormatDuration(timeout),
                                                           ": ",
                                                           keeper_.status().message()));
      }
    }
    co_return absl::OkStatus();
  }

  coro::Task<absl::StatusOr<Reply>> Command(std::vector<std::string> arguments,
                                            absl::Duration timeout,
                                            std::stop_token stop) {
    CallGuard guard(*this);
    if (!connected()) co_return keeper_.status();
    co_return co_await keeper_.link().Call(std::move(arguments), timeout, std::move(stop));
  }

  coro::Task<absl::StatusOr<Reply>> Eval(Script script,
                                         std::vector<std::string> keys,
                                         std::vector<std::string> arguments,
                                         absl::Duration timeout,
                                         std::stop_token stop) {
    CallGuard guard(*this);
    if (!connected()) co_return keeper_.status();
    const absl::Duration until = timers_.clock().Monotonic() + timeout;
    std::vector<std::string> by_digest = EvalArguments("EVALSHA", Digest(script), keys, arguments);
    absl::StatusOr<Reply> reply = co_await keeper_.link().Call(std::move(by_digest), timeout, stop);
    if (!reply.ok() && IsUnknownScriptError(reply.status())) {
      std::vector<std::string> by_source = EvalArguments("EVAL", script.source, keys, arguments);
      absl::Duration left = until - timers_.clock().Monotonic();
      reply = co_await keeper_.link().Call(std::move(by_source), left, stop);
    }
    if (!reply.ok()) {
      co_return absl::Status(
          reply.status().code(),
          absl::StrCat("script ", ToAbsl(script.name), ": ", reply.status().message()));
    }
    co_return reply;
  }

  std::unique_ptr<Subscription> Subscribe(std::string channel,
                                          std::function<void(std::string_view text)> on_message) {
    if (!listener_.has_value()) {
      listener_.emplace(loop_, timers_, options_);
      if (started_) scope_.Spawn(listener_->Run(scope_.stop_token()));
    }
    return listener_->Subscribe(std::move(channel), std::move(on_message));
  }

  bool connected() const { return keeper_.link().connected(); }
  absl::Status status() const { return keeper_.status(); }
  std::string run_id() const { return keeper_.link().run_id(); }

  void OnConnectionChange(std::function<void(bool connected)> callback) {
    callbacks_.push_back(std::move(callback));
  }

  coro::Task<void> Close() {
    closing_ = true;
    scope_.RequestStop();
    co_await scope_.Join();
    changed_.NotifyAll();
    while (calls_ > 0) {
      absl::Status woken = co_await idle_.Wait(absl::InfiniteDuration(), std::stop_token());
      (void)woken;
    }
  }

  bool closed() const { return scope_.live() == 0 && calls_ == 0; }

 private:
  // A call that is under way keeps Close() waiting.
  class CallGuard {
   public:
    explicit CallGuard(Impl& impl) : impl_(impl) { ++impl_.calls_; }
    ~CallGuard() {
      if (--impl_.calls_ == 0 && impl_.closing_) impl_.idle_.NotifyAll();
    }
    CallGuard(const CallGuard&) = delete;
    CallGuard& operator=(const CallGuard&) = delete;

   private:
    Impl& impl_;
  };

  void OnChange(bool connected) {
    changed_.NotifyAll();
    for (const std::function<void(bool)>& callback : callbacks_) callback(connected);
  }

  const std::string& Digest(Script script) {
    std::string& digest = digests_[script.source.data()];
    if (digest.empty()) digest = Sha1Hex(script.source);
    return digest;
  }

  coro::Loop& loop_;
  coro::Timers& timers_;
  Options options_;
  Keeper keeper_;
  std::optional<Listener> listener_;
  std::unordered_map<const char*, std::string> digests_;
  std::vector<std::function<void(bool)>> callbacks_;
  coro::Signal changed_;
  coro::Scope scope_;
  coro::Signal idle_;
  int calls_ = 0;
  bool started_ = false;
  bool closing_ = false;
};

Client::Client(coro::Loop& loop, coro::Timers& timers, Options options)
    : impl_(std::make_unique<Impl>(loop, timers, std::move(options))) {}

Client::~Client() {
  if (!impl_->closed()) std::abort();
}

void Client::Start() {
  impl_->Start();
}

coro::Task<absl::Status> Client::WaitConnected(absl::Duration timeout, std::stop_token stop) {
  return impl_->WaitConnected(timeout, std::move(stop));
}

coro::Task<absl::StatusOr<Reply>> Client::Command(std::vector<std::string> arguments,
                                                  absl::Duration timeout,
                                                  std::stop_token stop) {
  return impl_->Command(std::move(arguments), timeout, std::move(stop));
}

coro::Task<absl::StatusOr<Reply>> Client::Eval(Script script,
                                               std::vector<std::string> keys,
                                               std::vector<std::string> arguments,
                                               absl::Duration timeout,
                                               std::stop_token stop) {
  return impl_->Eval(script, std::move(keys), std::move(arguments), timeout, std::move(stop));
}

std::unique_ptr<Subscription> Client::Subscribe(
    std::string channel, std::function<void(std::string_view text)> on_message) {
  return impl_->Subscribe(std::move(channel), std::move(on_message));
}

bool Client::connected() const {
  return impl_->connected();
}
absl::Status Client::status() const {
  return impl_->status();
}
std::string Client::run_id() const {
  return impl_->run_id();
}

void Client::OnConnectionChange(std::function<void(bool connected)> callback) {
  impl_->OnConnectionChange(std::move(callback));
}

coro::Task<void> Client::Close() {
  return impl_->Close();
}

}  // namespace leadrelay::redis
