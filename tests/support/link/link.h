#pragma once
// Link: a network of the test's own: clients connect to its port instead of a server's, and what
// they say to each other can be cut, held up or slowed down.  Loopback only.
//
// A thread of its own carries the bytes; at most kBuffer wait in it for each direction of a
// connection, then it reads no more, as a network does.  An order is in force when it returns.  Any
// thread.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace leadrelay::test {

class Link {
 public:
  static constexpr size_t kBuffer = 64 * 1024;

  enum class State {
    kOpen,
    kCut,      // What was connected is reset, and so is who tries.
    kStalled,  // Connections stay and come about, and no byte moves.
    kSlow,     // See Slow().
  };

  explicit Link(int target_port);
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  int port() const;

  void Cut();
  void Stall();
  // Each byte takes `delay` longer, and no more than `bytes_per_second` of a direction of a
  // connection come through (0: as many as there are).
  void Slow(std::chrono::milliseconds delay, int64_t bytes_per_second);
  // Resets what is connected; whoever comes again is let through.
  void Drop();
  void Open();  // As in the beginning: what was held up goes on.

 private:
  class Carrier;
  std::unique_ptr<Carrier> carrier_;
};

}  // namespace leadrelay::test
