#include "services/delivery/connectors/zoho/settings.h"

#include <algorithm>
#include <array>
#include <limits>

#include "services/delivery/connectors/request_rules.h"
#include "services/delivery/connectors/zoho/fields.h"

namespace leadrelay::delivery::zoho {
namespace {

struct DataCenter {
  const char* name;
  const char* accounts;
  const char* api;
};

// From the vendor's SDK (lib/routes/dc) and the page "Multi DC support"; the hosts of the Emirates
// are known from others' code alone.
constexpr std::array<DataCenter, 10> kDataCenters = {{
    {"us", "https://accounts.zoho.com", "https://www.zohoapis.com"},
    {"eu", "https://accounts.zoho.eu", "https://www.zohoapis.eu"},
    {"in", "https://accounts.zoho.in", "https://www.zohoapis.in"},
    {"au", "https://accounts.zoho.com.au", "https://www.zohoapis.com.au"},
    {"cn", "https://accounts.zoho.com.cn", "https://www.zohoapis.com.cn"},
    {"jp", "https://accounts.zoho.jp", "https://www.zohoapis.jp"},
    {"ca", "https://accounts.zohocloud.ca", "https://www.zohoapis.ca"},
    {"sa", "https://accounts.zoho.sa", "https://www.zohoapis.sa"},
    {"uk", "https://accounts.zoho.uk", "https://www.zohoapis.uk"},
    {"ae", "https://accounts.zoho.ae", "https://www.zohoapis.ae"},
}};

// Stages of the pipeline that every account begins with, for the words that a lead may use.
const std::map<std::string, std::string, std::less<>>& DefaultStages() {
  static const std::map<std::string, std::string, std::less<>> stages = {
      {"new", "Qualification"},
      {"qualified", "Needs Analysis"},
      {"demo", "Value Proposition"},
      {"proposal", "Proposal/Price Quote"},
      {"won", "Closed Won"},
      {"lost", "Closed Lost"},
  };
  return stages;
}

std::vector<DefaultField> PersonDefaults(const std::string& module) {
  std::vector<DefaultField> fields = {{"Email", "email"},
                                      {"First_Name", "first_name"},
                                      {"Last_Name", "last_name"},
                                      {"Phone", "phone"}};
  // A contact's company is a record of its own, an account: `account_mapping`.
  if (module == "Leads") fields.push_back({"Company", "company"});
  return fields;
}

Mapping ReadMapping(config::Section& section,
                    const std::string& module,
                    const std::vector<DefaultField>& defaults) {
  Mapping mapping = Mapping::Compile(section, defaults);
  LintFields(
      section,
      mapping,
      FieldsOf(module),
      [&module](std::string_view name) { return MayBeCustom(module, name); },
      "Zoho");
  return mapping;
}

std::string ReadField(config::Section& section, std::string_view key) {
  std::string name = section.Text(key);
  if (!name.empty() && !IsApiName(name)) {
    section.AddFault(key, "is no API name of a Zoho field: those are of letters, digits and _");
  }
  return name;
}

std::vector<std::string> ReadFields(config::Section& section, std::string_view key) {
  std::vector<std::string> names = section.Texts(key);
  if (!std::ranges::all_of(names, IsApiName)) {
    section.AddFault(key, "has a name in it that is no API name of a Zoho field");
  }
  return names;
}

bool IsVersion(const std::string& text) {
  return text.size() >= 2 && text.size() <= 5 && text[0] == 'v' &&
         std::all_of(text.begin() + 1, text.end(), [](char c) {
           return (c >= '0' && c <= '9') || c == '.';
         });
}

void ReadEndpoint(config::Section& section, Settings& settings) {
  std::vector<std::string> names;
  names.reserve(std::size(kDataCenters));
  for (const DataCenter& each : kDataCenters) names.emplace_back(each.name);
  const std::string name = section.OneOf("data_center", "us", names);
  const auto center = std::ranges::find(kDataCenters, name, &DataCenter::name);
  settings.accounts_url = center->accounts;
  settings.api_url = center->api;

  std::string base_url = section.Text("base_url");
  const bool allow_http = section.Bool("allow_http", false);
  if (!base_url.empty()) {
    std::optional<std::string> fault = FaultInUrl(base_url, allow_http);
    if (!fault.has_value() && base_url.find('?') != std::string::npos) {
      fault = "may not have a ?query";
    }
    if (fault.has_value()) section.AddFault("base_url", *fault);
    while (base_url.ends_with('/')) base_url.pop_back();
    settings.accounts_url = base_url;
    settings.api_url = base_url;
    settings.fixed_api_url = true;
  }

  settings.version = section.Text("version", "v8");
  if (!IsVersion(settings.version)) {
    section.AddFault("version", "is no version of the API such as v8");
  }
}

void ReadCredential(config::Section& section, Settings& settings) {
  settings.client_id = section.RequiredText("client_id");
  settings.client_secret = section.RequiredSecret("client_secret");
  settings.refresh_token = section.RequiredSecret("refresh_token");
}

void ReadPlan(config::Section& section, Settings& settings) {
  const std::string plan =
      section.OneOf("plan", "free", {"free", "standard", "professional", "enterprise", "ultimate"});
  if (plan == "standard") settings.edition = Edition::kStandard;
  if (plan == "professional") settings.edition = Edition::kProfessional;
  if (plan == "enterprise") settings.edition = Edition::kEnterprise;
  if (plan == "ultimate") settings.edition = Edition::kUltimate;
  settings.users = section.Int("users", 1, 1, 100'000);
}

void ReadPerson(Setup& setup, Settings& settings) {
  settings.module = setup.settings.OneOf("module", "Leads", {"Leads", "Contacts"});
  settings.person = ReadMapping(setup.mapping, settings.module, PersonDefaults(settings.module));
  config::Section section = setup.settings.Child("contact_mapping");
  settings.contact = ReadMapping(section, "Contacts", PersonDefaults("Contacts"));
  if (settings.module == "Contacts") {
    settings.contact = settings.person;
    if (setup.settings.Has("contact_mapping")) {
      setup.settings.AddFault("contact_mapping", "is for `module: Leads`: here `mapping` counts");
    }
  }
  settings.id_field = ReadField(setup.settings, "id_field");
  if (!settings.id_field.empty() && !settings.person.Fills(settings.id_field)) {
    setup.settings.AddFault(
        "id_field",
        absl::StrCat("needs an entry ", settings.id_field, " in `mapping` that fills it"));
  }
  settings.lookup_fields = ReadFields(setup.settings, "lookup_fields");
  settings.list_fields = ReadFields(setup.settings, "list_fields");
  settings.workflows = setup.settings.Bool("workflows", true);
}

void ReadAccount(config::Section& section, Settings& settings) {
  settings.accounts = section.Bool("accounts", true);
  config::Section mapping = section.Child("account_mapping");
  settings.account = ReadMapping(mapping, "Accounts", {{std::string(kAccountName), "company"}});
}

void ReadDeal(config::Section& section, Settings& settings) {
  settings.deals = section.Bool("deals", true);
  settings.deal_pipeline = section.Text("deal_pipeline");
  settings.deal_stage = section.Text("deal_stage", "Qualification");
  settings.deal_stages = DefaultStages();
  for (const auto& [word, stage] : section.TextMap("deal_stages")) {
    settings.deal_stages.insert_or_assign(word, stage);
  }
  settings.deal_days = section.Int("deal_days", 30, 0, 3650);
  settings.deal_key_field = ReadField(section, "deal_key_field");
  config::Section mapping = section.Child("deal_mapping");
  settings.deal = ReadMapping(mapping,
                              "Deals",
                              {{"Deal_Name", "deal.title"},
                               {"Amount", "deal.value"},
                               {"Stage", "deal.stage"},
                               {"Closing_Date", "deal.close_date"}});
}

}  // namespace

Settings ReadSettings(Setup& setup) {
  Settings settings;
  ReadEndpoint(setup.settings, settings);
  ReadCredential(setup.settings, settings);
  ReadPlan(setup.settings, settings);
  ReadPerson(setup, settings);
  ReadAccount(setup.settings, settings);
  ReadDeal(setup.settings, settings);
  settings.notes = setup.settings.Bool("notes", true);
  settings.tasks = setup.settings.Bool("tasks", true);
  return settings;
}

std::vector<config::RateWindow> LimitsOf(Edition edition, int64_t users) {
  const auto window = [users](int64_t base, int64_t each, int64_t most) {
    return std::vector<config::RateWindow>{
        {std::string(kCreditsWindow), std::min(base + each * users, most), absl::Hours(24), ""}};
  };
  switch (edition) {
    case Edition::kFree:
      return window(5'000, 0, 5'000);
    case Edition::kStandard:
      return window(50'000, 250, 100'000);
    case Edition::kProfessional:
      return window(50'000, 500, 3'000'000);
    case Edition::kEnterprise:
      return window(50'000, 1'000, 5'000'000);
    case Edition::kUltimate:
      return window(50'000, 2'000, std::numeric_limits<int64_t>::max());
  }
  return window(5'000, 0, 5'000);
}

int CallsAtOnce(Edition edition) {
  switch (edition) {
    case Edition::kFree:
      return 5;
    case Edition::kStandard:
      return 10;
    case Edition::kProfessional:
      return 15;
    case Edition::kEnterprise:
      return 20;
    case Edition::kUltimate:
      return 25;
  }
  return 5;
}

}  // namespace leadrelay::delivery::zoho
