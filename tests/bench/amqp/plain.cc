#include "tests/bench/amqp/plain.h"

#include <cstdio>
#include <cstdlib>

#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_tcp_socket.h>

namespace leadrelay::bench {
namespace {

void Check(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "plain rabbitmq-c: cannot %s\n", what);
  std::abort();
}

class Connection {
 public:
  explicit Connection(int port) : state_(amqp_new_connection()) {
    amqp_socket_t* socket = amqp_tcp_socket_new(state_);
    Check(amqp_socket_open(socket, "127.0.0.1", port) == AMQP_STATUS_OK, "connect");
    const amqp_rpc_reply_t login =
        amqp_login(state_, "/", 0, 131072, 10, AMQP_SASL_METHOD_PLAIN, "guest", "guest");
    Check(login.reply_type == AMQP_RESPONSE_NORMAL, "log in");
    amqp_channel_open(state_, 1);
    CheckLast("open a channel");
  }
  ~Connection() {
    amqp_connection_close(state_, AMQP_REPLY_SUCCESS);
    amqp_destroy_connection(state_);
  }
  amqp_connection_state_t get() { return state_; }
  void CheckLast(const char* what) {
    Check(amqp_get_rpc_reply(state_).reply_type == AMQP_RESPONSE_NORMAL, what);
  }

 private:
  amqp_connection_state_t state_;
};

}  // namespace

void Prepare(int port, const std::string& queue) {
  Connection connection(port);
  amqp_table_entry_t type{};
  type.key = amqp_cstring_bytes("x-queue-type");
  type.value.kind = AMQP_FIELD_KIND_UTF8;
  type.value.value.bytes = amqp_cstring_bytes("quorum");
  amqp_queue_declare(
      connection.get(), 1, amqp_cstring_bytes(queue.c_str()), 0, 1, 0, 0, {1, &type});
  connection.CheckLast("declare");
  amqp_queue_purge(connection.get(), 1, amqp_cstring_bytes(queue.c_str()));
  connection.CheckLast("purge");
}

void PublishPlainly(int port, const std::string& queue, int count, int window, size_t size) {
  Connection connection(port);
  amqp_confirm_select(connection.get(), 1);
  connection.CheckLast("select confirms");
  const std::string body(size, 'x');
  amqp_basic_properties_t properties{};
  properties._flags = AMQP_BASIC_DELIVERY_MODE_FLAG;
  properties.delivery_mode = 2;
  int sent = 0;
  int confirmed = 0;
  while (confirmed < count) {
    while (sent < count && sent - confirmed < window) {
      const int result = amqp_basic_publish(connection.get(),
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
    Check(amqp_simple_wait_frame(connection.get(), &frame) == AMQP_STATUS_OK, "read a confirm");
    if (frame.frame_type == AMQP_FRAME_METHOD && frame.payload.method.id == AMQP_BASIC_ACK_METHOD) {
      const auto* ack = static_cast<amqp_basic_ack_t*>(frame.payload.method.decoded);
      confirmed = ack->multiple != 0 ? static_cast<int>(ack->delivery_tag) : confirmed + 1;
    }
    amqp_maybe_release_buffers(connection.get());
  }
}

void ConsumePlainly(int port, const std::string& queue, int count, int prefetch, int ack_every) {
  Connection connection(port);
  amqp_basic_qos(connection.get(), 1, 0, static_cast<uint16_t>(prefetch), 0);
  connection.CheckLast("set the prefetch");
  amqp_basic_consume(connection.get(),
                     1,
                     amqp_cstring_bytes(queue.c_str()),
                     amqp_empty_bytes,
                     0,
                     0,
                     0,
                     amqp_empty_table);
  connection.CheckLast("consume");
  uint64_t tag = 0;
  size_t left = 0;
  for (int received = 0; received < count;) {
    amqp_frame_t frame;
    Check(amqp_simple_wait_frame(connection.get(), &frame) == AMQP_STATUS_OK, "read a delivery");
    if (frame.frame_type == AMQP_FRAME_METHOD) {
      tag = static_cast<amqp_basic_deliver_t*>(frame.payload.method.decoded)->delivery_tag;
    } else if (frame.frame_type == AMQP_FRAME_HEADER) {
      left = frame.payload.properties.body_size;
    } else if (frame.frame_type == AMQP_FRAME_BODY) {
      left -= frame.payload.body_fragment.len;
      if (left == 0 && (++received % ack_every == 0 || received == count)) {
        Check(amqp_basic_ack(connection.get(), 1, tag, 1) == AMQP_STATUS_OK, "ack");
      }
    }
    amqp_maybe_release_buffers(connection.get());
  }
}

}  // namespace leadrelay::bench
