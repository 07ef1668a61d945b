// `leadctl crm` for Pipedrive: persons, deals and organizations; their fields; the stages.

#include <algorithm>
#include <array>

#include "absl/strings/str_join.h"

#include "services/delivery/connectors/pipedrive/errors.h"
#include "services/delivery/connectors/pipedrive/fields.h"
#include "services/delivery/connectors/pipedrive/job_records.h"
#include "services/delivery/connectors/pipedrive/pipedrive.h"
#include "services/delivery/connectors/pipedrive/step_parts.h"

namespace leadrelay::delivery::pipedrive {
namespace {

using Kind = Question::Kind;

struct Object {
  std::string_view name;
  std::string_view path;
  std::string_view fields_path;
};

const Object* ObjectOf(const Question& question) {
  static constexpr std::array<Object, 3> kObjects = {{
      {"person", "/api/v2/persons", "/api/v2/personFields"},
      {"deal", "/api/v2/deals", "/api/v2/dealFields"},
      {"organization", "/api/v2/organizations", "/api/v2/organizationFields"},
  }};
  const auto found = std::ranges::find(kObjects, question.object, &Object::name);
  return found == kObjects.end() ? nullptr : &*found;
}

bool IsPhone(std::string_view text) {
  return SamePhone(text, text) && std::ranges::none_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
         });
}

// By the whole address or number; names and titles by a part of them, too.
std::string SearchOf(const Settings& settings, const Object& object, const std::string& text) {
  if (object.name == "person") {
    if (text.find('@') != std::string::npos) return SearchUrl(settings, object.path, "email", text);
    if (IsPhone(text)) return SearchUrl(settings, object.path, "phone", text);
  }
  return settings.Url(absl::StrCat(std::string(object.path),
                                   "/search?term=",
                                   http::PercentEncode(text),
                                   "&fields=",
                                   object.name == "deal" ? "title" : "name",
                                   "&limit=100"));
}

// Replaces the person's addresses or numbers by this one.
void WriteSole(json::Writer& writer, std::string_view list, const std::string& value) {
  writer.Key(list).Raw(*WithPoint({}, value, SameEmail));
}

std::string UpdateBody(const Question& question) {
  std::vector<MappedField> fields;
  json::Writer writer;
  writer.StartObject();
  for (const auto& [name, value] : question.fields) {
    if (question.object == "person" && name == "email" && !value.empty()) {
      WriteSole(writer, "emails", value);
    } else if (question.object == "person" && name == "phone" && !value.empty()) {
      WriteSole(writer, "phones", value);
    } else {
      fields.push_back({name, value});
    }
  }
  WriteFields(writer, fields);
  writer.EndObject();
  return writer.Take();
}

// A value on one line: lists joined, everything nested as JSON.
std::string Shown(const json::Value& value) {
  if (!value.IsArray()) return value.AsText().value_or(value.exists() ? value.ToJson() : "");
  std::vector<std::string> parts;
  for (const json::Value& element : value.Elements()) {
    const json::Value inner = element.Find("value");
    parts.push_back(Shown(inner.exists() ? inner : element));
  }
  return absl::StrJoin(parts, ", ");
}

Found Record(const json::Value& record) {
  Found found{IdIn(record.Find("id")), {}};
  const auto add = [&found](const json::Value::Member& member) {
    if (member.value.IsNull() || member.value.IsObject() || member.key == "id") return;
    if (member.value.IsArray() && member.value.size() == 0) return;
    found.fields.emplace_back(std::string(member.key), Shown(member.value));
  };
  for (const json::Value::Member& member : record.Members()) add(member);
  for (const json::Value::Member& member : record.Find("custom_fields").Members()) add(member);
  return found;
}

Found Field(const json::Value& field) {
  Found found{field.Find("field_code").StringOr(""), {}};
  found.fields.emplace_back("name", field.Find("field_name").StringOr(""));
  found.fields.emplace_back("type", field.Find("field_type").StringOr(""));
  std::vector<std::string> options;
  for (const json::Value& option : field.Find("options").Elements()) {
    options.push_back(absl::StrCat(
        option.Find("id").AsText().value_or(""), " ", option.Find("label").StringOr("")));
  }
  if (!options.empty()) found.fields.emplace_back("options", absl::StrJoin(options, ", "));
  return found;
}

Found StageRow(const json::Value& stage) {
  return {IdIn(stage.Find("id")),
          {{"name", stage.Find("name").StringOr("")},
           {"pipeline", stage.Find("pipeline_id").AsText().value_or("")}}};
}

absl::Status StatusOf(const Outcome& outcome) {
  const std::string text =
      outcome.remedy.empty() ? outcome.reason : absl::StrCat(outcome.reason, ": ", outcome.remedy);
  if (outcome.status == 404) return absl::NotFoundError("Pipedrive has no such record");
  switch (outcome.kind) {
    case Outcome::Kind::kUnauthorized:
      return absl::UnauthenticatedError(text);
    case Outcome::Kind::kRejected:
      return absl::InvalidArgumentError(text);
    default:
      return absl::UnavailableError(text);
  }
}

}  // namespace

std::optional<http::Request> Pipedrive::Ask(const Question& question) const {
  if (question.kind == Kind::kStages) return GetRequest(settings_.Url("/api/v2/stages?limit=500"));
  const Object* object = ObjectOf(question);
  if (object == nullptr) return std::nullopt;
  if (question.kind == Kind::kFields) {
    return GetRequest(settings_.Url(absl::StrCat(std::string(object->fields_path), "?limit=500")));
  }
  if (question.kind == Kind::kSearch) {
    return GetRequest(SearchOf(settings_, *object, question.text));
  }
  if (!IsId(question.id)) return std::nullopt;
  const std::string url = settings_.Url(absl::StrCat(std::string(object->path), "/", question.id));
  if (question.kind == Kind::kUpdate) return JsonRequest("PATCH", url, UpdateBody(question));
  http::Request request = GetRequest(url);
  if (question.kind == Kind::kDelete) request.method = "DELETE";
  return request;
}

absl::StatusOr<std::vector<Found>> Pipedrive::ReadAnswer(const Question& question,
                                                         const http::Response& response) const {
  const absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  const json::Value body = document.ok() ? document->root() : json::Value();
  const bool about_a_record = question.kind == Kind::kGet || question.kind == Kind::kUpdate ||
                              question.kind == Kind::kDelete;
  Asked asked{false, about_a_record};
  for (const auto& [name, value] : question.fields) asked.fields.push_back(name);
  const Verdict verdict = JudgeReply({response, body}, asked, absl::UnixEpoch());
  if (verdict.reach != Verdict::Reach::kNone) {
    if (response.status == 404 && !about_a_record) {
      return absl::InvalidArgumentError(
          absl::StrCat(verdict.outcome.reason, ": ", verdict.outcome.remedy));
    }
    return StatusOf(verdict.outcome);
  }
  const json::Value data = body.Find("data");
  if (!data.exists()) return absl::UnavailableError("the answer is not Pipedrive's");

  std::vector<Found> found;
  if (question.kind == Kind::kGet || question.kind == Kind::kUpdate ||
      question.kind == Kind::kDelete) {
    found.push_back(Record(data));
    return found;
  }
  const json::Value list = question.kind == Kind::kSearch ? data.Find("items") : data;
  for (const json::Value& element : RecordsIn(list)) {
    if (question.kind == Kind::kSearch) found.push_back(Record(element));
    if (question.kind == Kind::kFields) found.push_back(Field(element));
    if (question.kind == Kind::kStages) found.push_back(StageRow(element));
  }
  return found;
}

}  // namespace leadrelay::delivery::pipedrive
