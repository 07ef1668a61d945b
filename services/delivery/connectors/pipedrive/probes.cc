// `leadctl test` for Pipedrive: is the token good, may it see what we write, do the mapped fields
// and the deal's stages exist.

#include <algorithm>

#include "absl/strings/str_join.h"

#include "services/delivery/connectors/pipedrive/deal_steps.h"
#include "services/delivery/connectors/pipedrive/errors.h"
#include "services/delivery/connectors/pipedrive/fields.h"
#include "services/delivery/connectors/pipedrive/person.h"
#include "services/delivery/connectors/pipedrive/pipedrive.h"

namespace leadrelay::delivery::pipedrive {
namespace {

constexpr std::string_view kAccount = "the token is accepted";
constexpr std::string_view kPersons = "persons can be searched";
constexpr std::string_view kPersonFields = "the mapped fields of persons exist";
constexpr std::string_view kDealFields = "the mapped fields of deals exist";
constexpr std::string_view kStages = "the deal's pipeline and stages exist";
constexpr std::string_view kInbox = "leads of the inbox can be read";
constexpr std::string_view kNotes = "notes can be read";
constexpr std::string_view kActivities = "activities can be read";

bool HasWith(const json::Value& list, std::string_view member, std::string_view value) {
  const std::vector<json::Value> elements = list.Elements();
  return std::ranges::any_of(
      elements, [&](const json::Value& element) { return element.Find(member).AsText() == value; });
}

}  // namespace

std::vector<Probe> Pipedrive::Probes(absl::Time /*now*/) const {
  std::vector<Probe> probes;
  const auto add = [&](std::string_view what, std::string_view path) {
    Probe probe;
    probe.what = what;
    probe.request.url = settings_.Url(path);
    probes.push_back(std::move(probe));
  };
  add(kAccount, "/api/v1/users/me");
  add(kPersons, "/api/v2/persons/search?term=leadrelay&fields=email&exact_match=true&limit=1");
  add(kPersonFields, "/api/v2/personFields?limit=500");
  if (settings_.deals != Deals::kNone) add(kDealFields, "/api/v2/dealFields?limit=500");
  if (settings_.deals == Deals::kDeals) add(kStages, "/api/v2/stages?limit=500");
  if (settings_.deals == Deals::kInboxLeads) add(kInbox, "/api/v1/leads?limit=1");
  if (settings_.notes) add(kNotes, "/api/v1/notes?limit=1");
  if (settings_.tasks) add(kActivities, "/api/v2/activities?limit=1");
  return probes;
}

Finding Pipedrive::JudgeProbe(const Probe& probe, const http::Response& response) const {
  const absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  const json::Value body = document.ok() ? document->root() : json::Value();
  const Verdict verdict = JudgeReply({response, body}, {}, absl::UnixEpoch());
  if (verdict.reach != Verdict::Reach::kNone) {
    const std::string& remedy = verdict.outcome.remedy;
    return {false,
            verdict.outcome.reason,
            remedy.empty() ? "Pipedrive is in trouble or over its limit: try again later" : remedy};
  }
  if (!body.Find("data").exists()) {
    return {false,
            "the answer is not Pipedrive's",
            "check company_domain: of https://example.pipedrive.com it is \"example\""};
  }
  if (probe.what == kAccount) {
    const json::Value company = body.Find("data").Find("company_id");
    return {true, absl::StrCat(probe.what, ": company ", company.AsText().value_or("unknown")), ""};
  }
  if (probe.what == kPersonFields) return JudgeFields(settings_.person, false, body);
  if (probe.what == kDealFields) return JudgeFields(settings_.deal, true, body);
  if (probe.what == kStages) return JudgeStages(body);
  return {true, probe.what, ""};
}

// The standard fields are checked when the configuration is read.
Finding Pipedrive::JudgeFields(const Mapping& mapping,
                               bool of_deals,
                               const json::Value& body) const {
  std::vector<std::string> fields = mapping.Fields();
  if (of_deals && !settings_.deal_key_field.empty()) fields.push_back(settings_.deal_key_field);
  std::erase_if(fields, [&](const std::string& field) {
    return !IsCustom(field) || HasWith(body.Find("data"), "field_code", field);
  });
  if (fields.empty()) return {true, std::string(of_deals ? kDealFields : kPersonFields), ""};
  return {false,
          absl::StrCat("there is no field ", absl::StrJoin(fields, ", ")),
          "make the field in Pipedrive or correct the mapping: its key is under Company settings > "
          "Data fields, and `leadctl crm` lists them"};
}

Finding Pipedrive::JudgeStages(const json::Value& body) const {
  const json::Value stages = body.Find("data");
  const std::string pipeline =
      settings_.deal_pipeline == 0 ? "" : absl::StrCat(settings_.deal_pipeline);
  if (!FindStage(stages, "", pipeline).exists()) {
    return {false,
            absl::StrCat("there is no stage in pipeline ", pipeline),
            "set deal_pipeline to the id of a pipeline with stages"};
  }
  std::vector<std::string> missing;
  for (const auto& [word, stage] : settings_.deal_stages) {
    const bool there =
        stage.empty() || stage == "won" || stage == "lost" ||
        (IsId(stage) ? HasWith(stages, "id", stage) : FindStage(stages, stage, pipeline).exists());
    if (!there) missing.push_back(absl::StrCat(stage, " (for ", word, ")"));
  }
  if (missing.empty()) return {true, std::string(kStages), ""};
  std::vector<std::string> known;
  for (const json::Value& stage : stages.Elements()) {
    known.push_back(absl::StrCat(IdIn(stage.Find("id")), " ", stage.Find("name").StringOr("")));
  }
  return {false,
          absl::StrCat("there is no stage ", absl::StrJoin(missing, ", ")),
          absl::StrCat("set deal_stages to ids or names of: ", absl::StrJoin(known, ", "))};
}

}  // namespace leadrelay::delivery::pipedrive
