#include "common/redis/link.h"

#include <cstdlib>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include <hiredis/async.h>
#include <hiredis/hiredis.h>

#include "common/coro/offload.h"
#include "common/redis/hiredis_events.h"
#include "common/redis/reply.h"
#include "common/redis/resolve.h"
#include "common/status/abseil.h"

namespace leadrelay::redis {
namespace {

// A channel on which nobody publishes.
const char* const kHeartbeat = "lr:heartbeat";

std::string Field(std::string_view info, std::string_view name) {
  const std::string start = absl::StrCat("\n", ToAbsl(name), ":");
  const size_t at = info.find(start);
  if (at == std::string_view::npos) return "";
  const size_t from = at + start.size();
  return std::string(info.substr(from, info.find('\r', from) - from));
}

}  // namespace

struct Link::Node {
  Waiter* waiter;
};

struct Link::Waiter {
  explicit Waiter(coro::Loop& loop) : done(loop) {}
  ~Waiter() {
    if (node != nullptr) node->waiter = nullptr;
  }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  coro::Completion<absl::StatusOr<Reply>> done;
  std::string command;
  Node* node = nullptr;
};

Link::Link(coro::Loop& loop, coro::Timers& timers)
    : loop_(loop), timers_(timers), trouble_(timers) {}

Link::~Link() {
  if (context_ != nullptr) std::abort();
}

coro::Task<absl::Status> Link::Connect(Options options, std::stop_token stop) {
  peer_ = absl::StrCat("redis at ", options.host, ":", options.port);
  std::vector<std::string> addresses{options.host};
  if (!IsNumericAddress(options.host)) {
    auto resolve = [host = options.host] { return ResolveNow(host); };
    absl::StatusOr<std::vector<std::string>> resolved =
        co_await coro::Offload(loop_, std::move(resolve));
    if (!resolved.ok()) {
      why_lost_ = ToStd(resolved.status().message());
      co_return absl::UnavailableError(absl::StrCat(peer_, ": ", why_lost_));
    }
    addresses = *std::move(resolved);
  }
  absl::Status status;
  for (const std::string& address : addresses) {
    status = co_await Open(&address, &options, stop);
    if (status.ok() || stop.stop_requested()) break;
    Drop("no answer to connect");
  }
  if (status.ok()) status = co_await Greet(&options, stop);
  if (!status.ok()) {
    std::string why(status.message());
    Drop(std::move(why));
  }
  co_return status;
}

coro::Task<absl::Status> Link::Open(const std::string* ip,
                                    const Options* options,
                                    std::stop_token stop) {
  redisAsyncContext* context = redisAsyncConnect(ip->c_str(), options->port);
  if (context == nullptr || context->err != 0) {
    why_lost_ = context == nullptr ? "out of memory" : context->errstr;
    if (context != nullptr) redisAsyncFree(context);
    co_return absl::UnavailableError(absl::StrCat(peer_, ": ", why_lost_));
  }
  context_ = context;
  context_->data = this;
  AttachToLoop(context_, loop_.raw(), [this] { Drop("the socket failed"); });
  redisAsyncSetConnectCallback(context_, &Link::OnConnect);
  redisAsyncSetDisconnectCallback(context_, &Link::OnDisconnect);

  coro::Completion<absl::Status> opened(loop_);
  opened_ = &opened;
  absl::Status status;
  {
    coro::Timers::Alarm deadline(timers_, options->connect_timeout, [&opened] {
      opened.Set(absl::UnavailableError("no answer to connect"));
    });
    std::stop_callback on_stop(std::move(stop),
                               [&opened] { opened.Set(absl::CancelledError("stopped")); });
    status = co_await opened;
  }
  opened_ = nullptr;
  co_return status;
}

coro::Task<absl::Status> Link::Greet(const Options* options, std::stop_token stop) {
  std::vector<std::vector<std::string>> greeting;
  if (!options->password.empty()) {
    greeting.push_back({"AUTH"});
    if (!options->username.empty()) greeting.back().push_back(options->username);
    greeting.back().push_back(options->password);
  }
  if (options->database != 0) greeting.push_back({"SELECT", absl::StrCat(options->database)});
  greeting.push_back({"PING"});  // Refused while the server still loads its data.
  greeting.push_back({"INFO", "server"});
  for (std::vector<std::string>& command : greeting) {
    absl::StatusOr<Reply> reply = co_await Call(std::move(command), options->connect_timeout, stop);
    if (!reply.ok()) co_return reply.status();
    run_id_ = Field(reply->text, "run_id");
  }
  connected_ = true;
  doubtful_ = false;
  co_return absl::OkStatus();
}

void Link::Drop(std::string why) {
  if (context_ == nullptr) return;
  redisAsyncContext* context = context_;
  Lost(std::move(why));
  redisAsyncFree(context);  // Answers every command under way with nothing: OnReply().
}

void Link::Lost(std::string why) {
  context_->data = nullptr;  // A context that is being freed says nothing more to us.
  context_ = nullptr;
  connected_ = false;
  why_lost_ = std::move(why);
  if (opened_ != nullptr)
    opened_->Set(absl::UnavailableError(absl::StrCat(peer_, ": ", why_lost_)));
  trouble_.NotifyAll();
}

coro::Task<absl::StatusOr<Reply>> Link::Call(std::vector<std::string> arguments,
                                             absl::Duration timeout,
                                             std::stop_token stop) {
  if (stop.stop_requested()) co_return absl::CancelledError("stopped");
  Waiter waiter(loop_);
  waiter.command = arguments.front();
  if (!Send(arguments, &waiter)) {
    co_return absl::UnavailableError(absl::StrCat(peer_, " is away: ", why_lost_));
  }
  coro::Timers::Alarm deadline(timers_, timeout, [this, &waiter, timeout] {
    if (waiter.done.Set(absl::DeadlineExceededError(absl::StrCat(peer_,
                                                                 ": ",
                                                                 waiter.command,
                                                                 " had no answer within ",
                                                                 absl::FormatDuration(timeout))))) {
      Missed();
    }
  });
  std::stop_callback on_stop(std::move(stop),
                             [&waiter] { waiter.done.Set(absl::CancelledError("stopped")); });
  co_return co_await waiter.done;  // Nothing of `this` after here: it may be gone.
}

bool Link::Send(const std::vector<std::string>& arguments, Waiter* waiter) {
  if (context_ == nullptr) return false;
  std::vector<const char*> texts;
  std::vector<size_t> lengths;
  texts.reserve(arguments.size());
  lengths.reserve(arguments.size());
  for (const std::string& argument : arguments) {
    texts.push_back(argument.data());
    lengths.push_back(argument.size());
  }
  auto* node = new Node{waiter};
  if (redisAsyncCommandArgv(context_,
                            &Link::OnReply,
                            node,
                            static_cast<int>(arguments.size()),
                            texts.data(),
                            lengths.data()) != REDIS_OK) {
    delete node;
    return false;
  }
  if (waiter != nullptr) waiter->node = node;
  return true;
}

void Link::Subscribe(const std::string& channel, const OnMessage* on_message) {
  if (context_ == nullptr) return;
  on_message_ = on_message;
  const char* texts[] = {"SUBSCRIBE", channel.data()};
  const size_t lengths[] = {9, channel.size()};
  redisAsyncCommandArgv(context_,
                        &Link::OnPublished,
                        const_cast<OnMessage*>(on_message),
                        2,
                        static_cast<const char**>(texts),
                        static_cast<const size_t*>(lengths));
}

void Link::Ping() {
  if (on_message_ == nullptr) {
    Send({"PING"}, nullptr);
  } else {
    Subscribe(kHeartbeat, on_message_);  // hiredis 0.14 has no PING while subscribed.
  }
}

void Link::Heard() {
  last_heard_ = timers_.clock().Monotonic();
  doubtful_ = false;
}

void Link::Missed() {
  doubtful_ = true;
  trouble_.NotifyAll();
}

void Link::OnConnect(const redisAsyncContext* context, int status) {
  auto* self = static_cast<Link*>(context->data);
  if (self == nullptr) return;
  if (status != REDIS_OK) {
    self->Lost(context->errstr);  // hiredis frees the context after this callback.
    return;
  }
  self->Heard();
  redisEnableKeepAlive(&self->context_->c);
  if (self->opened_ != nullptr) self->opened_->Set(absl::OkStatus());
}

void Link::OnDisconnect(const redisAsyncContext* context, int) {
  auto* self = static_cast<Link*>(context->data);
  if (self != nullptr) self->Lost(context->errstr == nullptr ? "closed" : context->errstr);
}

void Link::OnReply(redisAsyncContext* context, void* reply_or_null, void* node_of_it) {
  std::unique_ptr<Node> node(static_cast<Node*>(node_of_it));
  auto* self = static_cast<Link*>(context->data);
  const auto* reply = static_cast<const redisReply*>(reply_or_null);
  if (reply != nullptr && self != nullptr) self->Heard();
  if (Waiter* waiter = node->waiter; waiter != nullptr) {
    waiter->node = nullptr;
    if (reply == nullptr) {
      const char* why = context->errstr;
      waiter->done.Set(
          absl::UnavailableError(absl::StrCat("redis: ",
                                              waiter->command,
                                              " may have run: the connection was lost",
                                              why == nullptr || *why == '\0' ? "" : ": ",
                                              why == nullptr ? "" : why)));
    } else if (reply->type == REDIS_REPLY_ERROR) {
      waiter->done.Set(JudgeError(waiter->command, std::string_view(reply->str, reply->len)));
    } else {
      waiter->done.Set(CopyReply(*reply));
    }
  }
  if (reply != nullptr && self != nullptr && reply->type == REDIS_REPLY_ERROR &&
      IsReadOnlyError(std::string_view(reply->str, reply->len))) {
    self->Drop("the server has become a read-only replica");
  }
}

void Link::OnPublished(redisAsyncContext* context, void* reply_or_null, void* on_message) {
  auto* self = static_cast<Link*>(context->data);
  const auto* reply = static_cast<const redisReply*>(reply_or_null);
  if (self == nullptr || reply == nullptr) return;
  self->Heard();
  if (reply->type == REDIS_REPLY_ERROR) {
    self->Drop(std::string(reply->str, reply->len));
    return;
  }
  const Reply message = CopyReply(*reply);  // [kind, channel, text or number of subscriptions]
  if (message.items.size() != 3) return;
  (*static_cast<const OnMessage*>(on_message))(message.items[1].text, message.items[2].text);
}

}  // namespace leadrelay::redis
