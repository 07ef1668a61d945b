#pragma once
// HTML forms that post straight from the browser.  Pure.

#include <string>
#include <string_view>

#include "absl/time/time.h"

#include "common/config/config.h"
#include "common/http/message.h"
#include "services/ingest/receive/verdict.h"

namespace leadrelay::ingest {

// What the browser's request says about who fills in the form; empty where it says nothing usable.
struct Visitor {
  std::string address;  // Of the visitor, not of the ingress in front of us.
  std::string user_agent;
  std::string page;  // Where the form stands (Referer).
};
// `peer` is the address of the connection's other end.
Visitor VisitorOf(const http::Request& request, std::string_view peer);

// True when the field that people do not see was filled in: a machine did it.
bool IsTrapped(const config::Form& form, const http::Fields& fields);

struct FormLead {
  std::string json;      // The lead, with what the server added: when, where, by which program.
  std::string identity;  // What the visitor sent alone: posting the form twice gives one lead.
};

// Fields go where the form's `fields` say; else fields that are named like a lead's own members
// ("email", "utm_source") go there; the rest goes to form_data, with a list for a name that comes
// more than once.  "first_name" and "last_name" make up `name` when there is none.
FormLead BuildLead(const config::Form& form,
                   const http::Fields& fields,
                   const Visitor& visitor,
                   absl::Time now);

// 303 to the form's success or failure page, or a plain page where there is none.
http::Response FormResponse(const config::Form& form, const Verdict& verdict);
// The same for an API's client that asked for application/json is VerdictResponse().
bool WantsJson(const http::Headers& headers);

}  // namespace leadrelay::ingest
