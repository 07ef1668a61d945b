#include "common/amqp/ack_gatherer.h"

#include <algorithm>
#include <utility>

namespace leadrelay::amqp {

void AckGatherer::Delivered(uint64_t tag) {
  if (states_.empty()) lowest_ = tag;
  while (lowest_ + states_.size() < tag) states_.push_back(State::kSettled);
  states_.push_back(State::kOutstanding);
  ++outstanding_;
}

bool AckGatherer::Settle(uint64_t tag, Verdict verdict) {
  if (tag < lowest_ || tag - lowest_ >= states_.size()) return false;
  State& state = states_[tag - lowest_];
  if (state != State::kOutstanding) return false;
  --outstanding_;
  if (verdict == Verdict::kAck) {
    state = State::kAckDue;
    due_.push_back(tag);
  } else {
    state = State::kSettled;
    refused_.push_back(Frame{tag, verdict, false});
  }
  return true;
}

std::vector<AckGatherer::Frame> AckGatherer::Flush() {
  std::vector<Frame> frames = std::exchange(refused_, {});
  uint64_t last_in_run = 0;
  size_t acks_in_run = 0;
  while (!states_.empty() && states_.front() != State::kOutstanding) {
    if (states_.front() == State::kAckDue) {
      last_in_run = lowest_;
      ++acks_in_run;
    }
    states_.pop_front();
    ++lowest_;
  }
  if (acks_in_run > 0) frames.push_back(Frame{last_in_run, Verdict::kAck, acks_in_run > 1});

  std::vector<uint64_t> due = std::exchange(due_, {});
  std::sort(due.begin(), due.end());
  for (uint64_t tag : due) {
    if (tag < lowest_) continue;
    states_[tag - lowest_] = State::kSettled;
    frames.push_back(Frame{tag, Verdict::kAck, false});
  }
  return frames;
}

}  // namespace leadrelay::amqp
