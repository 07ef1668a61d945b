#include "tests/sandbox/systems/close/store.h"

#include <algorithm>
#include <cctype>
#include <sstream>

#include "absl/strings/str_cat.h"

namespace leadrelay::sandbox::close {
namespace {

std::string Prefix(std::string_view type) {
  static const std::map<std::string_view, std::string> prefixes = {{"lead", "lead_"},
                                                                   {"contact", "cont_"},
                                                                   {"opportunity", "oppo_"},
                                                                   {"note", "acti_"},
                                                                   {"task", "task_"}};
  return prefixes.at(type);
}

std::string Stamp(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E6S+00:00", time, absl::UTCTimeZone());
}

std::string Quoted(std::string_view text) {
  return json::Writer().String(text).Take();
}

std::string Lower(std::string text) {
  std::ranges::transform(
      text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// Whether Close compares exact values without regard to case is not documented: here it does not.
bool TextHolds(const json::Value& condition, const std::string& text) {
  const std::string wanted = condition.Find("value").StringOr("");
  const std::string mode = condition.Find("mode").StringOr("");
  if (mode == "exact_value") return text == wanted;
  if (mode == "phrase") return Lower(text).find(Lower(wanted)) != std::string::npos;
  std::istringstream words(Lower(wanted));
  const std::string padded = absl::StrCat(" ", Lower(text), " ");
  for (std::string word; words >> word;) {
    if (padded.find(absl::StrCat(" ", word, " ")) == std::string::npos) return false;
  }
  return mode == "full_words";
}

// A query over one record, whose members these are.
class Query {
 public:
  explicit Query(const Record& record) : record_(record) {}

  bool Holds(const json::Value& query) const {
    const std::string type = query.Find("type").StringOr("");
    const std::vector<json::Value> parts = query.Find("queries").Elements();
    const auto holds = [this](const json::Value& part) { return Holds(part); };
    if (type == "and") return std::ranges::all_of(parts, holds);
    if (type == "or") return std::ranges::any_of(parts, holds);
    if (type == "object_type") return true;
    if (type == "has_related") return RelatedHolds(query);
    if (type == "field_condition") {
      return TextHolds(query.Find("condition"),
                       record_.Text(query.Find("field").Find("field_name").StringOr("")));
    }
    return false;
  }

 private:
  // contact_email and contact_phone are elements of the contact's lists.
  bool RelatedHolds(const json::Value& query) const {
    const std::string related = query.Find("related_object_type").StringOr("");
    const auto list = record_.members.find(related == "contact_email" ? "emails" : "phones");
    if (list == record_.members.end()) return false;
    const json::Document elements = *json::Document::Parse(list->second);
    return std::ranges::any_of(elements.root().Elements(), [&](const json::Value& element) {
      Record related_record;
      related_record.Patch(element);
      return Query(related_record).Holds(query.Find("related_query"));
    });
  }

  const Record& record_;
};

std::string ObjectType(const json::Value& query) {
  for (const json::Value& part : query.Find("queries").Elements()) {
    if (part.Find("type").AsString() == "object_type") {
      return part.Find("object_type").StringOr("");
    }
  }
  return "";
}

}  // namespace

std::string Record::Text(std::string_view member) const {
  const auto found = members.find(member);
  if (found == members.end()) return "";
  return json::Document::Parse(found->second)->root().StringOr("");
}

void Record::Set(std::string_view member, std::string_view text) {
  members.insert_or_assign(std::string(member), Quoted(text));
}

void Record::Patch(const json::Value& body) {
  for (const json::Value::Member& member : body.Members()) {
    if (member.key == "id" || member.key == "contacts") continue;
    members.insert_or_assign(std::string(member.key), member.value.ToJson());
  }
}

void Record::Write(json::Writer& writer, const std::vector<std::string>& only) const {
  const auto wanted = [&only](std::string_view name) {
    return only.empty() || std::ranges::find(only, name) != only.end();
  };
  writer.Member("id", id);
  if (wanted("date_created")) writer.Member("date_created", Stamp(created_at));
  for (const auto& [name, value] : members) {
    if (wanted(name)) writer.Key(name).Raw(value);
  }
}

Record& Store::Add(std::string_view type, absl::Time now) {
  std::vector<Record>& all = records_[std::string(type)];
  Record record;
  record.id = absl::StrCat(Prefix(type), "sandbox", next_id_++);
  record.created_at = now;
  all.push_back(std::move(record));
  return all.back();
}

Record* Store::Find(std::string_view type, std::string_view id, absl::Time now) {
  std::vector<Record>& all = records_[std::string(type)];
  const auto found = std::ranges::find(all, id, &Record::id);
  const bool there = found != all.end() && now < found->deleted_at + kSearchLag;
  return there ? &*found : nullptr;
}

void Store::Clear() {
  records_.clear();
}

const std::vector<Record>& Store::All(std::string_view type) const {
  static const std::vector<Record> none;
  const auto all = records_.find(type);
  return all == records_.end() ? none : all->second;
}

std::vector<const Record*> Store::Indexed(std::string_view type, absl::Time now) const {
  std::vector<const Record*> indexed;
  for (const Record& record : All(type)) {
    const bool known = record.created_at + kSearchLag <= now;
    const bool gone = record.deleted_at + kSearchLag <= now;
    if (known && !gone) indexed.push_back(&record);
  }
  return indexed;
}

bool Store::Search(const json::Value& body, absl::Time now, json::Writer& writer) const {
  const std::string type = ObjectType(body.Find("query"));
  if (type != "lead" && type != "contact") return false;
  // Without _fields there are ids alone.
  std::vector<std::string> fields = {"id"};
  for (const json::Value& field : body.Find("_fields").Find(type).Elements()) {
    fields.push_back(field.StringOr(""));
  }
  const int64_t limit = body.Find("_limit").Int64Or(50);
  writer.StartObject().Key("data").StartArray();
  int64_t count = 0;
  for (const Record* record : Indexed(type, now)) {
    if (count == limit || !Query(*record).Holds(body.Find("query"))) continue;
    ++count;
    writer.StartObject().Member("__object_type", type);
    record->Write(writer, fields);
    writer.EndObject();
  }
  writer.EndArray().Key("cursor").Null().EndObject();
  return true;
}

}  // namespace leadrelay::sandbox::close
