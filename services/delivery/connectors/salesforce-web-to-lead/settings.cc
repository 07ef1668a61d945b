#include "services/delivery/connectors/salesforce-web-to-lead/settings.h"

#include <algorithm>

#include "services/delivery/connectors/field_facts.h"
#include "services/delivery/connectors/request_rules.h"

namespace leadrelay::delivery::salesforce_web_to_lead {
namespace {

constexpr size_t kShortId = 15;

bool IsId(std::string_view text, std::string_view prefix) {
  return (text.size() == kShortId || text.size() == 18) && text.starts_with(prefix) &&
         std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
         });
}

// A custom field is named by its id.
bool IsCustomField(std::string_view name) {
  return IsId(name, "00N");
}

// Names of the generated form: help "Generate a Web-to-Lead Form".
const std::vector<FieldFact>& FormFields() {
  static const std::vector<FieldFact> facts = [] {
    std::vector<FieldFact> all = {{.name = "last_name", .required = true},
                                  {.name = "company", .required = true}};
    for (const char* name :
         {"first_name",  "email",      "phone",      "mobile",      "fax",
          "title",       "salutation", "url",        "street",      "city",
          "state",       "state_code", "zip",        "country",     "country_code",
          "lead_source", "industry",   "rating",     "revenue",     "employees",
          "description", "currency",   "recordType", "Campaign_ID", "member_status",
          "emailOptOut", "faxOptOut",  "doNotCall"}) {
      all.push_back({.name = name});
    }
    for (const char* name : {"oid", "retURL", "debug", "debugEmail", "encoding", "orgId"}) {
      all.push_back({.name = name, .read_only = true});
    }
    return all;
  }();
  return facts;
}

}  // namespace

Settings ReadSettings(Setup& setup) {
  config::Section& section = setup.settings;
  Settings settings;
  std::string base = section.Text("base_url", "https://webto.salesforce.com");
  const bool allow_http = section.Bool("allow_http", false);
  std::optional<std::string> fault = FaultInUrl(base, allow_http);
  if (!fault.has_value() && base.find('?') != std::string::npos) fault = "may not have a ?query";
  if (fault.has_value()) section.AddFault("base_url", *fault);
  while (base.ends_with('/')) base.pop_back();

  settings.org_id = section.RequiredText("org_id");
  if (!settings.org_id.empty() && !IsId(settings.org_id, "00D")) {
    section.AddFault("org_id",
                     "is no id of an org: 15 or 18 letters and digits that begin with 00D");
  }
  settings.org_id.resize(std::min(settings.org_id.size(), kShortId));
  settings.url =
      absl::StrCat(base, "/servlet/servlet.WebToLead?encoding=UTF-8&orgId=", settings.org_id);
  settings.send_in_doubt = section.OneOf("in_doubt", "reject", {"reject", "send"}) == "send";
  settings.debug_email = section.Text("debug_email");

  settings.mapping = Mapping::Compile(setup.mapping,
                                      {{"first_name", "first_name"},
                                       {"last_name", "last_name"},
                                       {"email", "email"},
                                       {"phone", "phone"},
                                       {"company", "company"},
                                       {"description", "note"}});
  LintFields(setup.mapping, settings.mapping, FormFields(), &IsCustomField, "Web-to-Lead");
  return settings;
}

}  // namespace leadrelay::delivery::salesforce_web_to_lead
