#include "services/delivery/connectors/pipedrive/job_records.h"

#include "services/delivery/connectors/pipedrive/fields.h"
#include "services/delivery/connectors/pipedrive/note_text.h"

namespace leadrelay::delivery::pipedrive {
namespace {

void WritePoints(json::Writer& writer, std::string_view key, const std::string& value) {
  if (value.empty()) return;
  writer.Key(key).Raw(*WithPoint({}, value, nullptr));
}

void WriteOrganization(json::Writer& writer, const Job& job, const Person& person) {
  if (Find(person.others, "org_id") == nullptr) {
    WriteId(writer, "org_id", Get(job.progress, kOrganizationId));
  }
}

void WriteBelongings(json::Writer& writer, const Job& job) {
  WriteId(writer, "deal_id", Get(job.progress, kDealId));
  if (Has(job.progress, kInboxLeadId)) writer.Member("lead_id", Get(job.progress, kInboxLeadId));
}

void WriteDue(json::Writer& writer, const std::string& due) {
  absl::Time time;
  std::string error;
  if (absl::ParseTime("%Y-%m-%d", due, &time, &error)) {
    writer.Member("due_date", due);
  } else if (absl::ParseTime(absl::RFC3339_full, due, &time, &error)) {
    writer.Member("due_date", absl::FormatTime("%Y-%m-%d", time, absl::UTCTimeZone()));
    writer.Member("due_time", absl::FormatTime("%H:%M", time, absl::UTCTimeZone()));
  }
}

}  // namespace

void WriteId(json::Writer& writer, std::string_view key, const std::string& id) {
  if (!id.empty()) writer.Key(key).Raw(id);
}

void WriteFields(json::Writer& writer, const std::vector<MappedField>& fields) {
  bool custom = false;
  for (const MappedField& field : fields) {
    if (IsCustom(field.field)) {
      custom = true;
    } else {
      WriteField(writer, field);
    }
  }
  if (!custom) return;
  writer.Key("custom_fields").StartObject();
  for (const MappedField& field : fields) {
    if (IsCustom(field.field)) WriteField(writer, field);
  }
  writer.EndObject();
}

bool UpdatesPerson(const Job& job) {
  const std::optional<Operation> operation = OperationOf(job.lead);
  return operation == Operation::kLead || operation == Operation::kUpdatePerson;
}

std::string NewPersonBody(const Job& job, const Settings& settings) {
  const Person person = PersonOf(job, settings);
  const std::string& address = person.email.empty() ? person.phone : person.email;
  json::Writer writer;
  writer.StartObject();
  writer.Member("name", person.name.empty() ? address : person.name);  // None without a name.
  WritePoints(writer, "emails", person.email);
  WritePoints(writer, "phones", person.phone);
  WriteOrganization(writer, job, person);
  WriteFields(writer, person.others);
  writer.EndObject();
  return writer.Take();
}

std::string PersonPatch(const Job& job, const Settings& settings) {
  const Person person = PersonOf(job, settings);
  json::Writer writer;
  writer.StartObject();
  if (!person.name.empty()) writer.Member("name", person.name);
  if (Has(job.scratch, kEmails)) writer.Key("emails").Raw(Get(job.scratch, kEmails));
  if (Has(job.scratch, kPhones)) writer.Key("phones").Raw(Get(job.scratch, kPhones));
  if (!Has(job.scratch, kHasOrganization)) WriteOrganization(writer, job, person);
  WriteFields(writer, person.others);
  writer.EndObject();
  const std::string body = writer.Take();
  return body == "{}" ? "" : body;
}

std::string NewOrganizationBody(const Job& job, const Settings& settings) {
  json::Writer writer;
  writer.StartObject().Member("name", PersonOf(job, settings).organization).EndObject();
  return writer.Take();
}

bool WantsNoteOf(const Job& job, const Settings& settings) {
  return settings.notes && WantsNote(job.lead);
}

bool WantsTaskOf(const Job& job, const Settings& settings) {
  return settings.tasks && WantsTask(job.lead);
}

std::string NewNoteBody(const Job& job) {
  json::Writer writer;
  writer.StartObject();
  writer.Member("content", NoteHtml(job.lead.Find("note").StringOr("")));
  WriteId(writer, "person_id", Get(job.progress, kPersonId));
  WriteBelongings(writer, job);
  writer.EndObject();
  return writer.Take();
}

std::string NewTaskBody(const Job& job, const Settings& settings) {
  const json::Value task = job.lead.Find("task");
  json::Writer writer;
  writer.StartObject();
  writer.Member("subject", task.Find("title").StringOr(""));
  writer.Member("type", settings.task_type);
  writer.Member("done", false);
  WriteDue(writer, task.Find("due").StringOr(""));
  const std::string text = task.Find("text").StringOr("");
  if (!text.empty()) writer.Member("note", NoteHtml(text));
  // person_id is read-only here, or is not: the docs differ.
  writer.Key("participants").StartArray().StartObject();
  WriteId(writer, "person_id", Get(job.progress, kPersonId));
  writer.Member("primary", true).EndObject().EndArray();
  WriteBelongings(writer, job);
  writer.EndObject();
  return writer.Take();
}

}  // namespace leadrelay::delivery::pipedrive
