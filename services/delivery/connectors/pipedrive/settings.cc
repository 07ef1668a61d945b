#include "services/delivery/connectors/pipedrive/settings.h"

#include <algorithm>

#include "services/delivery/connectors/pipedrive/fields.h"
#include "services/delivery/connectors/request_rules.h"

namespace leadrelay::delivery::pipedrive {
namespace {

constexpr char kTokenHost[] = "https://oauth.pipedrive.com";
constexpr int64_t kMostSeats = 100'000;
constexpr int64_t kLargestId = 2'000'000'000;

// Names of the pipeline that a new account begins with; new is where every deal begins.
const std::map<std::string, std::string, std::less<>>& DefaultStages() {
  static const std::map<std::string, std::string, std::less<>> stages = {
      {"new", ""},
      {"qualified", "Qualified"},
      {"demo", "Demo Scheduled"},
      {"proposal", "Proposal Made"},
      {"won", "won"},
      {"lost", "lost"},
  };
  return stages;
}

bool IsDomain(std::string_view text) {
  return !text.empty() && text.size() <= 63 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

void ReadCredential(config::Section& section, Settings& settings) {
  settings.api_token = section.Secret("api_token");
  settings.client_id = section.Text("client_id");
  settings.client_secret = section.Secret("client_secret");
  settings.refresh_token = section.Secret("refresh_token");
  if (!IsHeaderValue(settings.api_token)) {
    section.AddFault("api_token",
                     "has a line break or another control character in it, or ends in a space");
  }
  const bool has_token = section.Has("api_token");
  const bool has_oauth =
      section.Has("client_id") || section.Has("client_secret") || section.Has("refresh_token");
  if (has_token == has_oauth) {
    section.AddFault(has_token ? "has to have either api_token or the three of OAuth, not both"
                               : "has to have api_token, or client_id, client_secret and "
                                 "refresh_token");
    return;
  }
  if (has_token) return;
  for (const char* key : {"client_id", "client_secret", "refresh_token"}) {
    if (!section.Has(key)) section.AddFault(key, "is required for OAuth");
  }
}

void ReadEndpoint(config::Section& section, Settings& settings) {
  const std::string domain = section.Text("company_domain");
  if (!domain.empty() && !IsDomain(domain)) {
    section.AddFault("company_domain",
                     "is no company domain: of https://example.pipedrive.com it is \"example\"");
  }
  const std::string host = settings.oauth() ? std::string(kTokenHost)
                                            : absl::StrCat("https://", domain, ".pipedrive.com");
  const std::optional<std::string> given = section.OptionalText("base_url");
  settings.base_url = given.value_or(host);
  settings.allow_http = section.Bool("allow_http", false);
  if (settings.oauth() && !domain.empty()) {
    section.AddFault("company_domain", "is known from the token with OAuth: leave it out");
  }
  if (!settings.oauth() && domain.empty() && !given.has_value()) {
    section.AddFault("company_domain", "is required with api_token");
    return;
  }
  std::optional<std::string> fault = FaultInUrl(settings.base_url, settings.allow_http);
  if (!fault.has_value() && settings.base_url.find('?') != std::string::npos) {
    fault = "may not have a ?query";
  }
  if (fault.has_value() && given.has_value()) section.AddFault("base_url", *fault);
  while (settings.base_url.ends_with('/')) settings.base_url.pop_back();
}

void ReadPlan(config::Section& section, Settings& settings) {
  const std::string& smallest = PlanNames().front();
  settings.allowance = AllowanceOf(section.OneOf("plan", smallest, PlanNames()));
  settings.allowance.seats = section.Int("seats", 1, 1, kMostSeats);
}

void ReadPerson(Setup& setup, Settings& settings) {
  settings.person = Mapping::Compile(
      setup.mapping,
      {{"name", "name"}, {"email", "email"}, {"phone", "phone"}, {"organization", "company"}});
  LintFields(setup.mapping, settings.person, PersonFields(), IsCustom, "a Pipedrive person");
  settings.match_phone = setup.settings.Bool("match_phone", true);
  const bool by_phone = settings.match_phone && settings.person.Fills("phone");
  if (!settings.person.Fills("email") && !by_phone) {
    setup.mapping.AddFault(
        "leaves nothing to tell a person by: map email, or phone with match_phone");
  }
}

void ReadDeal(config::Section& section, Settings& settings) {
  const std::string what = section.OneOf("deals", "deals", {"deals", "leads", "none"});
  if (what == "leads") settings.deals = Deals::kInboxLeads;
  if (what == "none") settings.deals = Deals::kNone;
  settings.deal_pipeline = section.Int("deal_pipeline", 0, 0, kLargestId);
  settings.deal_stages = DefaultStages();
  for (const auto& [word, stage] : section.TextMap("deal_stages")) {
    settings.deal_stages.insert_or_assign(word, stage);
  }
  settings.deal_key_field = section.Text("deal_key_field");
  if (!settings.deal_key_field.empty() && !IsCustom(settings.deal_key_field)) {
    section.AddFault("deal_key_field",
                     "is no key of a custom field: those are 40 digits of 0-9, a-f");
  }
  config::Section mapping = section.Child("deal_mapping");
  std::vector<DefaultField> defaults = {{"title", "deal.title"},
                                        {"value", "deal.value"},
                                        {"currency", "deal.currency"},
                                        {"expected_close_date", "deal.close_date"}};
  const bool inbox = settings.deals == Deals::kInboxLeads;
  if (!inbox) defaults.push_back({"stage", "deal.stage"});
  settings.deal = Mapping::Compile(mapping, defaults);
  LintFields(mapping,
             settings.deal,
             inbox ? InboxLeadFields() : DealFields(),
             IsCustom,
             inbox ? "a lead of Pipedrive's inbox" : "a Pipedrive deal");
}

}  // namespace

Settings ReadSettings(Setup& setup) {
  Settings settings;
  ReadCredential(setup.settings, settings);
  ReadEndpoint(setup.settings, settings);
  ReadPlan(setup.settings, settings);
  ReadPerson(setup, settings);
  ReadDeal(setup.settings, settings);
  settings.notes = setup.settings.Bool("notes", true);
  settings.tasks = setup.settings.Bool("tasks", true);
  settings.task_type = setup.settings.Text("task_type", "task");
  return settings;
}

}  // namespace leadrelay::delivery::pipedrive
