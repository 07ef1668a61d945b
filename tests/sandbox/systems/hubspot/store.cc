#include "tests/sandbox/systems/hubspot/store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/text/clean.h"
#include "tests/sandbox/systems/hubspot/schema.h"

namespace leadrelay::sandbox::hubspot {
namespace {

Fault Invalid(const std::string& message, const std::string& code, const std::string& property) {
  return Fault{400, "VALIDATION_ERROR", message, code, property};
}

// As HubSpot tells it of a property: JSON in the text.
std::string NotValid(const std::string& message) {
  return absl::StrCat(
      "Property values were not valid: [{\"isValid\":false,\"message\":\"", message, "\"}]");
}

bool IsEmail(const std::string& value) {
  return value.find('@') != std::string::npos && value.find('.') != std::string::npos &&
         value.find("..") == std::string::npos;
}

bool IsNumber(const std::string& value) {
  return value.find_first_not_of("-0123456789.") == std::string::npos;
}

// What is the same of records that ought to be one; nothing when the record cannot be there twice.
std::optional<std::string> IdentityOf(const std::string& type, const Record& record) {
  if (record.archived) return std::nullopt;
  std::string identity = type;
  if (type == "contacts") {
    if (record.properties.contains("email")) return std::nullopt;  // Unique already.
    for (const auto& [property, value] : record.properties) absl::StrAppend(&identity, "|", value);
    return identity;
  }
  if (type == "companies") {
    const auto name = record.properties.find("name");
    if (name == record.properties.end()) return std::nullopt;
    absl::StrAppend(&identity, "|", text::LowerAscii(name->second));
    return identity;
  }
  for (const char* property :
       {"dealname", "hs_note_body", "hs_task_subject", "hs_timestamp", "leadrelay_id"}) {
    const auto value = record.properties.find(property);
    absl::StrAppend(&identity, "|", value == record.properties.end() ? "" : value->second);
  }
  for (const Association& link : record.associations) {
    absl::StrAppend(&identity, "|", link.to_type, link.to_id);
  }
  return identity;
}

}  // namespace

std::optional<Fault> Store::Check(const std::string& type, const Input& input) const {
  const std::map<std::string, bool>& known = AccountSchema().at(type);
  for (const auto& [property, value] : input.properties) {
    if (!known.contains(property)) {
      return Invalid(NotValid(absl::StrCat("Property \\\"", property, "\\\" does not exist")),
                     "PROPERTY_DOESNT_EXIST",
                     property);
    }
    if (property == "email" && !value.empty() && !IsEmail(value)) {
      return Invalid(
          NotValid(absl::StrCat("Email address ", value, " is invalid")), "INVALID_EMAIL", "email");
    }
    if (property == "amount" && !value.empty() && !IsNumber(value)) {
      return Invalid(absl::StrCat(value, " was not a valid number."), "INVALID_DOUBLE", "amount");
    }
  }
  return CheckLinks(input);
}

std::optional<Fault> Store::CheckLinks(const Input& input) const {
  for (const Association& link : input.associations) {
    const std::vector<Record>& there = All(link.to_type);
    if (std::ranges::find(there, link.to_id, &Record::id) != there.end()) continue;
    return Invalid(absl::StrCat("No object with id ", link.to_id, " exists"),
                   "ASSOCIATION_TARGET_NOT_FOUND",
                   "associations");
  }
  return std::nullopt;
}

Record* Store::Find(const std::string& type,
                    const std::string& property,
                    const std::string& value) {
  std::vector<Record>& records = records_[type];
  if (type == "contacts" && property == "email") {
    const auto found = emails_.find(text::LowerAscii(value));
    return found == emails_.end() ? nullptr : &records[found->second];
  }
  for (Record& record : records) {
    if (property == "hs_object_id") {
      if (record.id == value) return &record;
      continue;
    }
    const auto own = record.properties.find(property);
    if (own != record.properties.end() && own->second == value) return &record;
  }
  return nullptr;
}

Record& Store::Add(const std::string& type, const Input& input, absl::Time now) {
  std::vector<Record>& records = records_[type];
  Record& record = records.emplace_back();
  record.id = absl::StrCat(next_id_++);
  record.created_at = now;
  if (type == "contacts" && input.properties.contains("email")) {
    emails_[text::LowerAscii(input.properties.at("email"))] = records.size() - 1;
  }
  Patch(record, input, now);
  return record;
}

void Store::Patch(Record& record, const Input& input, absl::Time now) {
  for (const auto& [property, value] : input.properties) record.properties[property] = value;
  record.associations.insert(input.associations.begin(), input.associations.end());
  record.updated_at = now;
}

void Store::Archive(const std::string& type, Record& record) {
  if (type == "contacts" && record.properties.contains("email")) {
    emails_.erase(text::LowerAscii(record.properties.at("email")));
  }
  record.id.clear();
  record.properties.clear();
  record.associations.clear();
  record.archived = true;  // Taken out of the list, it would move those that `emails_` points at.
}

const std::vector<Record>& Store::All(const std::string& type) const {
  static const std::vector<Record> none;
  const auto records = records_.find(type);
  return records == records_.end() ? none : records->second;
}

std::map<std::string, int64_t> Store::LinksOf(const std::string& from_type,
                                              const std::string& id,
                                              const std::string& to_type) {
  std::map<std::string, int64_t> links;
  for (const Record& other : All(to_type)) {
    for (const Association& link : other.associations) {
      if (link.to_type == from_type && link.to_id == id) links[other.id] = BackOf(link.type_id);
    }
  }
  if (const Record* own = Find(from_type, "hs_object_id", id)) {
    for (const Association& link : own->associations) {
      if (link.to_type == to_type) links[link.to_id] = link.type_id;
    }
  }
  return links;
}

int64_t Store::CountLinks(const std::string& from_type, const std::string& to_type) const {
  std::set<std::pair<std::string, std::string>> links;
  for (const auto& [type, records] : records_) {
    for (const Record& record : records) {
      for (const Association& link : record.associations) {
        if (type == from_type && link.to_type == to_type) links.emplace(record.id, link.to_id);
        if (type == to_type && link.to_type == from_type) links.emplace(link.to_id, record.id);
      }
    }
  }
  return static_cast<int64_t>(links.size());
}

int64_t Store::Duplicates() const {
  std::set<std::string> seen;
  int64_t duplicates = 0;
  for (const auto& [type, records] : records_) {
    for (const Record& record : records) {
      const std::optional<std::string> identity = IdentityOf(type, record);
      if (identity.has_value() && !seen.insert(*identity).second) ++duplicates;
    }
  }
  return duplicates;
}

void Store::Clear() {
  records_.clear();
  emails_.clear();
}

}  // namespace leadrelay::sandbox::hubspot
