#include "tests/sandbox/systems/freshsales/account.h"

#include "absl/strings/str_cat.h"

#include "tests/sandbox/systems/freshsales/requests.h"

namespace leadrelay::sandbox::freshsales {
namespace {

constexpr std::string_view kStages = R"([
  {"id":1,"name":"New","deal_pipeline_id":10},{"id":2,"name":"Qualification","deal_pipeline_id":10},
  {"id":3,"name":"Demo","deal_pipeline_id":10},{"id":4,"name":"Negotiation","deal_pipeline_id":10},
  {"id":5,"name":"Won","deal_pipeline_id":10},{"id":6,"name":"Lost","deal_pipeline_id":10}])";

bool IsEmail(const std::string& text) {
  return text.find('@') != std::string::npos && text.find("..") == std::string::npos;
}

}  // namespace

const std::map<std::string, std::string>& Selectors() {
  static const std::map<std::string, std::string> selectors = {
      {"owners", R"({"users":[{"id":700,"display_name":"Ada"},{"id":701,"display_name":"Bob"}]})"},
      {"deal_stages", absl::StrCat(R"({"deal_stages":)", std::string(kStages), "}")},
      {"deal_pipelines", R"({"deal_pipelines":[{"id":10,"name":"Default Pipeline"}]})"},
      {"currencies",
       R"({"currencies":[{"id":1,"currency_code":"USD"},{"id":3,"currency_code":"EUR"}]})"},
      {"lead_sources", R"({"lead_sources":[{"id":70000,"name":"Web"}]})"},
      {"lifecycle_stages", R"({"lifecycle_stages":[{"id":71010,"name":"Lead"}]})"},
      {"contact_statuses", R"({"contact_statuses":[{"id":71001,"name":"New"}]})"},
  };
  return selectors;
}

bool IsStage(const std::string& id) {
  return id.size() == 1 && id[0] >= '1' && id[0] <= '6';
}

std::string FaultIn(const json::Value& contact) {
  const std::string emails = Text(contact, "emails");
  if (!emails.empty() && !IsEmail(emails)) return absl::StrCat("Emails ", emails, " is invalid");
  for (const json::Value::Member& field : contact.Find("custom_field").Members()) {
    if (field.key == "cf_budget" || field.key == "cf_origin") continue;
    return absl::StrCat("Custom field ", std::string(field.key), " does not exist");
  }
  return "";
}

}  // namespace leadrelay::sandbox::freshsales
