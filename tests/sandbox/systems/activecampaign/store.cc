#include "tests/sandbox/systems/activecampaign/store.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "common/text/clean.h"
#include "tests/sandbox/systems/activecampaign/requests.h"

namespace leadrelay::sandbox::activecampaign {

std::string Record::Text(const std::string& field) const {
  const auto value = fields.find(field);
  return value == fields.end() ? "" : value->second;
}

Record& Store::Add(const std::string& type, const std::string& now) {
  Record& record = records_[type].emplace_back();
  record.id = NextId();
  record.created = now;
  return record;
}

Record* Store::Find(const std::string& type, const std::string& id) {
  std::vector<Record>& records = records_[type];
  const auto found = std::ranges::find(records, id, &Record::id);
  return found == records.end() ? nullptr : &*found;
}

const Record* Store::Find(const std::string& type, const std::string& id) const {
  const std::vector<Record>& records = All(type);
  const auto found = std::ranges::find(records, id, &Record::id);
  return found == records.end() ? nullptr : &*found;
}

Record& Store::ContactOf(const std::string& email,
                         const std::string& now,
                         std::vector<std::string>* made) {
  const std::string lower = text::LowerAscii(email);
  for (Record& record : records_["contacts"]) {
    if (text::LowerAscii(record.Text("email")) == lower) return record;
  }
  Record& record = Add("contacts", now);
  record.fields["email"] = email;
  if (lower == kOptedOut) subscriptions_[{record.id, "2"}] = "2";
  made->push_back(record.id);
  return record;
}

void Store::Patch(Record& record, const json::Value& members, const std::string& now) {
  for (const json::Value::Member& member : members.Members()) {
    if (std::optional<std::string> text = member.value.AsText()) {
      record.fields[std::string(member.key)] = *std::move(text);
    }
  }
  for (const json::Value& value : members.Find("fieldValues").Elements()) {
    record.custom[Text(value, "field")] = Text(value, "value");
  }
  for (const json::Value& value : members.Find("fields").Elements()) {
    record.custom[Text(value, "customFieldId")] = Text(value, "fieldValue");
  }
  record.updated = now;
}

void Store::Delete(const std::string& type, const std::string& id) {
  std::erase_if(records_[type], [&id](const Record& each) { return each.id == id; });
}

const std::vector<Record>& Store::All(const std::string& type) const {
  static const std::vector<Record> none;
  const auto records = records_.find(type);
  return records == records_.end() ? none : records->second;
}

int64_t Store::Duplicates() const {
  int64_t duplicates = 0;
  for (const auto& [type, records] : records_) {
    std::set<std::map<std::string, std::string>> seen;
    for (const Record& record : records) {
      if (!seen.insert(record.fields).second) ++duplicates;
    }
  }
  return duplicates;
}

void Store::SetSubscription(const std::string& contact,
                            const std::string& list,
                            const std::string& status) {
  std::string& known = subscriptions_[{contact, list}];
  if (known == "2" && status == "1") ++brought_back_;
  known = status;
}

void Store::SubscribeIfNew(const std::string& contact, const std::string& list) {
  subscriptions_.emplace(std::pair(contact, list), "1");
}

std::string Store::TagOf(const std::string& name) {
  for (const auto& [id, known] : tags_) {
    if (known == name) return id;
  }
  const std::string id = NextId();
  tags_[id] = name;
  return id;
}

void Store::Tag(const std::string& contact, const std::string& tag) {
  contact_tags_.emplace(contact, tag);
}

std::string Store::NextId() {
  return absl::StrCat(next_id_++);
}

void Store::Clear() {
  records_.clear();
  subscriptions_.clear();
  tags_ = FirstTags();
  contact_tags_.clear();
  brought_back_ = 0;
}

}  // namespace leadrelay::sandbox::activecampaign
