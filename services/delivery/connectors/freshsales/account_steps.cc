#include "services/delivery/connectors/freshsales/account_steps.h"

#include <algorithm>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "services/delivery/connectors/freshsales/records.h"
#include "services/delivery/connectors/freshsales/steps.h"

namespace leadrelay::delivery::freshsales {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr char kPrimaryMark = '*';

Fields AccountOf(const Job& job, const Settings& settings) {
  Fields fields;
  for (const auto& [field, value] : settings.account.Apply(FactsOf(job))) {
    fields.emplace_back(field, ToText(value));
  }
  return fields;
}

std::string NameOf(const Fields& account) {
  const auto name = std::ranges::find(account, "name", &Fields::value_type::first);
  return name == account.end() ? "" : name->second;
}

std::string AccountBody(const Job& job, const Settings& settings) {
  const Fields account = AccountOf(job, settings);
  json::Writer writer;
  writer.StartObject().Key("unique_identifier").StartObject();
  writer.Member("name", NameOf(account)).EndObject();
  writer.Key("sales_account").StartObject();
  WriteFields(account, writer);
  writer.EndObject().EndObject();
  return writer.Take();
}

struct OfContact {
  std::string id;
  bool is_primary = false;
};

std::vector<OfContact> AccountsIn(const Job& job) {
  std::vector<OfContact> accounts;
  const std::string list = Get(job.scratch, kAccounts);
  if (list.empty()) return accounts;
  for (std::string id : std::vector<std::string>(absl::StrSplit(list, ','))) {
    const bool is_primary = id.ends_with(kPrimaryMark);
    if (is_primary) id.pop_back();
    accounts.push_back({std::move(id), is_primary});
  }
  return accounts;
}

// The accounts that the contact has, and the lead's; which of them is primary stays.
std::string LinkBody(const Job& job) {
  std::vector<OfContact> accounts = AccountsIn(job);
  const bool has_primary = std::ranges::any_of(accounts, &OfContact::is_primary);
  accounts.push_back({Get(job.progress, kAccountId), !has_primary});
  json::Writer writer;
  writer.StartObject().Key("contact").StartObject().Key("sales_accounts").StartArray();
  for (const OfContact& account : accounts) {
    writer.StartObject();
    writer.Key("id").Int(std::stoll(account.id));
    writer.Member("is_primary", account.is_primary).EndObject();
  }
  writer.EndArray().EndObject().EndObject();
  return writer.Take();
}

// The contact may have the account already.
void NoteLink(Job& job) {
  const std::string id = Get(job.progress, kAccountId);
  for (const OfContact& account : AccountsIn(job)) {
    if (account.id == id) Set(job.progress, kAccountLinked, "yes");
  }
}

std::string ContactUrl(const Job& job, const Settings& settings, std::string_view query = "") {
  return settings.Url(
      absl::StrCat("/contacts/", Get(job.progress, kContactId), std::string(query)));
}

}  // namespace

bool WantsAccount(const Job& job, const Settings& settings) {
  return settings.accounts && !NameOf(AccountOf(job, settings)).empty();
}

void NoteAccounts(Job& job, const Answer& answer) {
  json::Value list = answer.body.Find("contact").Find("sales_accounts");
  if (!list.IsArray()) list = answer.body.Find("sales_accounts");
  if (!list.IsArray()) return;
  std::vector<std::string> accounts;
  for (const json::Value& account : list.Elements()) {
    std::string id = IdOf(account);
    if (id.empty()) return;  // Writing the list without it would take it from the contact.
    if (account.Find("is_primary").BoolOr(false)) id += kPrimaryMark;
    accounts.push_back(std::move(id));
  }
  Set(job.scratch, kAccounts, absl::StrJoin(accounts, ","));
}

JobStep::Plan UpsertAccount(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "upsert account";
  plan.build = [&settings](const Job& job) {
    return JsonRequest("POST", settings.Url("/sales_accounts/upsert"), AccountBody(job, settings));
  };
  plan.absorb = [](Job& job, const Answer& answer, absl::Time) {
    std::string id = IdOf(answer.body.Find("sales_account"));
    if (id.empty()) return;
    Set(job.progress, kAccountId, std::move(id));
    NoteLink(job);
  };
  return plan;
}

JobStep::Plan ReadAccounts(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "read accounts";
  plan.build = [&settings](const Job& job) {
    http::Request request;
    request.url = ContactUrl(job, settings, kWithAccounts);
    return request;
  };
  plan.absorb = [](Job& job, const Answer& answer, absl::Time) {
    NoteAccounts(job, answer);
    NoteLink(job);
  };
  plan.refuse = &RefuseUnlessGone;
  return plan;
}

JobStep::Plan LinkAccount(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "link account";
  plan.build = [&settings](const Job& job) {
    return JsonRequest("PUT", ContactUrl(job, settings), LinkBody(job));
  };
  plan.absorb = [](Job& job, const Answer&, absl::Time) {
    Set(job.progress, kAccountLinked, "yes");
  };
  // It is not told whether the contact or the account is gone.
  plan.refuse = [](Job& job, const Verdict& verdict, const Answer& answer) {
    RefuseUnlessGone(job, verdict, answer);
    job.progress.erase(std::string(kAccountId));
  };
  return plan;
}

}  // namespace leadrelay::delivery::freshsales
