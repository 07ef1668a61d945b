// `leadctl crm` for Freshsales.  Objects: person, company, deal; and, searched for alone, the
// selects whose ids the settings want: owner, lead_source, lifecycle_stage, contact_status,
// currency.

#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

#include "services/delivery/connectors/freshsales/errors.h"
#include "services/delivery/connectors/freshsales/freshsales.h"
#include "services/delivery/connectors/freshsales/records.h"
#include "services/delivery/connectors/freshsales/steps.h"

namespace leadrelay::delivery::freshsales {
namespace {

using Kind = Question::Kind;

struct ObjectFacts {
  std::string_view object;
  std::string_view path;
  std::string_view one;   // The member of an answer about one, and the type of a search.
  std::string_view many;  // Likewise of a list.
  std::array<std::string_view, 7> shown;
};

constexpr std::array<ObjectFacts, 12> kObjects = {{
    {"person",
     "/contacts",
     "contact",
     "contacts",
     {"display_name", "email", "mobile_number", "work_number", "job_title", "created_at"}},
    {"company",
     "/sales_accounts",
     "sales_account",
     "sales_accounts",
     {"name", "website", "phone", "city", "country", "created_at"}},
    {"deal",
     "/deals",
     "deal",
     "deals",
     {"name", "amount", "deal_stage_id", "deal_pipeline_id", "expected_close", "created_at"}},
    {"owner", "/selector/owners", "", "users", {"display_name", "email"}},
    {"lead_source", "/selector/lead_sources", "", "lead_sources", {"name"}},
    {"lifecycle_stage", "/selector/lifecycle_stages", "", "lifecycle_stages", {"name"}},
    {"contact_status", "/selector/contact_statuses", "", "contact_statuses", {"name"}},
    {"currency", "/selector/currencies", "", "currencies", {"currency_code", "name"}},
    // Not objects of `leadctl crm`, but what its other questions are about.
    {"person field",
     "/settings/contacts/fields",
     "",
     "fields",
     {"name", "label", "type", "required"}},
    {"company field",
     "/settings/sales_accounts/fields",
     "",
     "fields",
     {"name", "label", "type", "required"}},
    {"deal field", "/settings/deals/fields", "", "fields", {"name", "label", "type", "required"}},
    {"deal stage", "/selector/deal_stages", "", "deal_stages", {"name", "deal_pipeline_id"}},
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

bool IsRecord(const ObjectFacts& facts) {
  return !facts.one.empty();
}

bool AsksForAddress(const Question& question) {
  return question.object == "person" && question.text.find('@') != std::string::npos;
}

// The exact look-up where there is one.
std::string SearchPath(const Question& question, const ObjectFacts& facts) {
  const std::string text = http::PercentEncode(question.text);
  if (AsksForAddress(question)) {
    return absl::StrCat("/lookup?q=", text, "&f=email&entities=contact");
  }
  return absl::StrCat("/search?q=", text, "&include=", std::string(facts.one), "&per_page=20");
}

std::string UpdateBody(const Question& question, const ObjectFacts& facts) {
  json::Writer writer;
  writer.StartObject().Key(facts.one).StartObject();
  WriteFields(question.fields, writer);
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
  // Searches say it shorter.
  if (found.fields.empty()) {
    const std::string name = record.Find("name").StringOr("");
    if (!name.empty()) found.fields.emplace_back("name", name);
  }
  for (const json::Value::Member& field : record.Find("custom_field").Members()) {
    const std::string text = field.value.AsText().value_or("");
    if (!text.empty()) found.fields.emplace_back(std::string(field.key), text);
  }
  return found;
}

absl::Status StatusOf(const Verdict& verdict) {
  const Outcome& outcome = verdict.outcome;
  const std::string text =
      outcome.remedy.empty() ? outcome.reason : absl::StrCat(outcome.reason, ": ", outcome.remedy);
  if (outcome.kind == Outcome::Kind::kUnauthorized) return absl::UnauthenticatedError(text);
  if (outcome.kind != Outcome::Kind::kRejected) return absl::UnavailableError(text);
  if (outcome.status == 404) return absl::NotFoundError("Freshsales has no such record");
  return absl::InvalidArgumentError(outcome.reason);
}

// {"contacts":{"contacts":[..]}} of a look-up, [..] of a search, {"users":[..]} of a select.
json::Value ListIn(const json::Value& body, const ObjectFacts& facts) {
  const json::Value list = body.Find(facts.many);
  if (list.IsObject()) return list.Find(facts.many);
  return body.IsArray() ? body : list;
}

bool Matches(const Found& found, const std::string& text) {
  for (const auto& [name, value] : found.fields) {
    if (absl::StrContains(absl::AsciiStrToLower(value), absl::AsciiStrToLower(text))) return true;
  }
  return false;
}

}  // namespace

std::optional<http::Request> Freshsales::Ask(const Question& question) const {
  const ObjectFacts* facts = FactsFor(question);
  if (facts == nullptr) return std::nullopt;
  http::Request request;
  request.url = settings_.Url(facts->path);
  if (question.kind == Kind::kFields || question.kind == Kind::kStages) return request;
  if (question.kind == Kind::kSearch) {
    if (IsRecord(*facts)) request.url = settings_.Url(SearchPath(question, *facts));
    return request;
  }
  if (!IsRecord(*facts)) return std::nullopt;
  request.url += absl::StrCat("/", http::PercentEncode(question.id));
  if (question.kind == Kind::kDelete) request.method = "DELETE";
  if (question.kind != Kind::kUpdate) return request;
  return JsonRequest("PUT", request.url, UpdateBody(question, *facts));
}

absl::StatusOr<std::vector<Found>> Freshsales::ReadAnswer(const Question& question,
                                                          const http::Response& response) const {
  const absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  const json::Value body = document.ok() ? document->root() : json::Value();
  const Verdict verdict = JudgeReply({response, body}, false, absl::UnixEpoch());
  if (verdict.reach != Verdict::Reach::kNone) return StatusOf(verdict);
  if (question.kind == Kind::kDelete) return std::vector<Found>{};
  const ObjectFacts* facts = FactsFor(question);
  const absl::Status strange = absl::UnavailableError("Freshsales' answer cannot be understood");
  if (facts == nullptr) return strange;
  if (question.kind == Kind::kGet || question.kind == Kind::kUpdate) {
    Found found = ReadRecord(body.Find(facts->one), *facts);
    if (found.id.empty()) return strange;
    return std::vector<Found>{std::move(found)};
  }
  const json::Value list = ListIn(body, *facts);
  if (!list.IsArray()) return strange;
  std::vector<Found> found;
  for (const json::Value& record : list.Elements()) {
    found.push_back(ReadRecord(record, *facts));
    // A select is given whole.
    const bool whole = question.kind == Kind::kSearch && !IsRecord(*facts);
    if (whole && !Matches(found.back(), question.text)) found.pop_back();
  }
  return found;
}

}  // namespace leadrelay::delivery::freshsales
