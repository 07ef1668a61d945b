#include "common/amqp/link.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "common/amqp/backoff.h"
#include "common/coro/clock.h"

namespace leadrelay::amqp {
namespace {

constexpr absl::Duration kFirstWait = absl::Milliseconds(100);
constexpr absl::Duration kLongestWait = absl::Seconds(5);
constexpr absl::Duration kPolite = absl::Seconds(1);
constexpr absl::Duration kGiveUp = absl::Milliseconds(1800);
constexpr int kFramesPerTurn = 512;

absl::Duration Now() {
  return coro::Clock::System().Monotonic();
}

int PollTimeout(absl::Duration wait) {
  if (wait == absl::InfiniteDuration()) return -1;
  const absl::Duration up = absl::Ceil(std::max(wait, absl::ZeroDuration()), absl::Milliseconds(1));
  return static_cast<int>(absl::ToInt64Milliseconds(up));
}

}  // namespace

class Link::Runner {
 public:
  Runner(ConnectionOptions options,
         std::shared_ptr<LoopPort> port,
         std::shared_ptr<Side> side,
         std::function<void(LinkState)> on_state)
      : options_(std::move(options)),
        port_(std::move(port)),
        side_(std::move(side)),
        on_state_(std::move(on_state)),
        wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (options_.addresses.empty()) options_.addresses.emplace_back();
  }
  ~Runner() { close(wake_); }

  void Run();
  void Wake() const {
    const uint64_t one = 1;
    (void)!write(wake_, &one, sizeof(one));
  }
  void Stop() {
    stop_ = true;
    Wake();
  }
  void Cut() { cutter_.Cut(); }

 private:
  absl::Status Live(const BrokerAddress& address);
  absl::Status Serve(Session& session);
  absl::Status Drain(Session& session, int& frames);
  absl::Status OnConnectionMethod(Session& session, const amqp_method_t& method);
  absl::Status KeepAlive(Session& session);
  absl::Duration UntilHeartbeat(const Session& session) const;
  void Sleep(int socket, short events, absl::Duration wait);
  void Pause(absl::Duration wait);
  void Report();

  ConnectionOptions options_;
  std::shared_ptr<LoopPort> port_;
  std::shared_ptr<Side> side_;
  std::function<void(LinkState)> on_state_;
  const int wake_;
  std::atomic<bool> stop_ = false;
  SocketCutter cutter_;

  // The thread's own.
  LinkState state_;
  LinkState reported_;
  absl::Duration heard_;  // When the broker last said anything.
  bool readable_ = true;
  absl::Duration beaten_;  // When we last sent a heartbeat.
};

void Link::Runner::Run() {
  std::mt19937 generator(std::random_device{}());
  std::uniform_real_distribution<double> uniform(0, 1);
  Backoff backoff(kFirstWait, kLongestWait, [&] { return uniform(generator); });
  const size_t count = options_.addresses.size();
  size_t next = generator() % count;
  for (size_t tried = 1; !stop_; ++tried, next = (next + 1) % count) {
    const absl::Duration began = Now();
    const uint64_t connection = state_.connection;
    absl::Status ended = Live(options_.addresses[next]);
    if (stop_) break;
    state_.last_error = std::string(ended.message());
    Report();
    const bool was_connected = state_.connection != connection;
    if (was_connected && Now() - began >= kLongestWait) backoff.Reset();
    if (!was_connected && tried < count) continue;
    tried = 0;
    Pause(backoff.Next());
  }
}

absl::Status Link::Runner::Live(const BrokerAddress& address) {
  absl::StatusOr<std::unique_ptr<Session>> session = Session::Open(options_, address, cutter_);
  if (!session.ok()) return session.status();
  absl::Status status = side_->Begin(**session, state_.connection + 1);
  if (status.ok()) {
    ++state_.connection;
    state_.connected = true;
    state_.last_error.clear();
    Report();
    status = Serve(**session);
  }
  // A broker that has blocked us does not read the good-bye.
  if (status.ok() && !state_.blocked) {
    side_->Finish(**session);
    (*session)->CloseGracefully();
  }
  // Before End(): whoever is told there that it failed finds the link disconnected.
  state_.connected = state_.blocked = false;
  state_.last_error = status.ok() ? "closed" : std::string(status.message());
  Report();
  side_->End(status);
  return status;
}

// Ok only when the link is to stop.
absl::Status Link::Runner::Serve(Session& session) {
  heard_ = beaten_ = Now();
  readable_ = true;
  while (!stop_) {
    int frames = 0;
    if (readable_ || session.HasFrames()) {
      absl::Status read = Drain(session, frames);
      if (!read.ok()) return read;
    }
    absl::StatusOr<Side::Next> next = side_->Turn(session, state_.blocked);
    if (!next.ok()) return next.status();
    if (frames > 0) heard_ = Now();
    absl::Status alive = KeepAlive(session);
    if (!alive.ok()) return alive;
    const bool more_to_read = frames == kFramesPerTurn;
    const int events = next->when_writable ? POLLIN | POLLOUT : POLLIN;
    Sleep(session.socket(),
          static_cast<short>(events),
          more_to_read ? absl::ZeroDuration() : std::min(next->within, UntilHeartbeat(session)));
  }
  return absl::OkStatus();
}

absl::Status Link::Runner::Drain(Session& session, int& frames) {
  amqp_frame_t frame;
  for (frames = 0; frames < kFramesPerTurn; ++frames) {
    absl::StatusOr<bool> next = session.Next(frame);
    if (!next.ok()) return next.status();
    if (!*next) return absl::OkStatus();
    absl::Status handled;
    if (frame.channel != 0) {
      handled = side_->OnFrame(session, frame);
    } else if (frame.frame_type == AMQP_FRAME_METHOD) {
      handled = OnConnectionMethod(session, frame.payload.method);
    }
    if (!handled.ok()) return handled;
    session.Release(frame.channel);
  }
  return absl::OkStatus();
}

absl::Status Link::Runner::OnConnectionMethod(Session& session, const amqp_method_t& method) {
  if (method.id == AMQP_CONNECTION_CLOSE_METHOD) {
    std::string reason = CloseReason(method);
    amqp_connection_close_ok_t ok{};
    (void)session.Send(0, AMQP_CONNECTION_CLOSE_OK_METHOD, &ok);
    return absl::UnavailableError(absl::StrCat("the broker closed the connection: ", reason));
  }
  if (method.id == AMQP_CONNECTION_BLOCKED_METHOD) {
    state_.blocked = true;
  } else if (method.id == AMQP_CONNECTION_UNBLOCKED_METHOD) {
    state_.blocked = false;
  }
  Report();
  return absl::OkStatus();
}

// rabbitmq-c sends heartbeats only inside its calls and once per interval; the broker gives up
// after two intervals, so ours go out twice per interval, as the broker's do.
absl::Status Link::Runner::KeepAlive(Session& session) {
  const absl::Duration interval = session.heartbeat();
  if (interval == absl::ZeroDuration()) return absl::OkStatus();
  const absl::Duration now = Now();
  if (now - heard_ >= 2 * interval) {
    return absl::UnavailableError(
        absl::StrCat("no sign of life from the broker for ", absl::FormatDuration(2 * interval)));
  }
  if (now - beaten_ < interval / 2) return absl::OkStatus();
  beaten_ = now;
  // A socket that is full has our bytes on their way already.
  return session.Writable() ? session.SendHeartbeat() : absl::OkStatus();
}

absl::Duration Link::Runner::UntilHeartbeat(const Session& session) const {
  const absl::Duration interval = session.heartbeat();
  if (interval == absl::ZeroDuration()) return absl::InfiniteDuration();
  return std::min(beaten_ + interval / 2, heard_ + 2 * interval) - Now();
}

void Link::Runner::Sleep(int socket, short events, absl::Duration wait) {
  pollfd pollers[] = {{wake_, POLLIN, 0}, {socket, events, 0}};
  poll(pollers, std::size(pollers), stop_ ? 0 : PollTimeout(wait));
  if (pollers[0].revents != 0) {
    uint64_t count = 0;
    (void)!read(wake_, &count, sizeof(count));
  }
  readable_ = pollers[1].revents != 0;
  if ((pollers[1].revents & POLLIN) != 0) heard_ = Now();
}

void Link::Runner::Pause(absl::Duration wait) {
  const absl::Duration until = Now() + wait;
  while (!stop_ && Now() < until) Sleep(-1, 0, until - Now());
}

void Link::Runner::Report() {
  if (state_ == reported_) return;
  reported_ = state_;
  port_->Post([on_state = on_state_, state = state_] { on_state(state); });
}

Link::Link(coro::Timers& timers,
           ConnectionOptions options,
           std::shared_ptr<LoopPort> port,
           std::shared_ptr<Side> side,
           std::function<void(LinkState)> on_state)
    : timers_(timers),
      port_(port),
      runner_(std::make_shared<Runner>(
          std::move(options), std::move(port), std::move(side), std::move(on_state))),
      ended_(timers.loop()) {}

Link::~Link() {
  if (thread_.joinable()) std::abort();
}

void Link::Start() {
  thread_ = std::thread([runner = runner_, port = port_, ended = &ended_] {
    runner->Run();
    // The last word of this thread: the loop joins it then, or has left it behind.
    port->Post([ended] { ended->Set(true); });
  });
}

void Link::Wake() {
  runner_->Wake();
}

coro::Task<void> Link::Close() {
  if (!thread_.joinable()) co_return;
  runner_->Stop();
  bool ended = false;
  {
    Runner* runner = runner_.get();
    coro::Timers::Alarm cut(timers_, kPolite, [runner] { runner->Cut(); });
    coro::Timers::Alarm give_up(timers_, kGiveUp, [this] { ended_.Set(false); });
    ended = co_await ended_;
  }
  if (ended) {
    thread_.join();
    co_return;
  }
  port_->Shut();
  thread_.detach();
  // What it posted before may still be in the loop's queue; this comes after it.
  coro::Completion<bool> drained(timers_.loop());
  timers_.loop().PostFromAnyThread([&drained] { drained.Set(true); });
  (void)co_await drained;
}

}  // namespace leadrelay::amqp
