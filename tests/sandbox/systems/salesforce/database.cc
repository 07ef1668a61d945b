#include "tests/sandbox/systems/salesforce/database.h"

#include <algorithm>
#include <cctype>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace leadrelay::sandbox::salesforce {
namespace {

constexpr size_t kShortId = 15;

const std::vector<std::string>& Stages() {
  static const std::vector<std::string> stages = {"Prospecting",
                                                  "Qualification",
                                                  "Needs Analysis",
                                                  "Value Proposition",
                                                  "Proposal/Price Quote",
                                                  "Negotiation/Review",
                                                  "Closed Won",
                                                  "Closed Lost"};
  return stages;
}

Object MakeObject(std::string prefix,
                  std::vector<std::string> required,
                  const std::vector<std::pair<std::string, size_t>>& fields) {
  Object object{std::move(prefix), std::move(required), {}};
  for (const auto& [name, longest] : fields) object.fields[name] = {longest, false};
  // What the org's admin has made.
  object.fields["Delivery_Key__c"] = {255, true};
  return object;
}

std::string TextIn(const json::Value& values, std::string_view name) {
  return values.Find(name).AsText().value_or("");
}

bool IsEmail(std::string_view text) {
  const size_t at = text.find('@');
  return at != std::string_view::npos && at > 0 && text.find('.', at) != std::string_view::npos &&
         !text.ends_with('.');
}

size_t Characters(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

Refusal Required(const std::vector<std::string>& missing) {
  std::string list;
  for (const std::string& name : missing) absl::StrAppend(&list, list.empty() ? "" : ", ", name);
  return {"REQUIRED_FIELD_MISSING",
          absl::StrCat("Required fields are missing: [", list, "]"),
          missing,
          {}};
}

std::optional<Refusal> CheckValues(const Object& object, const json::Value& values) {
  for (const json::Value::Member& member : values.Members()) {
    const std::string name(member.key);
    const std::string text = member.value.AsText().value_or("");
    const auto field = object.fields.find(name);
    if (field != object.fields.end() && Characters(text) > field->second.longest) {
      return Refusal{
          "STRING_TOO_LONG", absl::StrCat(name, ": data value too large: ", text), {name}, {}};
    }
    if (name == "Email" && !text.empty() && !IsEmail(text)) {
      return Refusal{"INVALID_EMAIL_ADDRESS",
                     absl::StrCat("Email: invalid email address: ", text),
                     {name},
                     {}};
    }
    if (name == "StageName" && std::ranges::find(Stages(), text) == Stages().end()) {
      return Refusal{"INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
                     absl::StrCat("Stage: bad value for restricted picklist field: ", text),
                     {name},
                     {}};
    }
  }
  return std::nullopt;
}

}  // namespace

std::string Record::Get(std::string_view field) const {
  if (field == "Id") return id;
  if (field == "CreatedDate") {
    return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", created, absl::UTCTimeZone());
  }
  const auto found = fields.find(field);
  return found == fields.end() ? "" : found->second;
}

Database::Database() {
  const std::vector<std::pair<std::string, size_t>> person = {{"FirstName", 40},
                                                              {"LastName", 80},
                                                              {"Email", 80},
                                                              {"Phone", 40},
                                                              {"Title", 128},
                                                              {"LeadSource", 255},
                                                              {"Description", 32'000},
                                                              {"OwnerId", 18}};
  objects_["Contact"] = MakeObject("003", {"LastName"}, person);
  objects_["Lead"] = MakeObject("00Q", {"LastName", "Company"}, person);
  for (const auto& [name, longest] : {std::pair("Company", 255), std::pair("IsConverted", 5)}) {
    objects_["Lead"].fields[name] = {static_cast<size_t>(longest), false};
  }
  objects_["Opportunity"] = MakeObject("006",
                                       {"Name", "StageName", "CloseDate"},
                                       {{"Name", 120},
                                        {"Amount", 18},
                                        {"StageName", 255},
                                        {"CloseDate", 10},
                                        {"Description", 32'000},
                                        {"Lead__c", 18}});
  objects_["OpportunityContactRole"] =
      MakeObject("00K",
                 {"OpportunityId", "ContactId"},
                 {{"OpportunityId", 18}, {"ContactId", 18}, {"IsPrimary", 5}, {"Role", 255}});
  objects_["Task"] = MakeObject("00T",
                                {},
                                {{"Subject", 255},
                                 {"Description", 32'000},
                                 {"Status", 255},
                                 {"ActivityDate", 10},
                                 {"WhoId", 18},
                                 {"WhatId", 18}});
  objects_["ContentNote"] = MakeObject("069", {"Title"}, {{"Title", 255}, {"Content", 1'000'000}});
  objects_["ContentDocumentLink"] =
      MakeObject("06A",
                 {"ContentDocumentId", "LinkedEntityId", "ShareType"},
                 {{"ContentDocumentId", 18}, {"LinkedEntityId", 18}, {"ShareType", 1}});
}

const Object* Database::FindObject(std::string_view name) const {
  const auto found = objects_.find(name);
  return found == objects_.end() ? nullptr : &found->second;
}

std::vector<Record>& Database::Records(std::string_view object) {
  return records_[std::string(object)];
}

const std::vector<Record>& Database::Records(std::string_view object) const {
  static const std::vector<Record> none;
  const auto found = records_.find(object);
  return found == records_.end() ? none : found->second;
}

Record* Database::FindBy(std::string_view object, std::string_view field, std::string_view value) {
  for (Record& record : Records(object)) {
    const bool same = field == "Id" ? SameId(record.id, value)
                                    : Lower(record.Get(field)) == Lower(value) && !value.empty();
    if (same) return &record;
  }
  return nullptr;
}

std::optional<std::string> Database::UnknownField(std::string_view object,
                                                  const json::Value& values) const {
  const Object* known = FindObject(object);
  for (const json::Value::Member& member : values.Members()) {
    const bool own = member.key == "attributes" || member.key == "id";
    if (!own && !known->fields.contains(member.key)) return std::string(member.key);
  }
  return std::nullopt;
}

std::optional<Refusal> Database::CheckUnique(std::string_view object,
                                             const json::Value& values,
                                             const Record* old) const {
  for (const auto& [name, field] : FindObject(object)->fields) {
    const std::string value = TextIn(values, name);
    if (!field.unique || value.empty()) continue;
    for (const Record& record : Records(object)) {
      if (&record == old || Lower(record.Get(name)) != Lower(value)) continue;
      return Refusal{"DUPLICATE_VALUE",
                     absl::StrCat("duplicate value found: ",
                                  name,
                                  " duplicates value on record with id: ",
                                  record.id.substr(0, kShortId)),
                     {},
                     {}};
    }
  }
  return std::nullopt;
}

// The standard rules, as far as they are simple: the same name and phone number.
std::vector<std::pair<std::string, std::string>> Database::Matches(
    std::string_view object, const json::Value& values) const {
  std::vector<std::pair<std::string, std::string>> matches;
  if ((object != "Lead" && object != "Contact") || TextIn(values, "Phone").empty()) return matches;
  for (const char* other : {"Lead", "Contact"}) {
    for (const Record& record : Records(other)) {
      const bool alike = std::ranges::all_of(
          std::vector<std::string>{"FirstName", "LastName", "Phone"},
          [&](const std::string& name) { return record.Get(name) == TextIn(values, name); });
      if (alike) matches.emplace_back(other, record.id);
    }
  }
  return matches;
}

std::optional<Refusal> Database::Check(std::string_view object,
                                       const json::Value& values,
                                       const Record* old,
                                       bool allow_duplicates) const {
  const Object& known = *FindObject(object);
  std::vector<std::string> missing;
  for (const std::string& name : known.required) {
    const json::Value value = values.Find(name);
    if (value.exists() ? value.AsText().value_or("").empty() : old == nullptr) {
      missing.push_back(name);
    }
  }
  if (!missing.empty()) return Required(missing);
  if (std::optional<Refusal> refusal = CheckValues(known, values)) return refusal;
  if (object == "Task" && TextIn(values, "WhoId").starts_with("00Q") &&
      !TextIn(values, "WhatId").empty()) {
    return Refusal{"FIELD_INTEGRITY_EXCEPTION",
                   "Related To ID: WhatId must be empty when WhoId is a lead",
                   {"WhatId"},
                   {}};
  }
  if (std::optional<Refusal> refusal = CheckUnique(object, values, old)) return refusal;
  if (old != nullptr || allow_duplicates) return std::nullopt;
  auto matches = Matches(object, values);
  if (matches.empty()) return std::nullopt;
  return Refusal{"DUPLICATES_DETECTED", "Use one of these records?", {}, std::move(matches)};
}

Record& Database::Create(std::string_view object, const json::Value& values, absl::Time now) {
  Record record;
  record.id = absl::StrFormat("%s5g%010dAAA", FindObject(object)->prefix, next_id_++);
  record.created = now;
  Patch(record, values);
  if (object == "Lead") record.fields.emplace("IsConverted", "false");
  if (object == "ContentDocumentLink") {
    const Record* note = FindBy("ContentNote", "Id", record.Get("ContentDocumentId"));
    if (note != nullptr) record.fields["ContentDocument.Title"] = note->Get("Title");
  }
  return Records(object).emplace_back(std::move(record));
}

void Database::Patch(Record& record, const json::Value& values) {
  for (const json::Value::Member& member : values.Members()) {
    if (member.key == "attributes" || member.key == "id") continue;
    const std::string text = member.value.AsText().value_or("");
    if (text.empty()) {
      record.fields.erase(std::string(member.key));
    } else {
      record.fields.insert_or_assign(std::string(member.key), text);
    }
  }
}

void Database::Clear() {
  records_.clear();
  next_id_ = 1;
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(
      lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

bool SameId(std::string_view a, std::string_view b) {
  return (b.size() == kShortId || b.size() == 18) && a.substr(0, kShortId) == b.substr(0, kShortId);
}

}  // namespace leadrelay::sandbox::salesforce
