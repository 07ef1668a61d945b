#include "tests/sandbox/systems/salesforce/answers.h"

#include <array>

#include "absl/strings/str_cat.h"

namespace leadrelay::sandbox::salesforce {
namespace {

void WriteList(const std::vector<std::string>& texts, json::Writer& writer) {
  writer.StartArray();
  for (const std::string& text : texts) writer.String(text);
  writer.EndArray();
}

void WriteAttributes(const std::string& object, const std::string& id, json::Writer& writer) {
  writer.Key("attributes")
      .StartObject()
      .Member("type", object)
      .Member("url", absl::StrCat("/services/data/v67.0/sobjects/", object, "/", id))
      .EndObject();
}

// "duplicateResut" is Salesforce's own spelling.
void WriteMatches(const Refusal& refusal, json::Writer& writer) {
  writer.Key("duplicateResut").StartObject().Member("allowSave", true);
  writer.Key("matchResults").StartArray();
  for (const auto& [object, id] : refusal.matches) {
    writer.StartObject().Member("entityType", object).Key("matchRecords").StartArray();
    writer.StartObject().Member("matchConfidence", 100.0).Key("record").StartObject();
    WriteAttributes(object, id, writer);
    writer.Member("Id", id).EndObject().EndObject().EndArray().EndObject();
  }
  writer.EndArray().EndObject();
}

}  // namespace

http::Response Json(int status, json::Writer& writer) {
  return http::Response{
      status, {{"Content-Type", "application/json;charset=UTF-8"}}, writer.Take()};
}

http::Response Error(int status, std::string_view code, std::string_view message) {
  json::Writer writer;
  writer.StartArray().StartObject();
  writer.Member("message", message).Member("errorCode", code);
  writer.EndObject().EndArray();
  return Json(status, writer);
}

http::Response Saved(int status, const std::string& id, bool created) {
  json::Writer writer;
  WriteVerdict(id, created, writer);
  return Json(status, writer);
}

http::Response Refused(const Refusal& refusal) {
  json::Writer writer;
  writer.StartArray().StartObject();
  if (!refusal.matches.empty()) WriteMatches(refusal, writer);
  writer.Member("errorCode", refusal.code).Member("message", refusal.message);
  writer.Key("fields");
  WriteList(refusal.fields, writer);
  writer.EndObject().EndArray();
  return Json(400, writer);
}

http::Response Shown(const std::string& object,
                     const Record& record,
                     const std::vector<std::string>& fields) {
  json::Writer writer;
  writer.StartObject();
  WriteAttributes(object, record.id, writer);
  if (fields.empty()) {
    writer.Member("Id", record.id);
    for (const auto& [name, value] : record.fields) writer.Member(name, value);
  }
  for (const std::string& name : fields) {
    const auto value = record.fields.find(name);
    writer.Key(name);
    if (name == "Id") {
      writer.String(record.id);
    } else if (value == record.fields.end()) {
      writer.Null();
    } else {
      writer.String(value->second);
    }
  }
  writer.EndObject();
  return Json(200, writer);
}

void WriteVerdict(const std::string& id, std::optional<bool> created, json::Writer& writer) {
  writer.StartObject().Member("id", id).Member("success", true);
  writer.Key("errors").StartArray().EndArray();
  if (created.has_value()) writer.Member("created", *created);
  writer.EndObject();
}

void WriteVerdict(const Refusal& refusal, json::Writer& writer) {
  writer.StartObject().Member("success", false).Key("errors").StartArray().StartObject();
  writer.Member("statusCode", refusal.code).Member("message", refusal.message).Key("fields");
  WriteList(refusal.fields, writer);
  writer.EndObject().EndArray().EndObject();
}

http::Response Halted() {
  return Error(400,
               "PROCESSING_HALTED",
               "The transaction was rolled back since another operation in the same transaction "
               "failed.");
}

http::Response CompositeAnswer(const std::vector<Part>& parts) {
  json::Writer writer;
  writer.StartObject().Key("compositeResponse").StartArray();
  for (const Part& part : parts) {
    writer.StartObject().Key("body").Raw(part.response.body);
    writer.Key("httpHeaders").StartObject().EndObject();
    writer.Member("httpStatusCode", part.response.status).Member("referenceId", part.reference);
    writer.EndObject();
  }
  writer.EndArray().EndObject();
  return Json(200, writer);
}

http::Response Rows(const Selection& selection) {
  json::Writer writer;
  writer.StartObject()
      .Member("totalSize", static_cast<int64_t>(selection.records.size()))
      .Member("done", true);
  writer.Key("records").StartArray();
  for (const Record* record : selection.records) {
    writer.StartObject();
    WriteAttributes(selection.object, record->id, writer);
    for (const std::string& field : selection.fields) {
      const std::string value = record->Get(field);
      writer.Key(field);
      if (value.empty()) {
        writer.Null();
      } else {
        writer.String(value);
      }
    }
    writer.EndObject();
  }
  writer.EndArray().EndObject();
  return Json(200, writer);
}

http::Response Stages() {
  constexpr std::array<const char*, 8> kStages = {"Prospecting",
                                                  "Qualification",
                                                  "Needs Analysis",
                                                  "Value Proposition",
                                                  "Proposal/Price Quote",
                                                  "Negotiation/Review",
                                                  "Closed Won",
                                                  "Closed Lost"};
  json::Writer writer;
  writer.StartObject().Member("totalSize", 8).Member("done", true).Key("records").StartArray();
  for (const std::string stage : kStages) {
    writer.StartObject()
        .Member("MasterLabel", stage)
        .Member("ApiName", stage)
        .Member("IsClosed", stage.starts_with("Closed"))
        .Member("IsWon", stage == "Closed Won")
        .EndObject();
  }
  writer.EndArray().EndObject();
  return Json(200, writer);
}

http::Response Description(const std::string& object, const Object& known) {
  json::Writer writer;
  writer.StartObject().Member("name", object);
  writer.Member("createable", true).Member("updateable", true).Key("fields").StartArray();
  for (const auto& [name, field] : known.fields) {
    writer.StartObject()
        .Member("name", name)
        .Member("label", name)
        .Member("type", "string")
        .Member("custom", name.ends_with("__c"))
        .Member("externalId", field.unique)
        .Member("unique", field.unique)
        .Member("createable", true)
        .Member("updateable", true)
        .Member("length", static_cast<int64_t>(field.longest))
        .EndObject();
  }
  writer.EndArray().EndObject();
  return Json(200, writer);
}

}  // namespace leadrelay::sandbox::salesforce
