#include "services/delivery/connectors/close/records.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"

#include "services/delivery/connectors/close/fields.h"
#include "services/delivery/connectors/close/search.h"
#include "services/delivery/connectors/close/stages.h"

namespace leadrelay::delivery::close {
namespace {

constexpr double kMostWholeUnits = 9e13;  // In cents it still fits.
constexpr size_t kDayLength = 10;         // "2026-03-01"

std::string TextOf(const std::vector<MappedField>& fields, std::string_view name) {
  const auto field = std::ranges::find(fields, name, &MappedField::field);
  return field == fields.end() ? "" : ToText(field->value);
}

// Custom fields have types of their own; Close's own fields that come here are texts.
void WriteField(json::Writer& writer, const MappedField& field) {
  writer.Key(field.field);
  if (IsCustomField(field.field)) {
    Write(writer, field.value);
  } else {
    writer.String(ToText(field.value));
  }
}

void WriteElement(json::Writer& writer,
                  std::string_view member,
                  std::string_view value,
                  std::string_view type) {
  writer.StartObject().Key(member).String(value).Key("type").String(type).EndObject();
}

struct ListField {
  std::string_view list;    // "emails"
  std::string_view member;  // "email"
  std::string_view type;    // Of a new element.
  bool (*same)(std::string_view, std::string_view);
  std::string Contact::*value;
};

bool SameText(std::string_view a, std::string_view b) {
  return a == b;
}

constexpr ListField kListFields[] = {
    {"emails", "email", "office", &SameEmail, &Contact::email},
    {"phones", "phone", "office", &SamePhone, &Contact::phone},
    {"urls", "url", "url", &SameText, &Contact::url},
};

void WriteContact(json::Writer& writer, const Contact& contact) {
  for (const MappedField& field : contact.fields) WriteField(writer, field);
  for (const ListField& list : kListFields) {
    if ((contact.*list.value).empty()) continue;
    writer.Key(list.list).StartArray();
    WriteElement(writer, list.member, contact.*list.value, list.type);
    writer.EndArray();
  }
}

// The list as it is, and the contact's value at its end.  False: nothing to add, or no list to add
// it to.
bool WriteMerged(json::Writer& writer,
                 const ListField& list,
                 const Contact& contact,
                 const json::Value& there) {
  const std::string& value = contact.*list.value;
  if (value.empty() || !there.IsArray()) return false;
  const std::vector<json::Value> elements = there.Elements();
  const bool known = std::ranges::any_of(elements, [&](const json::Value& element) {
    return list.same(element.Find(list.member).AsString().value_or(""), value);
  });
  if (known) return false;
  writer.Key(list.list).StartArray();
  for (const json::Value& element : elements) {
    WriteElement(writer,
                 list.member,
                 element.Find(list.member).StringOr(""),
                 element.Find("type").StringOr(list.type));
  }
  WriteElement(writer, list.member, value, list.type);
  writer.EndArray();
  return true;
}

std::optional<double> NumberOf(const Scalar& scalar) {
  double number = 0;
  if (!absl::SimpleAtod(ToText(scalar), &number) || !std::isfinite(number)) return std::nullopt;
  return number;
}

// Integers of Close's: what is no number goes as it is, for Close to refuse.
void WriteInteger(json::Writer& writer, const Scalar& scalar, double factor) {
  const std::optional<double> number = NumberOf(scalar);
  if (number.has_value() && std::abs(*number) <= kMostWholeUnits) {
    writer.Int(std::llround(*number * factor));
  } else {
    writer.String(ToText(scalar));
  }
}

// The fields of an opportunity but for its stage, which is resolved.
void WriteDealFields(json::Writer& writer, const std::vector<MappedField>& fields) {
  for (const MappedField& field : fields) {
    if (field.field == "note" || field.field == "status_id") continue;
    if (field.field == "value" || field.field == "confidence") {
      writer.Key(field.field);
      WriteInteger(writer, field.value, field.field == "value" ? 100 : 1);  // Cents.
    } else {
      WriteField(writer, field);
    }
  }
}

std::string NameOf(const Contact& contact) {
  std::string name = TextOf(contact.fields, "name");
  if (name.empty()) name = contact.email;
  return name.empty() ? contact.phone : name;
}

std::string DayOf(std::string_view time) {
  return std::string(time.substr(0, kDayLength));
}

}  // namespace

Contact ContactOf(const Job& job, const Settings& settings) {
  Contact contact;
  for (MappedField& field : settings.contact.Apply(FactsOf(job))) {
    if (field.field == "email") {
      contact.given_email = ToText(field.value);
      contact.email = absl::AsciiStrToLower(contact.given_email);
    } else if (field.field == "phone") {
      contact.phone = ToText(field.value);
    } else if (field.field == "url") {
      contact.url = ToText(field.value);
    } else {
      contact.fields.push_back(std::move(field));
    }
  }
  return contact;
}

std::string CompanyOf(const Job& job, const Settings& settings) {
  return TextOf(settings.lead.Apply(FactsOf(job)), "name");
}

std::string NewLead(const Job& job, const Settings& settings) {
  const Contact contact = ContactOf(job, settings);
  const std::vector<MappedField> fields = settings.lead.Apply(FactsOf(job));
  json::Writer writer;
  writer.StartObject();
  // Without a name Close would show an "Untitled" lead.
  if (TextOf(fields, "name").empty()) writer.Member("name", NameOf(contact));
  for (const MappedField& field : fields) WriteField(writer, field);
  writer.Key("contacts").StartArray().StartObject();
  WriteContact(writer, contact);
  writer.EndObject().EndArray().EndObject();
  return writer.Take();
}

std::string NewContact(const Job& job, const Settings& settings) {
  json::Writer writer;
  writer.StartObject().Member("lead_id", Get(job.progress, kLeadId));
  WriteContact(writer, ContactOf(job, settings));
  writer.EndObject();
  return writer.Take();
}

std::string ContactChanges(const Job& job, const Settings& settings, const json::Value& there) {
  const Contact contact = ContactOf(job, settings);
  bool any = false;
  json::Writer writer;
  writer.StartObject();
  for (const MappedField& field : contact.fields) {
    if (there.Find(field.field).AsText() == ToText(field.value)) continue;
    WriteField(writer, field);
    any = true;
  }
  for (const ListField& list : kListFields) {
    any = WriteMerged(writer, list, contact, there.Find(list.list)) || any;
  }
  writer.EndObject();
  return any ? writer.Take() : "";
}

std::string LeadChanges(const Job& job, const Settings& settings) {
  bool any = false;
  json::Writer writer;
  writer.StartObject();
  for (const MappedField& field : settings.lead.Apply(FactsOf(job))) {
    if (field.field == "name" || field.field == "status" || field.field == "status_id") continue;
    WriteField(writer, field);
    any = true;
  }
  writer.EndObject();
  return any ? writer.Take() : "";
}

std::string StageIdOf(const Job& job, const Settings& settings) {
  if (Has(job.progress, kStageId)) return Get(job.progress, kStageId);
  const std::string wanted = WantedStage(job, settings);
  return IsStageId(wanted) ? wanted : "";
}

std::string DealTitle(const Job& job, const Settings& settings) {
  std::string title = TextOf(settings.deal.Apply(FactsOf(job)), "note");
  for (const char* path : {"name", "company"}) {
    if (title.empty()) title = job.lead.Find(path).StringOr("");
  }
  return title.empty() ? absl::StrCat("Lead ", job.lead_id) : title;
}

std::string NewDeal(const Job& job, const Settings& settings) {
  const std::vector<MappedField> fields = settings.deal.Apply(FactsOf(job));
  json::Writer writer;
  writer.StartObject()
      .Member("lead_id", Get(job.progress, kLeadId))
      .Member("contact_id", Get(job.progress, kContactId))
      .Member("note", DealTitle(job, settings));
  const std::string stage = StageIdOf(job, settings);
  if (!stage.empty()) writer.Member("status_id", stage);
  if (!settings.deal_pipeline.empty()) writer.Member("pipeline_id", settings.deal_pipeline);
  if (!settings.deal_key_field.empty()) writer.Member(settings.deal_key_field, job.delivery_id);
  if (TextOf(fields, "value_period").empty()) writer.Member("value_period", "one_time");
  WriteDealFields(writer, fields);
  writer.EndObject();
  return writer.Take();
}

std::string DealChanges(const Job& job, const Settings& settings) {
  json::Writer writer;
  writer.StartObject();
  const std::string stage = StageIdOf(job, settings);
  if (!stage.empty()) writer.Member("status_id", stage);
  std::vector<MappedField> fields = settings.deal.Apply(FactsOf(job));
  std::erase_if(fields, [](const MappedField& field) {
    return field.field != "value" && field.field != "date_won";
  });
  WriteDealFields(writer, fields);
  writer.EndObject();
  return fields.empty() && stage.empty() ? "" : writer.Take();
}

std::string NoteText(const Job& job) {
  return job.lead.Find("note").StringOr("");
}

std::string NewNote(const Job& job) {
  json::Writer writer;
  writer.StartObject()
      .Member("lead_id", Get(job.progress, kLeadId))
      .Member("contact_id", Get(job.progress, kContactId))
      .Member("note", NoteText(job))
      .EndObject();
  return writer.Take();
}

std::string TaskText(const Job& job, const Settings& settings) {
  std::string text = TextOf(settings.task.Apply(FactsOf(job)), "text");
  const std::string more = job.lead.Find("task").Find("text").StringOr("");
  if (!more.empty()) absl::StrAppend(&text, text.empty() ? "" : "\n\n", more);
  return text;
}

std::string NewTask(const Job& job, const Settings& settings) {
  json::Writer writer;
  writer.StartObject()
      .Member("_type", "lead")
      .Member("lead_id", Get(job.progress, kLeadId))
      .Member("text", TaskText(job, settings));
  for (const MappedField& field : settings.task.Apply(FactsOf(job))) {
    if (field.field == "text") continue;
    if (field.field == "date") {
      writer.Member("date", DayOf(ToText(field.value)));
    } else {
      WriteField(writer, field);
    }
  }
  writer.EndObject();
  return writer.Take();
}

}  // namespace leadrelay::delivery::close
