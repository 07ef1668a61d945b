#include "services/delivery/connectors/airtable/settings.h"

#include <algorithm>

#include "services/delivery/connectors/request_rules.h"

namespace leadrelay::delivery::airtable {
namespace {

// Of a base; a sixth locks everybody out of it for 30 s.
constexpr int64_t kPerSecond = 5;
// Calls of a workspace in a calendar month: third parties' numbers of 2025 and 2026; Airtable
// itself confirms only that these two plans have a limit.
constexpr int64_t kFreePerMonth = 1'000;
constexpr int64_t kTeamPerMonth = 100'000;

bool IsId(std::string_view text, std::string_view prefix) {
  return text.starts_with(prefix) && text.size() > prefix.size() && text.size() <= 32 &&
         std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
         });
}

std::string ReadUrl(config::Section& section,
                    const char* key,
                    const char* fallback,
                    bool allow_http) {
  std::string url = section.Text(key, fallback);
  std::optional<std::string> fault = FaultInUrl(url, allow_http);
  if (!fault.has_value() && url.find('?') != std::string::npos) fault = "may not have a ?query";
  if (fault.has_value()) section.AddFault(key, *fault);
  while (url.ends_with('/')) url.pop_back();
  return url;
}

void ReadEndpoint(config::Section& section, Settings& settings) {
  const bool allow_http = section.Bool("allow_http", false);
  settings.base_url = ReadUrl(section, "base_url", "https://api.airtable.com/v0", allow_http);
  settings.token_url =
      ReadUrl(section, "token_url", "https://airtable.com/oauth2/v1/token", allow_http);
  settings.base_id = section.RequiredText("base_id");
  if (!settings.base_id.empty() && !IsId(settings.base_id, "app")) {
    section.AddFault("base_id", "is no id of a base: those begin with app, as in the base's URL");
  }
  const std::string plan = section.OneOf("plan", "free", {"free", "team", "business"});
  if (plan == "team") settings.tier = Tier::kTeam;
  if (plan == "business") settings.tier = Tier::kBusiness;
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
  if (settings.access_token.starts_with("key")) {
    section.AddFault("access_token",
                     "is an API key, which Airtable has not taken since February 2024: make a "
                     "personal access token");
  }
  const bool has_token = section.Has("access_token");
  const bool has_oauth = section.Has("client_id") || section.Has("refresh_token");
  if (has_token == has_oauth) {
    section.AddFault(has_token ? "has to have either access_token or OAuth, not both"
                               : "has to have access_token, or client_id and refresh_token");
    return;
  }
  if (has_token) return;
  for (const char* key : {"client_id", "refresh_token"}) {
    if (!section.Has(key)) section.AddFault(key, "is required for OAuth");
  }
}

// Answers name all fields by name or all by id, so those that we read have to be of one kind.
void CheckKind(config::Section& section,
               const char* key,
               std::string_view field,
               std::string_view other) {
  if (field.empty() || IsFieldId(field) == IsFieldId(other)) return;
  section.AddFault(
      key,
      absl::StrCat("and \"", std::string(other), "\" have to be both names or both ids of fields"));
}

void ReadPerson(Setup& setup, Settings& settings) {
  config::Section& section = setup.settings;
  settings.table = section.RequiredText("table");
  settings.typecast = section.Bool("typecast", true);
  settings.key_fields = section.Texts("key_fields");
  if (settings.key_fields.empty()) settings.key_fields = {"Email", "Phone"};
  settings.person = Mapping::Compile(
      setup.mapping,
      {{"Name", "name"}, {"Email", "email"}, {"Phone", "phone"}, {"Company", "company"}});
  for (const std::string& field : settings.key_fields) {
    if (section.Has("key_fields") && !settings.person.Fills(field)) {
      section.AddFault("key_fields",
                       absl::StrCat("needs an entry ", field, " in `mapping` that fills it"));
    }
    CheckKind(section, "key_fields", field, settings.key_fields.front());
  }
  settings.notes = section.Bool("notes", true);
  settings.note_field = section.Text("note_field", "Notes");
  if (!settings.notes) return;
  CheckKind(section, "note_field", settings.note_field, settings.key_fields.front());
  if (settings.person.Fills(settings.note_field)) {
    section.AddFault("note_field",
                     "is filled by `mapping` as well: take it out there, or set notes: false");
  }
}

OwnedTable ReadOwned(config::Section& section,
                     const std::string& what,
                     const std::vector<DefaultField>& defaults) {
  OwnedTable table;
  table.name = section.Text(what + "_table");
  table.key_field = section.Text(what + "_key_field", "Delivery ID");
  table.person_field = section.Text(what + "_person_field", "Person");
  table.mapping = Mapping::Compile(section.Child(what + "_mapping"), defaults);
  CheckKind(section, (what + "_person_field").c_str(), table.person_field, table.key_field);
  for (const std::string& field : {table.key_field, table.person_field}) {
    if (!table.mapping.Fills(field)) continue;
    section.AddFault(what + "_mapping",
                     absl::StrCat("may not fill \"", field, "\": that one is filled by itself"));
  }
  return table;
}

void ReadDeal(config::Section& section, Settings& settings) {
  settings.deal_title_field = section.Text("deal_title_field", "Name");
  settings.deal_stage_field = section.Text("deal_stage_field", "Stage");
  settings.deal = ReadOwned(section,
                            "deal",
                            {{settings.deal_title_field, "deal.title"},
                             {"Value", "deal.value"},
                             {"Currency", "deal.currency"},
                             {settings.deal_stage_field, "deal.stage"},
                             {"Close date", "deal.close_date"}});
  // It stands in a formula, and Airtable knows no way to write a name with two braces in one.
  if (settings.deal_title_field.find_first_of("{}") != std::string::npos) {
    section.AddFault("deal_title_field", "may not have { or } in it: use the field's id");
  }
  settings.deal_stages = {{"new", "New"},
                          {"qualified", "Qualified"},
                          {"demo", "Demo"},
                          {"proposal", "Proposal"},
                          {"won", "Won"},
                          {"lost", "Lost"}};
  for (const auto& [word, stage] : section.TextMap("deal_stages")) {
    settings.deal_stages.insert_or_assign(word, stage);
  }
}

}  // namespace

bool IsFieldId(std::string_view field) {
  constexpr size_t kLength = 17;
  return field.size() == kLength && IsId(field, "fld");
}

Settings ReadSettings(Setup& setup) {
  Settings settings;
  config::Section& section = setup.settings;
  ReadEndpoint(section, settings);
  ReadCredential(section, settings);
  ReadPerson(setup, settings);
  ReadDeal(section, settings);
  settings.task = ReadOwned(
      section, "task", {{"Name", "task.title"}, {"Notes", "task.text"}, {"Due", "task.due"}});
  // Deliveries are told apart by their id within a table.
  if (settings.deal.wanted() &&
      (settings.deal.name == settings.task.name || settings.deal.name == settings.table)) {
    section.AddFault("deal_table", "has to be a table of its own");
  }
  if (settings.task.wanted() && settings.task.name == settings.table) {
    section.AddFault("task_table", "has to be a table of its own");
  }
  return settings;
}

std::vector<config::RateWindow> LimitsOf(Tier tier) {
  std::vector<config::RateWindow> limits = {{"1s", kPerSecond, absl::Seconds(1), ""}};
  // Thirty sliding days are no month, and never more than one.
  if (tier == Tier::kFree) limits.push_back({"month", kFreePerMonth, 30 * absl::Hours(24), ""});
  if (tier == Tier::kTeam) limits.push_back({"month", kTeamPerMonth, 30 * absl::Hours(24), ""});
  return limits;
}

}  // namespace leadrelay::delivery::airtable
