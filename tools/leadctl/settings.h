#pragma once
// Where the services are and with what they are spoken to: from the flags, the environment, or else
// the configuration.  Only what a command needs has to be right in it: faults elsewhere, and
// secrets of others that this environment does not have, hinder nobody.

#include <string>
#include <variant>

#include "tools/leadctl/context.h"

namespace leadrelay::leadctl {

struct Endpoint {
  std::string url;    // Without a slash at its end.
  std::string token;  // Secret.  Of operators: may be empty.  Of ingest: the API key.
};

std::variant<Endpoint, Failure> FindOperators(const Global& global);
std::variant<Endpoint, Failure> FindIngest(const Global& global, const SendOptions& options);

}  // namespace leadrelay::leadctl
