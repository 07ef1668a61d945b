#include "tests/sandbox/systems/hubspot/requests.h"

#include <sstream>
#include <utility>

namespace leadrelay::sandbox::hubspot {

Input ReadInput(const json::Value& value) {
  Input input;
  input.id = value.Find("id").StringOr("");
  input.id_property = value.Find("idProperty").StringOr("");
  input.trace_id = value.Find("objectWriteTraceId").StringOr("");
  for (const json::Value::Member& member : value.Find("properties").Members()) {
    input.properties[std::string(member.key)] = member.value.AsText().value_or("");
  }
  for (const json::Value& link : value.Find("associations").Elements()) {
    for (const json::Value& type : link.Find("types").Elements()) {
      const int64_t type_id = type.Find("associationTypeId").Int64Or(0);
      const std::string id = link.Find("to").Find("id").AsText().value_or("");
      input.associations.push_back(Association{FarType(type_id), id, type_id});
    }
  }
  return input;
}

std::vector<std::string> PathOf(const http::Request& request) {
  std::vector<std::string> path;
  std::istringstream stream{std::string(http::PathOf(request.url))};
  for (std::string part; std::getline(stream, part, '/');) {
    if (!part.empty()) path.push_back(http::PercentDecode(part));
  }
  const bool numbered =
      path.size() >= 3 && path[0] == "crm" && (path[1] == "v3" || path[1] == "v4");
  if (numbered) std::swap(path[1], path[2]);
  return path;
}

std::string Parameter(const http::Request& request, std::string_view name) {
  for (const auto& [key, value] : http::ParseForm(http::QueryOf(request.url))) {
    if (key == name) return value;
  }
  return "";
}

}  // namespace leadrelay::sandbox::hubspot
