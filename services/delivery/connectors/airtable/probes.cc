// `leadctl test` for Airtable: is the token good, does it reach the base's records, do the tables
// have the mapped fields, of types that take them.

#include <algorithm>

#include "absl/strings/str_join.h"

#include "common/config/suggest.h"
#include "services/delivery/connectors/airtable/airtable.h"
#include "services/delivery/connectors/airtable/tables.h"

namespace leadrelay::delivery::airtable {
namespace {

constexpr std::string_view kToken = "the access token is accepted";
constexpr std::string_view kRecords = "the people's records can be read";
constexpr std::string_view kPeople = "the people's table has the mapped fields";
constexpr std::string_view kDeals = "the deals' table has the mapped fields and stages";
constexpr std::string_view kTasks = "the tasks' table has the mapped fields";

// What is wrong with the fields of one table, one clause after the other.
class TableCheck {
 public:
  explicit TableCheck(const Table& table) : table_(table) {
    for (const Field& field : table.fields) names_.push_back(field.name);
  }

  void Writable(const std::string& name) {
    const Field* field = Need(name);
    if (field != nullptr && field->computed()) Fault(name, "is computed by Airtable");
  }

  void Key(const std::string& name) {
    const Field* field = Need(name);
    if (field == nullptr || field->mergeable()) return;
    Fault(name, absl::StrCat("identifies records, and cannot as ", field->type));
  }

  void Link(const std::string& name, std::string_view table_id) {
    const Field* field = Need(name);
    if (field == nullptr || field->linked_table == table_id) return;
    Fault(name, "is no link to the people's table");
  }

  void Stages(const std::string& name,
              const std::map<std::string, std::string, std::less<>>& stages) {
    const Field* field = table_.Find(name);
    if (field == nullptr || field->choices.empty()) return;
    for (const auto& [word, stage] : stages) {
      const bool there = std::ranges::any_of(
          field->choices, [&stage](const auto& choice) { return choice.second == stage; });
      if (!there) Fault(name, absl::StrCat("has no option ", stage));
    }
  }

  const std::vector<std::string>& faults() const { return faults_; }

 private:
  const Field* Need(const std::string& name) {
    const Field* field = table_.Find(name);
    if (field == nullptr) {
      faults_.push_back(absl::StrCat("there is no field ", name, config::DidYouMean(name, names_)));
    }
    return field;
  }
  void Fault(const std::string& name, const std::string& what) {
    faults_.push_back(absl::StrCat(name, " ", what));
  }

  const Table& table_;
  std::vector<std::string> names_;
  std::vector<std::string> faults_;
};

Finding NoTable(const std::string& wanted, const std::vector<Table>& tables) {
  std::vector<std::string> names;
  names.reserve(tables.size());
  for (const Table& table : tables) names.push_back(table.name);
  return {false,
          absl::StrCat("the base has no table ", wanted, config::DidYouMean(wanted, names)),
          names.empty() ? "give the token access to the base"
                        : absl::StrCat("name one of: ", absl::StrJoin(names, ", "))};
}

void CheckOwned(TableCheck& check, const OwnedTable& owned, std::string_view people_id) {
  for (const std::string& field : owned.mapping.Fields()) check.Writable(field);
  check.Key(owned.key_field);
  check.Link(owned.person_field, people_id);
}

Finding JudgeToken(const Probe& probe, const json::Value& body) {
  const std::vector<json::Value> scopes = body.Find("scopes").Elements();
  std::vector<std::string> missing;
  for (const char* needed : {"data.records:read", "data.records:write"}) {
    const bool there = std::ranges::any_of(
        scopes, [needed](const json::Value& scope) { return scope.AsString() == needed; });
    if (!there) missing.emplace_back(needed);
  }
  // Only of OAuth tokens are the scopes told.
  if (scopes.empty() || missing.empty()) return {true, probe.what, ""};
  const std::string list = absl::StrJoin(missing, ", ");
  return {false,
          absl::StrCat("the token lacks the scope ", list),
          absl::StrCat("give the integration the scope ", list, " and connect the account again")};
}

}  // namespace

std::vector<Probe> Airtable::Probes(absl::Time /*now*/) const {
  std::vector<Probe> probes;
  const auto add = [&probes](std::string_view what, std::string url) {
    Probe& probe = probes.emplace_back();
    probe.what = what;
    probe.request.url = std::move(url);
  };
  add(kToken, absl::StrCat(settings_.base_url, "/meta/whoami"));
  // The meta API answers even when the month's calls are used up; this one does not.
  add(kRecords, absl::StrCat(TableUrl(settings_, settings_.table), "?maxRecords=1"));
  add(kPeople, TablesUrl(settings_));
  if (settings_.deal.wanted()) add(kDeals, TablesUrl(settings_));
  if (settings_.task.wanted()) add(kTasks, TablesUrl(settings_));
  return probes;
}

Finding Airtable::JudgeProbe(const Probe& probe, const http::Response& response) const {
  const absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  const json::Value body = document.ok() ? document->root() : json::Value();
  const Verdict verdict = JudgeReply({response, body}, absl::UnixEpoch());
  const bool about_tables = probe.what != kToken && probe.what != kRecords;
  if (response.status == 403 && about_tables) {
    return {false,
            verdict.outcome.reason,
            "give the token the scope schema.bases:read, which only this test and `leadctl crm` "
            "need"};
  }
  if (verdict.reach != Verdict::Reach::kNone) {
    const std::string& remedy = verdict.outcome.remedy;
    return {false,
            verdict.outcome.reason,
            remedy.empty() ? "Airtable is in trouble or over its limit: try again later" : remedy};
  }
  if (!body.IsObject()) {
    return {false,
            "the answer is not Airtable's: it is no JSON object",
            "check base_url: is it https://api.airtable.com/v0?"};
  }
  if (probe.what == kToken) return JudgeToken(probe, body);
  return about_tables ? JudgeTables(probe, body) : Finding{true, probe.what, ""};
}

Finding Airtable::JudgeTables(const Probe& probe, const json::Value& body) const {
  const std::vector<Table> tables = ReadTables(body);
  const Table* people = FindTable(tables, settings_.table);
  if (people == nullptr) return NoTable(settings_.table, tables);
  const OwnedTable* owned = nullptr;
  if (probe.what == kDeals) owned = &settings_.deal;
  if (probe.what == kTasks) owned = &settings_.task;
  const Table* table = owned == nullptr ? people : FindTable(tables, owned->name);
  if (table == nullptr) return NoTable(owned->name, tables);

  TableCheck check(*table);
  if (owned != nullptr) {
    CheckOwned(check, *owned, people->id);
  } else {
    for (const std::string& field : settings_.person.Fields()) check.Writable(field);
    for (const std::string& field : settings_.key_fields) check.Key(field);
    if (settings_.notes) check.Writable(settings_.note_field);
  }
  // Options that are missing are made when values are cast.
  if (owned == &settings_.deal && !settings_.typecast) {
    check.Stages(settings_.deal_stage_field, settings_.deal_stages);
  }
  if (check.faults().empty()) return {true, probe.what, ""};
  return {false,
          absl::StrCat("table ", table->name, ": ", absl::StrJoin(check.faults(), "; ")),
          "change the table in Airtable, or correct the mapping and the names of fields in the "
          "settings"};
}

}  // namespace leadrelay::delivery::airtable
