#pragma once
// Flow: one direction of a connection that a Link carries: bytes that were read from one socket and
// wait until they may go into another.  Does not own the sockets.  One thread.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

namespace leadrelay::test {

class Flow {
 public:
  using Clock = std::chrono::steady_clock;

  struct Pace {
    std::chrono::milliseconds delay{0};
    int64_t bytes_per_second = 0;  // 0: any number.
  };

  int from = -1;
  int to = -1;

  // Whether there is room for more, and more may come.
  bool reading() const;
  bool empty() const { return chunks_.empty(); }
  // When the next bytes may go; there are some.
  Clock::time_point due() const;
  bool Due(Clock::time_point time) const { return !empty() && due() <= time; }
  // The end has come, and the other side knows.
  bool closed() const { return closed_; }

  // As much as can be without waiting.  False: the connection is broken.
  bool Read(const Pace& pace);
  bool Write(const Pace& pace);

 private:
  struct Chunk {
    Clock::time_point due;
    std::string bytes;
  };

  std::deque<Chunk> chunks_;
  size_t held_ = 0;
  Clock::time_point next_;  // Not before, when the pace says so.
  bool ended_ = false;
  bool closed_ = false;
};

}  // namespace leadrelay::test
