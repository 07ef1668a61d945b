#include "tests/sandbox/systems/freshsales/requests.h"

namespace leadrelay::sandbox::freshsales {

bool Call::Is(std::string_view method, std::string_view resource, size_t parts) const {
  return request.method == method && path.size() == parts && path[0] == resource;
}

std::string Call::Parameter(std::string_view name) const {
  for (const auto& [key, value] : http::ParseForm(http::QueryOf(request.url))) {
    if (key == name) return value;
  }
  return "";
}

std::string Text(const json::Value& object, std::string_view key) {
  return object.Find(key).AsText().value_or("");
}

}  // namespace leadrelay::sandbox::freshsales
