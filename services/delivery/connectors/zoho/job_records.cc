#include "services/delivery/connectors/zoho/job_records.h"

#include <algorithm>
#include <cctype>

#include "absl/strings/str_split.h"

#include "services/delivery/connectors/operation.h"
#include "services/delivery/connectors/reference.h"
#include "services/delivery/connectors/zoho/fields.h"
#include "services/delivery/map/text_transforms.h"

namespace leadrelay::delivery::zoho {
namespace {

constexpr size_t kDayLength = 10;  // 2026-03-01
constexpr std::string_view kNoCompany = "[not provided]";

bool Contains(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// E-mail addresses are compared without case: ours go out in lower case.
std::string LowerCase(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

Record Map(const Mapping& mapping,
           const Job& job,
           const Settings& settings,
           std::string_view module) {
  Record record;
  for (const MappedField& field : mapping.Apply(FactsOf(job))) {
    if (IsLookup(module, field.field) || Contains(settings.lookup_fields, field.field)) {
      record.PutLookup(field.field, ToText(field.value));
    } else if (Contains(settings.list_fields, field.field)) {
      record.PutList(field.field, ToText(field.value));
    } else {
      record.Put(field.field, field.value);
    }
  }
  return record;
}

// What the mapping says of it counts.
void PutAccount(Record& record, const Job& job) {
  if (!Has(job.progress, kAccountId) || record.Has(kAccountName)) return;
  record.PutLookup(kAccountName, Get(job.progress, kAccountId));
}

// The first of these that the lead has.
std::string FirstOf(const Job& job, const std::vector<const char*>& members) {
  for (const char* member : members) {
    std::string text = job.lead.Find(member).StringOr("");
    if (!text.empty()) return text;
  }
  return "";
}

std::string StandIn(const Job& job, std::string_view field) {
  if (field == "Company") return std::string(kNoCompany);
  return FirstOf(job, {"name", "first_name", "email", "phone"});
}

Record DealOf(const Job& job, const Settings& settings) {
  Record record = Map(settings.deal, job, settings, "Deals");
  const auto known = settings.deal_stages.find(record.Text("Stage"));
  if (known != settings.deal_stages.end()) record.PutText("Stage", known->second);
  return record;
}

std::string DayAfter(absl::Time time, int64_t days) {
  const absl::CivilDay day = absl::ToCivilDay(time, absl::UTCTimeZone());
  return absl::FormatCivilTime(day + days);
}

}  // namespace

std::vector<std::string> StandInsOf(const Job& job) {
  const std::string list = Get(job.scratch, kStandIns);
  if (list.empty()) return {};
  return absl::StrSplit(list, ',');
}

std::string ModuleOf(const Job& job, const Settings& settings) {
  if (WantsDeal(job, settings) || WantsMove(job, settings)) return "Contacts";
  return settings.module;
}

std::vector<std::string> CheckFields(std::string_view module, const Settings& settings) {
  const Mapping& mapping = module == settings.module ? settings.person : settings.contact;
  std::vector<std::string> fields;
  for (const std::string& field : {settings.id_field, std::string("Email")}) {
    if (!field.empty() && mapping.Fills(field)) fields.push_back(field);
  }
  return fields;
}

Record AccountOf(const Job& job, const Settings& settings) {
  return Map(settings.account, job, settings, "Accounts");
}

std::string AccountKey(const Job& job, const Settings& settings) {
  static const TextTransforms as_key({"one_line", "lower"}, "");
  return as_key.Apply(AccountOf(job, settings).Text(kAccountName)).text;
}

bool WantsAccount(const Job& job, const Settings& settings) {
  return settings.accounts && ModuleOf(job, settings) == "Contacts" &&
         !PersonOf(job, settings).Has(kAccountName) && !AccountKey(job, settings).empty();
}

Record PersonOf(const Job& job, const Settings& settings) {
  const std::string module = ModuleOf(job, settings);
  const Mapping& mapping = module == settings.module ? settings.person : settings.contact;
  Record person = Map(mapping, job, settings, module);
  if (person.Has("Email")) person.PutText("Email", LowerCase(person.Text("Email")));
  PutAccount(person, job);
  for (const std::string& field : StandInsOf(job)) person.PutText(field, StandIn(job, field));
  return person;
}

std::string KeyOf(const Record& person, std::string_view module, const Settings& settings) {
  std::string key = person.Text("Email");
  const std::vector<std::string> fields = CheckFields(module, settings);
  if (!key.empty() && Contains(fields, "Email")) return key;
  for (const std::string& field : fields) {
    key = person.Text(field);
    if (!key.empty()) return absl::StrCat(field, "=", key);
  }
  return "";
}

bool HasStandIn(std::string_view module, std::string_view field) {
  return field == "Last_Name" || (field == "Company" && module == "Leads");
}

bool WantsDeal(const Job& job, const Settings& settings) {
  return settings.deals && WantsNewDeal(job.lead);
}

bool WantsMove(const Job& job, const Settings& settings) {
  return settings.deals && WantsDealMove(job.lead);
}

std::string DealName(const Job& job, const Settings& settings) {
  std::string name = DealOf(job, settings).Text("Deal_Name");
  if (name.empty()) name = FirstOf(job, {"name", "company"});
  return name.empty() ? absl::StrCat("Lead ", job.lead_id) : name;
}

Record NewDealOf(const Job& job, const Settings& settings) {
  Record deal = DealOf(job, settings);
  deal.PutText("Deal_Name", DealName(job, settings));
  if (!deal.Has("Stage")) deal.PutText("Stage", settings.deal_stage);
  // The account's own layout asks for one.
  if (!deal.Has("Closing_Date")) {
    deal.PutText("Closing_Date", DayAfter(job.accepted_at, settings.deal_days));
  }
  if (!settings.deal_pipeline.empty() && !deal.Has("Pipeline")) {
    deal.PutText("Pipeline", settings.deal_pipeline);
  }
  if (!settings.deal_key_field.empty()) deal.PutText(settings.deal_key_field, job.delivery_id);
  deal.PutLookup("Contact_Name", Get(job.progress, kPersonId));
  PutAccount(deal, job);
  return deal;
}

Record MovedDealOf(const Job& job, const Settings& settings, const std::string& id) {
  Record deal = DealOf(job, settings);
  deal.PutText("id", id);
  return deal;
}

bool WantsNoteRecord(const Job& job, const Settings& settings) {
  return settings.notes && WantsNote(job.lead);
}

Record NoteOf(const Job& job, const Settings& settings) {
  Record note;
  note.PutText("Note_Title", absl::StrCat("Note of ", FormatInstant(job.accepted_at)));
  note.PutText("Note_Content", WithReference(job.lead.Find("note").StringOr(""), job));
  note.PutParent(ModuleOf(job, settings), Get(job.progress, kPersonId));
  return note;
}

bool WantsTaskRecord(const Job& job, const Settings& settings) {
  return settings.tasks && WantsTask(job.lead);
}

std::string_view TaskLink(std::string_view module) {
  return module == "Contacts" ? "Who_Id" : "What_Id";
}

Record TaskOf(const Job& job, const Settings& settings) {
  const json::Value task = job.lead.Find("task");
  const std::string module = ModuleOf(job, settings);
  Record record;
  record.PutText("Subject", task.Find("title").StringOr(""));
  record.PutText("Status", "Not Started");
  const std::string text = task.Find("text").StringOr("");
  if (!text.empty()) record.PutText("Description", text);
  // Zoho's tasks are due on a day.
  const std::string due = task.Find("due").StringOr("");
  if (!due.empty()) record.PutText("Due_Date", due.substr(0, kDayLength));
  record.PutLookup(TaskLink(module), Get(job.progress, kPersonId));
  if (module != "Contacts") record.PutText("$se_module", module);
  return record;
}

}  // namespace leadrelay::delivery::zoho
