#include "tests/sandbox/systems/hubspot/schema.h"

#include <initializer_list>

namespace leadrelay::sandbox::hubspot {
namespace {

std::map<std::string, bool> Properties(std::initializer_list<const char*> plain,
                                       std::initializer_list<const char*> unique) {
  std::map<std::string, bool> properties;
  for (const char* property : plain) properties[property] = false;
  for (const char* property : unique) properties[property] = true;
  return properties;
}

}  // namespace

const Schema& AccountSchema() {
  static const Schema schema = {
      {"contacts",
       Properties({"firstname",
                   "lastname",
                   "phone",
                   "mobilephone",
                   "company",
                   "website",
                   "jobtitle",
                   "city",
                   "state",
                   "zip",
                   "country",
                   "address",
                   "lifecyclestage",
                   "hs_lead_status",
                   "message",
                   "hubspot_owner_id",
                   "hs_analytics_source",
                   "utm_source",
                   "utm_medium",
                   "utm_campaign",
                   "lead_source"},
                  {"email", "leadrelay_id"})},
      {"deals",
       Properties({"dealname",
                   "pipeline",
                   "dealstage",
                   "amount",
                   "closedate",
                   "deal_currency_code",
                   "hubspot_owner_id",
                   "description"},
                  {"leadrelay_id"})},
      {"companies",
       Properties({"name", "domain", "website", "phone", "city", "country", "industry"},
                  {"leadrelay_id"})},
      {"notes", Properties({"hs_timestamp", "hs_note_body", "hubspot_owner_id"}, {"leadrelay_id"})},
      {"tasks",
       Properties({"hs_timestamp",
                   "hs_task_subject",
                   "hs_task_body",
                   "hs_task_status",
                   "hs_task_priority",
                   "hs_task_type",
                   "hubspot_owner_id"},
                  {})}};
  return schema;
}

bool IsUnique(const std::string& type, const std::string& property) {
  const std::map<std::string, bool>& properties = AccountSchema().at(type);
  const auto known = properties.find(property);
  return known != properties.end() && known->second;
}

std::string TypeName(const std::string& type) {
  static const std::map<std::string, std::string> names = {{"0-1", "contacts"},
                                                           {"0-2", "companies"},
                                                           {"0-3", "deals"},
                                                           {"0-46", "notes"},
                                                           {"0-27", "tasks"}};
  const auto name = names.find(type);
  return name == names.end() ? type : name->second;
}

}  // namespace leadrelay::sandbox::hubspot
