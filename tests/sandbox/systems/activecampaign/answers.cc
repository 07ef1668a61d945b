#include "tests/sandbox/systems/activecampaign/answers.h"

#include "absl/strings/str_cat.h"

namespace leadrelay::sandbox::activecampaign {

http::Response Json(int status, std::string body) {
  return http::Response{status, {{"Content-Type", "application/json"}}, std::move(body)};
}

http::Response Message(int status, std::string_view message) {
  json::Writer writer;
  writer.StartObject().Member("message", message).EndObject();
  return Json(status, writer.Take());
}

http::Response Invalid(std::string_view code, std::string_view field, std::string_view title) {
  json::Writer writer;
  writer.StartObject().Key("errors").StartArray().StartObject();
  writer.Member("title", title).Member("detail", "");
  writer.Member("code", code).Key("source").StartObject();
  writer.Member("pointer", absl::StrCat("/data/attributes/", std::string(field)));
  writer.EndObject().EndObject().EndArray().EndObject();
  return Json(422, writer.Take());
}

http::Response Missing(std::string_view field) {
  return Invalid("field_missing", field, "Missing attribute");
}

http::Response NotRelated(std::string_view field, std::string_view what) {
  return Invalid("related_missing",
                 field,
                 absl::StrCat("The related ", std::string(what), " does not exist."));
}

http::Response NoSuchRecord(std::string_view type, const std::string& id) {
  return Message(
      404,
      absl::StrCat(
          "No Result found for ", type == "contacts" ? "Subscriber" : "Deal", " with id ", id));
}

void Write(const Record& record, json::Writer& writer) {
  writer.StartObject();
  for (const auto& [field, value] : record.fields) writer.Member(field, value);
  for (const auto& [field, value] : record.custom) writer.Member("custom " + field, value);
  writer.Member("cdate", record.created).Member("udate", record.updated);
  writer.Member("id", record.id).EndObject();
}

http::Response One(int status, std::string_view member, const Record& record) {
  json::Writer writer;
  writer.StartObject().Key(member);
  Write(record, writer);
  writer.EndObject();
  return Json(status, writer.Take());
}

http::Response Many(std::string_view member, const std::vector<const Record*>& records) {
  json::Writer writer;
  writer.StartObject().Key(member).StartArray();
  for (const Record* record : records) Write(*record, writer);
  writer.EndArray().EndObject();
  return Json(200, writer.Take());
}

http::Response Stages() {
  json::Writer writer;
  writer.StartObject().Key("dealStages").StartArray();
  for (const Stage& stage : kStages) {
    writer.StartObject().Member("group", "1").Member("id", stage.id);
    writer.Member("order", stage.id).Member("title", stage.title).EndObject();
  }
  writer.EndArray().EndObject();
  return Json(200, writer.Take());
}

http::Response ListsOf(const std::string& contact, const Store::Subscriptions& subscriptions) {
  json::Writer writer;
  writer.StartObject().Key("contactLists").StartArray();
  for (const auto& [entry, status] : subscriptions) {
    if (entry.first != contact) continue;
    writer.StartObject().Member("contact", contact).Member("list", entry.second);
    writer.Member("status", status).EndObject();
  }
  writer.EndArray().EndObject();
  return Json(200, writer.Take());
}

}  // namespace leadrelay::sandbox::activecampaign
