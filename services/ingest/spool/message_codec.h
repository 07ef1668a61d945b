#pragma once
// A message that is still to be published, as the bytes of a spool's record.  Pure.
//
//   exchange, routing key, content type, message id, correlation id, type, app id    a text each
//   timestamp                                                                        i64
//   cc              how many (u32), then a text each
//   headers         how many (u32), then each name (a text), kind (u8) and value
//   body            a text
//
// A text is its length (u32) and its bytes; a header's kind is 's' (a text), 'i' (i64) or 'b' (u8).
// user_id is not kept: only the broker gives one.

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "common/amqp/message.h"

namespace leadrelay::ingest {

std::string EncodeMessage(const amqp::Message& message);

// InvalidArgument when the bytes are not what EncodeMessage() writes, to the last one.
absl::StatusOr<amqp::Message> DecodeMessage(std::string_view bytes);

}  // namespace leadrelay::ingest
