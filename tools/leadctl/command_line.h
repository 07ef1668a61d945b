#pragma once
// The command line of leadctl.  Reads LEADRELAY_CONFIG and LEADRELAY_API.

#include <string>
#include <variant>
#include <vector>

#include "tools/leadctl/commands.h"

namespace leadrelay::leadctl {

struct Invocation {
  Global global;
  Command command;
};

// There is nothing to run.  --help and --version are for standard output, mistakes for error.
struct Answered {
  int exit_code = 0;
  std::string text;
};

std::variant<Invocation, Answered> ParseCommandLine(const std::vector<std::string>& arguments);

}  // namespace leadrelay::leadctl
