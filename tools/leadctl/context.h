#pragma once
// What every command works with, and how it fails.

#include <stop_token>
#include <string>

#include "common/coro/loop.h"
#include "common/coro/timers.h"
#include "common/http/client.h"
#include "tools/leadctl/commands.h"
#include "tools/leadctl/terminal.h"

namespace leadrelay::leadctl {

struct Context {
  const Global& global;
  coro::Loop& loop;
  coro::Timers& timers;
  http::Client& http;
  Terminal& terminal;
  std::stop_token stop;  // Ctrl-C.
};

struct Failure {
  int exit_code = kBadNews;
  std::string message;  // What happened.
  std::string next;     // What to try.
};

// Onto standard error.  Returns the exit code.
int Report(const Failure& failure);

}  // namespace leadrelay::leadctl
