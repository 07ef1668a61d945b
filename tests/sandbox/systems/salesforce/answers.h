#pragma once
// The bodies in which Salesforce answers.  Pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/http/message.h"
#include "tests/sandbox/systems/salesforce/database.h"
#include "tests/sandbox/systems/salesforce/soql.h"

namespace leadrelay::sandbox::salesforce {

http::Response Json(int status, json::Writer& writer);
http::Response Error(int status, std::string_view code, std::string_view message);

// Of a single record: the body of a duplicate rule names the matches.
http::Response Saved(int status, const std::string& id, bool created);
http::Response Refused(const Refusal& refusal);
// `fields` of it; none: all.
http::Response Shown(const std::string& object,
                     const Record& record,
                     const std::vector<std::string>& fields);

// Of a record in a collection.
void WriteVerdict(const std::string& id, std::optional<bool> created, json::Writer& writer);
void WriteVerdict(const Refusal& refusal, json::Writer& writer);

struct Part {
  std::string reference;
  http::Response response;
};
http::Response Halted();  // Undone for the sake of another.
http::Response CompositeAnswer(const std::vector<Part>& parts);

http::Response Rows(const Selection& selection);
http::Response Stages();
http::Response Description(const std::string& object, const Object& known);

}  // namespace leadrelay::sandbox::salesforce
