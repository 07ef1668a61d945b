#include "tests/simulation/redis/redis_port.h"

#include <utility>

#include "absl/strings/str_join.h"

namespace leadrelay::simulation {
namespace {

std::string TextOf(const redis::Reply& reply) {
  switch (reply.kind) {
    case redis::Reply::Kind::kNil:
      return "nil";
    case redis::Reply::Kind::kString:
      return reply.text;
    case redis::Reply::Kind::kInteger:
      return absl::StrCat(reply.integer);
    case redis::Reply::Kind::kArray:
      break;
  }
  std::vector<std::string> items;
  items.reserve(reply.items.size());
  for (const redis::Reply& item : reply.items) items.push_back(TextOf(item));
  return absl::StrCat("[", absl::StrJoin(items, " "), "]");
}

}  // namespace

// A call on its way.  Answered once, by whatever comes first.
struct RedisPort::Call {
  Call(coro::Loop& loop, Ask what) : ask(std::move(what)), done(loop) {}
  Ask ask;
  coro::Completion<absl::StatusOr<redis::Reply>> done;
};

class RedisPort::Listening final : public redis::Subscription {
 public:
  Listening(RedisPort& port, std::string channel, std::function<void(std::string_view)> on_message)
      : port_(port), channel_(std::move(channel)), on_message_(std::move(on_message)) {
    port_.listening_.push_back(this);
  }
  ~Listening() override { std::erase(port_.listening_, this); }
  const std::string& channel() const { return channel_; }
  void Hear(std::string_view text) { on_message_(text); }

 private:
  RedisPort& port_;
  const std::string channel_;
  const std::function<void(std::string_view)> on_message_;
};

RedisPort::RedisPort(RedisServer& server, Host& host)
    : server_(server), host_(host), changed_(host.timers()) {
  server_.ports_.push_back(this);
  Reconnect();
}

RedisPort::~RedisPort() {
  std::erase(server_.ports_, this);
}

absl::Duration RedisPort::OneWay() {
  if (server_.random_.Chance(server_.faults_.redis_is_slow)) {
    return server_.random_.Between(absl::Milliseconds(5), absl::Seconds(3));
  }
  return server_.random_.Between(absl::Microseconds(50), absl::Milliseconds(2));
}

coro::Task<absl::Status> RedisPort::WaitConnected(absl::Duration timeout, std::stop_token stop) {
  const absl::Duration until = host_.clock().Monotonic() + timeout;
  while (!connected_) {
    absl::Status woken = co_await changed_.Wait(until - host_.clock().Monotonic(), stop);
    if (!woken.ok()) co_return woken;
  }
  co_return absl::OkStatus();
}

coro::Task<absl::StatusOr<redis::Reply>> RedisPort::Command(std::vector<std::string> arguments,
                                                            absl::Duration timeout,
                                                            std::stop_token stop) {
  Ask ask = [this, command = std::move(arguments)] { return server_.Command(command); };
  return Send(std::move(ask), timeout, std::move(stop));
}

coro::Task<absl::StatusOr<redis::Reply>> RedisPort::Eval(redis::Script script,
                                                         std::vector<std::string> keys,
                                                         std::vector<std::string> arguments,
                                                         absl::Duration timeout,
                                                         std::stop_token stop) {
  Ask ask = [this, script, keys = std::move(keys), arguments = std::move(arguments)] {
    absl::StatusOr<redis::Reply> reply = server_.Eval(script, keys, arguments);
    if (host_.journal().tracing()) Tell(script, keys, arguments, reply);
    return reply;
  };
  return Send(std::move(ask), timeout, std::move(stop));
}

void RedisPort::Tell(redis::Script script,
                     const std::vector<std::string>& keys,
                     const std::vector<std::string>& arguments,
                     const absl::StatusOr<redis::Reply>& reply) const {
  host_.journal().Say(host_.name(),
                      ": script ",
                      std::string(script.name),
                      "(",
                      absl::StrJoin(keys, " "),
                      ", ",
                      absl::StrJoin(arguments, " "),
                      ") = ",
                      reply.ok() ? TextOf(*reply) : std::string(reply.status().message()));
}

coro::Task<absl::StatusOr<redis::Reply>> RedisPort::Send(Ask ask,
                                                         absl::Duration timeout,
                                                         std::stop_token stop) {
  if (!connected_) co_return absl::UnavailableError("redis: not connected");
  auto call = std::make_shared<Call>(host_.loop(), std::move(ask));
  calls_.push_back(call);
  host_.agenda().After(OneWay(), [this, call, connection = connection_] {
    // A server whose connection has ended meanwhile does not read what is left in it.
    if (connection == connection_ && server_.up_) Arrive(call);
  });
  coro::Timers::Alarm late(host_.timers(), timeout, [&call] {
    call->done.Set(absl::DeadlineExceededError("redis: no answer in time"));
  });
  std::stop_callback on_stop(std::move(stop),
                             [&call] { call->done.Set(absl::CancelledError("stopped")); });
  absl::StatusOr<redis::Reply> reply = co_await call->done;
  std::erase(calls_, call);
  co_return reply;
}

void RedisPort::Arrive(const std::shared_ptr<Call>& call) {
  const bool breaks =
      host_.alive() && server_.random_.Chance(server_.faults_.redis_connection_breaks);
  if (breaks && server_.random_.Chance(0.5)) {
    Break();
    return;
  }
  absl::StatusOr<redis::Reply> reply = call->ask();
  if (breaks) {
    Break();
    return;
  }
  if (!host_.alive()) return;
  host_.agenda().After(OneWay(), [this, call, reply = std::move(reply), connection = connection_] {
    if (connection != connection_ || !host_.alive()) return;
    host_.Happen([call, reply] { call->done.Set(reply); });
  });
}

void RedisPort::FailAll() {
  for (const std::shared_ptr<Call>& call : std::vector(calls_)) {
    call->done.Set(absl::UnavailableError("redis: the connection broke"));
  }
}

void RedisPort::Break() {
  if (!connected_ || !host_.alive()) return;
  host_.journal().Say(host_.name(), ": its connection to redis breaks");
  ++connection_;
  connected_ = false;
  host_.Happen([this] { FailAll(); });
  Reconnect();
}

void RedisPort::CutOff() {
  connected_ = false;
  // What was written to the socket may still be read by the server: `connection_` stays.
  if (server_.random_.Chance(0.5)) ++connection_;
  FailAll();
  changed_.NotifyAll();
}

void RedisPort::Reconnect() {
  const absl::Duration pause = server_.random_.Between(
      absl::Milliseconds(1), server_.up_ ? absl::Milliseconds(100) : absl::Seconds(2));
  host_.agenda().After(pause, [this] {
    if (!host_.alive() || connected_) return;
    if (server_.up_) {
      host_.Happen([this] { Connect(); });
    } else {
      Reconnect();
    }
  });
}

void RedisPort::Connect() {
  if (!server_.up_) {
    Reconnect();
    return;
  }
  connected_ = true;
  run_id_ = server_.run_id();
  changed_.NotifyAll();
  for (Listening* each : std::vector(listening_)) each->Hear("");
}

std::unique_ptr<redis::Subscription> RedisPort::Subscribe(
    std::string channel, std::function<void(std::string_view text)> on_message) {
  return std::make_unique<Listening>(*this, std::move(channel), std::move(on_message));
}

void RedisPort::Hear(const std::string& channel, const std::string& text) {
  if (!connected_) return;
  host_.agenda().After(OneWay(), [this, channel, text, connection = connection_] {
    if (connection != connection_ || !host_.alive()) return;
    host_.Happen([this, channel, text] {
      for (Listening* each : std::vector(listening_)) {
        if (each->channel() == channel) each->Hear(text);
      }
    });
  });
}

}  // namespace leadrelay::simulation
