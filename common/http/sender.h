#pragma once
// Sender: sends HTTP requests.  Client (client.h) is the one that sends them to the world; whoever
// only has something to send takes this.  Loop thread only.

#include <functional>
#include <stop_token>
#include <string>
#include <variant>

#include "absl/time/time.h"

#include "common/coro/task.h"
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

class Sender {
 public:
  virtual ~Sender() = default;

  // Any HTTP status is a Response.  Header names in it are lower-cased.
  virtual coro::Task<SendResult> Send(Request request,
                                      SendOptions options,
                                      std::stop_token stop) = 0;

  // No request may be in flight: join their scope first.
  virtual void Close() = 0;
};

}  // namespace leadrelay::http
