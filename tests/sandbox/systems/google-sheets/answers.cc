#include "tests/sandbox/systems/google-sheets/answers.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/json/json.h"

namespace leadrelay::sandbox::google_sheets {

http::Response Json(int status, std::string body) {
  return http::Response{
      status, {{"Content-Type", "application/json; charset=UTF-8"}}, std::move(body)};
}

http::Response Refused(int code,
                       const char* status,
                       const std::string& message,
                       const char* reason) {
  json::Writer writer;
  writer.StartObject().Key("error").StartObject();
  writer.Member("code", code).Member("message", message).Member("status", status);
  if (*reason != '\0') {
    writer.Key("details").StartArray().StartObject();
    writer.Member("@type", "type.googleapis.com/google.rpc.ErrorInfo").Member("reason", reason);
    writer.Member("domain", "googleapis.com").EndObject().EndArray();
  }
  writer.EndObject().EndObject();
  return Json(code, writer.Take());
}

http::Response InvalidArgument(const std::string& message) {
  return Refused(400, "INVALID_ARGUMENT", message);
}

http::Response NoSuchRange(const std::string& range) {
  return InvalidArgument(absl::StrCat("Unable to parse range: ", range));
}

http::Response NotFound() {
  return Refused(404, "NOT_FOUND", "Requested entity was not found.");
}

}  // namespace leadrelay::sandbox::google_sheets
