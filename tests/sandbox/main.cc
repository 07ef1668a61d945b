// leadrelay-sandbox: plays the CRMs on a loopback port, for demos and tests.

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "common/coro/shutdown.h"
#include "common/http/server.h"
#include "tests/sandbox/sandbox.h"

namespace leadrelay::sandbox {
namespace {

coro::Task<void> Serve(coro::Loop& loop, std::string host, int port, bool& failed) {
  coro::Timers timers(loop);
  coro::Shutdown shutdown(loop);
  Sandbox sandbox(timers);
  http::ServerOptions options;
  options.host = std::move(host);
  options.port = port;
  options.max_body_bytes = 8 << 20;
  {
    http::Server server(
        loop, timers, options, [&sandbox](http::ServerRequest request, std::stop_token stop) {
          return sandbox.Handle(std::move(request), std::move(stop));
        });
    absl::Status listening = server.Listen();
    if (listening.ok()) {
      std::printf("sandbox listening on %s:%d\n", options.host.c_str(), server.port());
      std::fflush(stdout);
      (void)co_await timers.Sleep(absl::InfiniteDuration(), shutdown.stop_token());
    } else {
      std::fprintf(stderr, "%s\n", listening.ToString().c_str());
      failed = true;
    }
    co_await server.Drain(absl::ZeroDuration());
  }
  shutdown.Close();
  timers.Close();
}

}  // namespace
}  // namespace leadrelay::sandbox

int main(int argc, char** argv) {
  std::string host = "127.0.0.1";
  int port = 0;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--port") == 0) port = std::atoi(argv[i + 1]);
    if (std::strcmp(argv[i], "--host") == 0) host = argv[i + 1];
  }
  bool failed = false;
  leadrelay::coro::Loop loop;
  loop.Run(leadrelay::sandbox::Serve(loop, host, port, failed));
  return failed ? 1 : 0;
}
