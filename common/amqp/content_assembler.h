#pragma once
// ContentAssembler: puts a message together from the frames of one channel: the method that
// announces it, a header, and as much body as the header says.  No I/O.

#include <string_view>

#include "absl/status/statusor.h"
#include <amqp.h>
#include <amqp_framing.h>

#include "common/amqp/message.h"

namespace leadrelay::amqp {

class ContentAssembler {
 public:
  // The method frame has come.  Drops what was begun before.
  void Begin(std::string_view exchange, std::string_view routing_key);

  // A header or body frame.  True when the message is complete; Unavailable when the frame cannot
  // belong here, which means that we no longer understand the broker.
  absl::StatusOr<bool> Feed(const amqp_frame_t& frame);

  Message Take();

 private:
  enum class Expecting { kNothing, kHeader, kBody };

  Message message_;
  uint64_t body_size_ = 0;
  Expecting expecting_ = Expecting::kNothing;
};

}  // namespace leadrelay::amqp
