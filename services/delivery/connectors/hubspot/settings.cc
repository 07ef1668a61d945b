#include "services/delivery/connectors/hubspot/settings.h"

#include <algorithm>

#include "services/delivery/connectors/request_rules.h"

namespace leadrelay::delivery::hubspot {
namespace {

constexpr int64_t kFreePerDay = 250'000;
constexpr int64_t kProfessionalPerDay = 625'000;
constexpr int64_t kEnterprisePerDay = 1'000'000;
constexpr int64_t kSearchesPerSecond = 5;

// Stages of HubSpot's own default pipeline for the words that a lead may use.
const std::map<std::string, std::string, std::less<>>& DefaultStages() {
  static const std::map<std::string, std::string, std::less<>> stages = {
      {"new", "appointmentscheduled"},
      {"qualified", "qualifiedtobuy"},
      {"demo", "presentationscheduled"},
      {"proposal", "decisionmakerboughtin"},
      {"won", "closedwon"},
      {"lost", "closedlost"},
  };
  return stages;
}

bool IsPropertyName(std::string_view name) {
  return !name.empty() && name.size() <= 100 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

void CheckProperties(config::Section& section, const Mapping& mapping) {
  for (const std::string& field : mapping.Fields()) {
    if (IsPropertyName(field)) continue;
    section.AddFault(field,
                     "is no internal name of a HubSpot property: those are of a-z, 0-9 and _ "
                     "(the label that people see is another thing)");
  }
}

std::string ReadProperty(config::Section& section, std::string_view key) {
  std::string name = section.Text(key);
  if (!name.empty() && !IsPropertyName(name)) {
    section.AddFault(key, "is no internal name of a HubSpot property: those are of a-z, 0-9 and _");
  }
  return name;
}

bool IsVersion(const std::string& text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return text.size() == 7 && text[4] == '-' &&
         std::all_of(text.begin(), text.begin() + 4, is_digit) && is_digit(text[5]) &&
         is_digit(text[6]);
}

void ReadEndpoint(config::Section& section, Settings& settings) {
  settings.base_url = section.Text("base_url", "https://api.hubapi.com");
  const bool allow_http = section.Bool("allow_http", false);
  std::optional<std::string> fault = FaultInUrl(settings.base_url, allow_http);
  if (!fault.has_value() && settings.base_url.find('?') != std::string::npos) {
    fault = "may not have a ?query";
  }
  if (fault.has_value()) section.AddFault("base_url", *fault);
  while (settings.base_url.ends_with('/')) settings.base_url.pop_back();

  settings.version = section.Text("version", "2026-03");
  if (!IsVersion(settings.version)) {
    section.AddFault("version", "is no dated API version such as 2026-03");
  }
}

void ReadCredential(config::Section& section, Settings& settings) {
  settings.access_token = section.Secret("access_token");
  settings.client_id = section.Text("client_id");
  settings.client_secret = section.Secret("client_secret");
  settings.refresh_token = section.Secret("refresh_token");
  if (!IsHeaderValue(settings.access_token)) {
    section.AddFault("access_token",
                     "has a line break or another control character in it, or ends in a space");
  }
  const bool has_token = section.Has("access_token");
  const bool has_oauth =
      section.Has("client_id") || section.Has("client_secret") || section.Has("refresh_token");
  if (has_token == has_oauth) {
    section.AddFault(has_token ? "has to have either access_token or the three of OAuth, not both"
                               : "has to have access_token, or client_id, client_secret and "
                                 "refresh_token");
    return;
  }
  if (has_token) return;
  for (const char* key : {"client_id", "client_secret", "refresh_token"}) {
    if (!section.Has(key)) section.AddFault(key, "is required for OAuth");
  }
}

void ReadPlan(config::Section& section, Settings& settings) {
  const std::string plan =
      section.OneOf("plan",
                    settings.oauth() ? "oauth" : "free",
                    {"free", "starter", "professional", "enterprise", "oauth"});
  if (plan == "professional") settings.tier = Tier::kProfessional;
  if (plan == "enterprise") settings.tier = Tier::kEnterprise;
  if (plan == "oauth") settings.tier = Tier::kOauth;
}

void ReadContact(Setup& setup, Settings& settings) {
  settings.contact = Mapping::Compile(setup.mapping,
                                      {{"email", "email"},
                                       {"firstname", "first_name"},
                                       {"lastname", "last_name"},
                                       {"phone", "phone"},
                                       {"company", "company"}});
  CheckProperties(setup.mapping, settings.contact);
  settings.id_property = ReadProperty(setup.settings, "id_property");
  if (!settings.id_property.empty() && !settings.contact.Fills(settings.id_property)) {
    setup.settings.AddFault(
        "id_property",
        absl::StrCat("needs an entry ", settings.id_property, " in `mapping` that fills it"));
  }
}

void ReadDeal(config::Section& section, Settings& settings) {
  settings.deals = section.Bool("deals", true);
  settings.deal_pipeline = section.Text("deal_pipeline");
  settings.deal_stage = section.Text("deal_stage", "appointmentscheduled");
  settings.deal_stages = DefaultStages();
  for (const auto& [word, stage] : section.TextMap("deal_stages")) {
    settings.deal_stages.insert_or_assign(word, stage);
  }
  settings.deal_key_property = ReadProperty(section, "deal_key_property");
  config::Section mapping = section.Child("deal_mapping");
  settings.deal = Mapping::Compile(mapping,
                                   {{"dealname", "deal.title"},
                                    {"amount", "deal.value"},
                                    {"deal_currency_code", "deal.currency"},
                                    {"dealstage", "deal.stage"},
                                    {"closedate", "deal.close_date"}});
  CheckProperties(mapping, settings.deal);
}

void ReadCompany(config::Section& section, Settings& settings) {
  settings.company_id_property = ReadProperty(section, "company_id_property");
  const bool mapped = section.Has("company_mapping");
  config::Section mapping = section.Child("company_mapping");
  settings.company = Mapping::Compile(mapping, {{"name", "company"}});
  CheckProperties(mapping, settings.company);
  if (mapped && !section.Has("company_id_property")) {
    section.AddFault("company_mapping",
                     "needs company_id_property: without a property with unique values HubSpot "
                     "would make a company anew for every lead");
  }
}

}  // namespace

Settings ReadSettings(Setup& setup) {
  Settings settings;
  ReadEndpoint(setup.settings, settings);
  ReadCredential(setup.settings, settings);
  ReadPlan(setup.settings, settings);
  ReadContact(setup, settings);
  ReadDeal(setup.settings, settings);
  ReadCompany(setup.settings, settings);
  settings.notes = setup.settings.OneOf("note", "contact", {"contact", "none"}) == "contact";
  settings.tasks = setup.settings.OneOf("task", "contact", {"contact", "none"}) == "contact";
  return settings;
}

std::vector<config::RateWindow> LimitsOf(Tier tier) {
  const auto windows = [](int64_t burst, int64_t day) {
    std::vector<config::RateWindow> result = {
        {std::string(kBurstWindow), burst, absl::Seconds(10), ""}};
    if (day > 0) result.push_back({std::string(kDayWindow), day, absl::Hours(24), ""});
    result.push_back({std::string(kSearchScope),
                      kSearchesPerSecond,
                      absl::Seconds(1),
                      std::string(kSearchScope)});
    return result;
  };
  switch (tier) {
    case Tier::kFree:
      return windows(100, kFreePerDay);
    case Tier::kProfessional:
      return windows(190, kProfessionalPerDay);
    case Tier::kEnterprise:
      return windows(190, kEnterprisePerDay);
    case Tier::kOauth:
      return windows(110, 0);
  }
  return windows(100, kFreePerDay);
}

}  // namespace leadrelay::delivery::hubspot
