#pragma once
// SmtpServer: the sandbox's port for mail.  It carries bytes between its clients and a Session each
// (systems/email/session.h), and the steps of the dialogue to a handler, whose responses are the
// replies; kCloseWithoutAnswer hangs up.  A client that says nothing for five minutes is hung up
// on, and so is one that does not read.  Loop thread only.

#include <memory>
#include <string>

#include "absl/status/status.h"
#include <uv.h>

#include "common/coro/scope.h"
#include "common/coro/timers.h"
#include "common/http/server.h"

namespace leadrelay::sandbox {

class SmtpServer {
 public:
  SmtpServer(coro::Timers& timers, http::Server::Handler handler);
  ~SmtpServer();  // Aborts unless Close() has finished.
  SmtpServer(const SmtpServer&) = delete;
  SmtpServer& operator=(const SmtpServer&) = delete;

  // Port 0: any free one, see port().
  absl::Status Listen(const std::string& host, int port);
  int port() const { return port_; }

  // Takes no more clients and hangs up on those that there are.
  coro::Task<void> Close();

 private:
  class Client;

  void OnClient();
  coro::Task<void> Serve(std::unique_ptr<Client> client);
  coro::Task<void> Converse(Client& client);

  coro::Timers& timers_;
  const http::Server::Handler handler_;
  coro::Scope scope_;
  coro::Completion<bool> closed_;
  uv_tcp_t listener_;
  bool listening_ = false;
  int port_ = 0;
};

}  // namespace leadrelay::sandbox
