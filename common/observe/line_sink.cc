#include "common/observe/line_sink.h"

#include <cerrno>
#include <climits>

#include <poll.h>
#include <unistd.h>

namespace leadrelay::observe {
namespace {

constexpr size_t kWriteTogether = 64 << 10;
// A pipe that polls as writable takes this much without blocking (pipe(7)).
constexpr size_t kPiece = PIPE_BUF;
// How long a write may be stuck before the order to give up is looked for again.
constexpr int kStuckMillis = 250;

int64_t NowMillis() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

void LineSink::GiveUpAfter(std::chrono::milliseconds time) {
  give_up_at_ = NowMillis() + time.count();
}

void LineSink::sink_it_(const spdlog::details::log_msg& message) {
  const int64_t dropped = queue_.dropped();
  if (dropped > announced_) {
    buffer_ += queue_.announce(dropped - announced_) + "\n";
    announced_ = dropped;
  }
  buffer_.append(message.payload.data(), message.payload.size());
  buffer_ += '\n';
  if (queue_.waiting() == 0 || buffer_.size() >= kWriteTogether) Write();
}

void LineSink::Write() {
  std::string_view rest = buffer_;
  while (!rest.empty() && WaitUntilWritable()) {
    const ssize_t written = write(fd_, rest.data(), std::min(rest.size(), kPiece));
    if (written >= 0) {
      rest.remove_prefix(static_cast<size_t>(written));
    } else if (errno != EINTR && errno != EAGAIN) {
      break;  // Nobody is there to read: there is no one to tell either.
    }
  }
  buffer_.clear();
}

bool LineSink::WaitUntilWritable() const {
  pollfd descriptor{fd_, POLLOUT, 0};
  while (true) {
    const int64_t left = give_up_at_ - NowMillis();
    const int ready =
        poll(&descriptor, 1, static_cast<int>(std::clamp<int64_t>(left, 0, kStuckMillis)));
    if (ready > 0 || (ready < 0 && errno != EINTR)) return ready > 0;
    if (left <= 0) return false;
  }
}

}  // namespace leadrelay::observe
