// leadrelay-sandbox: plays the CRMs on a loopback port, and a mail server on another, for demos and
// tests.
//
//   leadrelay-sandbox [--host 127.0.0.1] [--port 8090] [--smtp-port 8025]
//
// Port 0, the default, is any free one; it says which.  No mail without --smtp-port.

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "common/coro/shutdown.h"
#include "common/http/server.h"
#include "tests/sandbox/sandbox.h"
#include "tests/sandbox/smtp_server.h"

namespace leadrelay::sandbox {
namespace {

struct Options {
  std::string host = "127.0.0.1";
  int port = 0;
  int smtp_port = -1;  // None.
};

// Until it is stopped; false when a port is not to be had.
coro::Task<bool> ListenUntilStopped(http::Server& http_server,
                                    SmtpServer& smtp_server,
                                    Options options,
                                    coro::Timers& timers,
                                    std::stop_token stop) {
  absl::Status listening = http_server.Listen();
  if (listening.ok() && options.smtp_port >= 0) {
    listening = smtp_server.Listen(options.host, options.smtp_port);
  }
  if (!listening.ok()) {
    std::fprintf(stderr, "%s\n", listening.ToString().c_str());
    co_return false;
  }
  std::printf("sandbox listening on %s:%d\n", options.host.c_str(), http_server.port());
  if (options.smtp_port >= 0) {
    std::printf("sandbox takes mail on %s:%d\n", options.host.c_str(), smtp_server.port());
  }
  std::fflush(stdout);
  (void)co_await timers.Sleep(absl::InfiniteDuration(), stop);
  co_return true;
}

coro::Task<void> Serve(coro::Loop& loop, Options options, bool& served) {
  coro::Timers timers(loop);
  coro::Shutdown shutdown(loop);
  Sandbox sandbox(timers);
  http::ServerOptions server_options;
  server_options.host = options.host;
  server_options.port = options.port;
  server_options.max_body_bytes = 8 << 20;
  const http::Server::Handler handler = [&sandbox](http::ServerRequest request,
                                                   std::stop_token stop) {
    return sandbox.Handle(std::move(request), std::move(stop));
  };
  {
    http::Server http_server(loop, timers, server_options, handler);
    SmtpServer smtp_server(timers, handler);
    served = co_await ListenUntilStopped(
        http_server, smtp_server, options, timers, shutdown.stop_token());
    co_await smtp_server.Close();
    co_await http_server.Drain(absl::ZeroDuration());
  }
  shutdown.Close();
  timers.Close();
}

}  // namespace
}  // namespace leadrelay::sandbox

int main(int argc, char** argv) {
  leadrelay::sandbox::Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--port") == 0) options.port = std::atoi(argv[i + 1]);
    if (std::strcmp(argv[i], "--smtp-port") == 0) options.smtp_port = std::atoi(argv[i + 1]);
    if (std::strcmp(argv[i], "--host") == 0) options.host = argv[i + 1];
  }
  bool served = false;
  leadrelay::coro::Loop loop;
  loop.Run(leadrelay::sandbox::Serve(loop, options, served));
  return served ? 0 : 1;
}
