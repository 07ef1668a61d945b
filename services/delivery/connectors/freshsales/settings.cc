#include "services/delivery/connectors/freshsales/settings.h"

#include <algorithm>

#include "absl/strings/match.h"

#include "services/delivery/connectors/field_facts.h"
#include "services/delivery/connectors/freshsales/bulk_upsert.h"
#include "services/delivery/connectors/freshsales/fields.h"
#include "services/delivery/connectors/request_rules.h"

namespace leadrelay::delivery::freshsales {
namespace {

constexpr std::string_view kApi = "/crm/sales/api";
constexpr int kDefaultBulkFrom = 10;  // A bulk is four requests or so of the hour's thousand.
// Keeps within the 400 a minute that older articles name, without the minute that a window of one
// takes to fill after a first start.
constexpr int64_t kPerSecond = 6;

// Names of the pipelines that accounts begin with, of different years (UNVERIFIED: `leadctl test`
// looks whether they are there); the first that is there counts.
const std::map<std::string, std::string, std::less<>>& DefaultStages() {
  static const std::map<std::string, std::string, std::less<>> stages = {
      {"new", "New"},
      {"qualified", "Qualified|Qualification|Follow-up"},
      {"demo", "Demo"},
      {"proposal", "Proposal|Negotiation"},
      {"won", "Won"},
      {"lost", "Lost"},
  };
  return stages;
}

// What people may paste of the bundle's URL, down to its host.
void StripApi(std::string& url) {
  for (const std::string_view end : {"", "/api", "/crm/sales"}) {
    if (url.ends_with(end)) url.resize(url.size() - end.size());
    while (url.ends_with('/')) url.pop_back();
  }
}

void ReadEndpoint(config::Section& section, Settings& settings) {
  settings.base_url = section.RequiredText("base_url");
  const bool allow_http = section.Bool("allow_http", false);
  StripApi(settings.base_url);
  if (!settings.base_url.empty()) {
    std::optional<std::string> fault = FaultInUrl(settings.base_url, allow_http);
    if (!fault.has_value() && settings.base_url.find('?') != std::string::npos) {
      fault = "may not have a ?query";
    }
    if (absl::EndsWithIgnoreCase(settings.base_url, ".freshsales.io")) {
      fault =
          "is of Freshsales Classic, which has another API: the Suite's is "
          "https://<bundle alias>.myfreshworks.com";
    }
    if (fault.has_value()) section.AddFault("base_url", *fault);
  }
  settings.api_key = section.RequiredSecret("api_key");
  if (!IsHeaderValue(settings.api_key)) {
    section.AddFault("api_key",
                     "has a line break or another control character in it, or a space at an end");
  }
}

void ReadPlan(config::Section& section, Settings& settings) {
  const std::string plan = section.OneOf("plan", "growth", {"free", "growth", "pro", "enterprise"});
  settings.per_hour = 1000;
  if (plan == "pro") settings.per_hour = 2000;
  if (plan == "enterprise") settings.per_hour = 5000;
}

void ReadContact(Setup& setup, Settings& settings) {
  settings.contact = Mapping::Compile(setup.mapping,
                                      {{std::string(kEmails), "email"},
                                       {"first_name", "first_name"},
                                       {"last_name", "last_name"},
                                       {"mobile_number", "phone"}});
  LintFields(setup.mapping, settings.contact, ContactFields(), IsCustomField, "Freshsales");
  settings.id_field = setup.settings.Text("id_field", std::string(kEmails));
  if (!settings.contact.Fills(settings.id_field)) {
    setup.settings.AddFault(
        "id_field",
        absl::StrCat("needs an entry ", settings.id_field, " in `mapping` that fills it"));
  }
}

void ReadAccount(config::Section& section, Settings& settings) {
  settings.accounts = section.Bool("accounts", false);
  const bool mapped = section.Has("account_mapping");
  config::Section mapping = section.Child("account_mapping");
  settings.account = Mapping::Compile(mapping, {{"name", "company"}});
  LintFields(mapping, settings.account, AccountFields(), IsCustomField, "a Freshsales account");
  if (mapped && !settings.accounts) section.AddFault("account_mapping", "needs accounts: true");
}

void CheckIds(config::Section& section,
              std::string_view key,
              const std::map<std::string, std::string, std::less<>>& ids) {
  for (const auto& [word, id] : ids) {
    if (!IsId(id)) section.AddFault(key, absl::StrCat("has no id for ", word));
  }
}

void ReadDeal(config::Section& section, Settings& settings) {
  settings.deals = section.Bool("deals", true);
  settings.deal_pipeline = section.Text("deal_pipeline");
  if (!settings.deal_pipeline.empty() && !IsId(settings.deal_pipeline)) {
    section.AddFault("deal_pipeline", "has to be Freshsales' id, not a name");
  }
  settings.deal_stage = section.Text("deal_stage");
  settings.deal_stages = DefaultStages();
  for (const auto& [word, stage] : section.TextMap("deal_stages")) {
    if (stage.empty()) section.AddFault("deal_stages", "has a word without a stage");
    settings.deal_stages.insert_or_assign(word, stage);
  }
  for (const auto& [word, id] : section.TextMap("currencies")) settings.currencies[word] = id;
  CheckIds(section, "currencies", settings.currencies);
  config::Section mapping = section.Child("deal_mapping");
  settings.deal = Mapping::Compile(mapping,
                                   {{"name", "deal.title"},
                                    {"amount", "deal.value"},
                                    {"currency_id", "deal.currency"},
                                    {"deal_stage_id", "deal.stage"},
                                    {"expected_close", "deal.close_date"}});
  LintFields(mapping, settings.deal, DealFields(), IsCustomField, "a Freshsales deal");
}

void ReadTask(config::Section& section, Settings& settings) {
  settings.tasks = section.Bool("tasks", true);
  config::Section mapping = section.Child("task_mapping");
  settings.task = Mapping::Compile(
      mapping, {{"title", "task.title"}, {"description", "task.text"}, {"due_date", "task.due"}});
  LintFields(mapping, settings.task, TaskFields(), IsCustomField, "a Freshsales task");
}

}  // namespace

std::string Settings::Url(std::string_view path) const {
  return absl::StrCat(base_url, std::string(kApi), std::string(path));
}

Settings ReadSettings(Setup& setup) {
  Settings settings;
  ReadEndpoint(setup.settings, settings);
  ReadPlan(setup.settings, settings);
  ReadContact(setup, settings);
  ReadAccount(setup.settings, settings);
  ReadDeal(setup.settings, settings);
  settings.notes = setup.settings.OneOf("note", "contact", {"contact", "none"}) == "contact";
  ReadTask(setup.settings, settings);
  settings.bulk_from =
      static_cast<int>(setup.settings.Int("bulk_from", kDefaultBulkFrom, 0, kMostInBulk));
  return settings;
}

std::vector<config::RateWindow> LimitsOf(const Settings& settings) {
  return {{"1s", kPerSecond, absl::Seconds(1), ""},
          {"hour", settings.per_hour, absl::Hours(1), ""}};
}

bool IsId(std::string_view text) {
  return !text.empty() && text.size() <= 18 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool IsCustomField(std::string_view field) {
  return field.starts_with("cf_") && field.size() > 3;
}

}  // namespace leadrelay::delivery::freshsales
