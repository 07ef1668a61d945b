#include "tests/sandbox/systems/activecampaign/activecampaign.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/status/abseil.h"

namespace leadrelay::sandbox {
namespace {

constexpr std::string_view kPrefix = "/activecampaign/";
constexpr int64_t kPerSecond = 5;
constexpr size_t kPageSize = 20;
constexpr size_t kLargestPage = 100;

const std::set<std::string>& Lists() {
  static const std::set<std::string> ids = {"1", "2", "3"};
  return ids;
}
const std::map<std::string, std::string>& FirstTags() {
  static const std::map<std::string, std::string> tags = {{"20", "web lead"}, {"21", "to call"}};
  return tags;
}

struct Stage {
  std::string_view id;
  std::string_view title;
};
constexpr std::array<Stage, 3> kStages = {
    {{"1", "To Contact"}, {"2", "In Contact"}, {"3", "Follow Up"}}};

std::string Lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

bool IsBetween(const std::string& id, char first, char last) {
  return id.size() == 1 && id[0] >= first && id[0] <= last;
}

http::Response Json(int status, std::string body) {
  return http::Response{status, {{"Content-Type", "application/json"}}, std::move(body)};
}

http::Response Message(int status, std::string_view message) {
  json::Writer writer;
  writer.StartObject().Member("message", std::string(message)).EndObject();
  return Json(status, writer.Take());
}

http::Response Invalid(std::string_view code, std::string_view field, std::string_view title) {
  json::Writer writer;
  writer.StartObject().Key("errors").StartArray().StartObject();
  writer.Member("title", std::string(title)).Member("detail", "");
  writer.Member("code", std::string(code)).Key("source").StartObject();
  writer.Member("pointer", absl::StrCat("/data/attributes/", std::string(field)));
  writer.EndObject().EndObject().EndArray().EndObject();
  return Json(422, writer.Take());
}

std::string Text(const json::Value& object, std::string_view key) {
  return object.Find(key).AsText().value_or("");
}

std::string Parameter(const http::Request& request, std::string_view name) {
  for (const auto& [key, value] : http::ParseForm(http::QueryOf(request.url))) {
    if (key == name) return value;
  }
  return "";
}

std::string Stamp(absl::Time now) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%S-05:00", now, absl::FixedTimeZone(-5 * 60 * 60));
}

}  // namespace

bool ActiveCampaign::Call::Is(std::string_view method,
                              std::string_view resource,
                              size_t parts) const {
  return request.method == method && path.size() == parts && path[0] == resource;
}

ActiveCampaign::ActiveCampaign()
    : tags_(FirstTags()), second_("1s", kPerSecond, absl::Seconds(1)) {}

bool ActiveCampaign::Owns(std::string_view path) const {
  return path.starts_with(kPrefix);
}

std::vector<Window*> ActiveCampaign::WindowsFor(const http::Request& /*request*/) {
  return {&second_};
}

http::Response ActiveCampaign::Refuse(const Window& window, absl::Time /*now*/) {
  http::Response response{429, {{"Content-Type", "text/plain"}}, "Rate limit exceeded."};
  response.headers.Add("Retry-After", "1");
  response.headers.Add("RateLimit-Limit", absl::StrCat(window.limit()));
  response.headers.Add("RateLimit-Remaining", "0");
  return response;
}

http::Response ActiveCampaign::Handle(const http::Request& request, absl::Time now) {
  std::vector<std::string> path = absl::StrSplit(
      ToAbsl(http::PathOf(request.url).substr(kPrefix.size())), '/', absl::SkipEmpty());
  for (std::string& part : path) part = http::PercentDecode(part);
  if (path.size() < 3 || path[0] != "api" || path[1] != "3") {
    return {404, {{"Content-Type", "text/html"}}, "<html><title>Not found</title></html>"};
  }
  if (request.headers.Get("api-token") != kToken) return Message(403, "Forbidden");
  const absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
  if (!request.body.empty() && !body.ok()) return Message(400, "The request is no JSON.");
  const Call call{request,
                  {path.begin() + 2, path.end()},
                  body.ok() ? body->root() : json::Value(),
                  now,
                  Stamp(now)};
  RunImports(call);
  http::Response response = Answer(call);
  response.headers.Add("RateLimit-Limit", absl::StrCat(second_.limit()));
  response.headers.Add("RateLimit-Remaining", absl::StrCat(second_.Remaining(now)));
  return response;
}

http::Response ActiveCampaign::Answer(const Call& call) {
  if (call.Is("POST", "contact", 2) && call.path[1] == "sync") return Sync(call);
  if (call.Is("POST", "contactLists", 1)) return Subscribe(call);
  if (call.Is("POST", "contactTags", 1)) return Tag(call);
  if (call.Is("POST", "deals", 1)) return CreateDeal(call);
  if (call.Is("POST", "notes", 1)) return CreateNote(call);
  if (call.Is("POST", "dealTasks", 1)) return CreateTask(call);
  if (call.Is("GET", "contacts", 3)) return OfContact(call);
  if (call.path.size() == 2 && call.path[0] == "contacts") {
    return Single(call, "contacts", "contact");
  }
  if (call.path.size() == 2 && call.path[0] == "deals") return Single(call, "deals", "deal");
  if (call.Is("GET", "users", 2)) {
    return Json(200, R"({"user":{"id":"1","username":"ada","email":"ada@example.com"}})");
  }
  if (call.Is("POST", "import", 2) && call.path[1] == "bulk_import") return QueueImport(call);
  if (call.Is("GET", "import", 2) && call.path[1] == "info") {
    return ImportInfo(call, Parameter(call.request, "batchId"));
  }
  if (call.Is("GET", "lists", 2) && Lists().contains(call.path[1])) {
    return Json(200, absl::StrCat(R"({"list":{"id":")", call.path[1], R"(","name":"News"}})"));
  }
  if (call.Is("GET", "tags", 2) && tags_.contains(call.path[1])) {
    const std::string& name = tags_.at(call.path[1]);
    return Json(200,
                absl::StrCat(R"({"tag":{"id":")", call.path[1], R"(","tag":")", name, R"("}})"));
  }
  if (call.Is("GET", "dealTasktypes", 2) && IsBetween(call.path[1], '1', '3')) {
    return Json(200, absl::StrCat(R"({"dealTasktype":{"id":")", call.path[1], R"("}})"));
  }
  if (call.Is("GET", "dealStages", 1)) return ListStages();
  if (call.Is("GET", call.path[0], 1)) return List(call);
  return Message(404, "No Result found");
}

http::Response ActiveCampaign::Sync(const Call& call) {
  const json::Value contact = call.body.Find("contact");
  const std::string email = Text(contact, "email");
  if (email.find('@') == std::string::npos || email.find("..") != std::string::npos) {
    return Invalid("email_invalid", "email", absl::StrCat("The address ", email, " is invalid"));
  }
  for (const json::Value& value : contact.Find("fieldValues").Elements()) {
    if (IsCustomField(Text(value, "field"))) continue;
    return Invalid("related_missing", "field", "The related field does not exist.");
  }
  std::vector<std::string> made;
  Record& record = ContactOf(email, call, &made);
  Patch(record, contact, call.now);
  return One(made.empty() ? 200 : 201, "contact", record);
}

http::Response ActiveCampaign::Subscribe(const Call& call) {
  const json::Value entry = call.body.Find("contactList");
  const std::string contact = Text(entry, "contact");
  const std::string list = Text(entry, "list");
  if (Find("contacts", contact) == nullptr) {
    return Invalid("related_missing", "contact", "The related contact does not exist.");
  }
  if (!Lists().contains(list)) {
    return Invalid("related_missing", "list", "The related list does not exist.");
  }
  std::string& status = subscription_[{contact, list}];
  if (status == "2" && Text(entry, "status") == "1") ++brought_back_;
  status = Text(entry, "status");
  return Json(200, absl::StrCat(R"({"contactList":{"id":"1","list":")", list, R"("}})"));
}

http::Response ActiveCampaign::Tag(const Call& call) {
  const json::Value entry = call.body.Find("contactTag");
  if (Find("contacts", Text(entry, "contact")) == nullptr) {
    return Json(404,
                R"({"errors":[{"status":404,"title":"Not Found","detail":"Contact not found"}]})");
  }
  if (!tags_.contains(Text(entry, "tag"))) {
    return Invalid("related_missing", "tag", "The related tag does not exist.");
  }
  contact_tags_.emplace(Text(entry, "contact"), Text(entry, "tag"));
  return Json(201, R"({"contactTag":{"id":"1"}})");
}

http::Response ActiveCampaign::CreateDeal(const Call& call) {
  const json::Value deal = call.body.Find("deal");
  for (const char* field : {"title", "value", "currency"}) {
    if (Text(deal, field).empty()) return Invalid("field_missing", field, "Missing attribute");
  }
  const std::string stage = Text(deal, "stage");
  if ((Text(deal, "group").empty() && stage.empty()) ||
      (!stage.empty() && std::ranges::find(kStages, stage, &Stage::id) == kStages.end())) {
    return Invalid("related_missing", "stage", "The related stage does not exist.");
  }
  if (Find("contacts", Text(deal, "contact")) == nullptr) {
    return Invalid("related_missing", "contact", "The related contact does not exist.");
  }
  if (deal.Find("value").AsInt64().value_or(-1) < 0) {
    return Invalid("field_invalid", "value", "The value is in cents.");
  }
  Record& record = Add("deals", call);
  record.fields["stage"] = std::string(kStages[0].id);
  Patch(record, deal, call.now);
  return One(201, "deal", record);
}

http::Response ActiveCampaign::CreateNote(const Call& call) {
  const json::Value note = call.body.Find("note");
  if (Text(note, "note").empty()) return Invalid("field_missing", "note", "Missing attribute");
  const bool contact = Text(note, "reltype") == "Subscriber";
  if (Find(contact ? "contacts" : "deals", Text(note, "relid")) == nullptr) {
    return Invalid("related_missing", "relid", "The related object does not exist.");
  }
  Record& record = Add("notes", call);
  Patch(record, note, call.now);
  return One(201, "note", record);
}

http::Response ActiveCampaign::CreateTask(const Call& call) {
  const json::Value task = call.body.Find("dealTask");
  for (const char* field : {"relid", "duedate", "dealTasktype"}) {
    if (Text(task, field).empty()) return Invalid("field_missing", field, "Missing attribute");
  }
  const bool contact = Text(task, "ownerType") == "contact";
  if (Find(contact ? "contacts" : "deals", Text(task, "relid")) == nullptr) {
    return Invalid("related_missing", "relid", "The related object does not exist.");
  }
  Record& record = Add("tasks", call);
  Patch(record, task, call.now);
  record.fields["reltype"] = contact ? "Subscriber" : "Deal";
  return One(201, "dealTask", record);
}

http::Response ActiveCampaign::Single(const Call& call,
                                      const std::string& type,
                                      std::string_view member) {
  Record* record = Find(type, call.path[1]);
  if (record == nullptr) {
    return Message(404,
                   absl::StrCat("No Result found for ",
                                type == "contacts" ? "Subscriber" : "Deal",
                                " with id ",
                                call.path[1]));
  }
  if (call.request.method == "PUT") Patch(*record, call.body.Find(member), call.now);
  http::Response response = One(200, member, *record);
  if (call.request.method == "DELETE") {
    std::erase_if(stores_[type], [&](const Record& each) { return each.id == call.path[1]; });
    response = Json(200, "{}");
  }
  return response;
}

// As the real one: a filter of a name that it does not know is not obeyed.
http::Response ActiveCampaign::List(const Call& call) const {
  const std::string type = call.path[0] == "dealTasks" ? "tasks" : call.path[0];
  size_t limit = kPageSize;
  size_t offset = 0;
  if (const std::string text = Parameter(call.request, "limit"); !text.empty()) {
    limit = std::min<size_t>(std::stoul(text), kLargestPage);
  }
  if (const std::string text = Parameter(call.request, "offset"); !text.empty()) {
    offset = std::stoul(text);
  }
  const std::string email = Parameter(call.request, "email");
  const std::string title = Parameter(call.request, "filters[search]");
  const std::string relid = Parameter(call.request, "filters[relid]");
  std::vector<const Record*> found;
  const auto store = stores_.find(type);
  if (store == stores_.end()) return Many(call.path[0], found);
  for (const Record& record : store->second) {
    const auto field = [&record](const char* name) {
      const auto value = record.fields.find(name);
      return value == record.fields.end() ? "" : value->second;
    };
    if (!email.empty() && Lower(field("email")) != Lower(email)) continue;
    if (!title.empty() && field("title").find(title) == std::string::npos) continue;
    if (!relid.empty() && field("relid") != relid) continue;
    if (offset > 0) {
      --offset;
    } else if (found.size() < limit) {
      found.push_back(&record);
    }
  }
  return Many(call.path[0], found);
}

http::Response ActiveCampaign::OfContact(const Call& call) const {
  const Record* contact = Find("contacts", call.path[1]);
  if (contact == nullptr) {
    return Message(404, absl::StrCat("No Result found for Subscriber with id ", call.path[1]));
  }
  const std::string& what = call.path[2];
  if (what == "contactLists") return ListLists(*contact);
  std::vector<const Record*> found;
  const auto store = stores_.find(what);
  if (store == stores_.end()) return Many(what, found);
  for (const Record& record : store->second) {
    const auto owner = record.fields.find(what == "deals" ? "contact" : "relid");
    if (owner != record.fields.end() && owner->second == contact->id) found.push_back(&record);
  }
  return Many(what, found);
}

http::Response ActiveCampaign::ListLists(const Record& contact) const {
  json::Writer writer;
  writer.StartObject().Key("contactLists").StartArray();
  for (const auto& [entry, status] : subscription_) {
    if (entry.first != contact.id) continue;
    writer.StartObject().Member("contact", contact.id).Member("list", entry.second);
    writer.Member("status", status).EndObject();
  }
  writer.EndArray().EndObject();
  return Json(200, writer.Take());
}

http::Response ActiveCampaign::ListStages() const {
  json::Writer writer;
  writer.StartObject().Key("dealStages").StartArray();
  for (const Stage& stage : kStages) {
    writer.StartObject().Member("group", "1").Member("id", std::string(stage.id));
    writer.Member("order", std::string(stage.id)).Member("title", std::string(stage.title));
    writer.EndObject();
  }
  writer.EndArray().EndObject();
  return Json(200, writer.Take());
}

ActiveCampaign::Record& ActiveCampaign::Add(const std::string& type, const Call& call) {
  Record record;
  record.id = absl::StrCat(next_id_++);
  record.created = call.now;
  stores_[type].push_back(std::move(record));
  return stores_[type].back();
}

ActiveCampaign::Record* ActiveCampaign::Find(const std::string& type, const std::string& id) {
  for (Record& record : stores_[type]) {
    if (record.id == id) return &record;
  }
  return nullptr;
}

const ActiveCampaign::Record* ActiveCampaign::Find(const std::string& type,
                                                   const std::string& id) const {
  const auto store = stores_.find(type);
  if (store == stores_.end()) return nullptr;
  const auto found = std::ranges::find(store->second, id, &Record::id);
  return found == store->second.end() ? nullptr : &*found;
}

ActiveCampaign::Record* ActiveCampaign::FindEmail(const std::string& email) {
  for (Record& record : stores_["contacts"]) {
    if (Lower(record.fields["email"]) == Lower(email)) return &record;
  }
  return nullptr;
}

ActiveCampaign::Record& ActiveCampaign::ContactOf(const std::string& email,
                                                  const Call& call,
                                                  std::vector<std::string>* made) {
  if (Record* record = FindEmail(email)) return *record;
  Record& record = Add("contacts", call);
  record.fields["email"] = email;
  if (Lower(email) == kOptedOut) subscription_[{record.id, "2"}] = "2";
  made->push_back(record.id);
  return record;
}

std::string ActiveCampaign::TagOf(const std::string& name) {
  for (const auto& [id, known] : tags_) {
    if (known == name) return id;
  }
  const std::string id = absl::StrCat(next_id_++);
  tags_[id] = name;
  return id;
}

bool ActiveCampaign::IsCustomField(const std::string& id) {
  return IsBetween(id, '1', '9');
}

void ActiveCampaign::Patch(Record& record, const json::Value& members, const std::string& now) {
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

void ActiveCampaign::Write(const Record& record, json::Writer& writer) {
  writer.StartObject();
  for (const auto& [field, value] : record.fields) writer.Member(field, value);
  for (const auto& [field, value] : record.custom) writer.Member("custom " + field, value);
  writer.Member("cdate", record.created).Member("udate", record.updated);
  writer.Member("id", record.id).EndObject();
}

http::Response ActiveCampaign::One(int status,
                                   std::string_view member,
                                   const Record& record) const {
  json::Writer writer;
  writer.StartObject().Key(member);
  Write(record, writer);
  writer.EndObject();
  return Json(status, writer.Take());
}

http::Response ActiveCampaign::Many(std::string_view member,
                                    const std::vector<const Record*>& records) const {
  json::Writer writer;
  writer.StartObject().Key(member).StartArray();
  for (const Record* record : records) Write(*record, writer);
  writer.EndArray().EndObject();
  return Json(200, writer.Take());
}

void ActiveCampaign::SetLimit(std::string_view /*window*/, int64_t limit) {
  second_.set_limit(limit);
}

void ActiveCampaign::Reset() {
  stores_.clear();
  subscription_.clear();
  contact_tags_.clear();
  tags_ = FirstTags();
  imports_.clear();
  brought_back_ = 0;
  second_.Clear();
  second_.set_limit(kPerSecond);
}

void ActiveCampaign::Report(json::Writer& writer) const {
  int64_t duplicates = 0;
  for (const char* type : {"contacts", "deals", "notes", "tasks"}) {
    const auto store = stores_.find(type);
    writer.Member(type, store == stores_.end() ? 0 : static_cast<int64_t>(store->second.size()));
    if (store == stores_.end()) continue;
    // What was posted twice says the same twice.
    std::set<std::map<std::string, std::string>> seen;
    for (const Record& record : store->second) {
      if (!seen.insert(record.fields).second) ++duplicates;
    }
  }
  writer.Member("subscriptions", static_cast<int64_t>(subscription_.size()))
      .Member("tags", static_cast<int64_t>(contact_tags_.size()))
      .Member("imports", static_cast<int64_t>(imports_.size()))
      .Member("brought_back", brought_back_)
      .Member("duplicates", duplicates);
  writer.Key("windows").StartArray();
  ReportWindow(second_, writer);
  writer.EndArray();
}

void ActiveCampaign::Records(std::string_view type, json::Writer& writer) const {
  writer.StartArray();
  const auto store = stores_.find(std::string(type));
  if (store != stores_.end()) {
    for (const Record& record : store->second) Write(record, writer);
  }
  writer.EndArray();
}

std::unique_ptr<System> activecampaign::Make() {
  return std::make_unique<ActiveCampaign>();
}

}  // namespace leadrelay::sandbox
