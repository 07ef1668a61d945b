// `leadctl crm` for Salesforce: records by SOQL and by id, fields, stages.

#include <algorithm>

#include "services/delivery/connectors/salesforce/errors.h"
#include "services/delivery/connectors/salesforce/records.h"
#include "services/delivery/connectors/salesforce/salesforce.h"
#include "services/delivery/connectors/salesforce/soql.h"

namespace leadrelay::delivery::salesforce {
namespace {

using Kind = Question::Kind;

bool IsObjectName(std::string_view name) {
  return !name.empty() && name.size() <= 80 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// Salesforce's word for an object; its own words are themselves.  Empty: no word at all.
std::string ObjectOf(const Question& question, const Settings& settings) {
  if (question.object == "person") return settings.person_object();
  if (question.object == "deal") return "Opportunity";
  if (question.object == "note" && settings.note == Note::kContentNote) return "ContentNote";
  if (question.object == "note" || question.object == "task") return "Task";
  return IsObjectName(question.object) ? question.object : "";
}

// What is shown of a found record, and by what it is searched for.
std::string SearchFor(std::string_view text, const std::string& object) {
  const bool person = object == "Lead" || object == "Contact";
  const std::string name = object == "Task"          ? "Subject"
                           : object == "ContentNote" ? "Title"
                                                     : "Name";
  std::string shown = name;
  std::string where = absl::StrCat(name, " LIKE ", QuotedToContain(text));
  if (person) {
    shown = "Name, Email, Phone";
    if (text.find('@') != std::string_view::npos) {
      where = absl::StrCat("Email = ", Quoted(text));
    } else if (!text.empty() && (text[0] == '+' || (text[0] >= '0' && text[0] <= '9'))) {
      where = absl::StrCat("Phone = ", Quoted(text));
    }
  } else if (object == "Opportunity") {
    shown = "Name, StageName, Amount, CloseDate";
  }
  return absl::StrCat(
      "SELECT Id, ", shown, " FROM ", object, " WHERE ", where, " ORDER BY CreatedDate LIMIT 50");
}

http::Request ToRecord(const Settings& settings,
                       const std::string& method,
                       const std::string& object,
                       const Question& question) {
  http::Request request;
  request.method = method;
  request.url =
      settings.Url(absl::StrCat("/sobjects/", object, "/", http::PercentEncode(question.id)));
  if (method != "PATCH") return request;
  json::Writer writer;
  writer.StartObject();
  for (const auto& [name, value] : question.fields) writer.Member(name, value);
  writer.EndObject();
  return JsonRequest(method, std::move(request.url), writer.Take());
}

Found ReadRecord(const json::Value& record) {
  Found found;
  for (const json::Value::Member& member : record.Members()) {
    const std::optional<std::string> text = member.value.AsText();
    if (member.key == "Id") {
      found.id = text.value_or("");
    } else if (text.has_value() && !text->empty()) {
      found.fields.emplace_back(std::string(member.key), *text);
    }
  }
  return found;
}

Found ReadField(const json::Value& field) {
  Found found;
  found.id = field.Find("name").StringOr("");
  found.fields = {{"label", field.Find("label").StringOr("")},
                  {"type", field.Find("type").StringOr("")}};
  const auto flag = [&](const char* member, const char* word) {
    if (field.Find(member).BoolOr(false)) found.fields.emplace_back(word, "yes");
  };
  flag("custom", "custom");
  flag("externalId", "external id");
  flag("unique", "unique");
  if (!field.Find("createable").BoolOr(true)) found.fields.emplace_back("read-only", "yes");
  return found;
}

Found ReadStage(const json::Value& stage) {
  Found found;
  found.id = stage.Find("ApiName").StringOr("");
  found.fields = {{"label", stage.Find("MasterLabel").StringOr("")},
                  {"closed", stage.Find("IsClosed").BoolOr(false) ? "yes" : "no"},
                  {"won", stage.Find("IsWon").BoolOr(false) ? "yes" : "no"}};
  return found;
}

absl::Status Refusal(const json::Value& body, const http::Response& response) {
  const ApiError error = ReadError(body);
  const std::string what =
      absl::StrCat("HTTP ", response.status, error.code.empty() ? "" : " ", error.code);
  const bool limit = error.code == "REQUEST_LIMIT_EXCEEDED";
  if (!limit && (response.status == 401 || response.status == 403)) {
    return absl::UnauthenticatedError(absl::StrCat(what, ": the user may not do that"));
  }
  if (response.status == 404) return absl::NotFoundError("Salesforce has no such record");
  const Verdict verdict = JudgeReply({response, body}, false, absl::UnixEpoch());
  if (verdict.outcome.kind != Outcome::Kind::kRejected) return absl::UnavailableError(what);
  return absl::InvalidArgumentError(absl::StrCat(what, ": ", verdict.outcome.remedy));
}

}  // namespace

std::optional<http::Request> Salesforce::Ask(const Question& question) const {
  const std::string object = ObjectOf(question, settings_);
  if (object.empty()) return std::nullopt;
  switch (question.kind) {
    case Kind::kSearch:
      return Query(settings_, SearchFor(question.text, object));
    case Kind::kGet:
      return ToRecord(settings_, "GET", object, question);
    case Kind::kUpdate:
      return ToRecord(settings_, "PATCH", object, question);
    case Kind::kDelete:
      return ToRecord(settings_, "DELETE", object, question);
    case Kind::kFields: {
      http::Request request;
      request.url = settings_.Url(absl::StrCat("/sobjects/", object, "/describe"));
      return request;
    }
    case Kind::kStages:
      return Query(settings_,
                   "SELECT MasterLabel, ApiName, IsClosed, IsWon FROM OpportunityStage WHERE "
                   "IsActive = true ORDER BY SortOrder");
  }
  return std::nullopt;
}

absl::StatusOr<std::vector<Found>> Salesforce::ReadAnswer(const Question& question,
                                                          const http::Response& response) const {
  const absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  const json::Value body = document.ok() ? document->root() : json::Value();
  if (response.status < 200 || response.status >= 300) return Refusal(body, response);
  std::vector<Found> list;
  if (question.kind == Kind::kUpdate || question.kind == Kind::kDelete) {
    list.push_back({question.id, {}});
    return list;
  }
  if (!body.IsObject()) return absl::UnavailableError("Salesforce's answer cannot be understood");
  switch (question.kind) {
    case Kind::kGet:
      list.push_back(ReadRecord(body));
      break;
    case Kind::kFields:
      for (const json::Value& each : body.Find("fields").Elements())
        list.push_back(ReadField(each));
      break;
    case Kind::kStages:
      for (const json::Value& each : body.Find("records").Elements()) {
        list.push_back(ReadStage(each));
      }
      break;
    default:
      for (const json::Value& each : body.Find("records").Elements()) {
        list.push_back(ReadRecord(each));
      }
  }
  return list;
}

}  // namespace leadrelay::delivery::salesforce
