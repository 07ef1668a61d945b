#pragma once
// HubSpot's answers, as it writes them.  Pure.

#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"

#include "common/http/message.h"
#include "common/json/json.h"
#include "tests/sandbox/systems/hubspot/store.h"

namespace leadrelay::sandbox::hubspot {

http::Response Json(int status, json::Writer& writer);

// {"status":"error",...}, with the scope or the property that the fault names.
http::Response Error(const Fault& fault, const std::string& correlation_id);

Fault NotFound(std::string_view message = "resource not found");
Fault NotJson();
Fault Conflict(const Record& existing);

std::string Stamp(absl::Time time);

// `is_new` is what upserts tell beside it.
void Write(const Record& record, json::Writer& writer, std::optional<bool> is_new = {});
http::Response One(int status, const Record& record);

http::Response Account();
http::Response Properties(const std::string& type);
http::Response Pipelines();  // The one that every account begins with.

}  // namespace leadrelay::sandbox::hubspot
