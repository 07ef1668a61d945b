// The paths of the played Pipedrive: /api/v2/persons, /api/v2/persons/search, /api/v2/persons/1,
// /api/v1/notes ...

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "tests/sandbox/systems/pipedrive/pipedrive.h"
#include "tests/sandbox/systems/pipedrive/replies.h"
#include "tests/sandbox/systems/pipedrive/schema.h"

namespace leadrelay::sandbox {
namespace {

using pipedrive_store::Error;
using pipedrive_store::IsCollection;
using pipedrive_store::IsOld;
using pipedrive_store::Lower;
using pipedrive_store::Parameter;
using pipedrive_store::Record;
using pipedrive_store::Stage;
using pipedrive_store::Stages;
using pipedrive_store::Success;

std::string Shown(const std::string& collection, const Record& record) {
  json::Writer writer;
  Write(collection, record, writer);
  return writer.Take();
}

bool HasAny(const std::vector<std::string>& values, const std::string& term) {
  return std::ranges::any_of(values,
                             [&](const std::string& each) { return Lower(each) == Lower(term); });
}

bool BelongsToPerson(const std::string& collection, const Record& record, const std::string& id) {
  if (collection != "activities") return record.Text("person_id") == id;
  const json::Document participants = record.Value("participants");
  return participants.root().At(0).Find("person_id").AsText() == id;
}

}  // namespace

http::Response Pipedrive::Answer(const http::Request& request, const Path& path, absl::Time now) {
  if (path.size() < 3 || path.size() > 4 || path[0] != "api") return Error(404, "unknown method");
  const std::string& what = path[2];
  const bool old = path[1] == "v1";
  if (old && what == "users") {
    return Success(200, R"({"id":7,"company_id":1,"company_domain":"sandbox","name":"Sandbox"})");
  }
  if (!old && what == "stages") return ListStages(request);
  if (!old && (what == "personFields" || what == "dealFields")) {
    return Success(
        200,
        absl::StrCat(R"([{"field_name":"Delivery","field_type":"varchar","options":null,)",
                     R"("is_custom_field":true,"field_code":")",
                     std::string(pipedrive_store::kCustomField),
                     R"("}])"));
  }
  if (!IsCollection(what) || IsOld(what) != old) return Error(404, "unknown method");
  if (path.size() == 3) return Collection(request, what, now);
  if (path[3] == "search") return Search(request, what, now);
  return Single(request, what, path[3], now);
}

http::Response Pipedrive::Collection(const http::Request& request,
                                     const std::string& collection,
                                     absl::Time now) {
  if (request.method == "GET") return List(request, collection);
  if (request.method != "POST") return Error(405, "method not allowed");
  const absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
  const std::optional<std::string> fault =
      body.ok() ? store_.Check(collection, body->root(), true) : "not JSON";
  if (fault.has_value()) {
    return Error(400,
                 absl::StrCat("Validation failed: ", *fault),
                 IsOld(collection) ? "" : "ERR_SCHEMA_VALIDATION_FAILED");
  }
  const Record& record = store_.Add(collection, body->root(), now);
  return Success(collection == "leads" ? 201 : 200, Shown(collection, record));
}

http::Response Pipedrive::Single(const http::Request& request,
                                 const std::string& collection,
                                 const std::string& id,
                                 absl::Time now) {
  Record* record = store_.Find(collection, id);
  if (record == nullptr) return Error(404, "requested record not found", "ERR_NOT_FOUND");
  if (request.method == "GET") return Success(200, Shown(collection, *record));
  if (request.method == "DELETE") {
    store_.Delete(collection, id);
    return Success(200, absl::StrCat(R"({"id":)", IsOld(collection) ? "0" : id, "}"));
  }
  if (request.method != "PATCH") return Error(405, "method not allowed");
  const absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
  const std::optional<std::string> fault =
      body.ok() ? store_.Check(collection, body->root(), false) : "not JSON";
  if (fault.has_value()) {
    return Error(400, absl::StrCat("Validation failed: ", *fault), "ERR_SCHEMA_VALIDATION_FAILED");
  }
  store_.Patch(*record, body->root(), now);
  return Success(200, Shown(collection, *record));
}

http::Response Pipedrive::List(const http::Request& request, const std::string& collection) const {
  absl::Time since = absl::InfinitePast();
  const std::string text = Parameter(request, "updated_since");
  std::string error;
  if (!text.empty() && !absl::ParseTime("%Y-%m-%dT%H:%M:%SZ", text, &since, &error)) {
    return Error(400, "Validation failed: updated_since", "ERR_SCHEMA_VALIDATION_FAILED");
  }
  const std::string person = Parameter(request, "person_id");
  json::Writer writer;
  writer.StartArray();
  for (const Record* record : store_.List(collection, [&](const Record& each) {
         return each.updated_at >= since &&
                (person.empty() || BelongsToPerson(collection, each, person));
       })) {
    Write(collection, *record, writer);
  }
  writer.EndArray();
  return Success(200, writer.Take());
}

http::Response Pipedrive::Search(const http::Request& request,
                                 const std::string& collection,
                                 absl::Time now) const {
  const std::string term = Parameter(request, "term");
  const std::string fields = Parameter(request, "fields");
  const bool exact = Parameter(request, "exact_match") == "true";
  if (term.empty() || (term.size() < 2 && !exact)) {
    return Error(400, "Validation failed: term", "ERR_SCHEMA_VALIDATION_FAILED");
  }
  const auto matches = [&](const Record& record) {
    if (record.added_at > now - kSearchLag) return false;  // The index has not seen it yet.
    if (fields == "email") return HasAny(record.Points("emails"), term);
    if (fields == "phone") return HasAny(record.Points("phones"), term);
    const std::string value = Lower(record.Text(collection == "deals" ? "title" : "name"));
    return exact ? value == Lower(term) : value.find(Lower(term)) != std::string::npos;
  };
  json::Writer writer;
  writer.StartObject().Key("items").StartArray();
  for (const Record* record : store_.List(collection, matches)) {
    writer.StartObject().Member("result_score", 0.5).Key("item").StartObject();
    writer.Key("id").Raw(record->id);
    writer.Member("type", collection == "persons" ? "person" : "other");
    for (const char* member : {"name", "title"}) {
      if (record->members.contains(member)) writer.Key(member).Raw(record->members.at(member));
    }
    for (const char* list : {"emails", "phones"}) {
      if (collection != "persons") continue;
      writer.Key(list).StartArray();
      for (const std::string& value : record->Points(list)) writer.String(value);
      writer.EndArray();
    }
    const auto organization = record->members.find("org_id");
    writer.Key("organization");
    if (organization == record->members.end()) {
      writer.Null();
    } else {
      writer.StartObject().Key("id").Raw(organization->second).EndObject();
    }
    writer.EndObject().EndObject();
  }
  writer.EndArray().EndObject();
  return Success(200, writer.Take());
}

http::Response Pipedrive::ListStages(const http::Request& request) const {
  const std::string pipeline = Parameter(request, "pipeline_id");
  json::Writer writer;
  writer.StartArray();
  for (const Stage& stage : Stages()) {
    if (!pipeline.empty() && pipeline != absl::StrCat(stage.pipeline)) continue;
    writer.StartObject()
        .Member("id", stage.id)
        .Member("order_nr", stage.id)
        .Member("name", stage.name)
        .Member("is_deleted", false)
        .Member("pipeline_id", stage.pipeline)
        .EndObject();
  }
  writer.EndArray();
  return Success(200, writer.Take());
}

}  // namespace leadrelay::sandbox
