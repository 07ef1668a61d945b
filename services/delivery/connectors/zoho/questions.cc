// `leadctl crm` for Zoho: records, fields and stages, one request each.

#include <algorithm>

#include "services/delivery/connectors/zoho/errors.h"
#include "services/delivery/connectors/zoho/fields.h"
#include "services/delivery/connectors/zoho/people_steps.h"
#include "services/delivery/connectors/zoho/records.h"
#include "services/delivery/connectors/zoho/zoho.h"

namespace leadrelay::delivery::zoho {
namespace {

using Kind = Question::Kind;

constexpr int kNothing = 204;
constexpr std::string_view kQuery = "coql";  // Search: the text is a query.

// The module that the word means; empty: none.
std::string ModuleNamed(const std::string& object, const std::string& people) {
  if (object == "person") return people;
  if (object == "lead") return "Leads";
  if (object == "contact") return "Contacts";
  if (object == "company") return "Accounts";
  if (object == "deal") return "Deals";
  if (object == "note") return "Notes";
  if (object == "task") return "Tasks";
  return IsApiName(object) ? object : "";
}

// Which of the search's parameters takes the text.
std::string_view SearchBy(std::string_view text) {
  if (text.find('@') != std::string_view::npos) return "email";
  const bool phone = std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || std::string_view("+-() ./").find(c) != std::string_view::npos;
  });
  return phone ? "phone" : "word";
}

std::string UpdateBody(const Question& question, const std::string& module) {
  json::Writer writer;
  writer.StartObject().Key("data").StartArray().StartObject();
  for (const auto& [name, value] : question.fields) {
    writer.Key(name);
    if (IsLookup(module, name)) {
      writer.StartObject().Member("id", value).EndObject();
    } else {
      writer.String(value);
    }
  }
  writer.EndObject().EndArray().EndObject();
  return writer.Take();
}

std::string TextOf(const json::Value& value) {
  if (value.IsNull()) return "";
  if (const std::optional<std::string> text = value.AsText()) return *text;
  const std::string name = value.Find("name").StringOr("");
  const std::string id = IdOf(value.Find("id"));
  if (id.empty()) return value.ToJson();
  return name.empty() ? id : absl::StrCat(name, " (", id, ")");
}

Found RecordOf(const json::Value& record) {
  Found found{IdOf(record.Find("id")), {}};
  for (const json::Value::Member& member : record.Members()) {
    // What begins with "$" is how Zoho shows the record, not what is in it.
    if (member.key == "id" || member.key.starts_with('$')) continue;
    std::string text = TextOf(member.value);
    if (!text.empty()) found.fields.emplace_back(std::string(member.key), std::move(text));
  }
  return found;
}

Found FieldOf(const json::Value& field) {
  Found found{field.Find("api_name").StringOr(""), {}};
  found.fields.emplace_back("label", field.Find("field_label").StringOr(""));
  found.fields.emplace_back("type", field.Find("data_type").StringOr(""));
  for (const char* flag : {"system_mandatory", "read_only"}) {
    if (field.Find(flag).BoolOr(false)) found.fields.emplace_back(flag, "true");
  }
  if (field.Find("unique").size() > 0) found.fields.emplace_back("unique", "true");
  return found;
}

std::vector<Found> FieldsIn(const json::Value& body) {
  std::vector<Found> list;
  for (const json::Value& field : body.Find("fields").Elements()) list.push_back(FieldOf(field));
  return list;
}

std::vector<Found> StagesIn(const json::Value& body) {
  std::vector<Found> list;
  for (const json::Value& field : body.Find("fields").Elements()) {
    if (field.Find("api_name").AsString() != "Stage") continue;
    for (const json::Value& value : field.Find("pick_list_values").Elements()) {
      list.push_back({value.Find("actual_value").StringOr(""),
                      {{"label", value.Find("display_value").StringOr("")}}});
    }
  }
  return list;
}

absl::Status StatusOf(const Outcome& outcome) {
  const std::string words =
      outcome.remedy.empty() ? outcome.reason : absl::StrCat(outcome.reason, "; ", outcome.remedy);
  switch (outcome.kind) {
    case Outcome::Kind::kUnauthorized:
      return absl::UnauthenticatedError(words);
    case Outcome::Kind::kRejected:
      return outcome.status == 404 ? absl::NotFoundError(words) : absl::InvalidArgumentError(words);
    default:
      return absl::UnavailableError(words);
  }
}

// What became of the one record of an update or a delete.
absl::StatusOr<std::vector<Found>> WrittenIn(const Question& question,
                                             const json::Value& body,
                                             int status) {
  const std::vector<RecordVerdict> verdicts = ReadVerdicts(1, body);
  const RecordVerdict& verdict = verdicts.front();
  if (verdict.kind == RecordVerdict::Kind::kSilent) {
    return absl::UnavailableError("Zoho's answer does not say what became of the record");
  }
  if (verdict.kind == RecordVerdict::Kind::kWritten) {
    return std::vector<Found>{{verdict.id, {}}};
  }
  const ApiError::Fault* fault = verdict.error.Find("INVALID_DATA");
  if (fault != nullptr && (fault->field == "id" || question.kind == Kind::kDelete)) {
    return absl::NotFoundError("there is no such record");
  }
  const auto sent = [&question](std::string_view name) {
    return std::ranges::any_of(question.fields,
                               [name](const auto& field) { return field.first == name; });
  };
  return StatusOf(JudgeRecord(verdict.error, status, false, sent));
}

}  // namespace

std::optional<http::Request> Zoho::Ask(const Question& question) const {
  const std::string module = ModuleNamed(question.object, settings_.module);
  const std::string base = ModuleUrl(settings_, module);
  const std::string id = http::PercentEncode(question.id);
  const auto request = [](std::string method, std::string url) {
    http::Request result;
    result.method = std::move(method);
    result.url = std::move(url);
    return result;
  };
  if (question.kind == Kind::kSearch && question.object == kQuery) {
    json::Writer writer;
    writer.StartObject().Member("select_query", question.text).EndObject();
    return JsonRequest("POST", CoqlUrl(settings_), writer.Take());
  }
  if (module.empty()) return std::nullopt;
  const std::string fields = ModuleUrl(settings_, "settings/fields?module=");
  switch (question.kind) {
    case Kind::kSearch:
      return request("GET",
                     absl::StrCat(base,
                                  "/search?",
                                  std::string(SearchBy(question.text)),
                                  "=",
                                  http::PercentEncode(question.text)));
    case Kind::kGet:
      return request("GET", absl::StrCat(base, "/", id));
    case Kind::kUpdate:
      return JsonRequest("PUT", absl::StrCat(base, "/", id), UpdateBody(question, module));
    case Kind::kDelete:
      return request("DELETE", absl::StrCat(base, "?ids=", id));
    case Kind::kFields:
      return request("GET", fields + module);
    case Kind::kStages:
      return request("GET", fields + "Deals");
  }
  return std::nullopt;
}

absl::StatusOr<std::vector<Found>> Zoho::ReadAnswer(const Question& question,
                                                    const http::Response& response) const {
  const absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  const json::Value body = document.ok() ? document->root() : json::Value();
  if (response.status == kNothing) {
    if (question.kind == Kind::kGet) return absl::NotFoundError("there is no such record");
    return std::vector<Found>();
  }
  const Verdict verdict = JudgeReply({response, body}, false, absl::UnixEpoch());
  if (verdict.reach != Verdict::Reach::kNone) return StatusOf(verdict.outcome);
  if (!body.IsObject()) return absl::UnavailableError("the answer is not Zoho's: it is no JSON");
  if (question.kind == Kind::kFields) return FieldsIn(body);
  if (question.kind == Kind::kStages) return StagesIn(body);
  if (question.kind == Kind::kUpdate || question.kind == Kind::kDelete) {
    return WrittenIn(question, body, response.status);
  }
  std::vector<Found> list;
  for (const json::Value& record : body.Find("data").Elements()) list.push_back(RecordOf(record));
  return list;
}

}  // namespace leadrelay::delivery::zoho
