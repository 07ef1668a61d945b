// `leadctl crm` for Close: one request, one answer, for each question.

#include <algorithm>

#include "absl/strings/numbers.h"

#include "services/delivery/connectors/close/close.h"
#include "services/delivery/connectors/close/errors.h"
#include "services/delivery/connectors/close/fields.h"
#include "services/delivery/connectors/close/search.h"

namespace leadrelay::delivery::close {
namespace {

using Kind = Question::Kind;

struct Object {
  std::string_view name;  // As it is asked for.
  std::string_view path;
  std::string_view schema;  // Of its custom fields; empty: it has none.
};
constexpr Object kObjects[] = {
    {"person", "/contact/", "contact"},
    {"lead", "/lead/", "lead"},
    {"deal", "/opportunity/", "opportunity"},
    {"note", "/activity/note/", ""},
    {"task", "/task/", ""},
};

const Object* FindObject(std::string_view name) {
  const auto* object = std::ranges::find(kObjects, name, &Object::name);
  return object == std::end(kObjects) ? nullptr : object;
}

const std::vector<FieldFact>& FieldsOf(std::string_view object) {
  static const std::vector<FieldFact> none;
  if (object == "person") return ContactFields();
  if (object == "lead") return LeadFields();
  if (object == "deal") return OpportunityFields();
  if (object == "task") return TaskFields();
  return none;
}

bool LooksLikePhone(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || c == '+' || c == ' ' || c == '-' || c == '(' || c == ')';
  });
}

std::string SearchBody(const Question& question) {
  if (question.object == "lead") return LeadsByName(question.text, "full_words");
  if (question.text.find('@') != std::string::npos) return ContactsByEmail(question.text);
  if (LooksLikePhone(question.text)) return ContactsByPhone(question.text);
  return ContactsByName(question.text);
}

// "email" is the only element of "emails" afterwards: an operator's word replaces what was there.
void WriteUpdate(json::Writer& writer, const std::string& field, const std::string& value) {
  for (const auto& [member, list] : {std::pair("email", "emails"), std::pair("phone", "phones")}) {
    if (field != member) continue;
    writer.Key(list).StartArray().StartObject();
    writer.Member(member, value).Member("type", "office");
    writer.EndObject().EndArray();
    return;
  }
  int64_t number = 0;
  const bool integer = field == "value" || field == "confidence";
  if (integer && absl::SimpleAtoi(value, &number)) {
    writer.Member(field, number);
  } else {
    writer.Member(field, value);
  }
}

std::string UpdateBody(const Question& question) {
  json::Writer writer;
  writer.StartObject();
  for (const auto& [field, value] : question.fields) WriteUpdate(writer, field, value);
  writer.EndObject();
  return writer.Take();
}

std::string ShowElements(const json::Value& list, std::string_view member) {
  std::string text;
  for (const json::Value& element : list.Elements()) {
    const std::string each = element.Find(member).StringOr("");
    if (!each.empty()) absl::StrAppend(&text, text.empty() ? "" : ", ", each);
  }
  return text;
}

// Everything of a record that one line can say, in Close's order.
Found Show(const json::Value& record) {
  Found found;
  for (const json::Value::Member& member : record.Members()) {
    const std::string key(member.key);
    std::string text = member.value.AsText().value_or("");
    if (key == "emails") text = ShowElements(member.value, "email");
    if (key == "phones") text = ShowElements(member.value, "phone");
    if (key == "id") {
      found.id = std::move(text);
    } else if (!text.empty() && !key.starts_with("__")) {
      found.fields.emplace_back(key, std::move(text));
    }
  }
  return found;
}

std::vector<Found> ShowFields(std::string_view object, const json::Value& body) {
  std::vector<Found> all;
  for (const FieldFact& fact : FieldsOf(object)) {
    all.push_back({fact.name, {{"read_only", fact.read_only ? "yes" : "no"}}});
  }
  for (const char* list : {"fields", "data"}) {  // As in the probes.
    for (const json::Value& field : body.Find(list).Elements()) {
      Found found = Show(field);
      found.id = "custom." + found.id;
      all.push_back(std::move(found));
    }
  }
  return all;
}

absl::Status Refusal(const Verdict& verdict, int status) {
  const std::string text = verdict.outcome.remedy.empty()
                               ? verdict.outcome.reason
                               : absl::StrCat(verdict.outcome.reason, "; ", verdict.outcome.remedy);
  if (status == 404) return absl::NotFoundError("Close has no such record");
  switch (verdict.outcome.kind) {
    case Outcome::Kind::kUnauthorized:
      return absl::UnauthenticatedError(text);
    case Outcome::Kind::kRejected:
      return absl::InvalidArgumentError(text);
    default:
      return absl::UnavailableError(text);
  }
}

}  // namespace

std::optional<http::Request> Close::Ask(const Question& question) const {
  const Object* object = FindObject(question.object);
  http::Request request;
  if (question.kind == Kind::kStages) {
    const bool of_lead = question.object == "lead";
    request.url = Url(settings_, of_lead ? "/status/lead/" : "/status/opportunity/");
    return request;
  }
  if (object == nullptr) return std::nullopt;
  switch (question.kind) {
    case Kind::kSearch:
      if (question.object != "person" && question.object != "lead") return std::nullopt;
      return JsonRequest("POST", Url(settings_, "/data/search/"), SearchBody(question));
    case Kind::kFields:
      if (object->schema.empty()) return std::nullopt;
      request.url = RecordUrl(settings_, "/custom_field_schema/", object->schema);
      return request;
    case Kind::kUpdate:
      return JsonRequest(
          "PUT", RecordUrl(settings_, object->path, question.id), UpdateBody(question));
    case Kind::kGet:
    case Kind::kDelete:
      request.method = question.kind == Kind::kGet ? "GET" : "DELETE";
      request.url = RecordUrl(settings_, object->path, question.id);
      return request;
    case Kind::kStages:
      break;
  }
  return std::nullopt;
}

absl::StatusOr<std::vector<Found>> Close::ReadAnswer(const Question& question,
                                                     const http::Response& response) const {
  const absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  const json::Value body = document.ok() ? document->root() : json::Value();
  const Verdict verdict = JudgeReply({response, body}, false, settings_.oauth(), absl::UnixEpoch());
  if (verdict.reach != Verdict::Reach::kNone) return Refusal(verdict, response.status);
  if (question.kind == Kind::kDelete) return std::vector<Found>{};  // The body is empty.
  if (!body.IsObject()) {
    return absl::UnavailableError("the answer is not Close's: it is no JSON object");
  }
  if (question.kind == Kind::kFields) return ShowFields(question.object, body);
  if (question.kind == Kind::kGet || question.kind == Kind::kUpdate) {
    return std::vector<Found>{Show(body)};
  }
  std::vector<Found> all;
  for (const json::Value& record : body.Find("data").Elements()) all.push_back(Show(record));
  return all;
}

}  // namespace leadrelay::delivery::close
