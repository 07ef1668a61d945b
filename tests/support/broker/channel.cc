#include "tests/support/broker/channel.h"

#include <cstdlib>
#include <iostream>

#include <amqp.h>
#include <amqp_tcp_socket.h>

namespace leadrelay::test {
namespace {

constexpr int kLargestFrame = 131'072;

[[noreturn]] void Fail(const std::string& what) {
  std::cerr << "the broker did not " << what << std::endl;
  std::abort();
}

std::string Text(amqp_bytes_t bytes) {
  return std::string(static_cast<const char*>(bytes.bytes), bytes.len);
}

}  // namespace

Channel::Channel(int port, const std::string& vhost) : connection_(amqp_new_connection()) {
  amqp_socket_t* socket = amqp_tcp_socket_new(connection_);
  if (amqp_socket_open(socket, "127.0.0.1", port) != AMQP_STATUS_OK) Fail("let us connect");
  const amqp_rpc_reply_t login = amqp_login(
      connection_, vhost.c_str(), 0, kLargestFrame, 0, AMQP_SASL_METHOD_PLAIN, "guest", "guest");
  if (login.reply_type != AMQP_RESPONSE_NORMAL) Fail("let us log in");
  amqp_channel_open(connection_, 1);
  Check("open a channel");
}

Channel::~Channel() {
  amqp_connection_close(connection_, AMQP_REPLY_SUCCESS);
  amqp_destroy_connection(connection_);
}

void Channel::Check(const std::string& what) {
  const amqp_rpc_reply_t reply = amqp_get_rpc_reply(connection_);
  if (reply.reply_type == AMQP_RESPONSE_NORMAL) return;
  if (reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD) {
    Fail(what + ": " + Text(static_cast<amqp_channel_close_t*>(reply.reply.decoded)->reply_text));
  }
  if (reply.reply.id == AMQP_CONNECTION_CLOSE_METHOD) {
    Fail(what + ": " +
         Text(static_cast<amqp_connection_close_t*>(reply.reply.decoded)->reply_text));
  }
  Fail(what);
}

}  // namespace leadrelay::test
