#include "tests/sandbox/systems/freshsales/freshsales.h"

#include <algorithm>
#include <cctype>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/status/abseil.h"

namespace leadrelay::sandbox {
namespace {

constexpr std::string_view kPrefix = "/freshsales/";
constexpr int64_t kPerMinute = 400;
constexpr int64_t kPerHour = 1000;

constexpr std::string_view kStages = R"([
  {"id":1,"name":"New","deal_pipeline_id":10},{"id":2,"name":"Qualification","deal_pipeline_id":10},
  {"id":3,"name":"Demo","deal_pipeline_id":10},{"id":4,"name":"Negotiation","deal_pipeline_id":10},
  {"id":5,"name":"Won","deal_pipeline_id":10},{"id":6,"name":"Lost","deal_pipeline_id":10}])";

// What a select is made of, by the last part of its path and the member of its answer.
const std::map<std::string, std::string>& Selectors() {
  static const std::map<std::string, std::string> selectors = {
      {"owners", R"({"users":[{"id":700,"display_name":"Ada"},{"id":701,"display_name":"Bob"}]})"},
      {"deal_stages", absl::StrCat(R"({"deal_stages":)", std::string(kStages), "}")},
      {"deal_pipelines", R"({"deal_pipelines":[{"id":10,"name":"Default Pipeline"}]})"},
      {"currencies",
       R"({"currencies":[{"id":1,"currency_code":"USD"},{"id":3,"currency_code":"EUR"}]})"},
      {"lead_sources", R"({"lead_sources":[{"id":70000,"name":"Web"}]})"},
      {"lifecycle_stages", R"({"lifecycle_stages":[{"id":71010,"name":"Lead"}]})"},
      {"contact_statuses", R"({"contact_statuses":[{"id":71001,"name":"New"}]})"},
  };
  return selectors;
}

std::string Lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

http::Response Json(int status, std::string body) {
  return http::Response{
      status, {{"Content-Type", "application/json; charset=utf-8"}}, std::move(body)};
}

http::Response Refused(int status, const std::string& message) {
  json::Writer writer;
  writer.StartObject().Key("errors").StartObject().Member("code", status);
  writer.Key("message").StartArray().String(message).EndArray();
  writer.EndObject().EndObject();
  return Json(status, writer.Take());
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

std::string Stamp(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%S-04:00", time, absl::FixedTimeZone(-4 * 60 * 60));
}

// "contacts" -> "contact"
std::string Singular(const std::string& type) {
  return type.substr(0, type.size() - 1);
}

bool IsEmail(const std::string& text) {
  return text.find('@') != std::string::npos && text.find("..") == std::string::npos;
}

}  // namespace

bool Freshsales::Call::Is(std::string_view method, std::string_view resource, size_t parts) const {
  return request.method == method && path.size() == parts && path[0] == resource;
}

Freshsales::Freshsales()
    : minute_("minute", kPerMinute, absl::Minutes(1)), hour_("hour", kPerHour, absl::Hours(1)) {}

bool Freshsales::Owns(std::string_view path) const {
  return path.starts_with(kPrefix);
}

std::vector<Window*> Freshsales::WindowsFor(const http::Request& /*request*/) {
  return {&minute_, &hour_};
}

http::Response Freshsales::Refuse(const Window& /*window*/, absl::Time /*now*/) {
  return Refused(429, "You have exceeded the limit of requests per hour");
}

http::Response Freshsales::Handle(const http::Request& request, absl::Time now) {
  std::vector<std::string> path = absl::StrSplit(
      ToAbsl(http::PathOf(request.url).substr(kPrefix.size())), '/', absl::SkipEmpty());
  for (std::string& part : path) part = http::PercentDecode(part);
  if (path.size() < 4 || path[0] != "crm" || path[1] != "sales" || path[2] != "api") {
    return {404, {}, ""};
  }
  if (request.headers.Get("authorization") != absl::StrCat("Token token=", std::string(kKey))) {
    if (request.headers.Get("accept") != "application/json") {
      return {302, {{"Location", "https://example.myfreshworks.com/login"}}, ""};
    }
    return Json(401, R"({"login":"failed","message":null})");
  }
  const absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
  if (!request.body.empty() && !body.ok()) return Refused(400, "Invalid JSON");
  RunBulks(now);
  return Answer(
      {request, {path.begin() + 3, path.end()}, body.ok() ? body->root() : json::Value(), now});
}

http::Response Freshsales::Answer(const Call& call) {
  if (call.Is("POST", "contacts", 2) && call.path[1] == "upsert") return Upsert(call);
  if (call.Is("POST", "sales_accounts", 2) && call.path[1] == "upsert") return UpsertAccount(call);
  if (call.Is("POST", "contacts", 2) && call.path[1] == "bulk_upsert") return QueueBulk(call);
  if (call.Is("GET", "job_statuses", 2)) return ReadBulk(call.path[1]);
  if (call.Is("POST", "deals", 1)) return CreateDeal(call);
  if (call.Is("POST", "notes", 1)) return CreateActivity(call, "notes");
  if (call.Is("POST", "tasks", 1)) return CreateActivity(call, "tasks");
  if (call.Is("GET", "selector", 2) && Selectors().contains(call.path[1])) {
    return Json(200, Selectors().at(call.path[1]));
  }
  if (call.Is("GET", "settings", 3)) {
    return Json(200, R"({"fields":[{"name":"cf_budget","label":"Budget","type":"text"},
                                   {"name":"cf_origin","label":"Origin","type":"text"}]})");
  }
  if (call.Is("GET", "lookup", 1)) return LookUp(call);
  if (call.Is("GET", "search", 1)) return Search(call);
  // Even an administrator's key: only views can be listed.
  if (call.Is("GET", "contacts", 1)) return Refused(403, "not authorized");
  if (call.Is("GET", "contacts", 3) && call.path[2] == "notes") {
    const Record* contact = Find("contacts", "id", call.path[1]);
    if (contact == nullptr) return Refused(404, "Record not found");
    json::Writer writer;
    writer.StartObject();
    WriteOf(*contact, "notes", writer);
    writer.EndObject();
    return Json(200, writer.Take());
  }
  const bool record =
      call.path.size() == 2 &&
      (call.path[0] == "contacts" || call.path[0] == "deals" || call.path[0] == "sales_accounts");
  return record ? Single(call, call.path[0]) : http::Response{404, {}, ""};
}

http::Response Freshsales::Upsert(const Call& call) {
  const json::Value contact = call.body.Find("contact");
  const std::vector<json::Value::Member> identifier = call.body.Find("unique_identifier").Members();
  if (identifier.size() != 1) return Refused(400, "Unique identifier can't be blank");
  if (const std::string fault = FaultIn(contact); !fault.empty()) return Refused(400, fault);
  Record* record = Find("contacts", identifier[0].key, identifier[0].value.AsText().value_or(""));
  if (record == nullptr) record = &Add("contacts", call.now);
  Patch(*record, contact, call.now);
  return OneContact(call, *record);
}

http::Response Freshsales::UpsertAccount(const Call& call) {
  const std::string name = Text(call.body.Find("unique_identifier"), "name");
  const json::Value account = call.body.Find("sales_account");
  if (name.empty() || Text(account, "name").empty()) return Refused(400, "Name can't be blank");
  if (account.Find("website").StringOr("").find(' ') != std::string::npos) {
    return Refused(400, "Website is invalid");
  }
  Record* record = Find("sales_accounts", "name", name);
  if (record == nullptr) record = &Add("sales_accounts", call.now);
  Patch(*record, account, call.now);
  return One("sales_accounts", *record);
}

// Its list of accounts is replaced by the one that is sent.
http::Response Freshsales::PutContact(const Call& call, Record& contact) {
  const json::Value members = call.body.Find("contact");
  const json::Value list = members.Find("sales_accounts");
  std::map<int64_t, bool> accounts;
  for (const json::Value& account : list.Elements()) {
    if (Find("sales_accounts", "id", Text(account, "id")) == nullptr) {
      return Refused(400, "Invalid sales account provided.");
    }
    accounts[account.Find("id").Int64Or(0)] = account.Find("is_primary").BoolOr(false);
  }
  if (list.IsArray()) contact.accounts = std::move(accounts);
  Patch(contact, members, call.now);
  return One("contacts", contact);
}

std::string Freshsales::FaultIn(const json::Value& contact) {
  const std::string emails = Text(contact, "emails");
  if (!emails.empty() && !IsEmail(emails)) return absl::StrCat("Emails ", emails, " is invalid");
  for (const json::Value::Member& field : contact.Find("custom_field").Members()) {
    if (field.key == "cf_budget" || field.key == "cf_origin") continue;
    return absl::StrCat("Custom field ", std::string(field.key), " does not exist");
  }
  return "";
}

http::Response Freshsales::CreateDeal(const Call& call) {
  const json::Value deal = call.body.Find("deal");
  if (Text(deal, "name").empty()) return Refused(400, "Name can't be blank");
  const std::string stage = Text(deal, "deal_stage_id");
  if (!stage.empty() && (stage.size() != 1 || stage[0] < '1' || stage[0] > '6')) {
    return Refused(400, "Invalid deal stage provided.");
  }
  const std::string amount = Text(deal, "amount");
  if (amount.find_first_not_of("0123456789.") != std::string::npos) {
    return Refused(400, "Amount is not a number");
  }
  const std::string account = Text(deal, "sales_account_id");
  if (!account.empty() && Find("sales_accounts", "id", account) == nullptr) {
    return Refused(400, "Invalid sales account provided.");
  }
  std::set<int64_t> contacts;
  for (const json::Value& id : deal.Find("contacts_added_list").Elements()) {
    if (Find("contacts", "id", id.AsText().value_or("")) == nullptr) {
      return Refused(400, "Invalid contact provided.");
    }
    contacts.insert(id.Int64Or(0));
  }
  Record& record = Add("deals", call.now);
  record.contacts = contacts;
  record.fields["deal_stage_id"] = "1";
  Patch(record, deal, call.now);
  if (!amount.empty() && amount.find('.') == std::string::npos) record.fields["amount"] += ".0";
  return One("deals", record);
}

// A note or a task.
http::Response Freshsales::CreateActivity(const Call& call, const std::string& type) {
  const json::Value members = call.body.Find(Singular(type));
  const char* required = type == "notes" ? "description" : "title";
  if (Text(members, required).empty()) {
    return Refused(400, absl::StrCat(required, " can't be blank"));
  }
  if (type == "tasks" && Text(members, "due_date").find('T') == std::string::npos) {
    return Refused(400, "Due date is invalid");
  }
  const bool contact = Text(members, "targetable_type") == "Contact";
  const std::string target = Text(members, "targetable_id");
  if (Find(contact ? "contacts" : "deals", "id", target) == nullptr) {
    return Refused(404, "Record not found");
  }
  Record& record = Add(type, call.now);
  if (contact) record.contacts.insert(members.Find("targetable_id").Int64Or(0));
  Patch(record, members, call.now);
  return One(type, record);
}

http::Response Freshsales::Single(const Call& call, const std::string& type) {
  const std::string& id = call.path[1];
  if (id.find_first_not_of("0123456789") != std::string::npos) return {404, {}, ""};
  Record* record = Find(type, "id", id);
  if (record == nullptr) return Refused(404, "Record not found");
  if (call.request.method == "DELETE") {
    std::erase_if(stores_[type], [record](const Record& each) { return &each == record; });
    return Json(200, "true");
  }
  if (call.request.method == "PUT" && type == "contacts") return PutContact(call, *record);
  if (call.request.method == "PUT") Patch(*record, call.body.Find(Singular(type)), call.now);
  if (type == "contacts" && call.request.method == "GET") return ReadContact(call, *record);
  return One(type, *record);
}

http::Response Freshsales::ReadContact(const Call& call, const Record& contact) const {
  json::Writer writer;
  if (Parameter(call.request, "include") == "sales_accounts") return OneContact(call, contact);
  writer.StartObject().Key("contact");
  Write(contact, writer);
  const std::string include = Parameter(call.request, "include");
  for (const char* type : {"deals", "tasks"}) {
    if (include.find(type) != std::string::npos) WriteOf(contact, type, writer);
  }
  writer.EndObject();
  return Json(200, writer.Take());
}

http::Response Freshsales::LookUp(const Call& call) const {
  const std::string wanted = Lower(Parameter(call.request, "q"));
  json::Writer writer;
  writer.StartObject().Key("contacts").StartObject().Key("contacts").StartArray();
  for (const Record& record : All("contacts")) {
    const auto email = record.fields.find("emails");
    if (email != record.fields.end() && Lower(email->second) == wanted) Write(record, writer);
  }
  writer.EndArray().EndObject().EndObject();
  return Json(200, writer.Take());
}

http::Response Freshsales::Search(const Call& call) const {
  const std::string wanted = Lower(Parameter(call.request, "q"));
  const std::string type = Parameter(call.request, "include") + "s";
  json::Writer writer;
  writer.StartArray();
  for (const Record& record : All(type)) {
    if (record.updated > call.now - kSearchLag) continue;
    const bool found = std::ranges::any_of(record.fields, [&wanted](const auto& field) {
      return Lower(field.second).find(wanted) != std::string::npos;
    });
    if (found) Write(record, writer);
  }
  writer.EndArray();
  return Json(200, writer.Take());
}

Freshsales::Record& Freshsales::Add(const std::string& type, absl::Time now) {
  Record record;
  record.id = next_id_++;
  record.created = now;
  stores_[type].push_back(std::move(record));
  return stores_[type].back();
}

const std::vector<Freshsales::Record>& Freshsales::All(const std::string& type) const {
  static const std::vector<Record> none;
  const auto store = stores_.find(type);
  return store == stores_.end() ? none : store->second;
}

Freshsales::Record* Freshsales::Find(const std::string& type,
                                     std::string_view field,
                                     const std::string& value) {
  for (Record& record : stores_[type]) {
    if (field == "id") {
      if (absl::StrCat(record.id) == value) return &record;
      continue;
    }
    const auto& fields = field.starts_with("cf_") ? record.custom : record.fields;
    const auto own = fields.find(std::string(field));
    if (own != fields.end() && Lower(own->second) == Lower(value)) return &record;
  }
  return nullptr;
}

void Freshsales::Patch(Record& record, const json::Value& members, absl::Time now) {
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

void Freshsales::Write(const Record& record, json::Writer& writer) {
  writer.StartObject();
  WriteMembers(record, writer);
  writer.EndObject();
}

void Freshsales::WriteMembers(const Record& record, json::Writer& writer) {
  writer.Member("id", record.id);
  for (const auto& [field, value] : record.fields) writer.Member(field, value);
  writer.Key("custom_field").StartObject();
  for (const auto& [field, value] : record.custom) writer.Member(field, value);
  writer.EndObject();
  writer.Member("created_at", Stamp(record.created)).Member("updated_at", Stamp(record.updated));
}

http::Response Freshsales::One(const std::string& type, const Record& record) const {
  json::Writer writer;
  writer.StartObject().Key(Singular(type));
  Write(record, writer);
  writer.EndObject();
  return Json(200, writer.Take());
}

// With its accounts, when they are asked for.
http::Response Freshsales::OneContact(const Call& call, const Record& contact) const {
  if (Parameter(call.request, "include") != "sales_accounts") return One("contacts", contact);
  json::Writer writer;
  writer.StartObject().Key("contact").StartObject();
  WriteMembers(contact, writer);
  writer.Key("sales_accounts").StartArray();
  for (const auto& [id, is_primary] : contact.accounts) {
    writer.StartObject().Member("partial", true).Member("id", id);
    writer.Member("is_primary", is_primary).EndObject();
  }
  writer.EndArray().EndObject().EndObject();
  return Json(200, writer.Take());
}

// A member of that name: what belongs to the contact.
void Freshsales::WriteOf(const Record& contact,
                         const std::string& type,
                         json::Writer& writer) const {
  writer.Key(type).StartArray();
  for (const Record& record : All(type)) {
    if (record.contacts.contains(contact.id)) Write(record, writer);
  }
  writer.EndArray();
}

void Freshsales::SetLimit(std::string_view window, int64_t limit) {
  for (Window* each : {&minute_, &hour_}) {
    if (each->name() == window) each->set_limit(limit);
  }
}

void Freshsales::Reset() {
  stores_.clear();
  bulk_jobs_.clear();
  for (Window* window : {&minute_, &hour_}) window->Clear();
  minute_.set_limit(kPerMinute);
  hour_.set_limit(kPerHour);
}

void Freshsales::Report(json::Writer& writer) const {
  int64_t duplicates = 0;
  for (const char* type : {"contacts", "sales_accounts", "deals", "notes", "tasks"}) {
    writer.Member(type, static_cast<int64_t>(All(type).size()));
    // What was posted twice says the same twice.
    std::set<std::pair<std::map<std::string, std::string>, std::set<int64_t>>> seen;
    for (const Record& record : All(type)) {
      if (!seen.emplace(record.fields, record.contacts).second) ++duplicates;
    }
  }
  std::set<std::string> names;
  for (const Record& account : All("sales_accounts")) {
    if (!names.insert(Lower(account.fields.at("name"))).second) ++duplicates;
  }
  int64_t links = 0;
  for (const Record& contact : All("contacts"))
    links += static_cast<int64_t>(contact.accounts.size());
  writer.Member("accounts_of_contacts", links);
  writer.Member("duplicates", duplicates);
  writer.Member("bulk_jobs", static_cast<int64_t>(bulk_jobs_.size()));
  writer.Key("windows").StartArray();
  for (const Window* window : {&minute_, &hour_}) ReportWindow(*window, writer);
  writer.EndArray();
}

void Freshsales::Records(std::string_view type, json::Writer& writer) const {
  writer.StartArray();
  for (const Record& record : All(std::string(type))) Write(record, writer);
  writer.EndArray();
}

std::unique_ptr<System> freshsales::Make() {
  return std::make_unique<Freshsales>();
}

}  // namespace leadrelay::sandbox
