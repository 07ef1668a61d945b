#include "tests/sandbox/systems/hubspot/answers.h"

#include "absl/strings/str_cat.h"

#include "tests/sandbox/systems/hubspot/schema.h"

namespace leadrelay::sandbox::hubspot {

http::Response Json(int status, json::Writer& writer) {
  return http::Response{
      status, {{"Content-Type", "application/json;charset=utf-8"}}, writer.Take()};
}

http::Response Error(const Fault& fault, const std::string& correlation_id) {
  json::Writer writer;
  writer.StartObject()
      .Member("status", "error")
      .Member("message", fault.message)
      .Member("correlationId", correlation_id)
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

Fault NotFound(std::string_view message) {
  return Fault{404, "OBJECT_NOT_FOUND", std::string(message)};
}

Fault NotJson() {
  return Fault{400, "VALIDATION_ERROR", "Invalid input JSON"};
}

Fault Conflict(const Record& existing) {
  return Fault{409, "CONFLICT", absl::StrCat("Contact already exists. Existing ID: ", existing.id)};
}

std::string Stamp(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone());
}

void Write(const Record& record, json::Writer& writer, std::optional<bool> is_new) {
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

http::Response One(int status, const Record& record) {
  json::Writer writer;
  Write(record, writer);
  return Json(status, writer);
}

http::Response Account() {
  json::Writer writer;
  writer.StartObject()
      .Member("portalId", 4242)
      .Member("accountType", "DEVELOPER_TEST")
      .Member("timeZone", "Europe/Berlin")
      .Member("companyCurrency", "EUR")
      .Member("uiDomain", "app.hubspot.com")
      .EndObject();
  return Json(200, writer);
}

http::Response Properties(const std::string& type) {
  json::Writer writer;
  writer.StartObject().Key("results").StartArray();
  const auto properties = AccountSchema().find(type);
  if (properties != AccountSchema().end()) {
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

http::Response Pipelines() {
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

}  // namespace leadrelay::sandbox::hubspot
