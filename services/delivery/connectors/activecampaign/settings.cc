#include "services/delivery/connectors/activecampaign/settings.h"

#include <algorithm>

#include "services/delivery/connectors/activecampaign/import.h"
#include "services/delivery/connectors/field_facts.h"
#include "services/delivery/connectors/request_rules.h"

namespace leadrelay::delivery::activecampaign {
namespace {

constexpr std::string_view kApi = "/api/3";
// The vendor asks for ten at least; a sync tells more, and at once.
constexpr int kDefaultBulkFrom = 50;

// Fields of the v3 reference.  What people call the company is an account of its own there, not a
// text of the contact.
const std::vector<FieldFact>& ContactFields() {
  static const std::vector<FieldFact> fields = {
      {"email", false, true},
      {"firstName"},
      {"lastName"},
      {"phone"},
      {"id", true},
      {"cdate", true},
      {"udate", true},
      {"orgid", true},
      {"orgname", true},
      {"organization", true},
      {"deleted", true},
      {"hash", true},
  };
  return fields;
}

const std::vector<FieldFact>& DealFields() {
  static const std::vector<FieldFact> fields = {
      {"title"},
      {"description"},
      {"value"},
      {"currency"},
      {"stage"},
      {"owner"},
      {"percent"},
      {"account"},
      {"id", true},
      {"contact", true},
      {"group", true},
      {"status", true},
      {"cdate", true},
      {"mdate", true},
      {"hash", true},
  };
  return fields;
}

const std::vector<FieldFact>& TaskFields() {
  static const std::vector<FieldFact> fields = {
      {"title"},
      {"note"},
      {"duedate"},
      {"dealTasktype"},
      {"assignee"},
      {"triggerAutomationOnCreate"},
      {"doneAutomation"},
      {"id", true},
      {"ownerType", true},
      {"relid", true},
      {"status", true},
  };
  return fields;
}

// The titles are those of the pipeline that an account begins with (UNVERIFIED: `leadctl test`
// looks whether they are there).
const std::map<std::string, std::string, std::less<>>& DefaultStages() {
  static const std::map<std::string, std::string, std::less<>> stages = {
      {"new", std::string(kFirst)},
      {"qualified", "In Contact"},
      {"demo", "In Contact"},
      {"proposal", "Follow Up"},
      {"won", std::string(kWon)},
      {"lost", std::string(kLost)},
  };
  return stages;
}

void ReadEndpoint(config::Section& section, Settings& settings) {
  settings.base_url = section.RequiredText("base_url");
  const bool allow_http = section.Bool("allow_http", false);
  if (!settings.base_url.empty()) {
    std::optional<std::string> fault = FaultInUrl(settings.base_url, allow_http);
    if (!fault.has_value() && settings.base_url.find('?') != std::string::npos) {
      fault = "may not have a ?query";
    }
    if (fault.has_value()) section.AddFault("base_url", *fault);
  }
  const auto strip_slashes = [&settings] {
    while (settings.base_url.ends_with('/')) settings.base_url.pop_back();
  };
  strip_slashes();
  if (settings.base_url.ends_with(kApi)) {
    settings.base_url.resize(settings.base_url.size() - kApi.size());
    strip_slashes();
  }

  settings.api_token = section.RequiredSecret("api_token");
  if (!IsHeaderValue(settings.api_token)) {
    section.AddFault("api_token",
                     "has a line break or another control character in it, or a space at an end");
  }
}

std::vector<std::string> ReadIds(config::Section& section, std::string_view key) {
  std::vector<std::string> ids = section.Texts(key);
  if (!std::ranges::all_of(ids, IsId)) {
    section.AddFault(key, "has to have ActiveCampaign's numbers, not names");
  }
  return ids;
}

std::string ReadId(config::Section& section, std::string_view key, std::string fallback) {
  std::string id = section.Text(key, std::move(fallback));
  if (!IsId(id)) section.AddFault(key, "has to be ActiveCampaign's number, not a name");
  return id;
}

void ReadContact(Setup& setup, Settings& settings) {
  settings.contact = Mapping::Compile(setup.mapping,
                                      {{"email", "email"},
                                       {"firstName", "first_name"},
                                       {"lastName", "last_name"},
                                       {"phone", "phone"}});
  LintFields(setup.mapping, settings.contact, ContactFields(), IsId, "ActiveCampaign");
  for (std::string& field : ReadIds(setup.settings, "choice_fields")) {
    settings.choice_fields.insert(std::move(field));
  }
  settings.lists = ReadIds(setup.settings, "lists");
  settings.tags = ReadIds(setup.settings, "tags");
}

void ReadDeal(config::Section& section, Settings& settings) {
  settings.deals = section.Bool("deals", true);
  settings.deal_pipeline = ReadId(section, "deal_pipeline", "1");
  settings.deal_stage = section.Text("deal_stage");
  settings.deal_stages = DefaultStages();
  for (const auto& [word, stage] : section.TextMap("deal_stages")) {
    if (stage.empty()) section.AddFault("deal_stages", "has a word without a stage");
    settings.deal_stages.insert_or_assign(word, stage);
  }
  settings.deal_currency = section.Text("deal_currency", "usd");
  config::Section mapping = section.Child("deal_mapping");
  settings.deal = Mapping::Compile(mapping,
                                   {{"title", "deal.title"},
                                    {"value", "deal.value"},
                                    {"currency", "deal.currency"},
                                    {"stage", "deal.stage"}});
  LintFields(mapping, settings.deal, DealFields(), IsId, "an ActiveCampaign deal");
}

void ReadTask(config::Section& section, Settings& settings) {
  settings.tasks = section.Bool("tasks", true);
  settings.task_type = ReadId(section, "task_type", "1");
  config::Section mapping = section.Child("task_mapping");
  settings.task = Mapping::Compile(
      mapping, {{"title", "task.title"}, {"note", "task.text"}, {"duedate", "task.due"}});
  const auto none = [](std::string_view) { return false; };
  LintFields(mapping, settings.task, TaskFields(), none, "an ActiveCampaign task");
}

}  // namespace

std::string Settings::Url(std::string_view path) const {
  return absl::StrCat(base_url, std::string(kApi), std::string(path));
}

Settings ReadSettings(Setup& setup) {
  Settings settings;
  ReadEndpoint(setup.settings, settings);
  ReadContact(setup, settings);
  ReadDeal(setup.settings, settings);
  settings.notes = setup.settings.OneOf("note", "contact", {"contact", "none"}) == "contact";
  ReadTask(setup.settings, settings);
  settings.bulk_from =
      static_cast<int>(setup.settings.Int("bulk_from", kDefaultBulkFrom, 0, kMostImported));
  return settings;
}

bool IsId(std::string_view text) {
  return !text.empty() && text.size() <= 18 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace leadrelay::delivery::activecampaign
