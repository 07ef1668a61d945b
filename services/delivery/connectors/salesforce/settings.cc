#include "services/delivery/connectors/salesforce/settings.h"

#include <algorithm>

#include "services/delivery/connectors/request_rules.h"
#include "services/delivery/connectors/salesforce/fields.h"
#include "services/delivery/connectors/salesforce/soql.h"

namespace leadrelay::delivery::salesforce {
namespace {

constexpr std::string_view kLogin = "https://login.salesforce.com";
constexpr std::string_view kTestLogin = "https://test.salesforce.com";

// Requests in a rolling day, of the whole org: "API Request Limits and Allocations".  Developer
// Edition's figure is seen, not documented.
constexpr int64_t kDeveloperDay = 15'000;
constexpr int64_t kBaseDay = 100'000;
constexpr int64_t kSandboxDay = 5'000'000;
constexpr int64_t kPerLicence = 1'000;
constexpr int64_t kPerUnlimitedLicence = 5'000;

// "Bulk API and Bulk API 2.0 Limits": 10,000 records are one batch of a job.
constexpr int64_t kMostInBulk = 10'000;
constexpr int64_t kUsualInBulk = 5'000;

// The stages of a new org for the words that a lead may use.
const std::map<std::string, std::string, std::less<>>& DefaultStages() {
  static const std::map<std::string, std::string, std::less<>> stages = {
      {"new", "Prospecting"},
      {"qualified", "Qualification"},
      {"demo", "Needs Analysis"},
      {"proposal", "Proposal/Price Quote"},
      {"won", "Closed Won"},
      {"lost", "Closed Lost"},
  };
  return stages;
}

std::string ReadUrl(config::Section& section,
                    std::string_view key,
                    std::string_view fallback,
                    bool allow_http) {
  std::string url = section.Text(key, std::string(fallback));
  if (url.empty()) return url;
  std::optional<std::string> fault = FaultInUrl(url, allow_http);
  if (!fault.has_value() && url.find('?') != std::string::npos) fault = "may not have a ?query";
  if (fault.has_value()) section.AddFault(key, *fault);
  while (url.ends_with('/')) url.pop_back();
  return url;
}

bool IsVersion(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return text.size() == 4 && is_digit(text[0]) && is_digit(text[1]) && text.ends_with(".0");
}

void ReadEndpoint(config::Section& section, Settings& settings) {
  settings.allow_http = section.Bool("allow_http", false);
  settings.login_url = ReadUrl(section, "login_url", kLogin, settings.allow_http);
  settings.base_url = ReadUrl(section, "base_url", "", settings.allow_http);
  const std::string version = section.Text("version", "67.0");
  if (!IsVersion(version)) section.AddFault("version", "is no API version such as 67.0");
  settings.api = absl::StrCat("/services/data/v", version);
}

void ReadJwt(config::Section& section, Settings& settings) {
  if (settings.username.empty()) section.AddFault("username", "is required with private_key");
  for (const char* key : {"client_secret", "refresh_token"}) {
    if (section.Has(key)) section.AddFault(key, "is not used with private_key");
  }
}

void ReadCredential(config::Section& section, Settings& settings) {
  settings.client_id = section.RequiredText("client_id");
  settings.client_secret = section.Secret("client_secret");
  settings.refresh_token = section.Secret("refresh_token");
  settings.username = section.Text("username");
  // The audience of a My Domain is the login host that stands behind it.
  const bool test = settings.login_url == kTestLogin ||
                    settings.login_url.ends_with(".sandbox.my.salesforce.com");
  settings.audience = section.Text("audience", std::string(test ? kTestLogin : kLogin));
  const std::string pem = section.Secret("private_key");
  if (section.Has("private_key")) {
    settings.private_key = crypto::RsaKey::Parse(pem);
    if (!pem.empty() && !settings.private_key.has_value()) {
      section.AddFault("private_key",
                       "is no RSA private key of 2048 bits or more in PEM, without a pass phrase");
    }
    return ReadJwt(section, settings);
  }
  for (const char* key : {"username", "audience"}) {
    if (section.Has(key)) section.AddFault(key, "is used with private_key only");
  }
  if (!section.Has("client_secret")) {
    section.AddFault(
        "has to have private_key and username, or client_secret with refresh_token, or "
        "client_secret alone");
  } else if (!section.Has("refresh_token") &&
             (settings.login_url == kLogin || settings.login_url == kTestLogin)) {
    section.AddFault("login_url",
                     "has to be the My Domain address, such as https://acme.my.salesforce.com: "
                     "client credentials work nowhere else");
  }
}

void ReadPlan(config::Section& section, Settings& settings) {
  const std::string plan = section.OneOf(
      "plan", "developer", {"developer", "professional", "enterprise", "unlimited", "sandbox"});
  const int64_t licences = section.Int("licences", 0, 0, 1'000'000);
  if (plan == "developer") {
    settings.requests_per_day = kDeveloperDay;
  } else if (plan == "sandbox") {
    settings.requests_per_day = kSandboxDay;
  } else {
    settings.requests_per_day =
        kBaseDay + licences * (plan == "unlimited" ? kPerUnlimitedLicence : kPerLicence);
  }
}

std::string ReadCustomField(config::Section& section, std::string_view key) {
  std::string name = section.Text(key);
  if (!name.empty() && !IsCustomField(name)) {
    section.AddFault(key, "is no name of a custom field, such as Lead_Key__c");
  }
  return name;
}

void ReadPerson(Setup& setup, Settings& settings) {
  config::Section& section = setup.settings;
  const bool lead = section.OneOf("person", "lead", {"lead", "contact"}) == "lead";
  settings.person = lead ? Person::kLead : Person::kContact;
  settings.key_field = ReadCustomField(section, "key_field");
  const std::string duplicates =
      section.OneOf("duplicates", "update", {"update", "reject", "allow"});
  if (duplicates == "reject") settings.duplicates = Duplicates::kReject;
  if (duplicates == "allow") settings.duplicates = Duplicates::kAllow;

  std::vector<DefaultField> defaults = {{"FirstName", "first_name"},
                                        {"LastName", "last_name"},
                                        {"Email", "email"},
                                        {"Phone", "phone"}};
  if (lead) defaults.push_back({"Company", "company"});
  if (IsCustomField(settings.key_field)) defaults.push_back({settings.key_field, "email"});
  settings.mapping = Mapping::Compile(setup.mapping, defaults);
  LintFields(setup.mapping,
             settings.mapping,
             lead ? LeadFields() : ContactFields(),
             &IsCustomField,
             "Salesforce");
  if (!settings.key_field.empty() && !settings.mapping.Fills(settings.key_field)) {
    section.AddFault("key_field", "needs an entry in `mapping` that fills it");
  }
}

void ReadBulk(config::Section& section, Settings& settings) {
  const int64_t from = section.Int("bulk_from", 0, 0, kMostInBulk);
  const int64_t most = section.Int("bulk_most", std::max(from, kUsualInBulk), 1, kMostInBulk);
  settings.bulk_assignment_rule = section.Text("bulk_assignment_rule");
  if (from == 0) {
    for (const char* key : {"bulk_most", "bulk_assignment_rule"}) {
      if (section.Has(key)) section.AddFault(key, "is used with bulk_from only");
    }
    return;
  }
  if (settings.key_field.empty()) section.AddFault("bulk_from", "needs a key_field");
  if (most < from) section.AddFault("bulk_most", "has to be at least bulk_from");
  const std::string& rule = settings.bulk_assignment_rule;
  if (!rule.empty() && !(IsId(rule) && rule.starts_with("01Q"))) {
    section.AddFault("bulk_assignment_rule", "is no id of an assignment rule, such as 01Q...");
  } else if (!rule.empty() && settings.person == Person::kContact) {
    section.AddFault("bulk_assignment_rule", "is used with person: lead only");
  }
  settings.bulk = {static_cast<int>(from), static_cast<int>(most)};
}

void ReadDeal(config::Section& section, Settings& settings) {
  settings.deals = section.Bool("deals", true);
  settings.deal_stage = section.Text("deal_stage", "Prospecting");
  settings.deal_stages = DefaultStages();
  for (const auto& [word, stage] : section.TextMap("deal_stages")) {
    settings.deal_stages.insert_or_assign(word, stage);
  }
  settings.deal_closes_in = absl::Hours(24) * section.Int("deal_close_days", 30, 0, 3650);
  settings.deal_key_field = ReadCustomField(section, "deal_key_field");
  settings.deal_lead_field = ReadCustomField(section, "deal_lead_field");
  if (settings.person == Person::kContact && !settings.deal_lead_field.empty()) {
    section.AddFault("deal_lead_field", "is used with person: lead only");
  }
  config::Section mapping = section.Child("deal_mapping");
  settings.deal_mapping = Mapping::Compile(mapping,
                                           {{"Name", "deal.title"},
                                            {"Amount", "deal.value"},
                                            {"StageName", "deal.stage"},
                                            {"CloseDate", "deal.close_date"}});
  LintFields(mapping, settings.deal_mapping, OpportunityFields(), &IsCustomField, "Salesforce");
}

void ReadActivities(config::Section& section, Settings& settings) {
  const std::string note = section.OneOf("note", "task", {"task", "content_note", "none"});
  if (note == "content_note") settings.note = Note::kContentNote;
  if (note == "none") settings.note = Note::kNone;
  settings.note_status = section.Text("note_status", "Completed");
  settings.activity_key_field = ReadCustomField(section, "activity_key_field");
}

}  // namespace

std::string Settings::Url(std::string_view path) const {
  return absl::StrCat(base_url, api, std::string(path));
}

Settings ReadSettings(Setup& setup) {
  Settings settings;
  ReadEndpoint(setup.settings, settings);
  ReadCredential(setup.settings, settings);
  ReadPlan(setup.settings, settings);
  ReadPerson(setup, settings);
  ReadBulk(setup.settings, settings);
  ReadDeal(setup.settings, settings);
  ReadActivities(setup.settings, settings);
  return settings;
}

}  // namespace leadrelay::delivery::salesforce
