// The batch endpoints of the sandbox's HubSpot.

#include <set>

#include "absl/strings/str_cat.h"

#include "common/text/clean.h"
#include "tests/sandbox/systems/hubspot/answers.h"
#include "tests/sandbox/systems/hubspot/hubspot.h"
#include "tests/sandbox/systems/hubspot/schema.h"

namespace leadrelay::sandbox {
namespace {

using hubspot::Fault;
using hubspot::Input;
using hubspot::Json;
using hubspot::NotFound;
using hubspot::NotJson;
using hubspot::Record;

constexpr size_t kBatchLimit = 100;

Fault Invalid(const std::string& message,
              const std::string& code = "",
              const std::string& property = "") {
  return Fault{400, "VALIDATION_ERROR", message, code, property};
}

// What is wrong with the batch, whatever its records say.
std::optional<Fault> FaultOfBatch(const std::string& type,
                                  const std::string& action,
                                  const std::vector<Input>& inputs) {
  if (action != "create" && action != "upsert" && action != "update") return NotFound();
  if (inputs.empty() || inputs.size() > kBatchLimit) {
    return Invalid(
        absl::StrCat("The maximum number of inputs supported in a batch request is ", kBatchLimit));
  }
  std::set<std::string> ids;
  for (const Input& input : inputs) {
    if (action == "upsert" && !hubspot::IsUnique(type, input.id_property)) {
      return Invalid(absl::StrCat(input.id_property, " is not a unique property"),
                     "PROPERTY_NOT_UNIQUE",
                     input.id_property);
    }
    if (action != "create" && !ids.insert(text::LowerAscii(input.id)).second) {
      return Invalid("Duplicate IDs found in batch input", "DUPLICATE_ID", "id");
    }
  }
  return std::nullopt;
}

// Whether each has a trace id of its own.
bool CanBeToldApart(const std::vector<Input>& inputs) {
  std::set<std::string> traces;
  for (const Input& input : inputs) {
    if (!input.trace_id.empty()) traces.insert(input.trace_id);
  }
  return traces.size() == inputs.size();
}

void WriteError(const Fault& fault, const std::string& trace_id, json::Writer& writer) {
  writer.StartObject()
      .Member("status", "error")
      .Member("category", fault.category)
      .Member("message", fault.message);
  writer.Key("context").StartObject().Key("objectWriteTraceId").StartArray();
  writer.String(trace_id).EndArray().EndObject().EndObject();
}

}  // namespace

http::Response HubSpot::BatchWrite(const http::Request& request,
                                   const std::string& type,
                                   const std::string& action,
                                   absl::Time now) {
  const absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
  if (!body.ok()) return Refused(NotJson());
  std::vector<Input> inputs;
  for (const json::Value& value : body->root().Find("inputs").Elements()) {
    inputs.push_back(hubspot::ReadInput(value));
  }
  if (const std::optional<Fault> fault = FaultOfBatch(type, action, inputs)) {
    return Refused(*fault);
  }
  if (!CanBeToldApart(inputs)) {  // As a whole, then.
    for (const Input& input : inputs) {
      if (const std::optional<Fault> fault = store_.Check(type, input)) return Refused(*fault);
    }
  }

  json::Writer results;
  json::Writer errors;
  results.StartArray();
  errors.StartArray();
  int64_t failed = 0;
  for (const Input& input : inputs) {
    const std::optional<Fault> fault = WriteOne(type, action, input, now, results);
    if (!fault.has_value()) continue;
    ++failed;
    WriteError(*fault, input.trace_id, errors);
  }
  results.EndArray();
  errors.EndArray();

  json::Writer writer;
  writer.StartObject().Member("status", "COMPLETE").Key("results").Raw(results.Take());
  if (failed > 0) writer.Member("numErrors", failed).Key("errors").Raw(errors.Take());
  writer.Member("startedAt", hubspot::Stamp(now)).Member("completedAt", hubspot::Stamp(now));
  writer.EndObject();
  return Json(failed > 0 ? 207 : action == "create" ? 201 : 200, writer);
}

std::optional<Fault> HubSpot::WriteOne(const std::string& type,
                                       const std::string& action,
                                       Input input,
                                       absl::Time now,
                                       json::Writer& results) {
  if (std::optional<Fault> fault = store_.Check(type, input)) return fault;
  const bool create = action == "create";
  if (create && type == "contacts" && input.properties.contains("email")) {
    const Record* there = store_.Find(type, "email", input.properties["email"]);
    if (there != nullptr) return hubspot::Conflict(*there);
  }
  const std::string key = input.id_property.empty() ? "hs_object_id" : input.id_property;
  Record* record = create ? nullptr : store_.Find(type, key, input.id);
  const bool is_new = record == nullptr;
  if (is_new && action == "update") return NotFound("Could not get some objects");
  if (is_new) {
    if (!input.id_property.empty()) input.properties.emplace(input.id_property, input.id);
    record = &store_.Add(type, input, now);
  } else {
    hubspot::Store::Patch(*record, input, now);
  }
  Write(*record, results, action == "upsert" ? std::optional<bool>(is_new) : std::nullopt);
  return std::nullopt;
}

http::Response HubSpot::BatchRead(const http::Request& request, const std::string& type) {
  const absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
  if (!body.ok()) return Refused(NotJson());
  const std::string property = body->root().Find("idProperty").StringOr("hs_object_id");
  json::Writer writer;
  writer.StartObject().Member("status", "COMPLETE").Key("results").StartArray();
  for (const json::Value& input : body->root().Find("inputs").Elements()) {
    const Record* record = store_.Find(type, property, input.Find("id").StringOr(""));
    if (record != nullptr) Write(*record, writer);
  }
  writer.EndArray().EndObject();
  return Json(200, writer);
}

}  // namespace leadrelay::sandbox
