// The contacts of the sandbox's Freshsales: upserts, lists of accounts, what belongs to them.

#include <map>

#include "tests/sandbox/systems/freshsales/account.h"
#include "tests/sandbox/systems/freshsales/answers.h"
#include "tests/sandbox/systems/freshsales/freshsales.h"

namespace leadrelay::sandbox {
namespace {

using freshsales::Call;
using freshsales::Json;
using freshsales::One;
using freshsales::OneWithAccounts;
using freshsales::Record;
using freshsales::Refused;
using freshsales::Store;
using freshsales::Text;

bool WantsAccounts(const Call& call) {
  return call.Parameter("include") == "sales_accounts";
}

}  // namespace

http::Response Freshsales::Upsert(const Call& call) {
  const json::Value contact = call.body.Find("contact");
  const std::vector<json::Value::Member> identifier = call.body.Find("unique_identifier").Members();
  if (identifier.size() != 1) return Refused(400, "Unique identifier can't be blank");
  if (const std::string fault = freshsales::FaultIn(contact); !fault.empty()) {
    return Refused(400, fault);
  }
  Record* record =
      store_.Find("contacts", identifier[0].key, identifier[0].value.AsText().value_or(""));
  if (record == nullptr) record = &store_.Add("contacts", call.now);
  Store::Patch(*record, contact, call.now);
  return WantsAccounts(call) ? OneWithAccounts(*record) : One("contacts", *record);
}

// Its list of accounts is replaced by the one that is sent.
http::Response Freshsales::PutContact(const Call& call, Record& contact) {
  const json::Value members = call.body.Find("contact");
  const json::Value list = members.Find("sales_accounts");
  std::map<int64_t, bool> accounts;
  for (const json::Value& account : list.Elements()) {
    if (store_.Find("sales_accounts", "id", Text(account, "id")) == nullptr) {
      return Refused(400, "Invalid sales account provided.");
    }
    accounts[account.Find("id").Int64Or(0)] = account.Find("is_primary").BoolOr(false);
  }
  if (list.IsArray()) contact.accounts = std::move(accounts);
  Store::Patch(contact, members, call.now);
  return One("contacts", contact);
}

http::Response Freshsales::ReadContact(const Call& call, const Record& contact) const {
  if (WantsAccounts(call)) return OneWithAccounts(contact);
  json::Writer writer;
  writer.StartObject().Key("contact");
  Write(contact, writer);
  const std::string include = call.Parameter("include");
  for (const char* type : {"deals", "tasks"}) {
    if (include.find(type) == std::string::npos) continue;
    freshsales::WriteList(type, store_.Of(contact, type), writer);
  }
  writer.EndObject();
  return Json(200, writer.Take());
}

http::Response Freshsales::NotesOf(const std::string& id) {
  const Record* contact = store_.Find("contacts", "id", id);
  if (contact == nullptr) return freshsales::NotFound();
  json::Writer writer;
  writer.StartObject();
  freshsales::WriteList("notes", store_.Of(*contact, "notes"), writer);
  writer.EndObject();
  return Json(200, writer.Take());
}

}  // namespace leadrelay::sandbox
