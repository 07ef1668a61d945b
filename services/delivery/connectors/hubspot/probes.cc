// `leadctl test` for HubSpot: is the token good, may it see contacts, do the mapped properties and
// the deal's stage exist, and do those that identify a record have unique values.

#include "absl/strings/str_join.h"

#include "common/config/suggest.h"
#include "services/delivery/connectors/hubspot/hubspot.h"
#include "services/delivery/connectors/hubspot/job_records.h"

namespace leadrelay::delivery::hubspot {
namespace {

constexpr std::string_view kAccount = "the access token is accepted";
constexpr std::string_view kContacts = "contacts can be read";
constexpr std::string_view kContactProperties = "the mapped contact properties exist";
constexpr std::string_view kDealProperties = "the mapped deal properties exist";
constexpr std::string_view kCompanyProperties = "the mapped company properties exist";
constexpr std::string_view kPipelines = "the deal's pipeline and stages exist";

json::Value FindBy(const json::Value& list, std::string_view key, std::string_view value) {
  for (const json::Value& element : list.Elements()) {
    if (element.Find(key).AsString() == value) return element;
  }
  return {};
}

// `unique`: the property that identifies a record; may be empty.
Finding JudgeProperties(std::string_view what,
                        const Mapping& mapping,
                        const std::string& unique,
                        const json::Value& body) {
  const json::Value list = body.Find("results");
  std::vector<std::string> known;
  for (const json::Value& property : list.Elements()) {
    known.push_back(property.Find("name").StringOr(""));
  }
  std::vector<std::string> fields = mapping.Fields();
  if (!unique.empty() && !mapping.Fills(unique)) fields.push_back(unique);
  std::vector<std::string> faults;
  for (const std::string& field : fields) {
    const json::Value property = FindBy(list, "name", field);
    if (!property.exists()) {
      faults.push_back(
          absl::StrCat("there is no property ", field, config::DidYouMean(field, known)));
    } else if (property.Find("modificationMetadata").Find("readOnlyValue").BoolOr(false)) {
      faults.push_back(absl::StrCat(field, " is read-only"));
    } else if (field == unique && !property.Find("hasUniqueValue").BoolOr(false)) {
      faults.push_back(absl::StrCat(field, " is not a property with unique values"));
    }
  }
  if (faults.empty()) return {true, std::string(what), ""};
  return {false,
          absl::StrJoin(faults, "; "),
          "create the property in HubSpot or correct the mapping; a property can be made unique "
          "only when it is created"};
}

}  // namespace

std::vector<Probe> HubSpot::Probes(absl::Time /*now*/) const {
  std::vector<Probe> probes;
  const auto add = [&](std::string_view what, const std::string& path) {
    Probe probe;
    probe.what = what;
    probe.request.url = settings_.base_url + path;
    probes.push_back(std::move(probe));
  };
  const std::string& version = settings_.version;
  add(kAccount, absl::StrCat("/account-info/", version, "/details"));
  add(kContacts, absl::StrCat("/crm/objects/", version, "/contacts?limit=1"));
  add(kContactProperties, absl::StrCat("/crm/properties/", version, "/contacts"));
  if (settings_.companies()) {
    add(kCompanyProperties, absl::StrCat("/crm/properties/", version, "/companies"));
  }
  if (settings_.deals) {
    add(kDealProperties, absl::StrCat("/crm/properties/", version, "/deals"));
    add(kPipelines, absl::StrCat("/crm/pipelines/", version, "/deals"));
  }
  return probes;
}

Finding HubSpot::JudgeProbe(const Probe& probe, const http::Response& response) const {
  const absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  const json::Value body = document.ok() ? document->root() : json::Value();
  const Verdict verdict = JudgeReply({response, body}, false, absl::UnixEpoch());
  if (verdict.reach == Verdict::Reach::kRecords) {
    return {false,
            absl::StrCat("HTTP ", response.status, " ", ReadError(body).category),
            "check base_url and version of the destination"};
  }
  if (verdict.reach != Verdict::Reach::kNone) {
    const std::string& remedy = verdict.outcome.remedy;
    return {false,
            verdict.outcome.reason,
            remedy.empty() ? "HubSpot is in trouble or over its limit: try again later" : remedy};
  }
  if (!body.IsObject()) {
    return {false,
            "the answer is not HubSpot's: it is no JSON object",
            "check base_url: is it https://api.hubapi.com?"};
  }
  if (probe.what == kAccount) {
    const std::string portal = body.Find("portalId").AsText().value_or("unknown");
    return {true, absl::StrCat(probe.what, ": account ", portal), ""};
  }
  if (probe.what == kContactProperties) {
    return JudgeProperties(probe.what, settings_.contact, settings_.id_property, body);
  }
  if (probe.what == kCompanyProperties) {
    return JudgeProperties(probe.what, settings_.company, settings_.company_id_property, body);
  }
  if (probe.what == kDealProperties) {
    return JudgeProperties(probe.what, settings_.deal, settings_.deal_key_property, body);
  }
  if (probe.what == kPipelines) return JudgePipelines(body);
  return {true, probe.what, ""};
}

Finding HubSpot::JudgePipelines(const json::Value& body) const {
  const std::string wanted = settings_.deal_pipeline.empty() ? "default" : settings_.deal_pipeline;
  const json::Value pipeline = FindBy(body.Find("results"), "id", wanted);
  if (!pipeline.exists()) {
    std::vector<std::string> ids;
    for (const json::Value& each : body.Find("results").Elements()) {
      ids.push_back(each.Find("id").StringOr(""));
    }
    return {false,
            absl::StrCat("there is no deal pipeline ", wanted),
            absl::StrCat("set deal_pipeline to one of: ", absl::StrJoin(ids, ", "))};
  }
  std::vector<std::string> stages;
  for (const json::Value& stage : pipeline.Find("stages").Elements()) {
    stages.push_back(stage.Find("id").StringOr(""));
  }
  std::vector<std::string> missing;
  const auto check = [&](const std::string& stage) {
    if (std::find(stages.begin(), stages.end(), stage) == stages.end()) missing.push_back(stage);
  };
  check(settings_.deal_stage);
  for (const auto& [word, stage] : settings_.deal_stages) {
    if (stage != settings_.deal_stage) check(stage);
  }
  if (missing.empty()) return {true, std::string(kPipelines), ""};
  return {false,
          absl::StrCat("pipeline ", wanted, " has no stage ", absl::StrJoin(missing, ", ")),
          absl::StrCat("set deal_stage and deal_stages to stages that it has: ",
                       absl::StrJoin(stages, ", "))};
}

}  // namespace leadrelay::delivery::hubspot
