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

#include <memory>
#include <stop_token>
#include <string>

#include "common/coro/loop.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/http/message.h"
#include "common/http/sender.h"

namespace leadrelay::http {

struct ClientOptions {
  // In all; further requests wait inside curl.  With and without allow_private_addresses the
  // connections are apart and counted apart.  One multi handle slows down with their number:
  // 0.20 s of CPU for 10,000 requests over 128 of them, 0.31 over 512.
  int max_connections = 512;
  int max_connections_per_host = 64;  // Of mails, whatever their hosts: as many again.
  std::string user_agent = "leadrelay/" LEADRELAY_VERSION;
  std::string ca_file;  // Empty: the system's.
};

class Client final : public Sender {
 public:
  Client(coro::Loop& loop, coro::Timers& timers, ClientOptions options = {});
  ~Client() override;  // Aborts unless Close() was called.
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  coro::Task<SendResult> Send(Request request, SendOptions options, std::stop_token stop) override;
  void Close() override;
  int in_flight() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leadrelay::http
