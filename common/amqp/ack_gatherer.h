#pragma once
// AckGatherer: turns settled deliveries of one channel into as few frames as possible.  Pure.
//
// "Multiple" acknowledges everything outstanding up to its tag, so it may only cover tags that are
// all settled: the unbroken run from the lowest outstanding one.  Tags above a gap are
// acknowledged one by one at once instead of waiting for the gap to close, so that one slow
// delivery neither holds back the prefetch nor makes the others come again after a crash.

#include <cstdint>
#include <deque>
#include <vector>

namespace leadrelay::amqp {

enum class Verdict : uint8_t { kAck, kRequeue, kReject };

class AckGatherer {
 public:
  struct Frame {
    uint64_t tag = 0;
    Verdict verdict = Verdict::kAck;
    bool multiple = false;  // Only ever set for kAck.
    friend bool operator==(const Frame&, const Frame&) = default;
  };

  // The broker numbers the deliveries of a channel 1, 2, 3 ...
  void Delivered(uint64_t tag);

  // False, and nothing happens, when `tag` is not outstanding: to settle a delivery twice would
  // make the broker close the channel.
  bool Settle(uint64_t tag, Verdict verdict);

  // The frames for what has been settled since the last call, in the order in which they must go
  // out: requeues and rejects first, since a multiple ack would swallow them.
  std::vector<Frame> Flush();

  size_t outstanding() const { return outstanding_; }

 private:
  enum class State : uint8_t { kOutstanding, kAckDue, kSettled };

  uint64_t lowest_ = 1;         // The tag of states_.front().
  std::deque<State> states_;    // The first one is not kSettled.
  std::vector<Frame> refused_;  // Requeues and rejects since the last Flush().
  std::vector<uint64_t> due_;   // Acks since the last Flush().
  size_t outstanding_ = 0;
};

}  // namespace leadrelay::amqp
