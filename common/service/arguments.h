#pragma once
// Arguments: the command line that all services share, and the flags that one adds.

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"

namespace leadrelay::service {

// A flag of one service's own, with one value: "--destinations hubspot-eu,hubspot-us".
struct Flag {
  std::string name;         // With its dashes.
  std::string placeholder;  // What --help calls the value: "NAME,..."
  std::string help;
  std::function<absl::Status(const std::string& value)> set;  // An error is a usage error.
};

struct Arguments {
  std::string config_path = "leadrelay.yaml";  // --config, or else LEADRELAY_CONFIG, or else this.
  bool check = false;
  friend bool operator==(const Arguments&, const Arguments&) = default;
};

// There is nothing to run: the answer for the terminal, and the exit code.
struct Answered {
  int exit_code = 0;
  std::string text;  // --help and --version: for standard output.  A mistake: for standard error.
  friend bool operator==(const Answered&, const Answered&) = default;
};

// `program` is "leadrelay-ingest"; `arguments` are those after it.  Reads LEADRELAY_CONFIG.
std::variant<Arguments, Answered> ParseArguments(const std::string& program,
                                                 const std::string& summary,
                                                 const std::vector<std::string>& arguments,
                                                 const std::vector<Flag>& flags);

}  // namespace leadrelay::service
