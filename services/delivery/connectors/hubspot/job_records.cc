#include "services/delivery/connectors/hubspot/job_records.h"

#include "services/delivery/connectors/reference.h"
#include "services/delivery/map/text_transforms.h"

namespace leadrelay::delivery::hubspot {
namespace {

constexpr std::string_view kMidnight = "T00:00:00Z";
constexpr size_t kLongestNote = 65'536;  // Characters, docs "Notes": counted in bytes here.

bool IsDay(std::string_view text) {
  return text.size() == std::string_view("2026-03-01").size();
}

Properties Map(const Mapping& mapping, const Job& job) {
  Properties properties;
  for (const MappedField& field : mapping.Apply(FactsOf(job))) {
    properties.emplace_back(field.field, ToText(field.value));
  }
  return properties;
}

// The body of a note is HTML to HubSpot, and the lead's text is not.
std::string NoteHtml(std::string_view text, size_t longest = kLongestNote) {
  std::string html;
  for (size_t i = 0; i < text.size();) {
    size_t length = 1;
    while (i + length < text.size() && (text[i + length] & 0xC0) == 0x80) ++length;
    std::string_view piece = text.substr(i, length);
    if (piece == "&") piece = "&amp;";
    if (piece == "<") piece = "&lt;";
    if (piece == ">") piece = "&gt;";
    if (piece == "\"") piece = "&quot;";
    if (piece == "\n") piece = "<br>";
    if (piece == "\r") piece = "";
    if (html.size() + piece.size() > longest) break;
    html += piece;
    i += length;
  }
  return html;
}

std::string DealName(const Job& job) {
  for (const char* path : {"name", "company"}) {
    std::string name = job.lead.Find(path).StringOr("");
    if (!name.empty()) return name;
  }
  return absl::StrCat("Lead ", job.lead_id);
}

// As the lead has them, with HubSpot's own words for stages.
Properties DealProperties(const Job& job, const Settings& settings) {
  Properties properties = Map(settings.deal, job);
  if (const std::string* stage = Find(properties, "dealstage")) {
    const auto known = settings.deal_stages.find(*stage);
    if (known != settings.deal_stages.end()) Put(properties, "dealstage", known->second);
  }
  // A day; HubSpot's field is an instant.
  if (const std::string* day = Find(properties, "closedate"); day != nullptr && IsDay(*day)) {
    Put(properties, "closedate", absl::StrCat(*day, std::string(kMidnight)));
  }
  return properties;
}

}  // namespace

Record ContactOf(const Job& job, const Settings& settings) {
  Record record;
  record.trace = job.delivery_id;
  record.telling = "phone";
  record.properties = Map(settings.contact, job);
  if (const std::string* email = Find(record.properties, "email")) {
    Put(record.properties, "email", LowerCase(*email));
  }
  for (const std::string& name : {settings.id_property, std::string("email")}) {
    const std::string* value = name.empty() ? nullptr : Find(record.properties, name);
    if (value == nullptr) continue;
    record.key_property = name;
    record.key = *value;
    break;
  }
  return record;
}

bool IsContact(const Record& record) {
  return !record.key_property.empty() || Find(record.properties, "firstname") != nullptr ||
         Find(record.properties, "lastname") != nullptr;
}

std::optional<Record> CompanyOf(const Job& job, const Settings& settings) {
  if (!settings.companies()) return std::nullopt;
  static const TextTransforms as_key({"one_line", "lower"}, "");
  Record record;
  record.trace = job.delivery_id;
  record.key_property = settings.company_id_property;
  record.properties = Map(settings.company, job);
  const std::string* name = Find(record.properties, "name");
  if (name != nullptr && !settings.company.Fills(record.key_property)) {
    Put(record.properties, record.key_property, as_key.Apply(*name).text);
  }
  const std::string* key = Find(record.properties, record.key_property);
  if (key == nullptr || key->empty()) return std::nullopt;
  record.key = *key;
  return record;
}

bool WantsDeal(const Job& job, const Settings& settings) {
  return settings.deals && WantsNewDeal(job.lead);
}

bool MovesDeal(const Job& job, const Settings& settings) {
  return settings.deals && WantsDealMove(job.lead);
}

std::string DealTitle(const Job& job) {
  return job.lead.Find("deal").Find("title").StringOr("");
}

Record MoveOf(const Job& job, const Settings& settings) {
  Record record;
  record.trace = job.delivery_id;
  record.key_property = kRecordId;
  record.key = Get(job.progress, kDealId);
  record.properties = DealProperties(job, settings);
  std::erase_if(record.properties,
                [](const auto& property) { return property.first == "dealname"; });
  return record;
}

Record DealOf(const Job& job, const Settings& settings) {
  Record record;
  record.trace = job.delivery_id;
  record.properties = DealProperties(job, settings);
  if (Find(record.properties, "dealname") == nullptr) {
    Put(record.properties, "dealname", DealName(job));
  }
  if (Find(record.properties, "dealstage") == nullptr) {
    Put(record.properties, "dealstage", settings.deal_stage);
  }
  if (!settings.deal_pipeline.empty() && Find(record.properties, "pipeline") == nullptr) {
    Put(record.properties, "pipeline", settings.deal_pipeline);
  }
  if (settings.deal_key_property.empty()) {
    record.telling = "dealname";
    record.associations = {{Get(job.progress, kContactId), kDealToContact}};
    if (Has(job.progress, kCompanyId)) {
      record.associations.push_back({Get(job.progress, kCompanyId), kDealToCompany});
    }
  } else {
    record.key_property = settings.deal_key_property;
    record.key = job.delivery_id;
    Put(record.properties, record.key_property, record.key);
  }
  return record;
}

bool WantsNote(const Job& job, const Settings& settings) {
  return settings.notes && delivery::WantsNote(job.lead);
}

Record NoteOf(const Job& job) {
  const std::string end = "<br><br>" + ReferenceOf(job);
  const std::string text = job.lead.Find("note").StringOr("");
  Record record;
  record.trace = job.delivery_id;
  record.telling = "hs_timestamp";
  Put(record.properties, record.telling, FormatInstant(job.accepted_at));
  Put(record.properties, "hs_note_body", NoteHtml(text, kLongestNote - end.size()) + end);
  record.associations = {{Get(job.progress, kContactId), kNoteToContact}};
  if (Has(job.progress, kDealId)) {
    record.associations.push_back({Get(job.progress, kDealId), kNoteToDeal});
  }
  return record;
}

bool WantsATask(const Job& job, const Settings& settings) {
  return settings.tasks && WantsTask(job.lead);
}

std::string TaskSubject(const Job& job) {
  return job.lead.Find("task").Find("title").StringOr("");
}

// hs_timestamp is when it is due, and required (docs "Tasks"); without a day, it is due at once.
Record TaskOf(const Job& job) {
  const json::Value task = job.lead.Find("task");
  std::string due = task.Find("due").StringOr(FormatInstant(job.accepted_at));
  if (IsDay(due)) due += kMidnight;
  Record record;
  record.trace = job.delivery_id;
  record.telling = "hs_task_subject";
  Put(record.properties, "hs_timestamp", due);
  Put(record.properties, record.telling, TaskSubject(job));
  if (const std::string text = task.Find("text").StringOr(""); !text.empty()) {
    Put(record.properties, "hs_task_body", NoteHtml(text));
  }
  Put(record.properties, "hs_task_status", "NOT_STARTED");
  record.associations = {{Get(job.progress, kContactId), kTaskToContact}};
  if (Has(job.progress, kDealId)) {
    record.associations.push_back({Get(job.progress, kDealId), kTaskToDeal});
  }
  return record;
}

}  // namespace leadrelay::delivery::hubspot
