#pragma once
// A child process: started with an environment of its own, gone when the thread that started it is.

#include <string>
#include <vector>

#include <sys/types.h>

namespace leadrelay::test {

// stdin is /dev/null; stdout and stderr are appended to `log`.  Aborts when it cannot fork; a
// program that is not there ends with status 127.
pid_t StartChild(const std::vector<std::string>& command,
                 const std::vector<std::string>& environment,
                 const std::string& log);

bool HasEnded(pid_t& child);  // True, and `child` becomes -1, once it has ended.

// Sends `signal` and waits for the end; SIGKILL after `patience_seconds`.
void EndChild(pid_t& child, int signal, int patience_seconds);

// A TCP port on 127.0.0.1 that is free now, below those which the kernel hands to clients.
int FreeLoopbackPort();

}  // namespace leadrelay::test
