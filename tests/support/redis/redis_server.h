#pragma once
// RedisServer: a private redis-server for one test or one suite: scratch folder, free loopback
// port, appendonly everysec.  It dies with the test's process.  Any thread, one at a time; its
// calls block, so use them before or after the loop, or accept that the loop stands still
// meanwhile.
//
// A server that cannot be started ends the process: such a test has failed, not been skipped.

#include <memory>
#include <string>
#include <vector>

#include "tests/support/process/process.h"

namespace leadrelay::test {

class RedisServer {
 public:
  // Runs when it returns.  `arguments`: further settings, "--requirepass", "secret".
  explicit RedisServer(std::vector<std::string> arguments = {});
  ~RedisServer();  // Stops it and removes the folder.
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  int port() const { return port_; }

  void Stop();   // SIGTERM, and waits: the data is on the disk.
  void Kill9();  // The last second of writes may be lost.
  void Start();  // On the same port and data.
  void Restart() {
    Stop();
    Start();
  }
  // SIGSTOP and SIGCONT: a server that accepts and never answers.
  void Freeze();
  void Thaw();

  void Flush();  // Forgets all keys and scripts.

  // A command on a connection of its own.  Returns the reply as text (an array's items on a line
  // each), or "ERROR ..." for an error reply.
  std::string Command(const std::vector<std::string>& arguments);

 private:
  bool TryStart();

  std::vector<std::string> arguments_;
  std::string folder_;
  std::string password_;
  int port_ = 0;
  std::unique_ptr<Process> process_;
};

}  // namespace leadrelay::test
