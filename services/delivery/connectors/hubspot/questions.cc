// `leadctl crm` for HubSpot.
// Facts: CRM Objects 2026-03 (search takes `query` over the object's default searchable
// properties), CRM Properties 2026-03, CRM Pipelines 2026-03 of the vendor's spec collection.

#include <algorithm>
#include <utility>

#include "services/delivery/connectors/hubspot/hubspot.h"

namespace leadrelay::delivery::hubspot {
namespace {

using Kind = Question::Kind;

constexpr int kMostFound = 20;

// HubSpot's word for an object, and the properties that tell one record from another.
struct ObjectWords {
  std::string_view object;
  std::string_view path;
  std::vector<std::string> telling;
};

const std::vector<ObjectWords>& Objects() {
  static const std::vector<ObjectWords> objects = {
      {"person", "contacts", {"email", "firstname", "lastname", "phone", "company"}},
      {"company", "companies", {"name", "domain", "phone"}},
      {"deal", "deals", {"dealname", "dealstage", "pipeline", "amount", "closedate"}},
      {"note", "notes", {"hs_timestamp", "hs_note_body"}},
      {"task", "tasks", {"hs_task_subject", "hs_task_status", "hs_timestamp"}},
  };
  return objects;
}

const ObjectWords* FindObject(std::string_view word) {
  const auto found = std::ranges::find_if(Objects(), [word](const ObjectWords& object) {
    return object.object == word || object.path == word;
  });
  return found == Objects().end() ? nullptr : &*found;
}

http::Request Plain(std::string method, std::string url) {
  http::Request request;
  request.method = std::move(method);
  request.url = std::move(url);
  return request;
}

std::string SearchBody(const Question& question, const ObjectWords& object) {
  json::Writer writer;
  writer.StartObject().Member("query", question.text).Member("limit", kMostFound);
  writer.Key("properties").StartArray();
  for (const std::string& property : object.telling) writer.String(property);
  writer.EndArray().EndObject();
  return writer.Take();
}

std::string PropertiesBody(const Question& question) {
  json::Writer writer;
  writer.StartObject().Key("properties").StartObject();
  for (const auto& [name, value] : question.fields) writer.Member(name, value);
  writer.EndObject().EndObject();
  return writer.Take();
}

Found RecordIn(const json::Value& value) {
  Found record{value.Find("id").AsText().value_or(""), {}};
  for (const json::Value::Member& property : value.Find("properties").Members()) {
    if (property.value.IsNull()) continue;
    record.fields.emplace_back(property.key, property.value.AsText().value_or(""));
  }
  return record;
}

Found FieldIn(const json::Value& value) {
  const bool read_only = value.Find("modificationMetadata").Find("readOnlyValue").BoolOr(false);
  return {value.Find("name").StringOr(""),
          {{"label", value.Find("label").StringOr("")},
           {"type", value.Find("type").StringOr("")},
           {"read_only", read_only ? "yes" : ""}}};
}

std::vector<Found> StagesIn(const json::Value& body) {
  std::vector<Found> stages;
  for (const json::Value& pipeline : body.Find("results").Elements()) {
    for (const json::Value& stage : pipeline.Find("stages").Elements()) {
      stages.push_back({stage.Find("id").StringOr(""),
                        {{"label", stage.Find("label").StringOr("")},
                         {"pipeline", pipeline.Find("id").StringOr("")}}});
    }
  }
  return stages;
}

// Whether it is HubSpot that answers: nothing found is a list, and a record has an id.
bool Understands(Kind kind, const json::Value& body) {
  if (kind == Kind::kDelete) return true;
  const bool one = kind == Kind::kGet || kind == Kind::kUpdate;
  return one ? !body.Find("id").AsText().value_or("").empty() : body.Find("results").IsArray();
}

absl::Status FailureIn(const http::Response& response, const json::Value& body) {
  const Verdict verdict = JudgeReply({response, body}, false, absl::UnixEpoch());
  const int status = response.status;
  const std::string category = ReadError(body).category;
  const std::string what =
      absl::StrCat("HubSpot answers HTTP ", status, category.empty() ? "" : " ", category);
  if (verdict.outcome.kind == Outcome::Kind::kUnauthorized) {
    return absl::UnauthenticatedError(absl::StrCat(what, ": ", verdict.outcome.remedy));
  }
  if (status == 404) return absl::NotFoundError("HubSpot has no such record");
  if (status == 429 || status >= 500) return absl::UnavailableError(what);
  return absl::InvalidArgumentError(what);
}

}  // namespace

std::optional<http::Request> HubSpot::Ask(const Question& question) const {
  const ObjectWords* object = FindObject(question.object);
  if (object == nullptr) return std::nullopt;
  const std::string path(object->path);
  const std::string& base = settings_.base_url;
  const std::string records = absl::StrCat(base, "/crm/objects/", settings_.version, "/", path);
  const std::string record = absl::StrCat(records, "/", http::PercentEncode(question.id));
  switch (question.kind) {
    case Kind::kSearch:
      return JsonRequest("POST", records + "/search", SearchBody(question, *object));
    case Kind::kGet:
      return Plain("GET", record);
    case Kind::kUpdate:
      return JsonRequest("PATCH", record, PropertiesBody(question));
    case Kind::kDelete:
      return Plain("DELETE", record);
    case Kind::kFields:
      return Plain("GET", absl::StrCat(base, "/crm/properties/", settings_.version, "/", path));
    case Kind::kStages:
      return Plain("GET", absl::StrCat(base, "/crm/pipelines/", settings_.version, "/deals"));
  }
  return std::nullopt;
}

std::string_view HubSpot::ScopeOf(const Question& question) const {
  return question.kind == Kind::kSearch ? kSearchScope : "";
}

absl::StatusOr<std::vector<Found>> HubSpot::ReadAnswer(const Question& question,
                                                       const http::Response& response) const {
  const absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  const json::Value body = document.ok() ? document->root() : json::Value();
  if (response.status < 200 || response.status >= 300) return FailureIn(response, body);
  if (!Understands(question.kind, body)) {
    return absl::UnavailableError("the answer is not HubSpot's: check base_url");
  }
  std::vector<Found> found;
  switch (question.kind) {
    case Kind::kSearch:
      for (const json::Value& record : body.Find("results").Elements()) {
        found.push_back(RecordIn(record));
      }
      break;
    case Kind::kGet:
    case Kind::kUpdate:
      found.push_back(RecordIn(body));
      break;
    case Kind::kDelete:
      found.push_back({question.id, {{"deleted", "yes"}}});
      break;
    case Kind::kFields:
      for (const json::Value& field : body.Find("results").Elements()) {
        found.push_back(FieldIn(field));
      }
      break;
    case Kind::kStages:
      found = StagesIn(body);
      break;
  }
  return found;
}

}  // namespace leadrelay::delivery::hubspot
