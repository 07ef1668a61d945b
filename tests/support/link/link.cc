#include "tests/support/link/link.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <list>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/link/flow.h"
#include "tests/support/process/process.h"

namespace leadrelay::test {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

int Listen(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int one = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  const sockaddr_in address = Loopback(port);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(fd, 512) != 0) {
    std::perror("test::Link");
    std::abort();
  }
  return fd;
}

void Reset(int fd) {
  const linger at_once{1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(fd);
}

// Connected, or -1.  A server on this machine answers at once, or refuses.
int ConnectTo(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(port);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    close(fd);
    return -1;
  }
  return fd;
}

void MakeReady(int fd) {
  const int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

struct Pair {
  std::array<Flow, 2> flows;
  bool broken = false;
};

}  // namespace

class Link::Carrier {
 public:
  explicit Carrier(int target)
      : target_(target),
        port_(FreePort()),
        listener_(Listen(port_)),
        wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
        thread_([this] { Run(); }) {}

  ~Carrier() {
    Change([this] { stop_ = true; });
    thread_.join();
    for (Pair& pair : pairs_) ResetPair(pair);
    close(listener_);
    close(wake_);
  }

  // Returns when the thread goes by it.
  template <typename Function>
  void Change(Function function) {
    std::unique_lock lock(mutex_);
    function();
    const uint64_t own = ++ordered_;
    const uint64_t one = 1;
    (void)!write(wake_, &one, sizeof one);
    obeyed_.wait(lock, [this, own] { return obeying_ >= own; });
  }

  void Set(State state, Flow::Pace pace = {}, bool drop = false) {
    Change([&] {
      order_ = Order{state, pace};
      drop_ = drop_ || drop || state == State::kCut;
    });
  }

  int port() const { return port_; }

 private:
  struct Order {
    State state = State::kOpen;
    Flow::Pace pace;
  };

  void Run() {
    while (Obey()) {
      // Of one moment: what becomes due between the two would be in neither.
      const Clock::time_point time = Clock::now();
      std::vector<pollfd> watched = Watched(time);
      (void)poll(watched.data(), watched.size(), Patience(time));
      uint64_t ignored = 0;
      (void)!read(wake_, &ignored, sizeof ignored);
      if (!Obey()) return;
      Accept();
      for (Pair& pair : pairs_) Carry(pair);
      pairs_.remove_if([](const Pair& pair) { return pair.broken; });
    }
  }

  bool Obey() {
    const std::scoped_lock lock(mutex_);
    obeying_ = ordered_;
    obeyed_.notify_all();
    now_ = order_;
    if (std::exchange(drop_, false)) {
      for (Pair& pair : pairs_) ResetPair(pair);
      pairs_.clear();
    }
    return !stop_;
  }

  std::vector<pollfd> Watched(Clock::time_point time) const {
    std::vector<pollfd> watched = {{wake_, POLLIN, 0}, {listener_, POLLIN, 0}};
    if (now_.state == State::kStalled) return watched;
    for (const Pair& pair : pairs_) {
      for (const Flow& flow : pair.flows) {
        if (flow.reading()) watched.push_back({flow.from, POLLIN, 0});
        if (flow.Due(time)) watched.push_back({flow.to, POLLOUT, 0});
      }
    }
    return watched;
  }

  // Until something that is held becomes due.
  int Patience(Clock::time_point time) const {
    if (now_.state == State::kStalled) return -1;
    std::optional<Clock::time_point> soonest;
    for (const Pair& pair : pairs_) {
      for (const Flow& flow : pair.flows) {
        if (flow.empty() || flow.Due(time)) continue;
        const Clock::time_point due = flow.due();
        soonest = std::min(soonest.value_or(due), due);
      }
    }
    if (!soonest.has_value()) return -1;
    return static_cast<int>(std::chrono::ceil<milliseconds>(*soonest - time).count());
  }

  void Accept() {
    while (true) {
      const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (client < 0) return;
      const int server = now_.state == State::kCut ? -1 : ConnectTo(target_);
      if (server < 0) {
        Reset(client);
        continue;
      }
      MakeReady(client);
      MakeReady(server);
      Pair& pair = pairs_.emplace_back();
      pair.flows[0].from = pair.flows[1].to = client;
      pair.flows[0].to = pair.flows[1].from = server;
    }
  }

  void Carry(Pair& pair) {
    if (now_.state == State::kStalled) return;
    for (Flow& flow : pair.flows) {
      if (!pair.broken) pair.broken = !flow.Read(now_.pace) || !flow.Write(now_.pace);
    }
    if (pair.broken) {
      ResetPair(pair);
    } else if (pair.flows[0].closed() && pair.flows[1].closed()) {
      for (const Flow& flow : pair.flows) close(flow.from);
      pair.broken = true;
    }
  }

  static void ResetPair(Pair& pair) {
    for (const Flow& flow : pair.flows) {
      if (flow.from >= 0) Reset(flow.from);
    }
    pair.flows[0].from = pair.flows[1].from = -1;
    pair.broken = true;
  }

  const int target_;
  const int port_;
  const int listener_;
  const int wake_;
  std::mutex mutex_;  // Guards all up to the thread's own.
  std::condition_variable obeyed_;
  uint64_t ordered_ = 0;
  uint64_t obeying_ = 0;
  Order order_;
  bool drop_ = false;
  bool stop_ = false;
  // The thread's own.
  Order now_;
  std::list<Pair> pairs_;
  std::thread thread_;
};

Link::Link(int target_port) : carrier_(std::make_unique<Carrier>(target_port)) {}
Link::~Link() = default;

int Link::port() const {
  return carrier_->port();
}

void Link::Cut() {
  carrier_->Set(State::kCut);
}

void Link::Stall() {
  carrier_->Set(State::kStalled);
}

void Link::Slow(milliseconds delay, int64_t bytes_per_second) {
  carrier_->Set(State::kSlow, {delay, bytes_per_second});
}

void Link::Drop() {
  carrier_->Set(State::kOpen, {}, /*drop=*/true);
}

void Link::Open() {
  carrier_->Set(State::kOpen);
}

}  // namespace leadrelay::test
