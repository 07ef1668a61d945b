// private-broker: runs a private RabbitMQ node in the foreground until SIGTERM or SIGINT.
//
//   private-broker --data DIR --port N [--management-port M]
//
// Prints "ready" on a line once it takes connections.  Ends with 1 when the node dies by itself.

#include <csignal>
#include <cstdio>

#include <CLI/CLI.hpp>
#include <sys/wait.h>

#include "tests/support/broker/broker.h"

int main(int argc, char** argv) {
  leadrelay::test::BrokerOptions options;
  CLI::App app("Runs a private RabbitMQ node in the foreground until SIGTERM.", "private-broker");
  app.add_option("--data", options.data, "Folder of the node; kept")->required();
  app.add_option("--port", options.port, "AMQP port on 127.0.0.1")->required();
  app.add_option("--management-port", options.management_port, "Port of the management pages");
  CLI11_PARSE(app, argc, argv);
  options.management = options.management_port != 0;

  // Blocked before anything is started, so that none is missed; the node itself starts unblocked.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGCHLD);
  sigprocmask(SIG_BLOCK, &signals, nullptr);

  leadrelay::test::Broker broker(options);
  std::puts("ready");
  std::fflush(stdout);
  for (;;) {
    int signal = 0;
    sigwait(&signals, &signal);
    if (signal != SIGCHLD) break;
    siginfo_t ended{};
    waitid(P_PID, static_cast<id_t>(broker.pid()), &ended, WEXITED | WNOHANG | WNOWAIT);
    if (ended.si_pid == 0) continue;  // Another child, or one from before it was ready.
    std::fprintf(stderr, "the broker ended by itself; see %s/broker.log\n", options.data.c_str());
    return 1;
  }
  broker.Stop();
  return 0;
}
