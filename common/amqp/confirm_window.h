#pragma once
// ConfirmWindow: which published messages the broker has not answered yet.  Pure.
//
// The broker numbers the messages of a channel in confirm mode from 1, in the order in which they
// were published, and answers by number, singly or "all up to this one", in any order
// (https://www.rabbitmq.com/confirms.html).  A message that was published as mandatory and could
// not be routed comes back whole (basic.return) before it is answered, without its number: it
// belongs to the oldest unanswered message with the same key.

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace leadrelay::amqp {

class ConfirmWindow {
 public:
  struct Answered {
    uint64_t id = 0;       // As given to Add().
    std::string returned;  // The broker's words when it came back; empty when it was routed.
    friend bool operator==(const Answered&, const Answered&) = default;
  };

  // The message published next.  `return_key` is 0 when it is not mandatory.
  void Add(uint64_t id, uint64_t return_key);

  // The key of a mandatory message.  Never 0.
  static uint64_t ReturnKey(std::string_view exchange,
                            std::string_view routing_key,
                            std::string_view message_id);

  // False when no unanswered message has that key.
  bool Return(uint64_t return_key, std::string words);

  // What the broker answers with `number`, oldest first.  Numbers that it has answered before, or
  // that were never published, answer nothing.
  std::vector<Answered> Answer(uint64_t number, bool multiple);

  // Everything unanswered, oldest first; the numbers start again at 1.
  std::vector<uint64_t> Clear();

  size_t unanswered() const { return unanswered_; }

 private:
  struct Entry {
    uint64_t id = 0;
    uint64_t return_key = 0;
    bool answered = false;
    std::string returned;
  };

  std::deque<Entry> entries_;  // The first one is unanswered.
  uint64_t first_number_ = 1;  // Of entries_.front().
  size_t unanswered_ = 0;
};

}  // namespace leadrelay::amqp
