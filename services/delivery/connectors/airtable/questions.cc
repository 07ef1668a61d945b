// `leadctl crm` for Airtable: people, deals and tasks searched, read, changed and deleted; the
// fields of a table; the options of the deals' stage.

#include "absl/strings/str_join.h"

#include "services/delivery/connectors/airtable/airtable.h"
#include "services/delivery/connectors/airtable/formula.h"
#include "services/delivery/connectors/airtable/records.h"
#include "services/delivery/connectors/airtable/tables.h"

namespace leadrelay::delivery::airtable {
namespace {

using Kind = Question::Kind;

constexpr int kMostFound = 20;

std::string SearchBody(const std::vector<std::string>& fields, const std::string& text) {
  std::vector<std::string> clauses;
  clauses.reserve(fields.size());
  for (const std::string& field : fields) clauses.push_back(Contains(field, text));
  json::Writer writer;
  writer.StartObject();
  writer.Member("filterByFormula", absl::StrCat("OR(", absl::StrJoin(clauses, ","), ")"));
  writer.Member("maxRecords", kMostFound);
  writer.EndObject();
  return writer.Take();
}

std::string UpdateBody(const Question& question, bool typecast) {
  json::Writer writer;
  writer.StartObject().Key("fields").StartObject();
  for (const auto& [field, value] : question.fields) writer.Member(field, value);
  writer.EndObject();
  if (typecast) writer.Member("typecast", true);
  writer.EndObject();
  return writer.Take();
}

http::Request Plain(std::string method, std::string url) {
  http::Request request;
  request.method = std::move(method);
  request.url = std::move(url);
  return request;
}

Found ReadRecord(const json::Value& record) {
  Found found{RecordId(record.Find("id")), {}};
  for (const json::Value::Member& field : record.Find("fields").Members()) {
    found.fields.emplace_back(std::string(field.key),
                              field.value.AsText().value_or(field.value.ToJson()));
  }
  return found;
}

std::vector<Found> ReadRecords(const json::Value& body) {
  std::vector<Found> all;
  for (const json::Value& record : body.Find("records").Elements()) {
    all.push_back(ReadRecord(record));
  }
  return all;
}

std::vector<Found> DescribeFields(const Table& table) {
  std::vector<Found> all;
  for (const Field& field : table.fields) {
    Found& found = all.emplace_back(Found{field.id, {{"name", field.name}, {"type", field.type}}});
    if (field.computed()) found.fields.emplace_back("writable", "no");
  }
  return all;
}

absl::Status Refusal(const Verdict& verdict, const ApiError& error, int status) {
  const std::string& reason = verdict.outcome.reason;
  if (IsGone(error) || status == 404) {
    return absl::NotFoundError(absl::StrCat("Airtable has no such record: ", reason));
  }
  if (verdict.outcome.kind == Outcome::Kind::kUnauthorized) {
    return absl::UnauthenticatedError(absl::StrCat(reason, ": ", verdict.outcome.remedy));
  }
  if (verdict.reach == Verdict::Reach::kRecords) {
    return absl::InvalidArgumentError(absl::StrCat("Airtable refuses it: ", reason));
  }
  return absl::UnavailableError(absl::StrCat("Airtable does not answer now: ", reason));
}

}  // namespace

std::optional<http::Request> Airtable::Ask(const Question& question) const {
  if (question.kind == Kind::kStages) {
    if (!settings_.deal.wanted()) return std::nullopt;
    return Plain("GET", TablesUrl(settings_));
  }
  const std::string table = TableFor(question.object);
  if (table.empty()) return std::nullopt;
  switch (question.kind) {
    case Kind::kSearch: {
      std::vector<std::string> fields = settings_.person.Fields();
      if (question.object == "deal") fields = {settings_.deal_title_field};
      if (question.object == "task") fields = settings_.task.mapping.Fields();
      if (fields.empty()) return std::nullopt;
      return JsonRequest(
          "POST", TableUrl(settings_, table, "listRecords"), SearchBody(fields, question.text));
    }
    case Kind::kGet:
      return Plain("GET", TableUrl(settings_, table, question.id));
    case Kind::kUpdate:
      return JsonRequest("PATCH",
                         TableUrl(settings_, table, question.id),
                         UpdateBody(question, settings_.typecast));
    case Kind::kDelete:
      return Plain("DELETE", TableUrl(settings_, table, question.id));
    case Kind::kFields:
    case Kind::kStages:
      return Plain("GET", TablesUrl(settings_));
  }
  return std::nullopt;
}

absl::StatusOr<std::vector<Found>> Airtable::ReadAnswer(const Question& question,
                                                        const http::Response& response) const {
  const absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  const json::Value body = document.ok() ? document->root() : json::Value();
  const Verdict verdict = JudgeReply({response, body}, absl::UnixEpoch());
  if (verdict.reach != Verdict::Reach::kNone) {
    return Refusal(verdict, ReadError(body), response.status);
  }
  if (!body.IsObject()) return absl::UnavailableError("the answer is not Airtable's");
  if (question.kind == Kind::kSearch) return ReadRecords(body);
  if (question.kind != Kind::kFields && question.kind != Kind::kStages) {
    return std::vector<Found>{ReadRecord(body)};
  }
  const bool stages = question.kind == Kind::kStages;
  const std::vector<Table> tables = ReadTables(body);
  const std::string wanted = TableFor(stages ? "deal" : question.object);
  const Table* table = FindTable(tables, wanted);
  if (table == nullptr) return absl::NotFoundError(absl::StrCat("the base has no table ", wanted));
  if (!stages) return DescribeFields(*table);

  const Field* field = table->Find(settings_.deal_stage_field);
  if (field == nullptr) {
    return absl::NotFoundError(
        absl::StrCat("table ", table->name, " has no field ", settings_.deal_stage_field));
  }
  std::vector<Found> all;
  all.reserve(field->choices.size());
  for (const auto& [id, name] : field->choices) all.push_back({id, {{"name", name}}});
  return all;
}

}  // namespace leadrelay::delivery::airtable
