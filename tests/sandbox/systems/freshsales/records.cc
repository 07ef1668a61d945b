// The record endpoints of the sandbox's Freshsales: accounts, deals, notes and tasks, and what is
// the same of all.

#include <set>

#include "absl/strings/str_cat.h"

#include "tests/sandbox/systems/freshsales/account.h"
#include "tests/sandbox/systems/freshsales/answers.h"
#include "tests/sandbox/systems/freshsales/freshsales.h"

namespace leadrelay::sandbox {
namespace {

using freshsales::Json;
using freshsales::NotFound;
using freshsales::One;
using freshsales::Record;
using freshsales::Refused;
using freshsales::Singular;
using freshsales::Store;
using freshsales::Text;

}  // namespace

http::Response Freshsales::UpsertAccount(const Call& call) {
  const std::string name = Text(call.body.Find("unique_identifier"), "name");
  const json::Value account = call.body.Find("sales_account");
  if (name.empty() || Text(account, "name").empty()) return Refused(400, "Name can't be blank");
  if (account.Find("website").StringOr("").find(' ') != std::string::npos) {
    return Refused(400, "Website is invalid");
  }
  Record* record = store_.Find("sales_accounts", "name", name);
  if (record == nullptr) record = &store_.Add("sales_accounts", call.now);
  Store::Patch(*record, account, call.now);
  return One("sales_accounts", *record);
}

http::Response Freshsales::CreateDeal(const Call& call) {
  const json::Value deal = call.body.Find("deal");
  if (Text(deal, "name").empty()) return Refused(400, "Name can't be blank");
  const std::string stage = Text(deal, "deal_stage_id");
  if (!stage.empty() && !freshsales::IsStage(stage)) {
    return Refused(400, "Invalid deal stage provided.");
  }
  const std::string amount = Text(deal, "amount");
  if (amount.find_first_not_of("0123456789.") != std::string::npos) {
    return Refused(400, "Amount is not a number");
  }
  const std::string account = Text(deal, "sales_account_id");
  if (!account.empty() && store_.Find("sales_accounts", "id", account) == nullptr) {
    return Refused(400, "Invalid sales account provided.");
  }
  std::set<int64_t> contacts;
  for (const json::Value& id : deal.Find("contacts_added_list").Elements()) {
    if (store_.Find("contacts", "id", id.AsText().value_or("")) == nullptr) {
      return Refused(400, "Invalid contact provided.");
    }
    contacts.insert(id.Int64Or(0));
  }
  Record& record = store_.Add("deals", call.now);
  record.contacts = contacts;
  record.fields["deal_stage_id"] = "1";
  Store::Patch(record, deal, call.now);
  if (!amount.empty() && amount.find('.') == std::string::npos) record.fields["amount"] += ".0";
  return One("deals", record);
}

// A note or a task.
http::Response Freshsales::CreateActivity(const Call& call, const std::string& type) {
  const json::Value members = call.body.Find(Singular(type));
  const char* required = type == "notes" ? "description" : "title";
  if (Text(members, required).empty()) {
    return Refused(400, absl::StrCat(required, " can't be blank"));
  }
  if (type == "tasks" && Text(members, "due_date").find('T') == std::string::npos) {
    return Refused(400, "Due date is invalid");
  }
  const bool contact = Text(members, "targetable_type") == "Contact";
  const std::string target = Text(members, "targetable_id");
  if (store_.Find(contact ? "contacts" : "deals", "id", target) == nullptr) {
    return NotFound();
  }
  Record& record = store_.Add(type, call.now);
  if (contact) record.contacts.insert(members.Find("targetable_id").Int64Or(0));
  Store::Patch(record, members, call.now);
  return One(type, record);
}

http::Response Freshsales::Single(const Call& call, const std::string& type) {
  const std::string& id = call.path[1];
  if (id.find_first_not_of("0123456789") != std::string::npos) return {404, {}, ""};
  Record* record = store_.Find(type, "id", id);
  if (record == nullptr) return NotFound();
  if (call.request.method == "DELETE") {
    store_.Delete(type, *record);
    return Json(200, "true");
  }
  if (call.request.method == "PUT" && type == "contacts") return PutContact(call, *record);
  if (call.request.method == "PUT") Store::Patch(*record, call.body.Find(Singular(type)), call.now);
  if (type == "contacts" && call.request.method == "GET") return ReadContact(call, *record);
  return One(type, *record);
}

}  // namespace leadrelay::sandbox
