// `leadctl crm` for ActiveCampaign.  Objects: person, deal; tag and list are searched for alone,
// for the numbers that the settings want.

#include <array>
#include <span>

#include "absl/strings/match.h"

#include "services/delivery/connectors/activecampaign/activecampaign.h"
#include "services/delivery/connectors/activecampaign/errors.h"

namespace leadrelay::delivery::activecampaign {
namespace {

using Kind = Question::Kind;

struct ObjectFacts {
  std::string_view object;
  std::string_view path;
  std::string_view one;   // The member of an answer about one.
  std::string_view many;  // Likewise of a list.
  std::array<std::string_view, 9> shown;
};

constexpr std::array<ObjectFacts, 7> kObjects = {{
    {"person",
     "/contacts",
     "contact",
     "contacts",
     {"email", "firstName", "lastName", "phone", "cdate", "udate"}},
    {"deal",
     "/deals",
     "deal",
     "deals",
     {"title", "value", "currency", "group", "stage", "status", "owner", "contact", "cdate"}},
    {"tag", "/tags", "tag", "tags", {"tag", "tagType", "description"}},
    {"list", "/lists", "list", "lists", {"name", "stringid"}},
    // Not objects of `leadctl crm`, but what its other questions are about.
    {"person field", "/fields", "", "fields", {"title", "type", "perstag", "isrequired"}},
    {"deal field",
     "/dealCustomFieldMeta",
     "",
     "dealCustomFieldMeta",
     {"fieldLabel", "fieldType", "isRequired"}},
    {"deal stage", "/dealStages", "", "dealStages", {"title", "group", "order"}},
}};

const ObjectFacts* FactsFor(const Question& question) {
  std::string name = question.object;
  if (question.kind == Kind::kFields) name += " field";
  if (question.kind == Kind::kStages) name = "deal stage";
  for (const ObjectFacts& facts : kObjects) {
    if (facts.object == name) return &facts;
  }
  return nullptr;
}

bool IsAddress(std::string_view text) {
  return text.find('@') != std::string_view::npos;
}

std::string SearchQuery(const Question& question) {
  const std::string text = http::PercentEncode(question.text);
  if (question.object == "deal") {
    return absl::StrCat("?filters%5Bsearch%5D=", text, "&filters%5Bsearch_field%5D=title&limit=20");
  }
  if (question.object == "list") return absl::StrCat("?filters%5Bname%5D=", text, "&limit=100");
  const bool address = question.object == "person" && IsAddress(question.text);
  return absl::StrCat(address ? "?email=" : "?search=", text, "&limit=20");
}

void WriteCustomFields(const Question& question, json::Writer& writer) {
  const bool person = question.object == "person";
  writer.Key(person ? "fieldValues" : "fields").StartArray();
  for (const auto& [field, value] : question.fields) {
    if (!IsId(field)) continue;
    writer.StartObject();
    if (person) {
      writer.Member("field", field).Member("value", value);
    } else {
      writer.Key("customFieldId").Int(std::stoll(field)).Member("fieldValue", value);
    }
    writer.EndObject();
  }
  writer.EndArray();
}

std::string UpdateBody(const Question& question, const ObjectFacts& facts) {
  bool custom = false;
  json::Writer writer;
  writer.StartObject().Key(facts.one).StartObject();
  for (const auto& [field, value] : question.fields) {
    custom = custom || IsId(field);
    if (!IsId(field)) writer.Member(field, value);
  }
  if (custom) WriteCustomFields(question, writer);
  writer.EndObject().EndObject();
  return writer.Take();
}

Found ReadRecord(const json::Value& record, const ObjectFacts& facts) {
  Found found;
  found.id = IdOf(record);
  for (const std::string_view name : facts.shown) {
    const std::string text = record.Find(name).AsText().value_or("");
    if (!name.empty() && !text.empty()) found.fields.emplace_back(std::string(name), text);
  }
  return found;
}

absl::Status StatusOf(const Verdict& verdict) {
  const Outcome& outcome = verdict.outcome;
  const std::string text =
      outcome.remedy.empty() ? outcome.reason : absl::StrCat(outcome.reason, ": ", outcome.remedy);
  if (outcome.kind == Outcome::Kind::kUnauthorized) return absl::UnauthenticatedError(text);
  if (outcome.kind != Outcome::Kind::kRejected) return absl::UnavailableError(text);
  if (outcome.status == 404) return absl::NotFoundError("ActiveCampaign has no such record");
  return absl::InvalidArgumentError(outcome.reason);
}

}  // namespace

std::optional<http::Request> ActiveCampaign::Ask(const Question& question) const {
  const ObjectFacts* facts = FactsFor(question);
  if (facts == nullptr) return std::nullopt;
  const bool searched_alone = question.object == "tag" || question.object == "list";
  http::Request request;
  request.url = settings_.Url(facts->path);
  switch (question.kind) {
    case Kind::kSearch:
      request.url += SearchQuery(question);
      return request;
    case Kind::kFields:
    case Kind::kStages:
      request.url += "?limit=100";
      return request;
    case Kind::kGet:
    case Kind::kUpdate:
    case Kind::kDelete:
      break;
  }
  if (searched_alone) return std::nullopt;
  request.url += absl::StrCat("/", http::PercentEncode(question.id));
  if (question.kind == Kind::kDelete) request.method = "DELETE";
  if (question.kind != Kind::kUpdate) return request;
  return JsonRequest("PUT", request.url, UpdateBody(question, *facts));
}

absl::StatusOr<std::vector<Found>> ActiveCampaign::ReadAnswer(
    const Question& question, const http::Response& response) const {
  const absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  const json::Value body = document.ok() ? document->root() : json::Value();
  const Verdict verdict = JudgeReply({response, body}, false, absl::UnixEpoch());
  if (verdict.reach != Verdict::Reach::kNone) return StatusOf(verdict);
  if (question.kind == Kind::kDelete) return std::vector<Found>{};
  const ObjectFacts* facts = FactsFor(question);
  if (facts == nullptr || !body.IsObject()) {
    return absl::UnavailableError("ActiveCampaign's answer cannot be understood");
  }
  std::vector<Found> found;
  if (question.kind == Kind::kGet || question.kind == Kind::kUpdate) {
    found.push_back(ReadRecord(body.Find(facts->one), *facts));
    if (found.back().id.empty()) {
      return absl::UnavailableError("ActiveCampaign's answer cannot be understood");
    }
    for (const json::Value& value : body.Find("fieldValues").Elements()) {
      found.back().fields.emplace_back(value.Find("field").AsText().value_or(""),
                                       value.Find("value").AsText().value_or(""));
    }
    return found;
  }
  for (const json::Value& record : body.Find(facts->many).Elements()) {
    // A filter that is not obeyed shows the account's first contacts.
    const bool by_address =
        question.kind == Kind::kSearch && question.object == "person" && IsAddress(question.text);
    if (by_address && !absl::EqualsIgnoreCase(record.Find("email").StringOr(""), question.text)) {
      continue;
    }
    found.push_back(ReadRecord(record, *facts));
  }
  return found;
}

}  // namespace leadrelay::delivery::activecampaign
