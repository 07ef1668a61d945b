#pragma once
// Broker: a private RabbitMQ node, configured by compose/rabbitmq like the one in production.
//
// Loopback only: its listeners, its distribution port and the epmd of its own.  It dies with the
// thread that started it.  Ready after about five seconds.  The user is guest/guest.  Its calls
// block, so use them before or after the loop, or on another thread.
//
// A node that cannot be started ends the process: such a test has failed, not been skipped.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include <sys/types.h>

#include "tests/support/process/process.h"

namespace leadrelay::test {

struct BrokerOptions {
  std::string data;          // Empty: a scratch folder, removed at the end.
  int port = 0;              // 0: a free one.
  int management_port = 0;   // The HTTP API.  0: a free one.
  bool management = false;   // Costs a second or two at the start.
  std::string extra_config;  // Further lines of rabbitmq.conf.
};

class Broker {
 public:
  explicit Broker(BrokerOptions options = {});  // Runs when it returns.
  ~Broker();                                    // Stops it.
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  int port() const { return options_.port; }
  int management_port() const { return options_.management_port; }
  pid_t pid() const { return node_->pid(); }
  bool Running() { return node_->running(); }
  const std::string& data() const { return options_.data; }

  void Stop();   // SIGTERM, and waits.
  void Kill9();  // As a crash.
  void Start();  // On the same ports and data.
  void Restart();
  void Freeze() const;  // SIGSTOP: connections stay open and nothing answers.
  void Thaw() const;

  // Low memory, as far as the node can tell: it stops reading from publishers.
  void SetMemoryAlarm(bool on);

  // rabbitmqctl on this node; returns what it printed.  Takes a second or two.
  absl::Status Control(const std::vector<std::string>& arguments, std::string* output = nullptr);

  // Over the HTTP API; need `management`.  The new vhost is open to guest.
  absl::Status CreateVhost(const std::string& name);
  absl::Status DeleteVhost(const std::string& name);

 private:
  bool TryStart();
  void WriteConfig() const;
  bool WaitUntilReady();
  std::map<std::string, std::string> Environment() const;
  absl::Status Api(const std::string& method, const std::string& path) const;

  BrokerOptions options_;
  bool scratch_ = false;
  int epmd_port_ = 0;
  int distribution_port_ = 0;
  std::unique_ptr<Process> epmd_;
  std::unique_ptr<Process> node_;
};

}  // namespace leadrelay::test
