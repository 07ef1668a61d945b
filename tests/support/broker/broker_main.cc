// private-broker: runs a private RabbitMQ node in the foreground until SIGTERM or SIGINT.
//
//   private-broker --data DIR --port N [--management-port M]
//
// Prints "ready" on a line once it takes connections.  Ends with 1 when the node dies by itself.

#include <csignal>
#include <cstdio>

#include <CLI/CLI.hpp>

#include "tests/support/broker/broker.h"

int main(int argc, char** argv) {
  leadrelay::test::BrokerOptions options;
  CLI::App app("Runs a private RabbitMQ node in the foreground until SIGTERM.", "private-broker");
  app.add_option("--data", options.data, "Folder of the node; kept")->required();
  app.add_option("--port", options.port, "AMQP port on 127.0.0.1")->required();
  app.add_option("--management-port", options.management_port, "Port of the management pages");
  CLI11_PARSE(app, argc, argv);
  options.management = options.management_port != 0;

  leadrelay::test::Broker broker(options);
  // Not before: the node would inherit the mask.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGCHLD);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  std::puts("ready");
  std::fflush(stdout);
  for (int signal = SIGCHLD; signal == SIGCHLD; sigwait(&signals, &signal)) {
    if (broker.Running()) continue;
    std::fprintf(stderr, "the broker ended by itself; see %s/broker.log\n", options.data.c_str());
    return 1;
  }
  broker.Stop();
  return 0;
}
