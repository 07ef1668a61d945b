#pragma once
// The parts of a request to HubSpot.  Pure.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/http/message.h"
#include "common/json/json.h"
#include "tests/sandbox/systems/hubspot/association_types.h"

namespace leadrelay::sandbox::hubspot {

// One record of a request, batch or single.
struct Input {
  std::string id;
  std::string id_property;
  std::string trace_id;
  std::map<std::string, std::string> properties;
  std::vector<Association> associations;
};

Input ReadInput(const json::Value& value);

// With the version in third place: the numbered ones stand before the API, the dated ones behind
// it, and /crm/v3/objects/contacts and /crm/objects/2026-03/contacts are the same.
std::vector<std::string> PathOf(const http::Request& request);

// Of the URL's query; empty when there is none.
std::string Parameter(const http::Request& request, std::string_view name);

}  // namespace leadrelay::sandbox::hubspot
