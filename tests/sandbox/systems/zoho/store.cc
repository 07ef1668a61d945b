#include "tests/sandbox/systems/zoho/store.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "absl/strings/str_cat.h"

namespace leadrelay::sandbox::zoho {
namespace {

constexpr int64_t kFirstId = 3'652'397'000'000'000'000;

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return text;
}

bool IsEmail(const std::string& text) {
  const size_t at = text.find('@');
  return at != std::string::npos && at > 0 && text.find('.', at) != std::string::npos;
}

Fault WrongType(const Field& field) {
  return {"INVALID_DATA", field.name, absl::StrCat("\"expected_data_type\":\"", field.type, "\"")};
}

}  // namespace

std::string Record::Text(const std::string& field) const {
  const auto found = fields.find(field);
  if (found == fields.end()) return "";
  const absl::StatusOr<json::Document> value = json::Document::Parse(found->second);
  return value.ok() ? value->root().AsText().value_or("") : "";
}

std::string Record::Lookup(const std::string& field) const {
  const auto found = fields.find(field);
  if (found == fields.end()) return "";
  const absl::StatusOr<json::Document> value = json::Document::Parse(found->second);
  return value.ok() ? value->root().Find("id").StringOr("") : "";
}

Store::Store() : schema_(StandardSchema()) {}

const std::vector<Field>& Store::Fields(const std::string& module) const {
  return schema_.at(module);
}

const Field* Store::FindField(const std::string& module, const std::string& name) const {
  const std::vector<Field>& fields = schema_.at(module);
  const auto found = std::ranges::find(fields, name, &Field::name);
  return found == fields.end() ? nullptr : &*found;
}

const std::deque<Record>& Store::All(const std::string& module) const {
  static const std::deque<Record> none;
  const auto found = records_.find(module);
  return found == records_.end() ? none : found->second;
}

Record* Store::Find(const std::string& module, const std::string& id) {
  std::deque<Record>& all = records_[module];
  const auto found = std::ranges::find(all, id, &Record::id);
  return found == all.end() ? nullptr : &*found;
}

Record* Store::FindBy(const std::string& module,
                      const std::string& field,
                      const std::string& value) {
  if (value.empty()) return nullptr;
  for (Record& record : records_[module]) {
    if (Lower(record.Text(field)) == Lower(value)) return &record;
  }
  return nullptr;
}

std::optional<Fault> Store::CheckValue(const Field& field, const json::Value& value) {
  if (value.IsNull()) return std::nullopt;
  if (field.type == "currency") {
    return value.AsDouble().has_value() ? std::nullopt : std::optional(WrongType(field));
  }
  if (field.type == "lookup") {
    const std::string id = value.Find("id").StringOr("");
    const std::string parent = value.Find("module").Find("api_name").StringOr("");
    for (const auto& [module, fields] : schema_) {
      const bool fits =
          (field.module.empty() || field.module == module) && (parent.empty() || parent == module);
      if (fits && Find(module, id) != nullptr) return std::nullopt;
    }
    return Fault{"INVALID_DATA", field.name, ""};
  }
  if (!value.IsString()) return WrongType(field);
  const std::string text = value.StringOr("");
  if (field.type == "email" && !IsEmail(text)) return WrongType(field);
  absl::CivilDay day;
  if (field.type == "date" && !absl::ParseCivilTime(text, &day)) return WrongType(field);
  if (field.type == "picklist" && std::ranges::find(field.values, text) == field.values.end()) {
    return WrongType(field);
  }
  const auto characters = std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; });
  if (field.type == "text" && static_cast<size_t>(characters) > field.longest) {
    return Fault{"INVALID_DATA", field.name, absl::StrCat("\"maximum_length\":", field.longest)};
  }
  return std::nullopt;
}

// Fields that a module does not have are passed over, as Zoho does.
std::optional<Fault> Store::Check(const std::string& module,
                                  const json::Value& input,
                                  const Record* existing) {
  for (const Field& field : schema_.at(module)) {
    const json::Value value = input.Find(field.name);
    const bool empty = value.IsNull() || value.AsString() == "";
    if (field.mandatory && (value.exists() ? empty : existing == nullptr)) {
      return Fault{"MANDATORY_NOT_FOUND", field.name, ""};
    }
    if (!value.exists()) continue;
    if (std::optional<Fault> fault = CheckValue(field, value)) return fault;
    if (!field.unique) continue;
    const Record* other = FindBy(module, field.name, value.AsText().value_or(""));
    if (other == nullptr || other == existing) continue;
    return Fault{"DUPLICATE_DATA",
                 field.name,
                 absl::StrCat("\"duplicate_record\":{\"id\":\"",
                              other->id,
                              "\",\"module\":{\"api_name\":\"",
                              module,
                              "\"}}")};
  }
  return std::nullopt;
}

Written Store::Upsert(const std::string& module,
                      const json::Value& input,
                      const std::vector<std::string>& check,
                      absl::Time now) {
  Written written;
  for (const std::string& field : check) {
    written.record = FindBy(module, field, input.Find(field).AsText().value_or(""));
    if (written.record == nullptr) continue;
    written.duplicate_field = field;
    break;
  }
  if (std::optional<Fault> fault = Check(module, input, written.record)) {
    return {nullptr, false, "", *fault};
  }
  if (written.record == nullptr) {
    Record record;
    record.id = absl::StrCat(kFirstId + next_++);
    record.created_at = now;
    records_[module].push_back(std::move(record));
    written.record = &records_[module].back();
    written.inserted = true;
  }
  Patch(*written.record, input, now);
  return written;
}

Written Store::Update(const std::string& module,
                      const std::string& id,
                      const json::Value& input,
                      absl::Time now) {
  Record* record = Find(module, id);
  if (record == nullptr) return {nullptr, false, "", {"INVALID_DATA", "id", ""}};
  if (std::optional<Fault> fault = Check(module, input, record)) {
    return {nullptr, false, "", *fault};
  }
  Patch(*record, input, now);
  return {record, false, "", {}};
}

void Store::Patch(Record& record, const json::Value& input, absl::Time now) {
  for (const json::Value::Member& member : input.Members()) {
    if (member.key != "id") record.fields[std::string(member.key)] = member.value.ToJson();
  }
  record.modified_at = now;
}

bool Store::Delete(const std::string& module, const std::string& id) {
  return std::erase_if(records_[module], [&id](const Record& record) { return record.id == id; }) >
         0;
}

void Store::Clear() {
  records_.clear();
}

int64_t Store::Duplicates() const {
  const std::map<std::string, std::vector<std::string>> telling = {
      {"Deals", {"Deal_Name"}}, {"Notes", {"Note_Title"}}, {"Tasks", {"Subject"}}};
  int64_t duplicates = 0;
  std::set<std::string> seen;
  for (const auto& [module, all] : records_) {
    for (const Record& record : all) {
      std::string identity = module;
      if (const auto names = telling.find(module); names != telling.end()) {
        absl::StrAppend(&identity, "|", record.Text(names->second.front()));
        for (const char* link : {"Contact_Name", "Parent_Id", "Who_Id", "What_Id"}) {
          absl::StrAppend(&identity, "|", record.Lookup(link));
        }
      } else if (module == "Accounts") {
        absl::StrAppend(&identity, "|", Lower(record.Text("Account_Name")));
      } else {
        const std::string email = Lower(record.Text("Email"));
        absl::StrAppend(&identity, "|", email.empty() ? record.Text("Phone") : email);
      }
      if (!seen.insert(identity).second) ++duplicates;
    }
  }
  return duplicates;
}

}  // namespace leadrelay::sandbox::zoho
