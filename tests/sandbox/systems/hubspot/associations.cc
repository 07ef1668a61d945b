// Links between records: of one record, and in batches.

#include <cstdlib>

#include "tests/sandbox/systems/hubspot/answers.h"
#include "tests/sandbox/systems/hubspot/hubspot.h"
#include "tests/sandbox/systems/hubspot/schema.h"

namespace leadrelay::sandbox {
namespace {

using hubspot::Association;
using hubspot::Json;
using hubspot::NotFound;
using hubspot::NotJson;
using hubspot::Record;
using hubspot::TypeName;

void WriteLinks(const std::map<std::string, int64_t>& links, json::Writer& writer) {
  writer.StartArray();
  for (const auto& [id, type_id] : links) {
    writer.StartObject().Key("toObjectId").Int(std::atoll(id.c_str()));
    writer.Key("associationTypes").StartArray().StartObject();
    writer.Member("category", "HUBSPOT_DEFINED").Member("typeId", type_id).Key("label").Null();
    writer.EndObject().EndArray().EndObject();
  }
  writer.EndArray();
}

}  // namespace

// {from}/{id}/associations/{to}, .../associations/{to}/{to id},
// .../associations/default/{to}/{to id}
http::Response HubSpot::AssociationsOfOne(const http::Request& request, const Path& path) {
  const std::string from_type = TypeName(path[0]);
  Record* record = store_.Find(from_type, "hs_object_id", path[1]);
  if (record == nullptr) return Refused(NotFound());
  json::Writer writer;
  if (request.method == "GET" && path.size() == 4) {
    writer.StartObject().Key("results");
    WriteLinks(store_.LinksOf(from_type, path[1], TypeName(path[3])), writer);
    writer.EndObject();
    return Json(200, writer);
  }
  const bool usual = path.size() == 6 && path[3] == "default";
  if (request.method != "PUT" || !(usual || path.size() == 5)) {
    return Refused(NotFound());
  }
  const std::string to_type = TypeName(path[path.size() - 2]);
  const std::string& to = path.back();
  if (store_.Find(to_type, "hs_object_id", to) == nullptr) {
    return Refused(NotFound("One of the objects does not exist"));
  }
  int64_t type_id = hubspot::UsualType(from_type, to_type);
  if (!usual) {
    const absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
    if (!body.ok()) return Refused(NotJson());
    type_id = body->root().At(0).Find("associationTypeId").Int64Or(0);
  }
  record->associations.insert(Association{to_type, to, type_id});
  writer.StartObject()
      .Member("fromObjectTypeId", from_type)
      .Key("fromObjectId")
      .Int(std::atoll(path[1].c_str()))
      .Member("toObjectTypeId", to_type)
      .Key("toObjectId")
      .Int(std::atoll(to.c_str()))
      .Key("labels")
      .StartArray()
      .EndArray()
      .EndObject();
  return Json(usual ? 200 : 201, writer);
}

// /crm/associations/{version}/{from}/{to}/batch/{read|create}
http::Response HubSpot::Associations(const http::Request& request, const Path& path) {
  const absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
  if (!body.ok()) return Refused(NotJson());
  const std::string from_type = TypeName(path[3]);
  const std::string to_type = TypeName(path[4]);
  json::Writer results;
  results.StartArray();
  for (const json::Value& input : body->root().Find("inputs").Elements()) {
    if (path[6] == "read") {
      const std::string id = input.Find("id").AsText().value_or("");
      const std::map<std::string, int64_t> links = store_.LinksOf(from_type, id, to_type);
      if (links.empty()) continue;  // A record without links is not in the answer.
      results.StartObject();
      results.Key("from").StartObject().Member("id", id).EndObject().Key("to");
      WriteLinks(links, results);
      results.EndObject();
      continue;
    }
    const std::string from = input.Find("from").Find("id").AsText().value_or("");
    const std::string to = input.Find("to").Find("id").AsText().value_or("");
    Record* record = store_.Find(from_type, "hs_object_id", from);
    if (record == nullptr || store_.Find(to_type, "hs_object_id", to) == nullptr) {
      return Refused(NotFound("One of the objects does not exist"));
    }
    const json::Value type = input.Find("types").At(0).Find("associationTypeId");
    record->associations.insert(Association{to_type, to, type.Int64Or(0)});
    results.StartObject();
    results.Key("fromObjectId").Int(std::atoll(from.c_str()));
    results.Key("toObjectId").Int(std::atoll(to.c_str()));
    results.EndObject();
  }
  results.EndArray();
  json::Writer writer;
  writer.StartObject().Member("status", "COMPLETE").Key("results").Raw(results.Take()).EndObject();
  return Json(path[6] == "read" ? 200 : 201, writer);
}

}  // namespace leadrelay::sandbox
