// The record endpoints of the sandbox's HubSpot, one record at a time, and its search.

#include <algorithm>

#include "tests/sandbox/systems/hubspot/answers.h"
#include "tests/sandbox/systems/hubspot/hubspot.h"
#include "tests/sandbox/systems/hubspot/schema.h"
#include "tests/sandbox/systems/hubspot/search.h"

namespace leadrelay::sandbox {
namespace {

using hubspot::Conflict;
using hubspot::Fault;
using hubspot::Input;
using hubspot::Json;
using hubspot::NotFound;
using hubspot::NotJson;
using hubspot::One;
using hubspot::Record;

constexpr size_t kMostFound = 200;

}  // namespace

// {type}, {type}/{id}, {type}/search, {type}/batch/{action}, {type}/{id}/associations/...
http::Response HubSpot::Objects(const http::Request& request, const Path& path, absl::Time now) {
  const std::string type = hubspot::TypeName(path[0]);
  if (!hubspot::AccountSchema().contains(type)) {
    return Refused(NotFound("Unable to infer object type"));
  }
  const bool post = request.method == "POST";
  if (path.size() == 1 && post) return Create(request, type, now);
  if (path.size() == 1 && request.method == "GET") return First(type);
  if (path.size() == 2 && post && path[1] == "search") return Search(request, type, now);
  if (path.size() == 3 && post && path[1] == "batch") {
    return path[2] == "read" ? BatchRead(request, type) : BatchWrite(request, type, path[2], now);
  }
  if (path.size() == 2) return Single(request, type, path[1], now);
  if (path.size() >= 4 && path[2] == "associations") return AssociationsOfOne(request, path);
  return Refused(NotFound());
}

// A list with the oldest record: the connection test asks for one.
http::Response HubSpot::First(const std::string& type) const {
  json::Writer writer;
  writer.StartObject().Key("results").StartArray();
  if (!store_.All(type).empty()) Write(store_.All(type).front(), writer);
  writer.EndArray().EndObject();
  return Json(200, writer);
}

http::Response HubSpot::Create(const http::Request& request,
                               const std::string& type,
                               absl::Time now) {
  const absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
  if (!body.ok()) return Refused(NotJson());
  const Input input = hubspot::ReadInput(body->root());
  if (const std::optional<Fault> fault = store_.Check(type, input)) return Refused(*fault);
  for (const auto& [property, value] : input.properties) {
    if (value.empty() || !hubspot::IsUnique(type, property)) continue;
    if (const Record* there = store_.Find(type, property, value)) return Refused(Conflict(*there));
  }
  return One(201, store_.Add(type, input, now));
}

http::Response HubSpot::Single(const http::Request& request,
                               const std::string& type,
                               const std::string& id,
                               absl::Time now) {
  const std::string property = hubspot::Parameter(request, "idProperty");
  Record* record = store_.Find(type, property.empty() ? "hs_object_id" : property, id);
  if (record == nullptr) return Refused(NotFound());
  if (request.method == "DELETE") {
    store_.Archive(type, *record);
    return http::Response{204, {}, ""};
  }
  if (request.method == "PATCH") {
    const absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
    if (!body.ok()) return Refused(NotJson());
    const Input input = hubspot::ReadInput(body->root());
    if (const std::optional<Fault> fault = store_.Check(type, input)) return Refused(*fault);
    hubspot::Store::Patch(*record, input, now);
  }
  return One(200, *record);
}

http::Response HubSpot::Search(const http::Request& request,
                               const std::string& type,
                               absl::Time now) const {
  const absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
  if (!body.ok()) return Refused(NotJson());
  const std::vector<const Record*> found =
      hubspot::Search(store_.All(type), body->root(), now - kSearchLag);
  json::Writer writer;
  writer.StartObject().Member("total", static_cast<int64_t>(found.size()));
  writer.Key("results").StartArray();
  for (size_t i = 0; i < std::min(found.size(), kMostFound); ++i) Write(*found[i], writer);
  writer.EndArray().EndObject();
  return Json(200, writer);
}

}  // namespace leadrelay::sandbox
