#include "tests/sandbox/systems/airtable/airtable.h"

#include <algorithm>
#include <sstream>

#include "absl/strings/str_cat.h"

#include "common/crypto/crypto.h"
#include "tests/sandbox/systems/airtable/list.h"

namespace leadrelay::sandbox::airtable {
namespace {

constexpr int64_t kPerSecond = 5;
constexpr size_t kMostRecords = 10;
constexpr int kTokenLife = 3600;

std::vector<std::string> Split(std::string_view path) {
  std::vector<std::string> parts;
  std::istringstream stream{std::string(path)};
  for (std::string part; std::getline(stream, part, '/');) {
    if (!part.empty()) parts.push_back(http::PercentDecode(part));
  }
  return parts;
}

Fault NoAccess() {
  return {403,
          "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND",
          "Invalid permissions, or the requested model was not found. Check that both your user "
          "and your token have the required permissions, and that the model names and/or ids are "
          "correct."};
}

}  // namespace

http::Response Airtable::Json(int status, std::string body) {
  return http::Response{status, {{"Content-Type", "application/json; charset=utf-8"}}, body};
}

http::Response Airtable::Refused(const Fault& fault) {
  json::Writer writer;
  writer.StartObject().Key("error").StartObject().Member("type", fault.type);
  if (!fault.message.empty()) writer.Member("message", fault.message);
  writer.EndObject().EndObject();
  return Json(fault.status, writer.Take());
}

http::Response Airtable::NotFound() {
  return Json(404, R"({"error":"NOT_FOUND"})");
}

Airtable::Airtable()
    : refresh_token_(kRefreshToken),
      second_("second", kPerSecond, absl::Seconds(1)),
      month_("month", 0, 30 * absl::Hours(24)) {}

std::vector<Window*> Airtable::WindowsFor(const http::Request& request) {
  const std::string_view path = http::PathOf(request.url);
  if (path.starts_with("/airtable/oauth2/")) return {};
  if (path.starts_with("/airtable/v0/meta/")) return {&second_};
  return {&second_, &month_};
}

http::Response Airtable::Refuse(const Window& window, absl::Time now) {
  if (window.name() == "month") {
    return Refused({429,
                    "PUBLIC_API_BILLING_LIMIT_EXCEEDED",
                    "API billing plan limit exceeded. You've reached the maximum number of "
                    "requests allowed for this month"});
  }
  if (locked_until_ <= now) locked_until_ = now + kLockout;
  return Refused({429, "RATE_LIMIT_REACHED", "Rate limit exceeded. Please try again later."});
}

http::Response Airtable::Handle(const http::Request& request, absl::Time now) {
  std::vector<std::string> path = Split(http::PathOf(request.url));
  path.erase(path.begin());
  if (path == std::vector<std::string>{"oauth2", "v1", "token"}) return Token(request);
  if (now < locked_until_) return Refuse(second_, now);
  if (path.size() < 3 || path[0] != "v0") return NotFound();
  const std::string authorization(request.headers.Get("authorization"));
  const std::string token = authorization.starts_with("Bearer ") ? authorization.substr(7) : "";
  if (token != kToken && token != kTokenWithoutScopes && !access_tokens_.contains(token)) {
    return Refused({401, "AUTHENTICATION_REQUIRED", "Authentication required"});
  }
  path.erase(path.begin());
  if (path[0] == "meta") return Meta(path);
  if (token == kTokenWithoutScopes || path[0] != kBaseId) return Refused(NoAccess());
  return Data(request, path, now);
}

http::Response Airtable::Token(const http::Request& request) {
  std::map<std::string, std::string> form;
  for (auto& [key, value] : http::ParseForm(request.body)) form[key] = value;
  const std::string basic = absl::StrCat(
      "Basic ",
      crypto::Base64(absl::StrCat(std::string(kClientId), ":", std::string(kClientSecret))));
  if (request.headers.Get("authorization") != basic || form["client_id"] != kClientId) {
    return Json(401, R"({"error":"invalid_client"})");
  }
  if (form["grant_type"] != "refresh_token" || form["refresh_token"] != refresh_token_) {
    return Json(400, R"({"error":"invalid_grant"})");
  }
  ++issued_;
  access_tokens_ = {absl::StrCat("oaaSandbox", issued_)};
  refresh_token_ = absl::StrCat("oarSandbox", issued_);
  json::Writer writer;
  writer.StartObject().Member("access_token", *access_tokens_.begin());
  writer.Member("refresh_token", refresh_token_).Member("token_type", "Bearer");
  writer.Member("scope", "data.records:read data.records:write").Member("expires_in", kTokenLife);
  writer.Member("refresh_expires_in", 5'184'000).EndObject();
  return Json(200, writer.Take());
}

http::Response Airtable::Meta(const std::vector<std::string>& path) {
  if (path.size() == 2 && path[1] == "whoami") return Json(200, R"({"id":"usrSandbox0000001"})");
  if (path.size() != 4 || path[1] != "bases" || path[3] != "tables") return NotFound();
  return path[2] == kBaseId ? Json(200, Describe(base_)) : Refused(NoAccess());
}

http::Response Airtable::Data(const http::Request& request,
                              const std::vector<std::string>& path,
                              absl::Time now) {
  Table* table = base_.Find(path[1]);
  if (table == nullptr) return Refused(NoAccess());
  const absl::StatusOr<json::Document> document = json::Document::Parse(request.body);
  if (!request.body.empty() && !document.ok()) {
    return Refused({422, "INVALID_REQUEST_BODY", "Could not parse request body"});
  }
  const json::Value body = document.ok() ? document->root() : json::Value();
  if (path.size() == 2 && request.method == "GET") {
    return List(*table, ReadListRequest(http::ParseForm(http::QueryOf(request.url))));
  }
  if (path.size() == 2 && request.method == "POST" && body.Find("fields").exists()) {
    return Create(*table, body, now);
  }
  if (path.size() == 2 && request.method == "DELETE") return DeleteMany(request, *table);
  if (path.size() == 2 && (request.method == "POST" || request.method == "PATCH")) {
    return WriteMany(*table, body, request.method == "POST", now);
  }
  if (path.size() != 3) return NotFound();
  if (path[2] == "listRecords" && request.method == "POST") {
    return List(*table, ReadListRequest(body));
  }
  return path[2].starts_with("rec") ? One(request, *table, path[2]) : NotFound();
}

http::Response Airtable::Create(Table& table, const json::Value& body, absl::Time now) {
  Fault fault;
  std::optional<Cells> cells =
      base_.Read(table, body.Find("fields"), body.Find("typecast").BoolOr(false), fault);
  if (!cells.has_value()) return Refused(fault);
  json::Writer writer;
  airtable::Write(table,
                  base_.Add(table, *std::move(cells), now),
                  body.Find("returnFieldsByFieldId").BoolOr(false),
                  writer);
  return Json(200, writer.Take());
}

// All or nothing, as the writes.
http::Response Airtable::DeleteMany(const http::Request& request, Table& table) {
  std::set<std::string> ids;
  for (const auto& [name, value] : http::ParseForm(http::QueryOf(request.url))) {
    if (name != "records[]") continue;
    if (table.FindRecord(value) == nullptr) {
      return Refused({404, "MODEL_ID_NOT_FOUND", "Record not found"});
    }
    ids.insert(value);
  }
  if (ids.empty() || ids.size() > kMostRecords) {
    return Refused({422,
                    "INVALID_REQUEST_UNKNOWN",
                    "Invalid request: parameter validation failed. Check your request data."});
  }
  std::erase_if(table.records, [&ids](const Record& each) { return ids.contains(each.id); });
  json::Writer writer;
  writer.StartObject().Key("records").StartArray();
  for (const std::string& id : ids) {
    writer.StartObject().Member("id", id).Member("deleted", true).EndObject();
  }
  writer.EndArray().EndObject();
  return Json(200, writer.Take());
}

http::Response Airtable::WriteMany(Table& table,
                                   const json::Value& body,
                                   bool creates,
                                   absl::Time now) {
  const std::vector<json::Value> inputs = body.Find("records").Elements();
  if (inputs.empty() || inputs.size() > kMostRecords ||
      (creates && body.Find("performUpsert").exists())) {
    return Refused({422,
                    "INVALID_RECORDS",
                    "You must provide an array of up to 10 record objects, each with an \"id\" ID "
                    "field and a \"fields\" object for cell values."});
  }
  // All or nothing: first every record is checked, then every record is written.
  std::vector<Write> writes(inputs.size());
  table.records.reserve(table.records.size() + writes.size());  // Write::there stays good.
  Fault fault;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (!Plan(table, body, inputs[i], writes[i], fault)) return Refused(fault);
  }
  std::vector<std::string> ids;
  std::set<std::string> created;
  for (Write& write : writes) {
    if (write.there == nullptr) {
      ids.push_back(base_.Add(table, std::move(write.cells), now).id);
      created.insert(ids.back());
      continue;
    }
    for (auto& [field, cell] : write.cells) write.there->cells[field] = cell;
    ids.push_back(write.there->id);
  }
  json::Writer writer;
  writer.StartObject().Key("records").StartArray();
  for (const std::string& id : ids) {
    airtable::Write(
        table, *table.FindRecord(id), body.Find("returnFieldsByFieldId").BoolOr(false), writer);
  }
  writer.EndArray();
  for (const bool want_created : {true, false}) {
    writer.Key(want_created ? "createdRecords" : "updatedRecords").StartArray();
    for (const std::string& id : ids) {
      if (created.contains(id) == want_created) writer.String(id);
    }
    writer.EndArray();
  }
  writer.EndObject();
  return Json(200, writer.Take());
}

bool Airtable::Plan(
    Table& table, const json::Value& body, const json::Value& input, Write& write, Fault& fault) {
  std::optional<Cells> cells =
      base_.Read(table, input.Find("fields"), body.Find("typecast").BoolOr(false), fault);
  if (!cells.has_value()) return false;
  write.cells = *std::move(cells);
  const std::string id = input.Find("id").StringOr("");
  if (!id.empty()) {
    write.there = table.FindRecord(id);
    fault = {422, "ROW_DOES_NOT_EXIST", absl::StrCat("Record ID ", id, " does not exist")};
    return write.there != nullptr;
  }
  const json::Value merge = body.Find("performUpsert").Find("fieldsToMergeOn");
  return !merge.exists() || Match(table, merge, write.cells, write, fault);
}

bool Airtable::Match(
    Table& table, const json::Value& merge, const Cells& cells, Write& write, Fault& fault) {
  std::vector<std::pair<std::string, std::string>> wanted;
  for (const json::Value& name : merge.Elements()) {
    const Field* field = table.FindField(name.StringOr(""));
    if (field == nullptr || !cells.contains(field->name)) {
      fault = {422,
               "INVALID_REQUEST_UNKNOWN",
               "Invalid request: parameter validation failed. Check your request data."};
      return false;
    }
    wanted.emplace_back(field->name, cells.at(field->name));
  }
  for (Record& record : table.records) {
    const bool same = std::ranges::all_of(wanted, [&record](const auto& cell) {
      const auto own = record.cells.find(cell.first);
      return own != record.cells.end() && own->second == cell.second;
    });
    if (!same) continue;
    if (write.there != nullptr) {
      fault = {422, "INVALID_REQUEST_UNKNOWN", "Cannot update more than one record"};
      return false;
    }
    write.there = &record;
  }
  return true;
}

http::Response Airtable::One(const http::Request& request, Table& table, const std::string& id) {
  Record* record = table.FindRecord(id);
  if (record == nullptr) return Refused({404, "MODEL_ID_NOT_FOUND", "Record not found"});
  json::Writer writer;
  if (request.method == "DELETE") {
    std::erase_if(table.records, [&id](const Record& each) { return each.id == id; });
    writer.StartObject().Member("id", id).Member("deleted", true).EndObject();
    return Json(200, writer.Take());
  }
  if (request.method == "PATCH") {
    const absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
    Fault fault{422, "INVALID_REQUEST_BODY", "Could not parse request body"};
    if (!body.ok()) return Refused(fault);
    std::optional<Cells> cells = base_.Read(
        table, body->root().Find("fields"), body->root().Find("typecast").BoolOr(false), fault);
    if (!cells.has_value()) return Refused(fault);
    for (auto& [field, cell] : *cells) record->cells[field] = cell;
  } else if (request.method != "GET") {
    return NotFound();
  }
  const bool by_id =
      http::QueryOf(request.url).find("returnFieldsByFieldId=true") != std::string_view::npos;
  airtable::Write(table, *record, by_id, writer);
  return Json(200, writer.Take());
}

Window* Airtable::FindWindow(std::string_view name) {
  for (Window* each : {&second_, &month_}) {
    if (each->name() == name) return each;
  }
  return nullptr;
}

void Airtable::Reset() {
  *this = Airtable();
}

void Airtable::Report(json::Writer& writer) const {
  // What ought to be one record: people of one address, else of one number; deals and tasks of one
  // delivery.
  int64_t duplicates = 0;
  for (const Table& table : base_.tables()) {
    writer.Member(table.name, static_cast<int64_t>(table.records.size()));
    std::set<std::string> seen;
    for (const Record& record : table.records) {
      for (const char* key : {"Email", "Phone", "Delivery ID"}) {
        const auto cell = record.cells.find(key);
        if (cell == record.cells.end()) continue;
        if (!seen.insert(key + cell->second).second) ++duplicates;
        break;
      }
    }
  }
  writer.Member("duplicates", duplicates);
  writer.Key("windows").StartArray();
  for (const Window* window : {&second_, &month_}) ReportWindow(*window, writer);
  writer.EndArray();
}

void Airtable::Records(std::string_view type, json::Writer& writer) const {
  writer.StartArray();
  for (const Table& table : base_.tables()) {
    if (table.name != type) continue;
    for (const Record& record : table.records) airtable::Write(table, record, false, writer);
  }
  writer.EndArray();
}

std::unique_ptr<System> Make() {
  return std::make_unique<Airtable>();
}

}  // namespace leadrelay::sandbox::airtable
