#pragma once
// Server: HTTP/1.1 requests into this process, libuv sockets under Boost.Beast's parser.
//
// TLS and HTTP/2 end at the ingress in front.  Per connection one request is handled at a time;
// pipelined ones wait in the socket, which keeps answers in order and pushes back.  What the server
// answers by itself: 400 (not HTTP, both Content-Length and chunked, Host missing, twice or no
// host, bare CR/LF, any transfer coding but chunked), 408 (a request that is too slow), 413 (body
// over the limit; before 100-continue when the length says so), 417 (unknown Expect), 431 (header
// over the limit), 500 (the handler threw), 503 (over max_connections or max_buffered_bytes).  Loop
// thread only.

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/coro/loop.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/http/message.h"

namespace leadrelay::http {

// A response with this status closes the connection and says nothing: for a server that plays one
// which fails between doing the work and answering.  (0, what a handler forgot to set, is a 500.)
inline constexpr int kCloseWithoutAnswer = -1;

struct ServerOptions {
  std::string host = "127.0.0.1";
  int port = 0;  // 0: any free one, see port().
  size_t max_header_bytes = 16 << 10;
  size_t max_body_bytes = 1 << 20;
  // At the limit whoever has been silent for longest makes room for the next client, at once and
  // without a word: first of those between two requests, then of those in the middle of one; both
  // only after a second.  When all are busy, the next client is answered 503.
  int max_connections = 4096;
  // What the requests of all connections together may hold, from their first byte until they are
  // answered.  A request of less than max_header_bytes is not counted: however many large bodies
  // trickle in, small requests are still taken.
  size_t max_buffered_bytes = 64 << 20;
  absl::Duration idle_timeout = absl::Seconds(60);     // Between requests.
  absl::Duration request_timeout = absl::Seconds(15);  // First byte to last byte of a request.
  // Told what() of an exception that left the handler, for the log; the client gets a bare 500.
  std::function<void(const std::string& what)> on_exception;
};

// A request with what the connection knows of it.
struct ServerRequest : Request {
  std::string peer;  // The peer's address, without the port.
};

class Server {
 public:
  // Called for each complete request; runs beside the others, in the server's scope.
  using Handler = std::function<coro::Task<Response>(ServerRequest request, std::stop_token stop)>;

  Server(coro::Loop& loop, coro::Timers& timers, ServerOptions options, Handler handler);
  ~Server();  // Aborts unless Drain() has finished.
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  absl::Status Listen();
  int port() const;

  // Stops accepting, closes idle connections, answers what is in flight with Connection: close,
  // and cuts what is left after `grace`.
  coro::Task<void> Drain(absl::Duration grace);

  int connections() const;
  int in_flight() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leadrelay::http
