#include "tests/support/link/flow.h"

#include <algorithm>
#include <cerrno>

#include <sys/socket.h>

#include "tests/support/link/link.h"

namespace leadrelay::test {
namespace {

using std::chrono::milliseconds;

// How often what is allowed per second is given out.
constexpr milliseconds kTick(10);

bool IsPassing(int error) {
  return error == EAGAIN || error == EINTR;
}

}  // namespace

bool Flow::reading() const {
  return !ended_ && held_ < Link::kBuffer;
}

Flow::Clock::time_point Flow::due() const {
  return std::max(chunks_.front().due, next_);
}

bool Flow::Read(const Pace& pace) {
  char buffer[16 * 1024];
  while (reading()) {
    const ssize_t got = recv(from, buffer, sizeof buffer, MSG_DONTWAIT);
    if (got < 0) return IsPassing(errno);
    if (got == 0) {
      ended_ = true;
    } else {
      held_ += static_cast<size_t>(got);
      chunks_.push_back({Clock::now() + pace.delay, std::string(buffer, static_cast<size_t>(got))});
    }
  }
  return true;
}

bool Flow::Write(const Pace& pace) {
  while (Due(Clock::now())) {
    std::string& bytes = chunks_.front().bytes;
    size_t most = bytes.size();
    if (pace.bytes_per_second > 0) {
      const int64_t portion = pace.bytes_per_second * kTick.count() / 1000;
      most = std::clamp<size_t>(static_cast<size_t>(portion), 1, bytes.size());
      next_ = Clock::now() + kTick;
    }
    const ssize_t sent = send(to, bytes.data(), most, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) return IsPassing(errno);
    held_ -= static_cast<size_t>(sent);
    bytes.erase(0, static_cast<size_t>(sent));
    if (bytes.empty()) chunks_.pop_front();
  }
  if (ended_ && empty() && !closed_) {
    closed_ = true;
    shutdown(to, SHUT_WR);
  }
  return true;
}

}  // namespace leadrelay::test
