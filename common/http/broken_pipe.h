#pragma once
// Writing to a socket whose other side is gone must be an error to handle, not the end of the
// process: neither libuv's writes nor curl with CURLOPT_NOSIGNAL suppress SIGPIPE.

#include <csignal>

namespace leadrelay::http {

// Leaves a handler that somebody else has installed alone.
inline void IgnoreBrokenPipes() {
  struct sigaction current {};
  if (sigaction(SIGPIPE, nullptr, &current) == 0 && current.sa_handler == SIG_DFL) {
    std::signal(SIGPIPE, SIG_IGN);
  }
}

}  // namespace leadrelay::http
