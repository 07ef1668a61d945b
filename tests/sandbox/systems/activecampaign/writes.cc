// What the sandbox's ActiveCampaign is told to write, one record at a time.

#include "absl/strings/str_cat.h"

#include "tests/sandbox/systems/activecampaign/activecampaign.h"
#include "tests/sandbox/systems/activecampaign/answers.h"

namespace leadrelay::sandbox {
namespace {

using activecampaign::Invalid;
using activecampaign::Json;
using activecampaign::Missing;
using activecampaign::NotRelated;
using activecampaign::One;
using activecampaign::Record;
using activecampaign::Store;
using activecampaign::Text;

}  // namespace

http::Response ActiveCampaign::Sync(const Call& call) {
  const json::Value contact = call.body.Find("contact");
  const std::string email = Text(contact, "email");
  if (email.find('@') == std::string::npos || email.find("..") != std::string::npos) {
    return Invalid("email_invalid", "email", absl::StrCat("The address ", email, " is invalid"));
  }
  for (const json::Value& value : contact.Find("fieldValues").Elements()) {
    if (!activecampaign::IsCustomField(Text(value, "field"))) return NotRelated("field", "field");
  }
  std::vector<std::string> made;
  Record& record = store_.ContactOf(email, call.now, &made);
  Store::Patch(record, contact, call.now);
  return One(made.empty() ? 200 : 201, "contact", record);
}

http::Response ActiveCampaign::Subscribe(const Call& call) {
  const json::Value entry = call.body.Find("contactList");
  const std::string contact = Text(entry, "contact");
  const std::string list = Text(entry, "list");
  if (store_.Find("contacts", contact) == nullptr) return NotRelated("contact", "contact");
  if (!activecampaign::IsList(list)) return NotRelated("list", "list");
  store_.SetSubscription(contact, list, Text(entry, "status"));
  return Json(200, absl::StrCat(R"({"contactList":{"id":"1","list":")", list, R"("}})"));
}

http::Response ActiveCampaign::Tag(const Call& call) {
  const json::Value entry = call.body.Find("contactTag");
  if (store_.Find("contacts", Text(entry, "contact")) == nullptr) {
    return Json(404,
                R"({"errors":[{"status":404,"title":"Not Found","detail":"Contact not found"}]})");
  }
  if (!store_.tags().contains(Text(entry, "tag"))) return NotRelated("tag", "tag");
  store_.Tag(Text(entry, "contact"), Text(entry, "tag"));
  return Json(201, R"({"contactTag":{"id":"1"}})");
}

http::Response ActiveCampaign::CreateDeal(const Call& call) {
  const json::Value deal = call.body.Find("deal");
  for (const char* field : {"title", "value", "currency"}) {
    if (Text(deal, field).empty()) return Missing(field);
  }
  const std::string stage = Text(deal, "stage");
  const bool is_placed = !stage.empty() || !Text(deal, "group").empty();
  if (!is_placed || (!stage.empty() && !activecampaign::IsStage(stage))) {
    return NotRelated("stage", "stage");
  }
  if (store_.Find("contacts", Text(deal, "contact")) == nullptr) {
    return NotRelated("contact", "contact");
  }
  if (deal.Find("value").AsInt64().value_or(-1) < 0) {
    return Invalid("field_invalid", "value", "The value is in cents.");
  }
  Record& record = store_.Add("deals", call.now);
  record.fields["stage"] = std::string(activecampaign::kStages[0].id);
  Store::Patch(record, deal, call.now);
  return One(201, "deal", record);
}

http::Response ActiveCampaign::CreateNote(const Call& call) {
  const json::Value note = call.body.Find("note");
  if (Text(note, "note").empty()) return Missing("note");
  const bool contact = Text(note, "reltype") == "Subscriber";
  if (store_.Find(contact ? "contacts" : "deals", Text(note, "relid")) == nullptr) {
    return NotRelated("relid", "object");
  }
  Record& record = store_.Add("notes", call.now);
  Store::Patch(record, note, call.now);
  return One(201, "note", record);
}

http::Response ActiveCampaign::CreateTask(const Call& call) {
  const json::Value task = call.body.Find("dealTask");
  for (const char* field : {"relid", "duedate", "dealTasktype"}) {
    if (Text(task, field).empty()) return Missing(field);
  }
  const bool contact = Text(task, "ownerType") == "contact";
  if (store_.Find(contact ? "contacts" : "deals", Text(task, "relid")) == nullptr) {
    return NotRelated("relid", "object");
  }
  Record& record = store_.Add("tasks", call.now);
  Store::Patch(record, task, call.now);
  record.fields["reltype"] = contact ? "Subscriber" : "Deal";
  return One(201, "dealTask", record);
}

http::Response ActiveCampaign::Single(const Call& call,
                                      const std::string& type,
                                      std::string_view member) {
  const std::string& id = call.path[1];
  Record* record = store_.Find(type, id);
  if (record == nullptr) return activecampaign::NoSuchRecord(type, id);
  if (call.request.method == "DELETE") {
    store_.Delete(type, id);
    return Json(200, "{}");
  }
  if (call.request.method == "PUT") Store::Patch(*record, call.body.Find(member), call.now);
  return One(200, member, *record);
}

}  // namespace leadrelay::sandbox
