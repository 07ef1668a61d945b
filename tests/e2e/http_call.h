#pragma once
// Call: one blocking HTTP request of a test, over libcurl's easy interface.

#include <map>
#include <string>
#include <vector>

#include "common/json/json.h"

namespace leadrelay::e2e {

struct Reply {
  int status = 0;                              // 0: no answer.
  std::map<std::string, std::string> headers;  // Names in lower case.
  std::string body;

  json::Document Json() const;  // Null when the body is no JSON.
  std::string Header(const std::string& name) const;
};

Reply Call(const std::string& method,
           const std::string& url,
           const std::string& body = "",
           const std::vector<std::string>& headers = {});

}  // namespace leadrelay::e2e
