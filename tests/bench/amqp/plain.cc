#include "tests/bench/amqp/plain.h"

#include <cstdio>
#include <cstdlib>

#include <amqp.h>
#include <amqp_framing.h>

#include "tests/support/broker/channel.h"

namespace leadrelay::bench {
namespace {

void Check(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "plain rabbitmq-c: cannot %s\n", what);
  std::abort();
}

}  // namespace

void Prepare(int port, const std::string& queue) {
  test::Channel channel(port);
  amqp_table_entry_t type{};
  type.key = amqp_cstring_bytes("x-queue-type");
  type.value.kind = AMQP_FIELD_KIND_UTF8;
  type.value.value.bytes = amqp_cstring_bytes("quorum");
  amqp_queue_declare(channel.get(), 1, amqp_cstring_bytes(queue.c_str()), 0, 1, 0, 0, {1, &type});
  channel.Check("declare");
  amqp_queue_purge(channel.get(), 1, amqp_cstring_bytes(queue.c_str()));
  channel.Check("purge");
}

void PublishPlainly(int port, const std::string& queue, int count, int window, size_t size) {
  test::Channel channel(port);
  amqp_confirm_select(channel.get(), 1);
  channel.Check("select confirms");
  const std::string body(size, 'x');
  amqp_basic_properties_t properties{};
  properties._flags = AMQP_BASIC_DELIVERY_MODE_FLAG;
  properties.delivery_mode = 2;
  int sent = 0;
  int confirmed = 0;
  while (confirmed < count) {
    while (sent < count && sent - confirmed < window) {
      const int result = amqp_basic_publish(channel.get(),
                                            1,
                                            amqp_empty_bytes,
                                            amqp_cstring_bytes(queue.c_str()),
                                            1,
                                            0,
                                            &properties,
                                            {body.size(), const_cast<char*>(body.data())});
      Check(result == AMQP_STATUS_OK, "publish");
      ++sent;
    }
    amqp_frame_t frame;
    Check(amqp_simple_wait_frame(channel.get(), &frame) == AMQP_STATUS_OK, "read a confirm");
    if (frame.frame_type == AMQP_FRAME_METHOD && frame.payload.method.id == AMQP_BASIC_ACK_METHOD) {
      const auto* ack = static_cast<amqp_basic_ack_t*>(frame.payload.method.decoded);
      confirmed = ack->multiple != 0 ? static_cast<int>(ack->delivery_tag) : confirmed + 1;
    }
    amqp_maybe_release_buffers(channel.get());
  }
}

void ConsumePlainly(int port, const std::string& queue, int count, int prefetch, int ack_every) {
  test::Channel channel(port);
  amqp_basic_qos(channel.get(), 1, 0, static_cast<uint16_t>(prefetch), 0);
  channel.Check("set the prefetch");
  amqp_basic_consume(channel.get(),
                     1,
                     amqp_cstring_bytes(queue.c_str()),
                     amqp_empty_bytes,
                     0,
                     0,
                     0,
                     amqp_empty_table);
  channel.Check("consume");
  uint64_t tag = 0;
  size_t left = 0;
  for (int received = 0; received < count;) {
    amqp_frame_t frame;
    Check(amqp_simple_wait_frame(channel.get(), &frame) == AMQP_STATUS_OK, "read a delivery");
    if (frame.frame_type == AMQP_FRAME_METHOD) {
      tag = static_cast<amqp_basic_deliver_t*>(frame.payload.method.decoded)->delivery_tag;
    } else if (frame.frame_type == AMQP_FRAME_HEADER) {
      left = frame.payload.properties.body_size;
    } else if (frame.frame_type == AMQP_FRAME_BODY) {
      left -= frame.payload.body_fragment.len;
      if (left == 0 && (++received % ack_every == 0 || received == count)) {
        Check(amqp_basic_ack(channel.get(), 1, tag, 1) == AMQP_STATUS_OK, "ack");
      }
    }
    amqp_maybe_release_buffers(channel.get());
  }
}

}  // namespace leadrelay::bench
