#include "services/delivery/connectors/pipedrive/person.h"

#include <algorithm>

#include "services/delivery/connectors/pipedrive/fields.h"

namespace leadrelay::delivery::pipedrive {
namespace {

constexpr size_t kFewestDigits = 5;  // Less is no phone number, but an extension.

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// "+1 (555) 010-0001" and "001 555 0100001" are one number.
std::string Digits(std::string_view phone) {
  std::string digits;
  std::ranges::copy_if(phone, std::back_inserter(digits), IsDigit);
  if (digits.starts_with("00")) digits.erase(0, 2);
  return digits;
}

bool HasAny(const json::Value& points, const std::string& value, Same same) {
  if (value.empty()) return false;
  const std::vector<std::string> values = Values(points);
  return std::ranges::any_of(values, [&](const std::string& each) { return same(each, value); });
}

bool IsOlder(const json::Value& record, const json::Value& than) {
  return !than.exists() || record.Find("id").Int64Or(0) < than.Find("id").Int64Or(0);
}

void WritePoint(json::Writer& writer, const std::string& value, bool primary) {
  writer.StartObject();
  writer.Member("value", value).Member("primary", primary).Member("label", "work");
  writer.EndObject();
}

}  // namespace

Person PersonOf(const Job& job, const Settings& settings) {
  Person person;
  for (MappedField& field : settings.person.Apply(FactsOf(job))) {
    if (field.field == "email") {
      person.email = ToText(field.value);
    } else if (field.field == "phone") {
      person.phone = ToText(field.value);
    } else if (field.field == "name") {
      person.name = ToText(field.value);
    } else if (field.field == "organization") {
      person.organization = ToText(field.value);
    } else {
      person.others.push_back(std::move(field));
    }
  }
  if (Find(person.others, "org_id") != nullptr) person.organization.clear();
  return person;
}

std::vector<std::string> Values(const json::Value& points) {
  std::vector<std::string> values;
  for (const json::Value& point : points.Elements()) {
    const json::Value value = point.IsObject() ? point.Find("value") : point;
    std::string text = value.StringOr("");
    if (!text.empty()) values.push_back(std::move(text));
  }
  return values;
}

bool SameEmail(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, Lower, Lower);
}

bool SamePhone(std::string_view a, std::string_view b) {
  const std::string digits = Digits(a);
  return digits.size() >= kFewestDigits && digits == Digits(b);
}

json::Value FindSame(const Person& person,
                     const std::vector<json::Value>& records,
                     bool match_phone) {
  json::Value by_email;
  json::Value by_phone;
  for (const json::Value& record : records) {
    if (IdIn(record.Find("id")).empty() || record.Find("is_deleted").BoolOr(false)) continue;
    const json::Value emails = record.Find("emails");
    if (HasAny(emails, person.email, SameEmail)) {
      if (IsOlder(record, by_email)) by_email = record;
    } else if (match_phone && HasAny(record.Find("phones"), person.phone, SamePhone) &&
               (person.email.empty() || Values(emails).empty())) {
      if (IsOlder(record, by_phone)) by_phone = record;
    }
  }
  return by_email.exists() ? by_email : by_phone;
}

std::optional<std::string> WithPoint(const json::Value& points,
                                     const std::string& value,
                                     Same same) {
  if (value.empty() || HasAny(points, value, same)) return std::nullopt;
  json::Writer writer;
  writer.StartArray();
  bool has_primary = false;
  for (const json::Value& point : points.Elements()) {
    has_primary = has_primary || point.Find("primary").BoolOr(false);
    writer.Copy(point);
  }
  WritePoint(writer, value, !has_primary);
  writer.EndArray();
  return writer.Take();
}

std::string IdIn(const json::Value& id) {
  const int64_t number = id.Int64Or(0);
  return number > 0 ? absl::StrCat(number) : "";
}

bool IsId(std::string_view text) {
  return !text.empty() && text.size() <= 18 && text[0] != '0' && std::ranges::all_of(text, IsDigit);
}

std::optional<absl::Time> TimeIn(const json::Value& value) {
  const std::string text = value.StringOr("");
  absl::Time time;
  std::string error;
  if (absl::ParseTime(absl::RFC3339_full, text, &time, &error)) return time;
  if (absl::ParseTime("%Y-%m-%d %H:%M:%S", text, &time, &error)) return time;
  return std::nullopt;
}

}  // namespace leadrelay::delivery::pipedrive
