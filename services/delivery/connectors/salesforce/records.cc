#include "services/delivery/connectors/salesforce/records.h"

#include <algorithm>

#include "common/crypto/crypto.h"
#include "services/delivery/connectors/reference.h"

namespace leadrelay::delivery::salesforce {
namespace {

constexpr std::string_view kNotProvided = "[not provided]";
constexpr size_t kLongestDealName = 120;  // Characters.

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// At most `longest` characters of UTF-8.
std::string Shortened(std::string_view text, size_t longest) {
  size_t characters = 0;
  size_t end = 0;
  while (end < text.size()) {
    if (!IsContinuation(text[end]) && ++characters > longest) break;
    ++end;
  }
  return std::string(text.substr(0, end));
}

std::string Day(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d", time, absl::UTCTimeZone());
}

std::string DealName(const Job& job, const Fields& fields) {
  std::string name = TextOf(fields, "Name");
  for (const char* path : {"name", "company"}) {
    if (name.empty()) name = job.lead.Find(path).StringOr("");
  }
  if (name.empty()) name = absl::StrCat("Lead ", job.lead_id);
  return Shortened(name, kLongestDealName);
}

std::string Html(std::string_view text) {
  std::string html;
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\n':
        html += "<br>";
        break;
      case '\r':
        break;
      default:
        html += c;
    }
  }
  return html;
}

// Who and what an activity is about.
void PutRelations(Fields& fields, const Job& job, const Settings& settings) {
  Put(fields, "WhoId", Get(job.progress, kPersonId));
  // Salesforce takes nothing beside a lead.
  if (settings.person == Person::kContact && Has(job.progress, kDealId)) {
    Put(fields, "WhatId", Get(job.progress, kDealId));
  }
}

}  // namespace

const Scalar* Find(const Fields& fields, std::string_view name) {
  const auto found = std::ranges::find(fields, name, &MappedField::field);
  return found == fields.end() ? nullptr : &found->value;
}

std::string TextOf(const Fields& fields, std::string_view name) {
  const Scalar* value = Find(fields, name);
  return value == nullptr ? "" : ToText(*value);
}

void Put(Fields& fields, std::string_view name, Scalar value) {
  const auto found = std::ranges::find(fields, name, &MappedField::field);
  if (found != fields.end()) {
    found->value = std::move(value);
  } else {
    fields.push_back({std::string(name), std::move(value)});
  }
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

Fields PersonOf(const Job& job, const Settings& settings) {
  Fields fields = settings.mapping.Apply(FactsOf(job));
  const std::string key = KeyOf(job, settings);
  if (!key.empty()) Put(fields, settings.key_field, key);
  return fields;
}

Fields NewPersonOf(const Job& job, const Settings& settings) {
  Fields fields = PersonOf(job, settings);
  const auto fill = [&fields](std::string_view name) {
    if (Find(fields, name) == nullptr) Put(fields, name, std::string(kNotProvided));
  };
  fill("LastName");
  if (settings.person == Person::kLead) fill("Company");
  return fields;
}

std::string KeyOf(const Job& job, const Settings& settings) {
  if (settings.key_field.empty()) return "";
  std::string key = TextOf(settings.mapping.Apply(FactsOf(job)), settings.key_field);
  // Whether a key field knows cases is the admin's choice; of addresses it must not matter.
  return key == job.lead.Find("email").StringOr("") ? LowerCase(key) : key;
}

Identity IdentityOf(const Job& job, const Settings& settings) {
  const Fields fields = settings.mapping.Apply(FactsOf(job));
  for (const std::string_view field : {"Email", "Phone"}) {
    std::string value = TextOf(fields, field);
    if (!value.empty()) return {field, LowerCase(value)};
  }
  return {};
}

Fields DealOf(const Job& job, const Settings& settings) {
  Fields fields = settings.deal_mapping.Apply(FactsOf(job));
  Put(fields, "Name", DealName(job, fields));
  if (const auto known = settings.deal_stages.find(TextOf(fields, "StageName"));
      known != settings.deal_stages.end()) {
    Put(fields, "StageName", known->second);
  }
  return fields;
}

Fields NewDealOf(const Job& job, const Settings& settings) {
  Fields fields = DealOf(job, settings);
  if (Find(fields, "StageName") == nullptr) Put(fields, "StageName", settings.deal_stage);
  if (Find(fields, "CloseDate") == nullptr) {
    Put(fields, "CloseDate", Day(job.accepted_at + settings.deal_closes_in));
  }
  if (!settings.deal_lead_field.empty()) {
    Put(fields, settings.deal_lead_field, Get(job.progress, kPersonId));
  }
  if (!settings.deal_key_field.empty()) Put(fields, settings.deal_key_field, job.delivery_id);
  if (settings.deals_are_marked()) {
    Put(fields, "Description", WithReference(TextOf(fields, "Description"), job));
  }
  return fields;
}

std::string NoteTitle(const Job& job) {
  return absl::StrCat("Note ", ReferenceOf(job));
}

Fields NoteOf(const Job& job, const Settings& settings) {
  Fields fields;
  Put(fields, "Subject", NoteTitle(job));
  Put(fields, "Description", job.lead.Find("note").StringOr(""));
  Put(fields, "Status", settings.note_status);
  Put(fields, "ActivityDate", Day(job.accepted_at));
  PutRelations(fields, job, settings);
  return fields;
}

std::string NoteContent(const Job& job) {
  return crypto::Base64(Html(job.lead.Find("note").StringOr("")));
}

Fields TaskOf(const Job& job, const Settings& settings) {
  const json::Value task = job.lead.Find("task");
  Fields fields;
  Put(fields, "Subject", task.Find("title").StringOr(""));
  if (std::string text = task.Find("text").StringOr(""); !text.empty()) {
    Put(fields, "Description", std::move(text));
  }
  // A day, or a moment of that day where it was written.
  if (std::string due = task.Find("due").StringOr(""); due.size() >= 10) {
    Put(fields, "ActivityDate", due.substr(0, 10));
  }
  PutRelations(fields, job, settings);
  return fields;
}

std::string NoteKey(const Job& job) {
  return absl::StrCat(job.delivery_id, "/note");
}

std::string TaskKey(const Job& job) {
  return absl::StrCat(job.delivery_id, "/task");
}

void WriteFields(const Fields& fields, json::Writer& writer) {
  for (const MappedField& field : fields) {
    writer.Key(field.field);
    Write(writer, field.value);
  }
}

}  // namespace leadrelay::delivery::salesforce
