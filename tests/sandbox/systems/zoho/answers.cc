#include "tests/sandbox/systems/zoho/answers.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

#include "common/json/json.h"

namespace leadrelay::sandbox::zoho {
namespace {

std::string Stamp(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%S+00:00", time, absl::UTCTimeZone());
}

}  // namespace

std::string Parameter(const http::Request& request, std::string_view name) {
  for (const auto& [key, value] : http::ParseForm(http::QueryOf(request.url))) {
    if (key == name) return value;
  }
  return "";
}

std::map<std::string, std::string> FormOf(const http::Request& request) {
  constexpr std::string_view kBoundary = "boundary=";
  std::map<std::string, std::string> form;
  const std::string_view type = request.headers.Get("content-type");
  const size_t at = type.find(kBoundary);
  if (!type.starts_with("multipart/form-data") || at == std::string_view::npos) {
    for (auto& [name, value] : http::ParseForm(request.body)) form[name] = value;
    return form;
  }
  const std::string end = absl::StrCat("--", std::string(type.substr(at + kBoundary.size())));
  const std::vector<std::string> parts = absl::StrSplit(request.body, end);
  for (const std::string& part : parts) {
    const size_t name = part.find("name=\"");
    const size_t value = part.find("\r\n\r\n");
    if (name == std::string::npos || value == std::string::npos) continue;
    const std::string rest = part.substr(name + 6);
    form[rest.substr(0, rest.find('"'))] =
        std::string(absl::StripSuffix(part.substr(value + 4), "\r\n"));
  }
  return form;
}

http::Response Json(int status, std::string body) {
  return http::Response{
      status, {{"Content-Type", "application/json;charset=UTF-8"}}, std::move(body)};
}

http::Response Error(int status, std::string_view code, std::string_view details) {
  json::Writer writer;
  writer.StartObject().Member("code", code).Key("details").Raw(details);
  writer.Member("message", "see the code").Member("status", "error").EndObject();
  return Json(status, writer.Take());
}

std::string VerdictOn(const Written& written, size_t place, bool upsert) {
  json::Writer writer;
  writer.StartObject();
  if (written.record == nullptr) {
    const std::string path = absl::StrCat("$.data[", place, "].", written.fault.field);
    const std::string more = written.fault.detail.empty() ? "" : "," + written.fault.detail;
    writer.Member("code", written.fault.code);
    writer.Key("details").Raw(absl::StrCat(
        "{\"api_name\":\"", written.fault.field, "\",\"json_path\":\"", path, "\"", more, "}"));
    writer.Member("message", "see the code").Member("status", "error").EndObject();
    return writer.Take();
  }
  writer.Member("code", "SUCCESS");
  if (upsert) {
    writer.Member("action", written.inserted ? "insert" : "update").Key("duplicate_field");
    if (written.inserted) {
      writer.Null();
    } else {
      writer.String(written.duplicate_field);
    }
  }
  writer.Key("details").StartObject().Member("id", written.record->id);
  writer.Member("Created_Time", Stamp(written.record->created_at));
  writer.Member("Modified_Time", Stamp(written.record->modified_at)).EndObject();
  writer.Member("message", written.inserted ? "record added" : "record updated");
  writer.Member("status", "success").EndObject();
  return writer.Take();
}

http::Response Verdicts(const std::vector<std::string>& verdicts, size_t failed, int success) {
  int status = success;
  if (failed > 0) status = failed == verdicts.size() ? 400 : 207;
  return Json(status, absl::StrCat("{\"data\":[", absl::StrJoin(verdicts, ","), "]}"));
}

std::string ToJson(const Record& record, const std::vector<std::string>& fields) {
  std::map<std::string, std::string> all = record.fields;
  all["Created_Time"] = absl::StrCat("\"", Stamp(record.created_at), "\"");
  all["Modified_Time"] = absl::StrCat("\"", Stamp(record.modified_at), "\"");
  json::Writer writer;
  writer.StartObject().Member("id", record.id);
  for (const auto& [name, value] : all) {
    const bool wanted =
        fields.empty() || std::find(fields.begin(), fields.end(), name) != fields.end();
    if (wanted) writer.Key(name).Raw(value);
  }
  writer.EndObject();
  return writer.Take();
}

http::Response List(const std::vector<const Record*>& records,
                    const std::vector<std::string>& fields,
                    bool more) {
  if (records.empty()) return http::Response{204, {}, ""};
  std::vector<std::string> texts;
  texts.reserve(records.size());
  for (const Record* record : records) texts.push_back(ToJson(*record, fields));
  return Json(200,
              absl::StrCat("{\"data\":[",
                           absl::StrJoin(texts, ","),
                           "],\"info\":{\"count\":",
                           records.size(),
                           ",\"more_records\":",
                           more ? "true" : "false",
                           "}}"));
}

}  // namespace leadrelay::sandbox::zoho
