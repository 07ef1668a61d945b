#include "common/amqp/session.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

namespace leadrelay::amqp {
namespace {

constexpr std::string_view kConsumerTag = "leadrelay";  // Unique: one consumer per channel.

std::string_view Advice(const amqp_method_t& close) {
  if (close.id != AMQP_CHANNEL_CLOSE_METHOD) return "";
  switch (static_cast<amqp_channel_close_t*>(close.decoded)->reply_code) {
    case AMQP_PRECONDITION_FAILED:
      return "; it exists with other arguments: drain and delete it, or restore its arguments";
    case AMQP_ACCESS_REFUSED:
      return "; grant the user configure, write and read permission for it";
    default:
      return "";
  }
}

}  // namespace

std::string CloseReason(const amqp_method_t& close) {
  uint16_t code = 0;
  std::string_view text;
  if (close.id == AMQP_CHANNEL_CLOSE_METHOD) {
    const auto* channel = static_cast<amqp_channel_close_t*>(close.decoded);
    code = channel->reply_code;
    text = ToText(channel->reply_text);
  } else if (close.id == AMQP_CONNECTION_CLOSE_METHOD) {
    const auto* connection = static_cast<amqp_connection_close_t*>(close.decoded);
    code = connection->reply_code;
    text = ToText(connection->reply_text);
  }
  return absl::StrCat(code, " ", std::string(text));
}

Session::Session(amqp_connection_state_t connection, std::string where, SocketCutter& cutter)
    : connection_(connection), where_(std::move(where)), cutter_(cutter) {}

Session::~Session() {
  cutter_.Detach();
  amqp_destroy_connection(connection_);
}

absl::Status Session::Check(amqp_rpc_reply_t reply, std::string_view doing) const {
  if (reply.reply_type == AMQP_RESPONSE_NORMAL) return absl::OkStatus();
  const std::string what = absl::StrCat("the broker at ", where_, ": cannot ", std::string(doing));
  if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION) {
    return absl::UnavailableError(
        absl::StrCat(what, ": ", CloseReason(reply.reply), std::string(Advice(reply.reply))));
  }
  return absl::UnavailableError(absl::StrCat(what, ": ", amqp_error_string2(reply.library_error)));
}

absl::Status Session::CheckLast(std::string_view doing) const {
  return Check(amqp_get_rpc_reply(connection_), doing);
}

absl::Status Session::CheckSent(int result, std::string_view doing) const {
  if (result == AMQP_STATUS_OK) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("the connection to the broker at ",
                                             where_,
                                             " broke while ",
                                             std::string(doing),
                                             ": ",
                                             amqp_error_string2(result)));
}

absl::Status Session::OpenChannel(amqp_channel_t channel) {
  amqp_channel_open(connection_, channel);
  return CheckLast("open a channel");
}

absl::Status Session::Declare(amqp_channel_t channel, const Topology& topology) {
  for (const Exchange& exchange : topology.exchanges) {
    Table arguments;
    if (!exchange.alternate.empty()) arguments["alternate-exchange"] = exchange.alternate;
    EncodedTable encoded(arguments);
    amqp_exchange_declare(connection_,
                          channel,
                          ToBytes(exchange.name),
                          ToBytes(exchange.type),
                          0,
                          1,
                          0,
                          0,
                          encoded.get());
    absl::Status declared = CheckLast(absl::StrCat("declare exchange '", exchange.name, "'"));
    if (!declared.ok()) return declared;
  }
  for (const Queue& queue : topology.queues) {
    EncodedTable encoded(queue.arguments);
    amqp_queue_declare(connection_, channel, ToBytes(queue.name), 0, 1, 0, 0, encoded.get());
    absl::Status declared = CheckLast(absl::StrCat("declare queue '", queue.name, "'"));
    if (!declared.ok()) return declared;
  }
  for (const Binding& binding : topology.bindings) {
    amqp_queue_bind(connection_,
                    channel,
                    ToBytes(binding.queue),
                    ToBytes(binding.exchange),
                    ToBytes(binding.routing_key),
                    amqp_empty_table);
    absl::Status bound = CheckLast(
        absl::StrCat("bind queue '", binding.queue, "' to exchange '", binding.exchange, "'"));
    if (!bound.ok()) return bound;
  }
  amqp_maybe_release_buffers(connection_);
  return absl::OkStatus();
}

absl::Status Session::SelectConfirms(amqp_channel_t channel) {
  amqp_confirm_select(connection_, channel);
  return CheckLast("switch on publisher confirms");
}

absl::Status Session::Consume(amqp_channel_t channel, const std::string& queue, uint16_t prefetch) {
  amqp_basic_qos(connection_, channel, 0, prefetch, 0);
  absl::Status limited = CheckLast("set the prefetch");
  if (!limited.ok()) return limited;
  amqp_basic_consume(
      connection_, channel, ToBytes(queue), ToBytes(kConsumerTag), 0, 0, 0, amqp_empty_table);
  return CheckLast(absl::StrCat("consume queue '", queue, "'"));
}

absl::Status Session::Cancel(amqp_channel_t channel) {
  amqp_basic_cancel_t cancel{ToBytes(kConsumerTag), 0};
  return Send(channel, AMQP_BASIC_CANCEL_METHOD, &cancel);
}

absl::Status Session::Send(amqp_channel_t channel, amqp_method_number_t id, void* method) {
  return CheckSent(amqp_send_method(connection_, channel, id, method), "sending");
}

absl::Status Session::Publish(amqp_channel_t channel, const Message& message, bool mandatory) {
  return CheckSent(amqp_basic_publish(connection_,
                                      channel,
                                      ToBytes(message.exchange),
                                      ToBytes(message.routing_key),
                                      mandatory ? 1 : 0,
                                      0,
                                      &encoder_.Encode(message),
                                      ToBytes(message.body)),
                   "publishing");
}

absl::Status Session::SendHeartbeat() {
  amqp_frame_t frame{};
  frame.frame_type = AMQP_FRAME_HEARTBEAT;
  return CheckSent(amqp_send_frame(connection_, &frame), "sending a heartbeat");
}

absl::StatusOr<bool> Session::Next(amqp_frame_t& frame) {
  const timeval at_once{0, 0};
  const int result = amqp_simple_wait_frame_noblock(connection_, &frame, &at_once);
  if (result == AMQP_STATUS_OK) return true;
  if (result == AMQP_STATUS_TIMEOUT) return false;
  return CheckSent(result, "reading");
}

void Session::Release(amqp_channel_t channel) {
  amqp_maybe_release_buffers_on_channel(connection_, channel);
}

bool Session::HasFrames() const {
  return amqp_frames_enqueued(connection_) != 0 || amqp_data_in_buffer(connection_) != 0;
}

bool Session::Writable() const {
  pollfd poller{socket(), POLLOUT, 0};
  return poll(&poller, 1, 0) == 1 && (poller.revents & POLLOUT) != 0;
}

absl::Duration Session::heartbeat() const {
  return absl::Seconds(amqp_get_heartbeat(connection_));
}

void Session::CloseGracefully() {
  const timeval patience{0, 500'000};
  amqp_set_rpc_timeout(connection_, &patience);
  amqp_connection_close(connection_, AMQP_REPLY_SUCCESS);
}

Session::Cork::Cork(Session& session) : session_(session) {
  Set(1);
}

Session::Cork::~Cork() {
  Set(0);
}

// Asks for the descriptor each time: rabbitmq-c closes it by itself on an error.
void Session::Cork::Set(int on) {
  setsockopt(session_.socket(), IPPROTO_TCP, TCP_CORK, &on, sizeof(on));
}

}  // namespace leadrelay::amqp
