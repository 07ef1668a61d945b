#include "tests/sandbox/systems/salesforce/salesforce.h"

#include <algorithm>
#include <sstream>

#include "absl/strings/str_cat.h"

#include "tests/sandbox/systems/salesforce/answers.h"
#include "tests/sandbox/systems/salesforce/soql.h"

namespace leadrelay::sandbox {
namespace {

using salesforce::Error;
using salesforce::Json;
using salesforce::Record;
using salesforce::Refusal;

constexpr std::string_view kPrefix = "/salesforce/";
constexpr int64_t kRequestsPerDay = 15'000;  // Developer Edition.
constexpr size_t kMostRecords = 200;

std::vector<std::string> Split(std::string_view path) {
  std::vector<std::string> parts;
  std::istringstream stream{std::string(path)};
  for (std::string part; std::getline(stream, part, '/');) {
    if (!part.empty()) parts.push_back(http::PercentDecode(part));
  }
  return parts;
}

json::Document Parsed(const std::string& body) {
  absl::StatusOr<json::Document> document = json::Document::Parse(body);
  return document.ok() ? *std::move(document) : json::Document();
}

bool AllowsDuplicates(const http::Request& request) {
  return request.headers.Get("sforce-duplicate-rule-header").find("allowSave=true") !=
         std::string_view::npos;
}

http::Response NotFound() {
  return Error(404, "NOT_FOUND", "The requested resource does not exist");
}

http::Response UnknownField(const std::string& field, const std::string& object) {
  return Error(400,
               "INVALID_FIELD",
               absl::StrCat("No such column '", field, "' on sobject of type ", object));
}

}  // namespace

Salesforce::Salesforce() : day_("day", kRequestsPerDay, absl::Hours(24)) {}

bool Salesforce::Owns(std::string_view path) const {
  return path.starts_with(kPrefix);
}

std::vector<Window*> Salesforce::WindowsFor(const http::Request& request) {
  if (http::PathOf(request.url).find("/oauth2/") != std::string_view::npos) return {};
  return {&day_};
}

http::Response Salesforce::Refuse(const Window&, absl::Time) {
  return Error(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");
}

http::Response Salesforce::Handle(const http::Request& request, absl::Time now) {
  // services/oauth2/token, services/data/v67.0/...
  Path path = Split(http::PathOf(request.url).substr(kPrefix.size()));
  if (path.size() < 3 || path[0] != "services") return NotFound();
  if (path[1] == "oauth2" && path[2] == "token") return Token(request, now);
  if (path[1] != "data") return NotFound();
  const std::string_view authorization = request.headers.Get("authorization");
  const std::string_view token =
      authorization.starts_with("Bearer ") ? authorization.substr(7) : std::string_view();
  if (!tokens_.contains(token)) {
    return Error(401, "INVALID_SESSION_ID", "Session expired or invalid");
  }
  path.erase(path.begin(), path.begin() + 3);
  ingest_.Work(now);
  http::Response response = Api(request, path, now);
  response.headers.Add(
      "Sforce-Limit-Info",
      absl::StrCat("api-usage=", day_.limit() - day_.Remaining(now), "/", day_.limit()));
  return response;
}

http::Response Salesforce::Api(const http::Request& request, const Path& path, absl::Time now) {
  if (path.empty()) return NotFound();
  if (path[0] == "query") return Query(request);
  if (path[0] == "sobjects" && path.size() == 3 && path[2] == "describe") return Describe(path[1]);
  if (path[0] == "sobjects" && path.size() >= 2) return Single(request, path, now);
  if (path[0] == "composite" && path.size() == 1) return Composite(request, now);
  if (path[0] == "composite" && path[1] == "sobjects") return Collection(request, path, now);
  if (path[0] == "jobs" && path.size() >= 2 && path[1] == "ingest") {
    return ingest_.Handle(request, Path(path.begin() + 2, path.end()), now);
  }
  if (path[0] != "limits") return NotFound();
  json::Writer writer;
  writer.StartObject().Key("DailyApiRequests").StartObject();
  writer.Member("Max", day_.limit()).Member("Remaining", day_.Remaining(now));
  writer.EndObject().EndObject();
  return Json(200, writer);
}

http::Response Salesforce::Query(const http::Request& request) const {
  std::string soql;
  for (const auto& [name, value] : http::ParseForm(http::QueryOf(request.url))) {
    if (name == "q") soql = value;
  }
  if (soql.find("FROM OpportunityStage") != std::string::npos) return salesforce::Stages();
  const std::optional<salesforce::Selection> selection = salesforce::Select(database_, soql);
  if (!selection.has_value()) return Error(400, "MALFORMED_QUERY", "unexpected token: " + soql);
  return salesforce::Rows(*selection);
}

http::Response Salesforce::Describe(const std::string& object) const {
  const salesforce::Object* known = database_.FindObject(object);
  return known == nullptr ? NotFound() : salesforce::Description(object, *known);
}

http::Response Salesforce::Single(const http::Request& request, const Path& path, absl::Time now) {
  const std::string& object = path[1];
  const salesforce::Object* known = database_.FindObject(object);
  if (known == nullptr) return NotFound();
  const json::Document body = Parsed(request.body);
  if (path.size() == 2 && request.method == "POST") {
    return Write(request, object, body.root(), nullptr, now);
  }
  if (path.size() == 4 && !known->fields.contains(path[2])) return NotFound();
  const bool by_key = path.size() == 4;
  Record* record = by_key             ? database_.FindBy(object, path[2], path[3])
                   : path.size() == 3 ? database_.FindBy(object, "Id", path[2])
                                      : nullptr;
  if (by_key && request.method == "PATCH") {
    http::Response response = Write(request, object, body.root(), record, now);
    if (response.status == 201) {
      database_.Records(object).back().fields.insert_or_assign(path[2], path[3]);
    }
    return response;
  }
  if (record == nullptr) return NotFound();
  if (request.method == "GET") return Show(request, object, *record);
  if (request.method == "PATCH") return Write(request, object, body.root(), record, now);
  if (request.method != "DELETE")
    return Error(405, "METHOD_NOT_ALLOWED", "HTTP Method not allowed");
  std::erase_if(database_.Records(object), [record](const Record& r) { return &r == record; });
  return http::Response{204, {}, ""};
}

http::Response Salesforce::Show(const http::Request& request,
                                const std::string& object,
                                const Record& record) const {
  std::vector<std::string> fields;
  for (const auto& [name, value] : http::ParseForm(http::QueryOf(request.url))) {
    if (name != "fields") continue;
    std::istringstream names(value);
    for (std::string field; std::getline(names, field, ',');) {
      if (field != "Id" && !database_.FindObject(object)->fields.contains(field)) {
        return UnknownField(field, object);
      }
      fields.push_back(field);
    }
  }
  return salesforce::Shown(object, record, fields);
}

// One record, new or old: by its id an update answers 204, by a key 200.
http::Response Salesforce::Write(const http::Request& request,
                                 const std::string& object,
                                 const json::Value& values,
                                 Record* old,
                                 absl::Time now) {
  if (std::optional<std::string> field = database_.UnknownField(object, values)) {
    return UnknownField(*field, object);
  }
  std::optional<Refusal> refusal = database_.Check(object, values, old, AllowsDuplicates(request));
  if (refusal.has_value()) return salesforce::Refused(*refusal);
  if (old == nullptr) {
    return salesforce::Saved(201, database_.Create(object, values, now).id, true);
  }
  salesforce::Database::Patch(*old, values);
  const bool by_key = Split(http::PathOf(request.url)).back() != old->id;
  return by_key ? salesforce::Saved(200, old->id, false) : http::Response{204, {}, ""};
}

// composite/sobjects, composite/sobjects/Lead/Delivery_Key__c
http::Response Salesforce::Collection(const http::Request& request,
                                      const Path& path,
                                      absl::Time now) {
  const json::Document body = Parsed(request.body);
  const std::vector<json::Value> records = body.root().Find("records").Elements();
  if (records.empty() || records.size() > kMostRecords) {
    return Error(400, "JSON_PARSER_ERROR", "between 1 and 200 records are taken");
  }
  const bool upsert = path.size() == 4;
  std::set<std::string> keys;
  for (const json::Value& values : records) {
    const std::string object = values.Find("attributes").Find("type").StringOr("");
    const salesforce::Object* known = database_.FindObject(object);
    if (known == nullptr || (upsert && !known->fields.contains(path[3]))) return NotFound();
    if (std::optional<std::string> field = database_.UnknownField(object, values)) {
      return UnknownField(*field, object);
    }
    const std::string key = upsert ? values.Find(path[3]).StringOr("") : "";
    if (upsert && !keys.insert(salesforce::Lower(key)).second) {
      return Error(400, "DUPLICATE_VALUE", "Duplicate external id specified: " + key);
    }
  }
  json::Writer writer;
  writer.StartArray();
  for (const json::Value& values : records) {
    const std::string object = values.Find("attributes").Find("type").StringOr("");
    Record* old = nullptr;
    if (upsert) old = database_.FindBy(object, path[3], values.Find(path[3]).StringOr(""));
    if (!upsert && request.method == "PATCH") {
      old = database_.FindBy(object, "Id", values.Find("id").StringOr(""));
      if (old == nullptr) {
        salesforce::WriteVerdict(Refusal{"ENTITY_IS_DELETED", "entity is deleted", {}, {}}, writer);
        continue;
      }
    }
    std::optional<Refusal> refusal =
        database_.Check(object, values, old, AllowsDuplicates(request));
    if (refusal.has_value()) {
      salesforce::WriteVerdict(*refusal, writer);
      continue;
    }
    const bool created = old == nullptr;
    if (created) old = &database_.Create(object, values, now);
    if (!created) salesforce::Database::Patch(*old, values);
    salesforce::WriteVerdict(old->id, upsert ? std::optional(created) : std::nullopt, writer);
  }
  writer.EndArray();
  return Json(200, writer);
}

// Creates only; a body may refer to what was made before it, as "@{deal.id}".
http::Response Salesforce::Composite(const http::Request& request, absl::Time now) {
  const json::Document body = Parsed(request.body);
  std::map<std::string, std::string> made;  // Reference -> id.
  std::vector<std::string> objects;
  std::vector<salesforce::Part> parts;
  bool failed = false;
  for (const json::Value& each : body.root().Find("compositeRequest").Elements()) {
    const std::string object = Split(each.Find("url").StringOr("")).back();
    const std::string reference = each.Find("referenceId").StringOr("");
    std::string text = each.Find("body").ToJson();
    for (const auto& [name, id] : made) {
      const std::string sign = absl::StrCat("\"@{", name, ".id}\"");
      for (size_t at = text.find(sign); at != std::string::npos; at = text.find(sign)) {
        text.replace(at, sign.size(), absl::StrCat("\"", id, "\""));
      }
    }
    const json::Document values = Parsed(text);
    http::Response response = database_.FindObject(object) == nullptr
                                  ? NotFound()
                                  : Write(request, object, values.root(), nullptr, now);
    failed = failed || response.status >= 300;
    if (response.status == 201) {
      made[reference] = database_.Records(object).back().id;
      objects.push_back(object);
    }
    parts.push_back({reference, std::move(response)});
  }
  if (failed) {
    for (const std::string& object : objects) database_.Records(object).pop_back();
    for (salesforce::Part& part : parts) {
      if (part.response.status < 300) part.response = salesforce::Halted();
    }
  }
  return salesforce::CompositeAnswer(parts);
}

Window* Salesforce::FindWindow(std::string_view name) {
  return name == day_.name() ? &day_ : nullptr;
}

void Salesforce::Reset() {
  database_.Clear();
  ingest_.Clear();
  tokens_.clear();
  day_.Clear();
  day_.set_limit(kRequestsPerDay);
}

int64_t Salesforce::CountDuplicates(
    std::string_view object, const std::function<std::string(const Record&)>& identity) const {
  std::set<std::string> seen;
  int64_t duplicates = 0;
  for (const Record& record : database_.Records(object)) {
    if (!seen.insert(salesforce::Lower(identity(record))).second) ++duplicates;
  }
  return duplicates;
}

void Salesforce::Report(json::Writer& writer) const {
  const auto count = [this](std::string_view object) {
    return static_cast<int64_t>(database_.Records(object).size());
  };
  writer.Member("leads", count("Lead"))
      .Member("contacts", count("Contact"))
      .Member("opportunities", count("Opportunity"))
      .Member("roles", count("OpportunityContactRole"))
      .Member("tasks", count("Task"))
      .Member("notes", count("ContentNote"))
      .Member("bulk_jobs", ingest_.created())
      .Member("bulk_records", ingest_.processed());
  const auto person = [](const Record& r) {
    const std::string email = r.Get("Email");
    return email.empty() ? r.Get("Phone") : email;
  };
  const auto both = [](const char* first, const char* second) {
    return [=](const Record& r) { return absl::StrCat(r.Get(first), "\n", r.Get(second)); };
  };
  writer.Member("duplicates",
                CountDuplicates("Lead", person) + CountDuplicates("Contact", person) +
                    CountDuplicates("Opportunity", both("Name", "Lead__c")) +
                    CountDuplicates("OpportunityContactRole", both("OpportunityId", "ContactId")) +
                    CountDuplicates("Task", both("Subject", "WhoId")) +
                    CountDuplicates("ContentNote", both("Title", "Content")));
  writer.Key("windows").StartArray();
  ReportWindow(day_, writer);
  writer.EndArray();
}

void Salesforce::Records(std::string_view type, json::Writer& writer) const {
  writer.StartArray();
  for (const Record& record : database_.Records(type)) {
    writer.StartObject().Member("Id", record.id);
    for (const auto& [name, value] : record.fields) writer.Member(name, value);
    writer.EndObject();
  }
  writer.EndArray();
}

std::unique_ptr<System> salesforce::Make() {
  return std::make_unique<Salesforce>();
}

}  // namespace leadrelay::sandbox
