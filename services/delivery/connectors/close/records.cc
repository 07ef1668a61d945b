#include "services/delivery/connectors/close/records.h"

#include <algorithm>

#include "absl/strings/ascii.h"

#include "services/delivery/connectors/close/fields.h"
#include "services/delivery/connectors/close/search.h"

namespace leadrelay::delivery::close {
namespace {

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

// The list as it is, and the contact's value at its end; a list that is left out is empty.  False:
// nothing to add.
bool WriteMerged(json::Writer& writer,
                 const ListField& list,
                 const Contact& contact,
                 const json::Value& there) {
  const std::string& value = contact.*list.value;
  if (value.empty()) return false;
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

std::string NameOf(const Contact& contact) {
  std::string name = TextOf(contact.fields, "name");
  if (name.empty()) name = contact.email;
  return name.empty() ? contact.phone : name;
}

}  // namespace

std::string TextOf(const std::vector<MappedField>& fields, std::string_view name) {
  const auto field = std::ranges::find(fields, name, &MappedField::field);
  return field == fields.end() ? "" : ToText(field->value);
}

void WriteField(json::Writer& writer, const MappedField& field) {
  writer.Key(field.field);
  if (IsCustomField(field.field)) {
    Write(writer, field.value);
  } else {
    writer.String(ToText(field.value));
  }
}

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

}  // namespace leadrelay::delivery::close
