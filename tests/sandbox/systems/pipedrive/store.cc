#include "tests/sandbox/systems/pipedrive/store.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "absl/strings/str_cat.h"

#include "tests/sandbox/systems/pipedrive/schema.h"

namespace leadrelay::sandbox::pipedrive_store {
namespace {

std::string NewUuid(int64_t number) {
  const std::string digits = absl::StrCat(number);
  return "adf21080-0e10-11eb-879b-" + std::string(12 - digits.size(), '0') + digits;
}

}  // namespace

json::Document Record::Value(const std::string& member) const {
  const auto found = members.find(member);
  if (found == members.end()) return {};
  return json::Document::Parse(found->second).value_or(json::Document());
}

std::string Record::Text(const std::string& member) const {
  return Value(member).root().AsText().value_or("");
}

std::vector<std::string> Record::Points(const std::string& list) const {
  const json::Document document = Value(list);
  std::vector<std::string> values;
  for (const json::Value& point : document.root().Elements()) {
    values.push_back(point.Find("value").StringOr(""));
  }
  return values;
}

std::optional<std::string> Store::Check(const std::string& collection,
                                        const json::Value& body,
                                        bool creates) const {
  if (std::optional<std::string> fault = FaultInBody(collection, body, creates)) return fault;
  const json::Value person = body.Find("person_id");
  if (person.exists() && Get("persons", person.AsText().value_or("")) == nullptr) {
    return "person_id: person not found";
  }
  const json::Value status = body.Find("status");
  if (status.exists() && status.AsString() != "open" && status.AsString() != "won" &&
      status.AsString() != "lost") {
    return "status: must be one of open, won, lost";
  }
  const json::Value stage = body.Find("stage_id");
  if (!stage.exists()) return std::nullopt;
  const json::Value pipeline = body.Find("pipeline_id");
  for (const Stage& each : Stages()) {
    if (each.id != stage.Int64Or(0)) continue;
    if (pipeline.exists() && pipeline.Int64Or(0) != each.pipeline) break;
    return std::nullopt;
  }
  return "stage_id: stage not found in the pipeline";
}

Record& Store::Add(const std::string& collection, const json::Value& body, absl::Time now) {
  Record record;
  const int64_t number = next_id_++;
  record.id = collection == "leads" ? NewUuid(number) : absl::StrCat(number);
  record.added_at = now;
  if (collection == "deals") {
    record.members = {{"status", "\"open\""}, {"pipeline_id", "1"}, {"stage_id", "1"}};
  }
  if (collection == "activities") record.members = {{"done", "false"}};
  Patch(record, body, now);
  records_[collection].push_back(std::move(record));
  return records_[collection].back();
}

void Store::Patch(Record& record, const json::Value& body, absl::Time now) {
  for (const json::Value::Member& member : body.Members()) {
    record.members[std::string(member.key)] = member.value.ToJson();
    if (member.key != "stage_id") continue;
    for (const Stage& stage : Stages()) {
      if (stage.id == member.value.Int64Or(0)) {
        record.members["pipeline_id"] = absl::StrCat(stage.pipeline);
      }
    }
  }
  record.updated_at = now;
}

const Record* Store::Get(const std::string& collection, const std::string& id) const {
  const std::vector<Record>& all = All(collection);
  const auto found = std::ranges::find(all, id, &Record::id);
  return found == all.end() ? nullptr : &*found;
}

Record* Store::Find(const std::string& collection, const std::string& id) {
  return const_cast<Record*>(Get(collection, id));  // NOLINT: the store's own.
}

bool Store::Delete(const std::string& collection, const std::string& id) {
  return std::erase_if(records_[collection], [&](const Record& each) { return each.id == id; }) > 0;
}

std::vector<const Record*> Store::List(const std::string& collection,
                                       const std::function<bool(const Record&)>& wanted) const {
  std::vector<const Record*> list;
  for (const Record& record : All(collection)) {
    if (wanted(record)) list.insert(list.begin(), &record);
  }
  return list;
}

const std::vector<Record>& Store::All(const std::string& collection) const {
  static const std::vector<Record> none;
  const auto found = records_.find(collection);
  return found == records_.end() ? none : found->second;
}

int64_t Store::Duplicates() const {
  int64_t duplicates = 0;
  std::set<std::string> seen;
  const auto see = [&](const std::string& identity) {
    if (!seen.insert(identity).second) ++duplicates;
  };
  for (const Record& person : All("persons")) {
    const std::vector<std::string> emails = person.Points("emails");
    for (const std::string& email : emails) see("email " + Lower(email));
    if (!emails.empty()) continue;
    for (const std::string& phone : person.Points("phones")) see("phone " + phone);
  }
  for (const Record& each : All("organizations")) see("organization " + Lower(each.Text("name")));
  for (const Record& each : All("deals")) {
    see(absl::StrCat("deal ", each.Text("person_id"), " ", each.Text("title")));
  }
  for (const Record& each : All("leads")) see("lead " + each.Text("origin_id"));
  for (const Record& each : All("notes")) {
    see(absl::StrCat("note ", each.Text("person_id"), " ", each.Text("content")));
  }
  for (const Record& each : All("activities")) {
    see(absl::StrCat(
        "activity ", each.Value("participants").root().ToJson(), " ", each.Text("subject")));
  }
  return duplicates;
}

void Store::Clear() {
  records_.clear();
}

void Write(const std::string& collection, const Record& record, json::Writer& writer) {
  const char* format = "%Y-%m-%dT%H:%M:%SZ";
  if (collection == "notes") format = "%Y-%m-%d %H:%M:%S";
  if (collection == "leads") format = "%Y-%m-%dT%H:%M:%E3SZ";
  writer.StartObject();
  if (collection == "leads") {
    writer.Member("id", record.id);
  } else {
    writer.Key("id").Raw(record.id);
  }
  for (const auto& [name, value] : record.members) writer.Key(name).Raw(value);
  for (const char* member : {"org_id", "custom_fields", "emails", "phones"}) {
    if (collection != "persons" || record.members.contains(member)) continue;
    writer.Key(member).Raw(member == std::string_view("org_id")          ? "null"
                           : member == std::string_view("custom_fields") ? "{}"
                                                                         : "[]");
  }
  writer.Member("add_time", absl::FormatTime(format, record.added_at, absl::UTCTimeZone()));
  writer.Member("update_time", absl::FormatTime(format, record.updated_at, absl::UTCTimeZone()));
  if (!IsOld(collection)) writer.Member("is_deleted", false);
  writer.EndObject();
}

const std::vector<Stage>& Stages() {
  static const std::vector<Stage> stages = {{1, "Qualified", 1},
                                            {2, "Contact Made", 1},
                                            {3, "Demo Scheduled", 1},
                                            {4, "Proposal Made", 1},
                                            {5, "Negotiations Started", 1},
                                            {6, "Asked", 2},
                                            {7, "Demo Scheduled", 2}};
  return stages;
}

std::string Lower(std::string text) {
  std::ranges::transform(
      text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

}  // namespace leadrelay::sandbox::pipedrive_store
