#include "services/delivery/connectors/close/settings.h"

#include <algorithm>

#include "services/delivery/connectors/close/fields.h"
#include "services/delivery/connectors/request_rules.h"

namespace leadrelay::delivery::close {
namespace {

// Lists were seen 30 to 60 s behind.
constexpr absl::Duration kUsualLag = absl::Seconds(60);

void ReadEndpoint(config::Section& section, Settings& settings) {
  settings.base_url = section.Text("base_url", "https://api.close.com");
  const bool allow_http = section.Bool("allow_http", false);
  std::optional<std::string> fault = FaultInUrl(settings.base_url, allow_http);
  if (!fault.has_value() && settings.base_url.find('?') != std::string::npos) {
    fault = "may not have a ?query";
  }
  if (fault.has_value()) section.AddFault("base_url", *fault);
  while (settings.base_url.ends_with('/')) settings.base_url.pop_back();
  settings.search_lag =
      section.Duration("search_lag", kUsualLag, absl::Seconds(1), absl::Minutes(10));
}

void ReadCredential(config::Section& section, Settings& settings) {
  settings.api_key = section.Secret("api_key");
  settings.client_id = section.Text("client_id");
  settings.client_secret = section.Secret("client_secret");
  settings.refresh_token = section.Secret("refresh_token");
  // A colon would end the user name of HTTP basic authentication.
  if (settings.api_key.find(':') != std::string::npos || !IsHeaderValue(settings.api_key)) {
    section.AddFault("api_key", "is no API key: it has a colon, a line break or a space in it");
  }
  const bool has_key = section.Has("api_key");
  const bool has_oauth =
      section.Has("client_id") || section.Has("client_secret") || section.Has("refresh_token");
  if (has_key == has_oauth) {
    section.AddFault(has_key ? "has to have either api_key or the three of OAuth, not both"
                             : "has to have api_key, or client_id, client_secret and "
                               "refresh_token");
    return;
  }
  if (has_key) return;
  for (const char* key : {"client_id", "client_secret", "refresh_token"}) {
    if (!section.Has(key)) section.AddFault(key, "is required for OAuth");
  }
}

Mapping ReadMapping(config::Section section,
                    const std::vector<DefaultField>& defaults,
                    const std::vector<FieldFact>& fields) {
  Mapping mapping = Mapping::Compile(section, defaults);
  LintFields(section, mapping, fields, &IsCustomField, "Close");
  return mapping;
}

void ReadPerson(Setup& setup, Settings& settings) {
  settings.contact = ReadMapping(
      setup.mapping, {{"name", "name"}, {"email", "email"}, {"phone", "phone"}}, ContactFields());
  if (!settings.contact.Fills("email") && !settings.contact.Fills("phone")) {
    setup.mapping.AddFault(
        "fills neither email nor phone, and nothing else tells one person from another");
  }
  config::Section lead = setup.settings.Child("lead_mapping");
  settings.lead = ReadMapping(lead, {{"name", "company"}}, LeadFields());
  if (settings.lead.Fills("status") && settings.lead.Fills("status_id")) {
    lead.AddFault("has both status and status_id, and Close takes one of them");
  }
  settings.join_company = setup.settings.Bool("join_company", false);
  if (settings.join_company && !settings.lead.Fills("name")) {
    setup.settings.AddFault("join_company", "needs an entry name in lead_mapping that fills it");
  }
}

bool IsCurrency(std::string_view code) {
  return code.size() == 3 && std::ranges::all_of(code, [](char c) { return c >= 'A' && c <= 'Z'; });
}

void ReadDeal(config::Section& section, Settings& settings) {
  settings.deals = section.Bool("deals", true);
  settings.deal_pipeline = section.Text("deal_pipeline");
  if (!settings.deal_pipeline.empty() && !settings.deal_pipeline.starts_with("pipe_")) {
    section.AddFault("deal_pipeline", "is no id of a pipeline: those begin with pipe_");
  }
  for (const auto& [word, stage] : section.TextMap("deal_stages")) {
    if (!stage.empty()) settings.deal_stages.insert_or_assign(word, stage);
  }
  settings.deal_key_field = section.Text("deal_key_field");
  if (!settings.deal_key_field.empty() && !IsCustomField(settings.deal_key_field)) {
    section.AddFault("deal_key_field", "is no custom field: those are custom.cf_ and an id");
  }
  settings.currency = section.Text("currency");
  if (!settings.currency.empty() && !IsCurrency(settings.currency)) {
    section.AddFault("currency", "is no ISO 4217 code such as USD");
  }
  // date_won of an opportunity that is not won is shown as its estimated close.
  settings.deal = ReadMapping(section.Child("deal_mapping"),
                              {{"note", "deal.title"},
                               {"value", "deal.value"},
                               {"status_id", "deal.stage"},
                               {"date_won", "deal.close_date"}},
                              OpportunityFields());
  if (settings.deal.Fills(settings.deal_key_field)) {
    section.AddFault("deal_key_field", "is filled by deal_mapping as well");
  }
}

}  // namespace

Settings ReadSettings(Setup& setup) {
  Settings settings;
  ReadEndpoint(setup.settings, settings);
  ReadCredential(setup.settings, settings);
  ReadPerson(setup, settings);
  ReadDeal(setup.settings, settings);
  settings.notes = setup.settings.Bool("notes", true);
  settings.tasks = setup.settings.Bool("tasks", true);
  settings.task = ReadMapping(setup.settings.Child("task_mapping"),
                              {{"text", "task.title"}, {"date", "task.due"}},
                              TaskFields());
  return settings;
}

std::string Url(const Settings& settings, std::string_view path) {
  return absl::StrCat(settings.base_url, "/api/v1", std::string(path));
}

std::string RecordUrl(const Settings& settings, std::string_view path, std::string_view id) {
  return absl::StrCat(Url(settings, path), http::PercentEncode(id), "/");
}

}  // namespace leadrelay::delivery::close
