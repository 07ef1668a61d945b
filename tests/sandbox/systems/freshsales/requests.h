#pragma once
// The parts of a request to Freshsales.  Pure.

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "common/http/message.h"
#include "common/json/json.h"

namespace leadrelay::sandbox::freshsales {

struct Call {  // A request below the API.
  const http::Request& request;
  std::vector<std::string> path;
  json::Value body;
  absl::Time now;

  bool Is(std::string_view method, std::string_view resource, size_t parts) const;
  std::string Parameter(std::string_view name) const;  // Empty when there is none.
};

// Numbers are texts too; empty when there is none.
std::string Text(const json::Value& object, std::string_view key);

}  // namespace leadrelay::sandbox::freshsales
