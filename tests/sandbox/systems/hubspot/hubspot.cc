#include "tests/sandbox/systems/hubspot/hubspot.h"

#include <algorithm>
#include <cctype>
#include <sstream>

#include "absl/strings/str_cat.h"

namespace leadrelay::sandbox {
namespace {

constexpr size_t kBatchLimit = 100;
constexpr absl::Duration kTokenLife = absl::Minutes(30);

std::vector<std::string> Split(std::string_view path) {
  std::vector<std::string> parts;
  std::istringstream stream{std::string(path)};
  for (std::string part; std::getline(stream, part, '/');) {
    if (!part.empty()) parts.push_back(http::PercentDecode(part));
  }
  return parts;
}

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return text;
}

std::string QueryParameter(const http::Request& request, std::string_view name) {
  for (const auto& [key, value] : http::ParseForm(http::QueryOf(request.url))) {
    if (key == name) return value;
  }
  return "";
}

std::string Stamp(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone());
}

// The numbered versions stand before the API, the dated ones behind it: /crm/v3/objects/contacts
// and /crm/objects/2026-03/contacts are the same.
std::vector<std::string> PathOf(const http::Request& request) {
  std::vector<std::string> path = Split(http::PathOf(request.url));
  const bool numbered =
      path.size() >= 3 && path[0] == "crm" && (path[1] == "v3" || path[1] == "v4");
  if (numbered) std::swap(path[1], path[2]);
  return path;
}

}  // namespace

http::Response HubSpot::Json(int status, json::Writer& writer) {
  return http::Response{
      status, {{"Content-Type", "application/json;charset=utf-8"}}, writer.Take()};
}

// "contacts" and "0-1" are the same type.
std::string HubSpot::TypeName(const std::string& type) {
  static const std::map<std::string, std::string> names = {{"0-1", "contacts"},
                                                           {"0-2", "companies"},
                                                           {"0-3", "deals"},
                                                           {"0-46", "notes"},
                                                           {"0-27", "tasks"}};
  auto name = names.find(type);
  return name == names.end() ? type : name->second;
}

HubSpot::HubSpot()
    : ten_seconds_("TEN_SECONDLY_ROLLING", 100, absl::Seconds(10)),
      day_("DAILY", 250'000, absl::Hours(24)),
      search_("SECONDLY", 5, absl::Seconds(1)) {
  for (const char* property : {"firstname",
                               "lastname",
                               "phone",
                               "mobilephone",
                               "company",
                               "website",
                               "jobtitle",
                               "city",
                               "state",
                               "zip",
                               "country",
                               "address",
                               "lifecyclestage",
                               "hs_lead_status",
                               "message",
                               "hubspot_owner_id",
                               "hs_analytics_source",
                               "utm_source",
                               "utm_medium",
                               "utm_campaign",
                               "lead_source"}) {
    schema_["contacts"][property] = false;
  }
  schema_["contacts"]["email"] = true;
  schema_["contacts"]["leadrelay_id"] = true;
  for (const char* property : {"dealname",
                               "pipeline",
                               "dealstage",
                               "amount",
                               "closedate",
                               "deal_currency_code",
                               "hubspot_owner_id",
                               "description"}) {
    schema_["deals"][property] = false;
  }
  schema_["deals"]["leadrelay_id"] = true;
  for (const char* property :
       {"name", "domain", "website", "phone", "city", "country", "industry"}) {
    schema_["companies"][property] = false;
  }
  schema_["companies"]["leadrelay_id"] = true;
  for (const char* property : {"hs_timestamp", "hs_note_body", "hubspot_owner_id"}) {
    schema_["notes"][property] = false;
  }
  schema_["notes"]["leadrelay_id"] = true;
  for (const char* property : {"hs_timestamp",
                               "hs_task_subject",
                               "hs_task_body",
                               "hs_task_status",
                               "hs_task_priority",
                               "hs_task_type",
                               "hubspot_owner_id"}) {
    schema_["tasks"][property] = false;
  }
}

bool HubSpot::Owns(std::string_view path) const {
  for (std::string_view prefix : {"/crm/", "/oauth/", "/account-info/"}) {
    if (path.substr(0, prefix.size()) == prefix) return true;
  }
  return false;
}

std::vector<Window*> HubSpot::WindowsFor(const http::Request& request) {
  std::string_view path = http::PathOf(request.url);
  if (path.substr(0, 7) == "/oauth/") return {};
  if (path.size() > 7 && path.substr(path.size() - 7) == "/search") return {&search_, &day_};
  return {&ten_seconds_, &day_};
}

http::Response HubSpot::Refuse(const Window& window, absl::Time now) {
  json::Writer writer;
  std::string limit = window.name() == "SECONDLY" ? "secondly" : Lower(window.name());
  writer.StartObject()
      .Member("status", "error")
      .Member("message", absl::StrCat("You have reached your ", limit, " limit."))
      .Member("errorType", "RATE_LIMIT")
      .Member("correlationId", NextCorrelationId())
      .Member("policyName", window.name())
      .Member("requestId", NextCorrelationId())
      .EndObject();
  http::Response response = Json(429, writer);
  AddQuota(response, now);
  return response;
}

void HubSpot::AddQuota(http::Response& response, absl::Time now) {
  response.headers.Add("X-HubSpot-RateLimit-Max", absl::StrCat(ten_seconds_.limit()));
  response.headers.Add("X-HubSpot-RateLimit-Remaining", absl::StrCat(ten_seconds_.Remaining(now)));
  response.headers.Add("X-HubSpot-RateLimit-Interval-Milliseconds", "10000");
  response.headers.Add("X-HubSpot-RateLimit-Daily", absl::StrCat(day_.limit()));
  response.headers.Add("X-HubSpot-RateLimit-Daily-Remaining", absl::StrCat(day_.Remaining(now)));
}

std::string HubSpot::NextCorrelationId() {
  return absl::StrCat("5a0d0000-0000-4000-8000-", 100'000'000'000 + ++correlation_);
}

http::Response HubSpot::Refused(const Fault& fault) const {
  json::Writer writer;
  writer.StartObject()
      .Member("status", "error")
      .Member("message", fault.message)
      .Member("correlationId",
              absl::StrCat("5a0d0000-0000-4000-8000-", 100'000'000'000 + correlation_))
      .Member("category", fault.category);
  if (!fault.code.empty()) {
    writer.Key("errors").StartArray().StartObject();
    writer.Member("message", fault.message).Member("code", fault.code);
    writer.Key("context").StartObject();
    writer.Key(fault.category == "MISSING_SCOPES" ? "requiredGranularScopes" : "propertyName")
        .StartArray()
        .String(fault.property)
        .EndArray();
    writer.EndObject().EndObject().EndArray();
  }
  writer.EndObject();
  return Json(fault.status, writer);
}

http::Response HubSpot::Handle(const http::Request& request, absl::Time now) {
  const std::vector<std::string> path = PathOf(request);
  if (path.size() >= 3 && path[0] == "oauth" && path.back() == "token") return Token(request, now);

  std::string authorization(request.headers.Get("authorization"));
  std::string token =
      authorization.rfind("Bearer ", 0) == 0 ? authorization.substr(7) : std::string();
  auto issued = tokens_.find(token);
  if (token == kTokenWithoutScopes) {
    return Refused(Fault{403,
                         "MISSING_SCOPES",
                         "This app hasn't been granted all required scopes to make this call.",
                         "REQUIRED_SCOPES",
                         "crm.objects.contacts.write"});
  }
  if (issued != tokens_.end() && issued->second <= now) {
    return Refused(Fault{401,
                         "EXPIRED_AUTHENTICATION",
                         absl::StrCat("The OAuth token used to make this call expired ",
                                      absl::ToInt64Seconds(now - issued->second),
                                      " second(s) ago."),
                         "",
                         ""});
  }
  if (token != kToken && issued == tokens_.end()) {
    return Refused(Fault{401,
                         "INVALID_AUTHENTICATION",
                         "Authentication credentials not found. This API supports OAuth 2.0 "
                         "authentication and you can find more details at "
                         "https://developers.hubspot.com/docs/methods/auth/oauth-overview",
                         "",
                         ""});
  }

  http::Response response;
  if (path.size() == 3 && path[0] == "account-info") {
    json::Writer writer;
    writer.StartObject()
        .Member("portalId", 4242)
        .Member("accountType", "DEVELOPER_TEST")
        .Member("timeZone", "Europe/Berlin")
        .Member("companyCurrency", "EUR")
        .Member("uiDomain", "app.hubspot.com")
        .EndObject();
    response = Json(200, writer);
  } else if (path.size() >= 4 && path[0] == "crm" && path[1] == "properties") {
    response = ListProperties(TypeName(path[3]));
  } else if (path.size() >= 4 && path[0] == "crm" && path[1] == "pipelines" &&
             TypeName(path[3]) == "deals") {
    response = ListPipelines();
  } else if (path.size() >= 4 && path[0] == "crm" && path[1] == "objects") {
    response = Objects(request, {path.begin() + 3, path.end()}, now);
  } else if (path.size() == 7 && path[0] == "crm" && path[1] == "associations" &&
             path[5] == "batch") {
    response = Associations(request, path);
  } else {
    response = Refused(Fault{404, "OBJECT_NOT_FOUND", "resource not found", "", ""});
  }
  AddQuota(response, now);
  return response;
}

http::Response HubSpot::Token(const http::Request& request, absl::Time now) {
  std::map<std::string, std::string> form;
  for (auto& [key, value] : http::ParseForm(request.body)) form[key] = value;
  if (form["grant_type"] != "refresh_token" || form["client_id"] != kClientId ||
      form["client_secret"] != kClientSecret || form["refresh_token"] != kRefreshToken) {
    json::Writer writer;
    writer.StartObject()
        .Member("status", "BAD_REFRESH_TOKEN")
        .Member("message", "missing or unknown refresh token")
        .Member("correlationId", NextCorrelationId())
        .EndObject();
    return Json(400, writer);
  }
  std::string token = absl::StrCat("CSandboxAccess", tokens_.size() + 1);
  tokens_[token] = now + kTokenLife;
  json::Writer writer;
  writer.StartObject()
      .Member("access_token", token)
      .Member("refresh_token", kRefreshToken)
      .Member("expires_in", absl::ToInt64Seconds(kTokenLife))
      .Member("token_type", "bearer")
      .Member("hub_id", 4242)
      .EndObject();
  return Json(200, writer);
}

http::Response HubSpot::ListProperties(const std::string& type) const {
  json::Writer writer;
  writer.StartObject().Key("results").StartArray();
  auto properties = schema_.find(type);
  if (properties != schema_.end()) {
    for (const auto& [property, unique] : properties->second) {
      writer.StartObject()
          .Member("name", property)
          .Member("label", property)
          .Member("type", "string")
          .Member("fieldType", "text")
          .Member("hasUniqueValue", unique);
      writer.Key("modificationMetadata").StartObject().Member("readOnlyValue", false).EndObject();
      writer.EndObject();
    }
  }
  writer.EndArray().EndObject();
  return Json(200, writer);
}

// The pipeline that every account begins with.
http::Response HubSpot::ListPipelines() const {
  json::Writer writer;
  writer.StartObject().Key("results").StartArray();
  writer.StartObject()
      .Member("id", "default")
      .Member("label", "Sales Pipeline")
      .Member("displayOrder", 0);
  writer.Key("stages").StartArray();
  for (const char* stage : {"appointmentscheduled",
                            "qualifiedtobuy",
                            "presentationscheduled",
                            "decisionmakerboughtin",
                            "contractsent",
                            "closedwon",
                            "closedlost"}) {
    writer.StartObject().Member("id", stage).Member("label", stage).EndObject();
  }
  writer.EndArray().EndObject().EndArray().EndObject();
  return Json(200, writer);
}

http::Response HubSpot::Objects(const http::Request& request,
                                const std::vector<std::string>& path,
                                absl::Time now) {
  std::string type = TypeName(path[0]);
  if (!schema_.contains(type)) {
    return Refused(Fault{404, "OBJECT_NOT_FOUND", "Unable to infer object type", "", ""});
  }
  const bool post = request.method == "POST";
  if (path.size() == 1 && post) return Create(request, type, now);
  if (path.size() == 1 && request.method == "GET") {
    json::Writer writer;
    writer.StartObject().Key("results").StartArray();
    for (const Record& record : stores_[type]) {
      Write(record, writer);
      break;  // The connection test asks for one.
    }
    writer.EndArray().EndObject();
    return Json(200, writer);
  }
  if (path.size() == 2 && post && path[1] == "search") return Search(request, type, now);
  if (path.size() == 3 && post && path[1] == "batch" && path[2] == "read") {
    return BatchRead(request, type);
  }
  if (path.size() == 3 && post && path[1] == "batch") {
    return BatchWrite(request, type, path[2], now);
  }
  if (path.size() == 2) return Single(request, type, path[1], now);
  if (path.size() >= 4 && path[2] == "associations") return AssociationsOfOne(request, path);
  return Refused(Fault{404, "OBJECT_NOT_FOUND", "resource not found", "", ""});
}

HubSpot::Input HubSpot::ReadInput(const json::Value& value) const {
  Input input;
  input.id = value.Find("id").StringOr("");
  input.id_property = value.Find("idProperty").StringOr("");
  input.trace_id = value.Find("objectWriteTraceId").StringOr("");
  for (const json::Value::Member& member : value.Find("properties").Members()) {
    input.properties[std::string(member.key)] = member.value.AsText().value_or("");
  }
  for (const json::Value& link : value.Find("associations").Elements()) {
    for (const json::Value& kind : link.Find("types").Elements()) {
      int64_t type_id = kind.Find("associationTypeId").Int64Or(0);
      std::string id = link.Find("to").Find("id").AsText().value_or("");
      input.associations.push_back(Association{FarType(type_id), id, type_id});
    }
  }
  return input;
}

const HubSpot::Fault* HubSpot::Check(const std::string& type,
                                     const Input& input,
                                     Fault& fault) const {
  const std::map<std::string, bool>& known = schema_.at(type);
  for (const auto& [property, value] : input.properties) {
    if (!known.contains(property)) {
      fault = Fault{400,
                    "VALIDATION_ERROR",
                    absl::StrCat("Property values were not valid: [{\"isValid\":false,\"message\":"
                                 "\"Property \\\"",
                                 property,
                                 "\\\" does not exist\"}]"),
                    "PROPERTY_DOESNT_EXIST",
                    property};
      return &fault;
    }
    if (property == "email" && !value.empty() &&
        (value.find('@') == std::string::npos || value.find('.') == std::string::npos ||
         value.find("..") != std::string::npos)) {
      fault = Fault{400,
                    "VALIDATION_ERROR",
                    absl::StrCat("Property values were not valid: [{\"isValid\":false,\"message\":"
                                 "\"Email address ",
                                 value,
                                 " is invalid\"}]"),
                    "INVALID_EMAIL",
                    "email"};
      return &fault;
    }
    if (property == "amount" && !value.empty() &&
        value.find_first_not_of("-0123456789.") != std::string::npos) {
      fault = Fault{400,
                    "VALIDATION_ERROR",
                    absl::StrCat(value, " was not a valid number."),
                    "INVALID_DOUBLE",
                    "amount"};
      return &fault;
    }
  }
  for (const Association& link : input.associations) {
    auto store = stores_.find(link.to_type);
    bool there = store != stores_.end() &&
                 std::any_of(store->second.begin(), store->second.end(), [&link](const Record& r) {
                   return r.id == link.to_id;
                 });
    if (!there) {
      fault = Fault{400,
                    "VALIDATION_ERROR",
                    absl::StrCat("No object with id ", link.to_id, " exists"),
                    "ASSOCIATION_TARGET_NOT_FOUND",
                    "associations"};
      return &fault;
    }
  }
  return nullptr;
}

HubSpot::Record* HubSpot::Find(const std::string& type,
                               const std::string& property,
                               const std::string& value) {
  Store& store = stores_[type];
  if (type == "contacts" && property == "email") {
    auto found = emails_.find(Lower(value));
    return found == emails_.end() ? nullptr : &store[found->second];
  }
  for (Record& record : store) {
    if (property == "hs_object_id") {
      if (record.id == value) return &record;
      continue;
    }
    auto own = record.properties.find(property);
    if (own != record.properties.end() && own->second == value) return &record;
  }
  return nullptr;
}

HubSpot::Record& HubSpot::Add(const std::string& type, const Input& input, absl::Time now) {
  Record record;
  record.id = absl::StrCat(next_id_++);
  record.created_at = now;
  stores_[type].push_back(std::move(record));
  if (type == "contacts" && input.properties.contains("email")) {
    emails_[Lower(input.properties.at("email"))] = stores_[type].size() - 1;
  }
  Patch(stores_[type].back(), input, now);
  return stores_[type].back();
}

void HubSpot::Patch(Record& record, const Input& input, absl::Time now) {
  for (const auto& [property, value] : input.properties) record.properties[property] = value;
  record.associations.insert(input.associations.begin(), input.associations.end());
  record.updated_at = now;
}

void HubSpot::Write(const Record& record, json::Writer& writer, std::optional<bool> is_new) const {
  writer.StartObject().Member("id", record.id);
  if (is_new.has_value()) writer.Member("new", *is_new);
  writer.Key("properties").StartObject();
  for (const auto& [property, value] : record.properties) writer.Member(property, value);
  writer.Member("hs_object_id", record.id);
  if (!record.properties.contains("createdate")) {
    writer.Member("createdate", Stamp(record.created_at));
  }
  writer.Member("hs_createdate", Stamp(record.created_at)).EndObject();
  writer.Member("createdAt", Stamp(record.created_at))
      .Member("updatedAt", Stamp(record.updated_at))
      .Member("archived", false)
      .EndObject();
}

http::Response HubSpot::Create(const http::Request& request,
                               const std::string& type,
                               absl::Time now) {
  absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
  if (!body.ok()) return Refused(Fault{400, "VALIDATION_ERROR", "Invalid input JSON", "", ""});
  Input input = ReadInput(body->root());
  Fault fault;
  if (Check(type, input, fault) != nullptr) return Refused(fault);
  for (const auto& [property, unique] : schema_[type]) {
    auto value = input.properties.find(property);
    if (!unique || value == input.properties.end() || value->second.empty()) continue;
    if (Record* there = Find(type, property, value->second)) {
      return Refused(Fault{409,
                           "CONFLICT",
                           absl::StrCat("Contact already exists. Existing ID: ", there->id),
                           "",
                           ""});
    }
  }
  json::Writer writer;
  Write(Add(type, input, now), writer);
  return Json(201, writer);
}

http::Response HubSpot::Single(const http::Request& request,
                               const std::string& type,
                               const std::string& id,
                               absl::Time now) {
  std::string property = QueryParameter(request, "idProperty");
  Record* record = Find(type, property.empty() ? "hs_object_id" : property, id);
  if (record == nullptr)
    return Refused(Fault{404, "OBJECT_NOT_FOUND", "resource not found", "", ""});
  if (request.method == "DELETE") {
    // Indexes of other records stay as they are: the place is kept, the record is archived.
    if (type == "contacts" && record->properties.contains("email")) {
      emails_.erase(Lower(record->properties.at("email")));
    }
    record->id.clear();
    record->properties.clear();
    record->associations.clear();
    record->archived = true;
    return http::Response{204, {}, ""};
  }
  if (request.method == "PATCH") {
    absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
    if (!body.ok()) return Refused(Fault{400, "VALIDATION_ERROR", "Invalid input JSON", "", ""});
    Input input = ReadInput(body->root());
    Fault fault;
    if (Check(type, input, fault) != nullptr) return Refused(fault);
    Patch(*record, input, now);
  }
  json::Writer writer;
  Write(*record, writer);
  return Json(200, writer);
}

http::Response HubSpot::BatchWrite(const http::Request& request,
                                   const std::string& type,
                                   const std::string& action,
                                   absl::Time now) {
  absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
  if (!body.ok()) return Refused(Fault{400, "VALIDATION_ERROR", "Invalid input JSON", "", ""});
  std::vector<Input> inputs;
  for (const json::Value& value : body->root().Find("inputs").Elements()) {
    inputs.push_back(ReadInput(value));
  }
  if (action != "create" && action != "upsert" && action != "update") {
    return Refused(Fault{404, "OBJECT_NOT_FOUND", "resource not found", "", ""});
  }
  if (inputs.empty() || inputs.size() > kBatchLimit) {
    return Refused(Fault{
        400,
        "VALIDATION_ERROR",
        absl::StrCat("The maximum number of inputs supported in a batch request is ", kBatchLimit),
        "",
        ""});
  }
  std::set<std::string> ids;
  std::set<std::string> traces;
  for (const Input& input : inputs) {
    const auto key = schema_[type].find(input.id_property);
    const bool unique = key != schema_[type].end() && key->second;
    if (action == "upsert" && !unique) {
      return Refused(Fault{400,
                           "VALIDATION_ERROR",
                           absl::StrCat(input.id_property, " is not a unique property"),
                           "PROPERTY_NOT_UNIQUE",
                           input.id_property});
    }
    if (!input.trace_id.empty()) traces.insert(input.trace_id);
    if (action != "create" && !ids.insert(Lower(input.id)).second) {
      return Refused(Fault{
          400, "VALIDATION_ERROR", "Duplicate IDs found in batch input", "DUPLICATE_ID", "id"});
    }
  }
  const bool by_record = traces.size() == inputs.size();

  // As a whole first, when the inputs cannot be told apart.
  Fault fault;
  if (!by_record) {
    for (const Input& input : inputs) {
      if (Check(type, input, fault) != nullptr) return Refused(fault);
    }
  }

  json::Writer results;
  json::Writer errors;
  results.StartArray();
  errors.StartArray();
  int64_t failed = 0;
  for (Input& input : inputs) {
    const Fault* refused = Check(type, input, fault);
    Record* there = nullptr;
    if (refused == nullptr && action != "create") {
      there = Find(type, input.id_property.empty() ? "hs_object_id" : input.id_property, input.id);
      if (there == nullptr && action == "update") {
        fault = Fault{404, "OBJECT_NOT_FOUND", "Could not get some objects", "", ""};
        refused = &fault;
      }
    }
    if (refused == nullptr && action == "create" && type == "contacts" &&
        input.properties.contains("email") && Find(type, "email", input.properties["email"])) {
      fault = Fault{409,
                    "CONFLICT",
                    absl::StrCat("Contact already exists. Existing ID: ",
                                 Find(type, "email", input.properties["email"])->id),
                    "",
                    ""};
      refused = &fault;
    }
    if (refused != nullptr) {
      ++failed;
      errors.StartObject()
          .Member("status", "error")
          .Member("category", fault.category)
          .Member("message", fault.message);
      errors.Key("context").StartObject().Key("objectWriteTraceId").StartArray();
      errors.String(input.trace_id).EndArray().EndObject().EndObject();
      continue;
    }
    if (there != nullptr) {
      Patch(*there, input, now);
      Write(*there, results, action == "upsert" ? std::optional<bool>(false) : std::nullopt);
    } else {
      if (!input.id_property.empty()) input.properties.emplace(input.id_property, input.id);
      Write(Add(type, input, now),
            results,
            action == "upsert" ? std::optional<bool>(true) : std::nullopt);
    }
  }
  results.EndArray();
  errors.EndArray();

  json::Writer writer;
  writer.StartObject().Member("status", "COMPLETE").Key("results").Raw(results.Take());
  if (failed > 0) writer.Member("numErrors", failed).Key("errors").Raw(errors.Take());
  writer.Member("startedAt", Stamp(now)).Member("completedAt", Stamp(now)).EndObject();
  int status = failed > 0 ? 207 : action == "create" ? 201 : 200;
  return Json(status, writer);
}

http::Response HubSpot::BatchRead(const http::Request& request, const std::string& type) {
  absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
  if (!body.ok()) return Refused(Fault{400, "VALIDATION_ERROR", "Invalid input JSON", "", ""});
  std::string property = body->root().Find("idProperty").StringOr("hs_object_id");
  json::Writer writer;
  writer.StartObject().Member("status", "COMPLETE").Key("results").StartArray();
  for (const json::Value& input : body->root().Find("inputs").Elements()) {
    Record* record = Find(type, property, input.Find("id").StringOr(""));
    if (record != nullptr) Write(*record, writer);
  }
  writer.EndArray().EndObject();
  return Json(200, writer);
}

http::Response HubSpot::Search(const http::Request& request,
                               const std::string& type,
                               absl::Time now) {
  absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
  if (!body.ok()) return Refused(Fault{400, "VALIDATION_ERROR", "Invalid input JSON", "", ""});
  auto holds = [](const Record& record, const json::Value& filter) {
    std::string property = filter.Find("propertyName").StringOr("");
    std::string wanted = filter.Find("value").AsText().value_or("");
    std::string op = filter.Find("operator").StringOr("");
    if (property.rfind("associations.", 0) == 0) {
      std::string to_type = absl::StrCat(property.substr(13), "s");
      return std::any_of(
          record.associations.begin(), record.associations.end(), [&](const Association& link) {
            return link.to_type == to_type && link.to_id == wanted;
          });
    }
    if (property == "createdate" && op == "GTE") {
      return absl::ToUnixMillis(record.created_at) >= std::atoll(wanted.c_str());
    }
    auto own = record.properties.find(property);
    bool has = own != record.properties.end();
    if (op == "HAS_PROPERTY") return has;
    if (op == "NOT_HAS_PROPERTY") return !has;
    if (op == "EQ") return has && Lower(own->second) == Lower(wanted);
    if (op == "IN") {
      for (const json::Value& each : filter.Find("values").Elements()) {
        if (has && Lower(own->second) == Lower(each.StringOr(""))) return true;
      }
    }
    return false;
  };
  const std::string query = Lower(body->root().Find("query").StringOr(""));
  std::vector<const Record*> found;
  for (const Record& record : stores_[type]) {
    if (record.archived) continue;
    if (record.updated_at > now - kSearchLag) continue;  // The index has not seen it yet.
    if (!query.empty()) {
      const bool has = std::ranges::any_of(record.properties, [&query](const auto& property) {
        return Lower(property.second).find(query) != std::string::npos;
      });
      if (has) found.push_back(&record);
      continue;
    }
    for (const json::Value& group : body->root().Find("filterGroups").Elements()) {
      std::vector<json::Value> filters = group.Find("filters").Elements();
      if (std::all_of(filters.begin(), filters.end(), [&](const json::Value& filter) {
            return holds(record, filter);
          })) {
        found.push_back(&record);
        break;
      }
    }
  }
  json::Writer writer;
  writer.StartObject()
      .Member("total", static_cast<int64_t>(found.size()))
      .Key("results")
      .StartArray();
  for (size_t i = 0; i < std::min<size_t>(found.size(), 200); ++i) Write(*found[i], writer);
  writer.EndArray().EndObject();
  return Json(200, writer);
}

void HubSpot::ExpireTokens() {
  for (auto& [token, expiry] : tokens_) expiry = absl::InfinitePast();
}

Window* HubSpot::FindWindow(std::string_view name) {
  for (Window* each : {&ten_seconds_, &day_, &search_}) {
    if (each->name() == name) return each;
  }
  return nullptr;
}

void HubSpot::Reset() {
  stores_.clear();
  emails_.clear();
  tokens_.clear();
  for (Window* window : {&ten_seconds_, &day_, &search_}) window->Clear();
  ten_seconds_.set_limit(100);
  day_.set_limit(250'000);
  search_.set_limit(5);
}

void HubSpot::Report(json::Writer& writer) const {
  for (const char* type : {"contacts", "companies", "deals", "notes", "tasks"}) {
    auto store = stores_.find(type);
    writer.Member(type, store == stores_.end() ? 0 : static_cast<int64_t>(store->second.size()));
  }
  writer.Member("contacts_of_companies", CountLinks("contacts", "companies"));
  writer.Member("deals_of_companies", CountLinks("deals", "companies"));
  // What ought to be one record: contacts of one phone without e-mail, companies of one name, deals
  // and notes of one contact that say the same.
  std::map<std::string, int64_t> seen;
  int64_t duplicates = 0;
  for (const auto& [type, store] : stores_) {
    for (const Record& record : store) {
      if (record.archived) continue;
      std::string identity = type;
      if (type == "contacts") {
        if (record.properties.contains("email")) continue;  // Unique already.
        for (const auto& [property, value] : record.properties)
          absl::StrAppend(&identity, "|", value);
      } else if (type == "companies") {
        const auto name = record.properties.find("name");
        if (name == record.properties.end()) continue;
        absl::StrAppend(&identity, "|", Lower(name->second));
      } else {
        for (const char* property :
             {"dealname", "hs_note_body", "hs_task_subject", "hs_timestamp", "leadrelay_id"}) {
          auto value = record.properties.find(property);
          absl::StrAppend(&identity, "|", value == record.properties.end() ? "" : value->second);
        }
        for (const Association& link : record.associations) {
          absl::StrAppend(&identity, "|", link.to_type, link.to_id);
        }
      }
      if (++seen[identity] > 1) ++duplicates;
    }
  }
  writer.Member("duplicates", duplicates);
  writer.Key("windows").StartArray();
  for (const Window* window : {&ten_seconds_, &day_, &search_}) ReportWindow(*window, writer);
  writer.EndArray();
}

void HubSpot::Records(std::string_view type, json::Writer& writer) const {
  writer.StartArray();
  auto store = stores_.find(std::string(type));
  if (store != stores_.end()) {
    for (const Record& record : store->second) {
      if (!record.archived) Write(record, writer);
    }
  }
  writer.EndArray();
}

std::unique_ptr<System> hubspot::Make() {
  return std::make_unique<HubSpot>();
}

}  // namespace leadrelay::sandbox
