// Links between records: of one record, and in batches.

#include <array>

#include "tests/sandbox/systems/hubspot/hubspot.h"

namespace leadrelay::sandbox {
namespace {

struct Kind {
  int64_t id;
  std::string_view from;
  std::string_view to;
  int64_t back;  // The same link, seen from its other end.
};

constexpr std::array kKinds = {
    Kind{3, "deals", "contacts", 4},
    Kind{4, "contacts", "deals", 3},
    Kind{202, "notes", "contacts", 201},
    Kind{201, "contacts", "notes", 202},
    Kind{204, "tasks", "contacts", 203},
    Kind{203, "contacts", "tasks", 204},
    Kind{214, "notes", "deals", 213},
    Kind{213, "deals", "notes", 214},
    Kind{279, "contacts", "companies", 280},
    Kind{280, "companies", "contacts", 279},
    Kind{341, "deals", "companies", 342},
    Kind{342, "companies", "deals", 341},
    Kind{216, "tasks", "deals", 215},
    Kind{215, "deals", "tasks", 216},
};

int64_t BackOf(int64_t type_id) {
  for (const Kind& kind : kKinds) {
    if (kind.id == type_id) return kind.back;
  }
  return type_id;
}

int64_t UsualKind(std::string_view from, std::string_view to) {
  for (const Kind& kind : kKinds) {
    if (kind.from == from && kind.to == to) return kind.id;
  }
  return 0;
}

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

std::string HubSpot::FarType(int64_t type_id) {
  for (const Kind& kind : kKinds) {
    if (kind.id == type_id) return std::string(kind.to);
  }
  return "companies";
}

// Far id -> type of the link, whichever end it was made from.
std::map<std::string, int64_t> HubSpot::LinksOf(const std::string& from_type,
                                                const std::string& id,
                                                const std::string& to_type) {
  std::map<std::string, int64_t> links;
  for (const Record& other : stores_[to_type]) {
    for (const Association& link : other.associations) {
      if (link.to_type == from_type && link.to_id == id) links[other.id] = BackOf(link.type_id);
    }
  }
  if (const Record* own = Find(from_type, "hs_object_id", id)) {
    for (const Association& link : own->associations) {
      if (link.to_type == to_type) links[link.to_id] = link.type_id;
    }
  }
  return links;
}

// Each once, whichever end it was made from.
int64_t HubSpot::CountLinks(const std::string& from_type, const std::string& to_type) const {
  std::set<std::pair<std::string, std::string>> links;
  for (const auto& [type, store] : stores_) {
    for (const Record& record : store) {
      for (const Association& link : record.associations) {
        if (type == from_type && link.to_type == to_type) links.emplace(record.id, link.to_id);
        if (type == to_type && link.to_type == from_type) links.emplace(link.to_id, record.id);
      }
    }
  }
  return static_cast<int64_t>(links.size());
}

// {from}/{id}/associations/{to}, .../associations/{to}/{to id}, .../associations/default/{to}/{to
// id}
http::Response HubSpot::AssociationsOfOne(const http::Request& request,
                                          const std::vector<std::string>& path) {
  const std::string from_type = TypeName(path[0]);
  Record* record = Find(from_type, "hs_object_id", path[1]);
  if (record == nullptr) return Refused(Fault{404, "OBJECT_NOT_FOUND", "resource not found"});
  json::Writer writer;
  if (request.method == "GET" && path.size() == 4) {
    writer.StartObject().Key("results");
    WriteLinks(LinksOf(from_type, path[1], TypeName(path[3])), writer);
    writer.EndObject();
    return Json(200, writer);
  }
  const bool usual = path.size() == 6 && path[3] == "default";
  if (request.method != "PUT" || !(usual || path.size() == 5)) {
    return Refused(Fault{404, "OBJECT_NOT_FOUND", "resource not found"});
  }
  const std::string to_type = TypeName(path[path.size() - 2]);
  const std::string& to = path.back();
  if (Find(to_type, "hs_object_id", to) == nullptr) {
    return Refused(Fault{404, "OBJECT_NOT_FOUND", "One of the objects does not exist"});
  }
  int64_t type_id = UsualKind(from_type, to_type);
  if (!usual) {
    const absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
    if (!body.ok()) return Refused(Fault{400, "VALIDATION_ERROR", "Invalid input JSON"});
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
http::Response HubSpot::Associations(const http::Request& request,
                                     const std::vector<std::string>& path) {
  absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
  if (!body.ok()) return Refused(Fault{400, "VALIDATION_ERROR", "Invalid input JSON"});
  const std::string from_type = TypeName(path[3]);
  const std::string to_type = TypeName(path[4]);
  json::Writer results;
  results.StartArray();
  for (const json::Value& input : body->root().Find("inputs").Elements()) {
    if (path[6] == "read") {
      const std::string id = input.Find("id").AsText().value_or("");
      const std::map<std::string, int64_t> links = LinksOf(from_type, id, to_type);
      if (links.empty()) continue;  // A record without links is not in the answer.
      results.StartObject();
      results.Key("from").StartObject().Member("id", id).EndObject().Key("to");
      WriteLinks(links, results);
      results.EndObject();
      continue;
    }
    const std::string from = input.Find("from").Find("id").AsText().value_or("");
    const std::string to = input.Find("to").Find("id").AsText().value_or("");
    Record* record = Find(from_type, "hs_object_id", from);
    if (record == nullptr || Find(to_type, "hs_object_id", to) == nullptr) {
      return Refused(Fault{404, "OBJECT_NOT_FOUND", "One of the objects does not exist"});
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
