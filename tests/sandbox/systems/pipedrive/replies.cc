#include "tests/sandbox/systems/pipedrive/replies.h"

#include <sstream>

#include "common/json/json.h"

namespace leadrelay::sandbox::pipedrive_store {

std::vector<std::string> Split(std::string_view path) {
  std::vector<std::string> parts;
  std::istringstream stream{std::string(path)};
  for (std::string part; std::getline(stream, part, '/');) {
    if (!part.empty()) parts.push_back(http::PercentDecode(part));
  }
  return parts;
}

std::string Parameter(const http::Request& request, std::string_view name) {
  for (const auto& [key, value] : http::ParseForm(http::QueryOf(request.url))) {
    if (key == name) return value;
  }
  return "";
}

http::Response Json(int status, std::string body) {
  return {status, {{"Content-Type", "application/json; charset=utf-8"}}, std::move(body)};
}

http::Response Error(int status, std::string_view text, std::string_view code) {
  json::Writer writer;
  writer.StartObject().Member("success", false).Member("error", text);
  if (!code.empty()) writer.Member("code", code);
  if (status == 401 || status == 403) writer.Member("errorCode", status);
  writer.EndObject();
  return Json(status, writer.Take());
}

http::Response Success(int status, std::string data) {
  json::Writer writer;
  writer.StartObject().Member("success", true);
  writer.Key("data").Raw(data);
  writer.Key("additional_data").StartObject().Key("next_cursor").Null().EndObject();
  writer.EndObject();
  return Json(status, writer.Take());
}

}  // namespace leadrelay::sandbox::pipedrive_store
