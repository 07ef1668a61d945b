#include "tests/sandbox/systems/freshsales/answers.h"

#include <utility>

namespace leadrelay::sandbox::freshsales {
namespace {

std::string Stamp(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%S-04:00", time, absl::FixedTimeZone(-4 * 60 * 60));
}

// Of an open object.
void WriteMembers(const Record& record, json::Writer& writer) {
  writer.Member("id", record.id);
  for (const auto& [field, value] : record.fields) writer.Member(field, value);
  writer.Key("custom_field").StartObject();
  for (const auto& [field, value] : record.custom) writer.Member(field, value);
  writer.EndObject();
  writer.Member("created_at", Stamp(record.created)).Member("updated_at", Stamp(record.updated));
}

}  // namespace

http::Response Json(int status, std::string body) {
  return http::Response{
      status, {{"Content-Type", "application/json; charset=utf-8"}}, std::move(body)};
}

http::Response Refused(int status, const std::string& message) {
  json::Writer writer;
  writer.StartObject().Key("errors").StartObject().Member("code", status);
  writer.Key("message").StartArray().String(message).EndArray();
  writer.EndObject().EndObject();
  return Json(status, writer.Take());
}

http::Response NotFound() {
  return Refused(404, "Record not found");
}

std::string Singular(const std::string& type) {
  return type.substr(0, type.size() - 1);
}

void Write(const Record& record, json::Writer& writer) {
  writer.StartObject();
  WriteMembers(record, writer);
  writer.EndObject();
}

void WriteList(std::string_view name,
               const std::vector<const Record*>& records,
               json::Writer& writer) {
  writer.Key(name).StartArray();
  for (const Record* record : records) Write(*record, writer);
  writer.EndArray();
}

http::Response One(const std::string& type, const Record& record) {
  json::Writer writer;
  writer.StartObject().Key(Singular(type));
  Write(record, writer);
  writer.EndObject();
  return Json(200, writer.Take());
}

http::Response OneWithAccounts(const Record& contact) {
  json::Writer writer;
  writer.StartObject().Key("contact").StartObject();
  WriteMembers(contact, writer);
  writer.Key("sales_accounts").StartArray();
  for (const auto& [id, is_primary] : contact.accounts) {
    writer.StartObject().Member("partial", true).Member("id", id);
    writer.Member("is_primary", is_primary).EndObject();
  }
  writer.EndArray().EndObject().EndObject();
  return Json(200, writer.Take());
}

}  // namespace leadrelay::sandbox::freshsales
