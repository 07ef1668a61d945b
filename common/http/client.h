#pragma once
// Client: HTTP requests to the world, over libcurl's multi interface on the loop.
//
// Keeps connections alive, speaks HTTP/2 over TLS, caps connections per host and in all, bounds
// the response, never follows a redirect, uses no proxy, and checks the address at connect time:
// unless the caller allows it, private, loopback, link-local, carrier-grade NAT, multicast and
// metadata addresses are refused, IPv4-mapped and other spellings included, on the address that is
// really connected to.  A request whose connection was lost after a byte of it had been sent is
// never sent again, GET, HEAD and OPTIONS excepted: curl left alone would.
//
// A request may be a mail instead: mail.h.  The same holds for it, but for the connection, which is
// closed after each.  Loop thread only.

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <variant>

#include "absl/time/time.h"

#include "common/coro/loop.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/http/message.h"

namespace leadrelay::http {

// Why there is no response.
struct TransportFailure {
  enum class Kind {
    kNotSent,         // No byte of the request left: repeating it is safe.
    kUnknown,         // The request may have been processed: timeout, reset, broken response.
    kRefusedAddress,  // The address check said no; repeating will not help.
    kTooLarge,        // The response exceeded the limit; the request was processed.
    kBadRequest,      // The URL or a header cannot be sent (bad syntax, control characters).
    kCancelled,       // The stop token fired; whether it was sent is unknown.
  };
  Kind kind = Kind::kUnknown;
  std::string reason;  // For a log: no URL query, no header, no body.
  friend bool operator==(const TransportFailure&, const TransportFailure&) = default;
};

using SendResult = std::variant<Response, TransportFailure>;

struct SendOptions {
  absl::Duration timeout = absl::Seconds(30);         // The whole exchange.
  absl::Duration connect_timeout = absl::Seconds(5);  // Name, TCP and TLS.
  size_t max_response_bytes = 4 << 20;
  bool allow_private_addresses = false;
  // Called when the connection is there and the request is about to leave over it: at once on one
  // that was kept, else after the handshakes; again when a GET is repeated.  Not for mails.
  std::function<void()> on_sending = nullptr;
};

struct ClientOptions {
  // In all; further requests wait inside curl.  With and without allow_private_addresses the
  // connections are apart and counted apart.  One multi handle slows down with their number:
  // 0.20 s of CPU for 10,000 requests over 128 of them, 0.31 over 512.
  int max_connections = 512;
  int max_connections_per_host = 64;  // Of mails, whatever their hosts: as many again.
  std::string user_agent = "leadrelay/" LEADRELAY_VERSION;
  std::string ca_file;  // Empty: the system's.
};

class Client {
 public:
  Client(coro::Loop& loop, coro::Timers& timers, ClientOptions options = {});
  ~Client();  // Aborts unless Close() was called.
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Any HTTP status is a Response.  Header names in it are lower-cased.
  coro::Task<SendResult> Send(Request request, SendOptions options, std::stop_token stop);

  // No request may be in flight: join their scope first.
  void Close();
  int in_flight() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leadrelay::http
