#pragma once
// Session: one connection to the broker, from login to the end, over rabbitmq-c 0.11.
//
// Belongs to one thread.  Open() and the calls marked "waits" block for an answer, at most
// ConnectionOptions::connect_timeout; they are for setting up.  After that only Next(), which
// never waits, and calls that send.  A call that sends blocks while the socket is full (rabbitmq-c
// sends with an infinite deadline): ask Writable() first, and use a SocketCutter for the rest.
//
// After any error the session is of no further use.

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include <amqp.h>
#include <amqp_framing.h>

#include "common/amqp/connection_options.h"
#include "common/amqp/message.h"
#include "common/amqp/properties.h"
#include "common/amqp/socket_cutter.h"

namespace leadrelay::amqp {

class Session {
 public:
  // Connects, logs in.  Errors are Unavailable and say where, what, and what to look at.
  static absl::StatusOr<std::unique_ptr<Session>> Open(const ConnectionOptions& options,
                                                       const BrokerAddress& address,
                                                       SocketCutter& cutter);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Setting up; each waits for the broker's answer.
  absl::Status OpenChannel(amqp_channel_t channel);
  absl::Status Declare(amqp_channel_t channel, const Topology& topology);
  absl::Status SelectConfirms(amqp_channel_t channel);
  absl::Status Consume(amqp_channel_t channel, const std::string& queue, uint16_t prefetch);

  absl::Status Send(amqp_channel_t channel, amqp_method_number_t id, void* method);
  absl::Status Publish(amqp_channel_t channel, const Message& message, bool mandatory);
  absl::Status Cancel(amqp_channel_t channel);  // What Consume() began; cancel-ok comes later.
  absl::Status SendHeartbeat();

  // A complete frame that is already here, heartbeats left out: true, and it is valid until
  // Release().  False: nothing complete.  The session has ended when the status is not OK.
  absl::StatusOr<bool> Next(amqp_frame_t& frame);
  void Release(amqp_channel_t channel);
  bool HasFrames() const;  // Next() may have one although poll(2) says there is nothing to read.

  bool Writable() const;  // Takes a few tens of kilobytes without blocking.
  int socket() const { return amqp_get_sockfd(connection_); }
  absl::Duration heartbeat() const;  // As agreed with the broker.  Zero: none.

  // Says good-bye and waits for the answer, at most half a second.  Not while blocked.
  void CloseGracefully();

  // While one lives, the kernel gathers what is sent into full segments: the broker is woken once
  // for a burst instead of once per frame.
  class Cork {
   public:
    explicit Cork(Session& session);
    ~Cork();
    Cork(const Cork&) = delete;
    Cork& operator=(const Cork&) = delete;

   private:
    void Set(int on);
    Session& session_;
  };

 private:
  Session(amqp_connection_state_t connection, std::string where, SocketCutter& cutter);
  absl::Status Check(amqp_rpc_reply_t reply, std::string_view doing) const;
  absl::Status CheckLast(std::string_view doing) const;
  absl::Status CheckSent(int result, std::string_view doing) const;

  amqp_connection_state_t connection_;
  std::string where_;  // "host:port", for error messages.
  SocketCutter& cutter_;
  PropertiesEncoder encoder_;
};

// "406 PRECONDITION_FAILED - ...": the broker's words in a channel.close or connection.close.
std::string CloseReason(const amqp_method_t& close);

}  // namespace leadrelay::amqp
