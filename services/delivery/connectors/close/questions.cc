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
  std::string_view word;   // leadrelay's.
  std::string_view close;  // Close's, which is taken as well, and names the schema.
  std::string_view path;
  bool has_schema;
};
constexpr Object kObjects[] = {
    {"person", "contact", "/contact/", true},
    {"company", "lead", "/lead/", true},
    {"deal", "opportunity", "/opportunity/", true},
    {"note", "note", "/activity/note/", false},
    {"task", "task", "/task/", false},
};

const Object* FindObject(std::string_view word) {
  const auto* object = std::ranges::find_if(
      kObjects, [word](const Object& each) { return each.word == word || each.close == word; });
  return object == std::end(kObjects) ? nullptr : object;
}

const std::vector<FieldFact>& FieldsOf(const Object& object) {
  if (object.word == "company") return LeadFields();
  if (object.word == "deal") return OpportunityFields();
  return ContactFields();
}

bool LooksLikePhone(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || c == '+' || c == ' ' || c == '-' || c == '(' || c == ')';
  });
}

std::string SearchBody(const Question& question, const Object& object) {
  if (object.word == "company") return LeadsByName(question.text, "full_words");
  if (question.text.find('@') != std::string::npos) return ContactsByEmail(question.text);
  if (LooksLikePhone(question.text)) return ContactsByPhone(question.text);
  return ContactsByName(question.text);
}

// Advanced filtering finds leads and contacts only: opportunities are a list with filters
// (developer.close.com, "List or filter opportunities").  Its `query` is a language of its own, in
// which a quoted text is a phrase; how a quote would be escaped there is not documented, so that it
// becomes a space.
http::Fields DealFilter(const std::string& text) {
  http::Fields filter = {{"_order_by", "-date_created"}};
  if (text.starts_with("lead_")) {
    filter.emplace_back("lead_id", text);
  } else if (text.starts_with("stat_")) {
    filter.emplace_back("status_id", text);
  } else {
    std::string phrase = text;
    std::ranges::replace_if(
        phrase, [](char c) { return c == '"' || c == '\\'; }, ' ');
    filter.emplace_back("query", absl::StrCat("note:\"", phrase, "\""));
  }
  return filter;
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

std::vector<Found> ShowFields(const Object& object, const json::Value& body) {
  std::vector<Found> all;
  for (const FieldFact& fact : FieldsOf(object)) {
    all.push_back({fact.name, {{"read_only", fact.read_only ? "yes" : ""}}});
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
  if (object == nullptr) return std::nullopt;
  http::Request request;
  request.url = RecordUrl(settings_, object->path, question.id);
  switch (question.kind) {
    case Kind::kSearch:
      if (object->word == "deal") {
        request.url = absl::StrCat(
            Url(settings_, object->path), "?", http::EncodeForm(DealFilter(question.text)));
        return request;
      }
      if (object->word != "person" && object->word != "company") return std::nullopt;
      return JsonRequest("POST", Url(settings_, "/data/search/"), SearchBody(question, *object));
    case Kind::kGet:
      return request;
    case Kind::kUpdate:
      return JsonRequest("PUT", request.url, UpdateBody(question));
    case Kind::kDelete:
      request.method = "DELETE";
      return request;
    case Kind::kFields:
      if (!object->has_schema) return std::nullopt;
      request.url = RecordUrl(settings_, "/custom_field_schema/", object->close);
      return request;
    case Kind::kStages:
      request.url = Url(settings_, "/status/opportunity/");
      return request;
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
  if (question.kind == Kind::kFields) {
    const Object* object = FindObject(question.object);
    return object == nullptr ? std::vector<Found>{} : ShowFields(*object, body);
  }
  if (question.kind == Kind::kGet || question.kind == Kind::kUpdate) {
    return std::vector<Found>{Show(body)};
  }
  std::vector<Found> all;
  for (const json::Value& record : body.Find("data").Elements()) all.push_back(Show(record));
  return all;
}

}  // namespace leadrelay::delivery::close
