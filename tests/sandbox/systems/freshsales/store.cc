#include "tests/sandbox/systems/freshsales/store.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/text/clean.h"

namespace leadrelay::sandbox::freshsales {

Record* Store::Find(const std::string& type, std::string_view field, const std::string& value) {
  for (Record& record : records_[type]) {
    if (field == "id") {
      if (absl::StrCat(record.id) == value) return &record;
      continue;
    }
    const auto& fields = field.starts_with("cf_") ? record.custom : record.fields;
    const auto own = fields.find(std::string(field));
    if (own != fields.end() && text::LowerAscii(own->second) == text::LowerAscii(value)) {
      return &record;
    }
  }
  return nullptr;
}

Record& Store::Add(const std::string& type, absl::Time now) {
  Record& record = records_[type].emplace_back();
  record.id = NextId();
  record.created = now;
  return record;
}

void Store::Patch(Record& record, const json::Value& members, absl::Time now) {
  for (const json::Value::Member& member : members.Members()) {
    if (std::optional<std::string> text = member.value.AsText()) {
      record.fields[std::string(member.key)] = *std::move(text);
    }
  }
  for (const json::Value::Member& member : members.Find("custom_field").Members()) {
    record.custom[std::string(member.key)] = member.value.AsText().value_or("");
  }
  record.updated = now;
}

void Store::Delete(const std::string& type, const Record& record) {
  const int64_t id = record.id;  // `record` moves with the others.
  std::erase_if(records_[type], [id](const Record& each) { return each.id == id; });
}

const std::vector<Record>& Store::All(const std::string& type) const {
  static const std::vector<Record> none;
  const auto records = records_.find(type);
  return records == records_.end() ? none : records->second;
}

std::vector<const Record*> Store::Of(const Record& contact, const std::string& type) const {
  std::vector<const Record*> found;
  for (const Record& record : All(type)) {
    if (record.contacts.contains(contact.id)) found.push_back(&record);
  }
  return found;
}

int64_t Store::CountAccountsOfContacts() const {
  int64_t links = 0;
  for (const Record& contact : All("contacts")) {
    links += static_cast<int64_t>(contact.accounts.size());
  }
  return links;
}

int64_t Store::Duplicates() const {
  int64_t duplicates = 0;
  for (const auto& [type, records] : records_) {
    std::set<std::pair<std::map<std::string, std::string>, std::set<int64_t>>> seen;
    for (const Record& record : records) {
      if (!seen.emplace(record.fields, record.contacts).second) ++duplicates;
    }
  }
  std::set<std::string> names;
  for (const Record& account : All("sales_accounts")) {
    if (!names.insert(text::LowerAscii(account.fields.at("name"))).second) ++duplicates;
  }
  return duplicates;
}

}  // namespace leadrelay::sandbox::freshsales
