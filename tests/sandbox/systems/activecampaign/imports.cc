// The bulk importer of ActiveCampaign: what is queued is written when its time has come, at the
// next request.

#include "absl/strings/str_cat.h"

#include "tests/sandbox/systems/activecampaign/activecampaign.h"
#include "tests/sandbox/systems/activecampaign/answers.h"

namespace leadrelay::sandbox {
namespace {

using activecampaign::Json;
using activecampaign::Record;
using activecampaign::Text;

constexpr size_t kMostContacts = 250;
constexpr size_t kMostBytes = 399'999;
constexpr absl::Duration kNoStatusYet = absl::Seconds(1);

http::Response NotQueued(const std::vector<size_t>& places) {
  json::Writer writer;
  writer.StartObject().Member("success", 0);
  writer.Member("message", "JSON payload did not pass validation. The import was not queued.");
  writer.Key("failureReasons").StartArray();
  for (const size_t place : places) {
    writer.StartObject().Member("contact", static_cast<int64_t>(place));
    writer.Member("failureReason", "Field email incorrect format").EndObject();
  }
  writer.EndArray().EndObject();
  return Json(400, writer.Take());
}

void WriteTexts(std::string_view key, const std::vector<std::string>& texts, json::Writer& writer) {
  writer.Key(key).StartArray();
  for (const std::string& text : texts) writer.String(text);
  writer.EndArray();
}

}  // namespace

http::Response ActiveCampaign::QueueImport(const Call& call) {
  const std::vector<json::Value> contacts = call.body.Find("contacts").Elements();
  if (contacts.empty() || contacts.size() > kMostContacts ||
      call.request.body.size() > kMostBytes) {
    return NotQueued({});
  }
  std::vector<size_t> at_fault;
  for (size_t i = 0; i < contacts.size(); ++i) {
    if (Text(contacts[i], "email").find('@') == std::string::npos) at_fault.push_back(i);
  }
  if (!at_fault.empty()) return NotQueued(at_fault);
  Import import;
  import.id = absl::StrCat("0641fbdd-f62f-4c2c-ba02-", store_.NextId());
  import.body = *json::Document::Parse(call.request.body);
  import.queued = call.time;
  json::Writer writer;
  writer.StartObject().Member("Success", 1);
  writer.Member("queued_contacts", static_cast<int64_t>(contacts.size()));
  writer.Member("batchId", import.id).Member("message", "Contact import queued").EndObject();
  imports_.push_back(std::move(import));
  return Json(200, writer.Take());
}

http::Response ActiveCampaign::ImportInfo(const Call& call, const std::string& id) const {
  for (const Import& import : imports_) {
    if (import.id != id) continue;
    json::Writer writer;
    writer.StartObject();
    if (import.done) {
      writer.Member("status", "completed");
    } else if (call.time - import.queued < kNoStatusYet) {
      writer.Member("status", false);
    } else {
      writer.Member("status", "active");
    }
    WriteTexts("success", import.success, writer);
    WriteTexts("failure", import.failure, writer);
    writer.EndObject();
    return Json(200, writer.Take());
  }
  return Json(400, R"({"success":0,"message":"'batchId' is a required field."})");
}

void ActiveCampaign::RunImports(const Call& call) {
  for (Import& import : imports_) {
    if (import.done || call.time - import.queued < kImportTime) continue;
    import.done = true;
    for (const json::Value& contact : import.body.root().Find("contacts").Elements()) {
      ImportOne(contact, call, import);
    }
  }
}

void ActiveCampaign::ImportOne(const json::Value& contact, const Call& call, Import& import) {
  const std::string email = Text(contact, "email");
  bool usable = email.find("..") == std::string::npos;
  for (const json::Value& field : contact.Find("fields").Elements()) {
    usable = usable && activecampaign::IsCustomField(Text(field, "id"));
  }
  if (!usable) {
    import.failure.push_back(email);
    return;
  }
  Record& record = store_.ContactOf(email, call.now, &import.success);
  for (const auto& [theirs, ours] : {std::pair("email", "email"),
                                     std::pair("first_name", "firstName"),
                                     std::pair("last_name", "lastName"),
                                     std::pair("phone", "phone")}) {
    if (const std::string text = Text(contact, theirs); !text.empty()) record.fields[ours] = text;
  }
  for (const json::Value& field : contact.Find("fields").Elements()) {
    record.custom[Text(field, "id")] = Text(field, "value");
  }
  record.updated = call.now;
  for (const json::Value& tag : contact.Find("tags").Elements()) {
    store_.Tag(record.id, store_.TagOf(tag.StringOr("")));
  }
  for (const json::Value& list : contact.Find("subscribe").Elements()) {
    store_.SubscribeIfNew(record.id, Text(list, "listid"));
  }
}

}  // namespace leadrelay::sandbox
