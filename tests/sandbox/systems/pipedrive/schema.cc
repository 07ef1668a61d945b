#include "tests/sandbox/systems/pipedrive/schema.h"

#include <algorithm>
#include <map>
#include <vector>

#include "absl/strings/str_cat.h"

namespace leadrelay::sandbox::pipedrive_store {
namespace {

// What a member has to be.
enum class Form { kText, kWhole, kNumber, kFlag, kPoints, kIds, kTexts, kObject, kObjects };
using Schema = std::map<std::string, Form>;

const Schema& SchemaOf(const std::string& collection) {
  static const std::map<std::string, Schema> schemas = {
      {"persons",
       {{"name", Form::kText},
        {"owner_id", Form::kWhole},
        {"org_id", Form::kWhole},
        {"emails", Form::kPoints},
        {"phones", Form::kPoints},
        {"visible_to", Form::kWhole},
        {"label_ids", Form::kIds},
        {"marketing_status", Form::kText},
        {"custom_fields", Form::kObject}}},
      {"organizations",
       {{"name", Form::kText},
        {"owner_id", Form::kWhole},
        {"visible_to", Form::kWhole},
        {"label_ids", Form::kIds},
        {"custom_fields", Form::kObject}}},
      {"deals",
       {{"title", Form::kText},
        {"owner_id", Form::kWhole},
        {"person_id", Form::kWhole},
        {"org_id", Form::kWhole},
        {"pipeline_id", Form::kWhole},
        {"stage_id", Form::kWhole},
        {"value", Form::kNumber},
        {"currency", Form::kText},
        {"status", Form::kText},
        {"probability", Form::kNumber},
        {"visible_to", Form::kWhole},
        {"expected_close_date", Form::kText},
        {"label_ids", Form::kIds},
        {"custom_fields", Form::kObject}}},
      {"activities",
       {{"subject", Form::kText},
        {"type", Form::kText},
        {"owner_id", Form::kWhole},
        {"deal_id", Form::kWhole},
        {"lead_id", Form::kText},
        {"org_id", Form::kWhole},
        {"due_date", Form::kText},
        {"due_time", Form::kText},
        {"duration", Form::kText},
        {"done", Form::kFlag},
        {"note", Form::kText},
        {"participants", Form::kObjects}}},
      {"leads",
       {{"title", Form::kText},
        {"owner_id", Form::kWhole},
        {"person_id", Form::kWhole},
        {"organization_id", Form::kWhole},
        {"label_ids", Form::kTexts},
        {"value", Form::kObject},
        {"expected_close_date", Form::kText},
        {"visible_to", Form::kText},
        {"was_seen", Form::kFlag},
        {"origin_id", Form::kText},
        {"channel", Form::kWhole},
        {"channel_id", Form::kText},
        {std::string(kCustomField), Form::kText}}},
      {"notes",
       {{"content", Form::kText},
        {"person_id", Form::kWhole},
        {"deal_id", Form::kWhole},
        {"org_id", Form::kWhole},
        {"lead_id", Form::kText}}}};
  static const Schema none;
  const auto found = schemas.find(collection);
  return found == schemas.end() ? none : found->second;
}

template <typename Fits>
bool Each(const json::Value& list, Fits fits) {
  const std::vector<json::Value> elements = list.Elements();
  return list.IsArray() && std::all_of(elements.begin(), elements.end(), fits);
}

bool Fits(const json::Value& value, Form form) {
  switch (form) {
    case Form::kText:
      return value.IsString();
    case Form::kWhole:
      return value.AsInt64().has_value();
    case Form::kNumber:
      return value.AsDouble().has_value();
    case Form::kFlag:
      return value.AsBool().has_value();
    case Form::kObject:
      return value.IsObject();
    case Form::kPoints:
      return Each(value, [](const json::Value& each) { return each.Find("value").IsString(); });
    case Form::kIds:
      return Each(value, [](const json::Value& each) { return each.AsInt64().has_value(); });
    case Form::kTexts:
      return Each(value, [](const json::Value& each) { return each.IsString(); });
    case Form::kObjects:
      return Each(value, [](const json::Value& each) { return each.IsObject(); });
  }
  return false;
}

// Without which no record is made.
const char* RequiredMember(const std::string& collection) {
  if (collection == "persons" || collection == "organizations") return "name";
  if (collection == "deals" || collection == "leads") return "title";
  return collection == "notes" ? "content" : nullptr;
}

bool HasOne(const json::Value& body, const std::vector<const char*>& members) {
  return std::ranges::any_of(members, [&](const char* each) { return body.Find(each).exists(); });
}

}  // namespace

bool IsCollection(const std::string& name) {
  return !SchemaOf(name).empty();
}

bool IsOld(const std::string& collection) {
  return collection == "leads" || collection == "notes";
}

std::optional<std::string> FaultInBody(const std::string& collection,
                                       const json::Value& body,
                                       bool creates) {
  if (!body.IsObject()) return "body must be an object";
  const Schema& schema = SchemaOf(collection);
  for (const json::Value::Member& member : body.Members()) {
    const std::string name(member.key);
    const auto form = schema.find(name);
    if (form == schema.end()) return absl::StrCat(name, ": unrecognized key");
    if (!Fits(member.value, form->second)) {
      return absl::StrCat(name, ": invalid value ", member.value.ToJson());
    }
  }
  for (const json::Value::Member& custom : body.Find("custom_fields").Members()) {
    if (custom.key == kCustomField) continue;
    return absl::StrCat("custom_fields: ", std::string(custom.key), ": unrecognized key");
  }
  const char* required = RequiredMember(collection);
  if (creates && required != nullptr && body.Find(required).StringOr("").empty()) {
    return absl::StrCat(required, " must be given");
  }
  if (creates && collection == "leads" && !HasOne(body, {"person_id", "organization_id"})) {
    return "a lead must be linked to a person or an organization";
  }
  if (creates && collection == "notes" &&
      !HasOne(body, {"person_id", "deal_id", "lead_id", "org_id"})) {
    return "a note must be linked to something";
  }
  if (collection == "leads" && body.Find("value").exists() &&
      !(body.Find("value").Find("amount").AsDouble().has_value() &&
        body.Find("value").Find("currency").IsString())) {
    return "value: both amount and currency are required";
  }
  return std::nullopt;
}

}  // namespace leadrelay::sandbox::pipedrive_store
