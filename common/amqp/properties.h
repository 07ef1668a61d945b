#pragma once
// Between our messages and rabbitmq-c's structures.  No I/O.

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include <amqp.h>
#include <amqp_framing.h>

#include "common/amqp/message.h"

namespace leadrelay::amqp {

inline amqp_bytes_t ToBytes(std::string_view text) {
  return amqp_bytes_t{text.size(), const_cast<char*>(text.data())};
}
inline std::string_view ToText(amqp_bytes_t bytes) {
  return {static_cast<const char*>(bytes.bytes), bytes.len};
}

// A table that points into `table`, which must outlive it.
class EncodedTable {
 public:
  explicit EncodedTable(const Table& table);
  EncodedTable(const EncodedTable&) = delete;
  EncodedTable& operator=(const EncodedTable&) = delete;
  amqp_table_t get() { return {static_cast<int>(entries_.size()), entries_.data()}; }

 private:
  std::vector<amqp_table_entry_t> entries_;
};

// Encodes one message at a time and keeps its memory for the next.
class PropertiesEncoder {
 public:
  // Points into `message` and into this object; valid until the next call.
  const amqp_basic_properties_t& Encode(const Message& message);

 private:
  amqp_basic_properties_t properties_{};
  std::vector<amqp_table_entry_t> entries_;
  std::vector<amqp_field_value_t> cc_;
};

// Fills all of `message` but its exchange, routing key and body.  The array x-death is left out;
// what the broker says in x-first-death-queue and x-first-death-reason is text and kept, and the
// newest death is told in the same way: x-last-death-queue, x-last-death-reason.
void DecodeProperties(const amqp_basic_properties_t& properties, Message& message);

// InvalidArgument when the message does not fit into the protocol's fields: names, keys and ids up
// to 255 bytes, header names up to 128, all headers within one frame.  rabbitmq-c does not look,
// and the broker would end the connection.
absl::Status CheckSizes(const Message& message);

}  // namespace leadrelay::amqp
