#pragma once
// Process: a child of a test: started with its own environment, its output in a file, signalled by
// its pid, and gone when the test's process is (PR_SET_PDEATHSIG).  Blocking; any thread, one at a
// time.

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace leadrelay::test {

class Process {
 public:
  // `arguments` begins with the program.  Standard output and error are appended to `output`.
  Process(std::vector<std::string> arguments,
          std::map<std::string, std::string> environment,
          std::string output);
  ~Process();  // SIGKILL, when it still runs.
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  bool running();
  void Signal(int number) const;

  // Its exit code (128 + signal when a signal ended it); nothing when it runs for longer.
  std::optional<int> Wait(std::chrono::milliseconds timeout);

  void Kill9();  // And waits for it.
  const std::string& output() const { return output_; }

 private:
  std::string output_;
  pid_t pid_ = -1;
  std::optional<int> exit_code_;
};

// A TCP port on 127.0.0.1 that was free a moment ago, below the ephemeral range.
int FreePort();

// Asks `condition` again and again, every few milliseconds, until it holds.  False after `timeout`.
bool Eventually(const std::function<bool()>& condition, std::chrono::milliseconds timeout);

std::string ReadWholeFile(const std::string& path);

}  // namespace leadrelay::test
