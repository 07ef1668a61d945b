// The endpoints below /api/v1/.

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "tests/sandbox/systems/close/close.h"

namespace leadrelay::sandbox {
namespace {

constexpr std::string_view kCustomField = "cf_v6S011I6MqcbVvB2FA5Nk8dr5MkL8sWuCiG8cUleO9c";
constexpr std::string_view kStatuses =
    R"({"has_more":false,"data":[
        {"id":"stat_demo","label":"Demo Completed","type":"active"},
        {"id":"stat_proposal","label":"Proposal Sent","type":"active"},
        {"id":"stat_contract","label":"Contract Sent","type":"active"},
        {"id":"stat_won","label":"Won","type":"won"},
        {"id":"stat_lost","label":"Lost","type":"lost"}]})";
constexpr std::string_view kLeadStatuses =
    R"({"has_more":false,"data":[{"id":"stat_potential","label":"Potential"},
        {"id":"stat_qualified","label":"Qualified"}]})";
constexpr std::string_view kMe =
    R"({"id":"user_sandbox","email":"sandbox@example.com",
        "organizations":[{"id":"orga_sandbox","name":"Sandbox"}]})";

http::Response Json(int status, std::string body) {
  return http::Response{status, {{"Content-Type", "application/json"}}, std::move(body)};
}

http::Response Error(int status, std::string_view message) {
  json::Writer writer;
  writer.StartObject().Key("error").String(message).EndObject();
  return Json(status, writer.Take());
}

http::Response Invalid(const std::string& field_errors) {
  return Json(400, absl::StrCat(R"({"errors":[],"field-errors":)", field_errors, "}"));
}

std::string TypeOf(std::string_view path) {
  for (const char* type : {"lead", "contact", "opportunity", "task"}) {
    if (path == type) return type;
  }
  return path == "activity/note" ? "note" : "";
}

std::string QueryParameter(const http::Request& request, std::string_view name) {
  for (const auto& [key, value] : http::ParseForm(http::QueryOf(request.url))) {
    if (key == name) return value;
  }
  return "";
}

bool IsEmail(const std::string& text) {
  return text.find('@') != std::string::npos && text.find("..") == std::string::npos;
}

const json::Value* BadEmail(const std::vector<json::Value>& emails) {
  const auto bad = std::ranges::find_if(
      emails, [](const json::Value& each) { return !IsEmail(each.Find("email").StringOr("")); });
  return bad == emails.end() ? nullptr : &*bad;
}

bool HasStatus(std::string_view id) {
  return kStatuses.find(absl::StrCat("\"", std::string(id), "\"")) != std::string_view::npos;
}

// Whether `record` is in the list that the request asks for.  Of the query language this knows
// note:"a phrase" alone: anything else finds nothing.
bool IsListed(const http::Request& request, const close::Record& record) {
  for (const char* member : {"lead_id", "status_id"}) {
    const std::string wanted = QueryParameter(request, member);
    if (!wanted.empty() && record.Text(member) != wanted) return false;
  }
  const std::string query = QueryParameter(request, "query");
  if (query.empty()) return true;
  constexpr std::string_view kNote = "note:\"";
  if (!query.starts_with(kNote) || !query.ends_with('"')) return false;
  const std::string phrase = query.substr(kNote.size(), query.size() - kNote.size() - 1);
  return absl::StrContains(absl::AsciiStrToLower(record.Text("note")),
                           absl::AsciiStrToLower(phrase));
}

std::string Schema() {
  json::Writer writer;
  writer.StartObject().Key("fields").StartArray().StartObject();
  writer.Key("id").String(kCustomField).Member("name", "Delivery").Member("type", "text");
  writer.EndObject().EndArray().EndObject();
  return writer.Take();
}

}  // namespace

http::Response Close::Api(const http::Request& request, std::string_view path, absl::Time now) {
  if (path == "me") return Json(200, std::string(kMe));
  if (path == "status/opportunity") return Json(200, std::string(kStatuses));
  if (path == "status/lead") return Json(200, std::string(kLeadStatuses));
  if (path.starts_with("custom_field_schema/")) return Json(200, Schema());

  const bool has_body = request.method == "POST" || request.method == "PUT";
  if (has_body && request.headers.Get("content-type") != "application/json") {
    return Error(415, "Unsupported media type");
  }
  const absl::StatusOr<json::Document> document = json::Document::Parse(request.body);
  if (has_body && (!document.ok() || !document->root().IsObject())) {
    return Error(400, "The request contains invalid JSON.");
  }
  const json::Value body = document.ok() ? document->root() : json::Value();

  if (path == "data/search" && request.method == "POST") {
    json::Writer writer;
    if (!store_.Search(body, now, writer)) return Invalid(R"({"query":"Invalid query."})");
    return Json(200, writer.Take());
  }
  if (const std::string type = TypeOf(path); !type.empty()) {
    return Collection(request, type, body, now);
  }
  const size_t slash = path.rfind('/');
  if (slash != std::string_view::npos) {
    const std::string type = TypeOf(path.substr(0, slash));
    const std::string id = http::PercentDecode(path.substr(slash + 1));
    if (!type.empty()) return One(request, type, id, body, now);
  }
  return Error(404, "Not found");
}

// Lists lag as searches do.
http::Response Close::Collection(const http::Request& request,
                                 const std::string& type,
                                 const json::Value& body,
                                 absl::Time now) {
  if (request.method == "POST") return Create(type, body, now);
  if (request.method != "GET") return Error(405, "Method not allowed");
  std::vector<const close::Record*> records = store_.Indexed(type, now);
  if (QueryParameter(request, "_order_by") == "-date_created") std::ranges::reverse(records);
  json::Writer writer;
  writer.StartObject().Member("has_more", false).Key("data").StartArray();
  for (const close::Record* record : records) {
    if (!IsListed(request, *record)) continue;
    writer.StartObject();
    record->Write(writer);
    writer.EndObject();
  }
  writer.EndArray().EndObject();
  return Json(200, writer.Take());
}

http::Response Close::One(const http::Request& request,
                          const std::string& type,
                          const std::string& id,
                          const json::Value& body,
                          absl::Time now) {
  close::Record* record = store_.Find(type, id, now);
  if (record == nullptr) return Error(404, "Object does not exist.");
  if (request.method == "DELETE") {
    record->deleted_at = std::min(record->deleted_at, now);
    return http::Response{200, {}, ""};
  }
  if (request.method == "PUT") {
    const std::string fault = FaultIn(type, body, false, now);
    if (!fault.empty()) return Invalid(fault);
    record->Patch(body);
  } else if (request.method != "GET") {
    return Error(405, "Method not allowed");
  }
  return Show(type, *record, now);
}

std::string Close::AddLead(const json::Value& body, const std::string& name, absl::Time now) {
  close::Record& lead = store_.Add("lead", now);
  lead.Patch(body);
  if (!name.empty()) lead.Set("name", name);
  lead.Set("display_name", lead.Text("name").empty() ? "Untitled" : lead.Text("name"));
  if (lead.Text("status_id").empty()) lead.Set("status_id", "stat_potential");
  lead.Set("organization_id", "orga_sandbox");
  return lead.id;
}

close::Record& Close::AddContact(const json::Value& body,
                                 const std::string& lead_id,
                                 absl::Time now) {
  close::Record& contact = store_.Add("contact", now);
  contact.Patch(body);
  contact.Set("lead_id", lead_id);
  for (const char* list : {"emails", "phones", "urls"}) contact.members.try_emplace(list, "[]");
  return contact;
}

http::Response Close::Create(const std::string& type, const json::Value& body, absl::Time now) {
  const std::string fault = FaultIn(type, body, true, now);
  if (!fault.empty()) return Invalid(fault);
  if (type == "lead") {
    const std::string id = AddLead(body, "", now);
    for (const json::Value& each : body.Find("contacts").Elements()) {
      AddContact(each, id, now);
    }
    return Show(type, *store_.Find(type, id, now), now);
  }
  std::string lead_id = body.Find("lead_id").StringOr("");
  if (lead_id.empty()) {
    lead_id = AddLead({}, type == "contact" ? body.Find("name").StringOr("") : "", now);
  }
  if (type == "contact") return Show(type, AddContact(body, lead_id, now), now);
  close::Record& record = store_.Add(type, now);
  record.Patch(body);
  record.Set("lead_id", lead_id);
  if (type == "opportunity") {
    if (record.Text("status_id").empty()) record.Set("status_id", "stat_demo");
    const bool active =
        record.Text("status_id") != "stat_won" && record.Text("status_id") != "stat_lost";
    record.Set("status_type", active ? "active" : record.Text("status_id").substr(5));
  }
  return Show(type, record, now);
}

http::Response Close::Show(const std::string& type,
                           const close::Record& record,
                           absl::Time now) const {
  json::Writer writer;
  writer.StartObject();
  record.Write(writer);
  if (type == "lead") {
    writer.Key("contacts").StartArray();
    for (const close::Record& contact : store_.All("contact")) {
      if (contact.Text("lead_id") != record.id || contact.deleted_at <= now) continue;
      writer.StartObject();
      contact.Write(writer);
      writer.EndObject();
    }
    writer.EndArray();
  }
  writer.EndObject();
  return Json(200, writer.Take());
}

std::string Close::FaultIn(const std::string& type,
                           const json::Value& body,
                           bool creating,
                           absl::Time now) {
  std::vector<json::Value> contacts = body.Find("contacts").Elements();
  const bool nested = type == "lead";
  if (type == "contact") contacts.push_back(body);
  for (const json::Value& contact : contacts) {
    const std::vector<json::Value> emails = contact.Find("emails").Elements();
    const json::Value* bad = BadEmail(emails);
    if (bad == nullptr) continue;
    // It quotes the value.
    json::Writer text;
    text.String(absl::StrCat("Invalid email address: ", bad->Find("email").StringOr("")));
    const std::string fault = absl::StrCat(R"({"emails":{"0":{"email":)", text.Take(), "}}}");
    return nested ? absl::StrCat(R"({"contacts":{"0":)", fault, "}}") : fault;
  }
  const std::string lead = body.Find("lead_id").StringOr("");
  if (!lead.empty() && store_.Find("lead", lead, now) == nullptr) {
    return R"({"lead_id":"Object does not exist."})";
  }
  if (creating && lead.empty() && (type == "note" || type == "task")) {
    return R"({"lead_id":"This field is required."})";
  }
  if (type == "opportunity") {
    const json::Value value = body.Find("value");
    if (value.exists() && !value.AsInt64().has_value()) return R"({"value":"Not an integer."})";
    const std::string status = body.Find("status_id").StringOr("");
    if (!status.empty() && !HasStatus(status)) return R"({"status_id":"Invalid status."})";
  }
  if (creating && type == "task" && body.Find("_type").AsString() != "lead" &&
      body.Find("_type").AsString() != "outgoing_call") {
    return R"({"_type":"Invalid type."})";
  }
  return "";
}

}  // namespace leadrelay::sandbox
