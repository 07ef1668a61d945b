// `leadctl test` for Salesforce: is the token good, may the user write the objects, do the mapped
// fields, the key fields and the stages exist.

#include <algorithm>

#include "absl/strings/str_join.h"

#include "common/config/suggest.h"
#include "services/delivery/connectors/salesforce/errors.h"
#include "services/delivery/connectors/salesforce/salesforce.h"
#include "services/delivery/connectors/salesforce/soql.h"

namespace leadrelay::delivery::salesforce {
namespace {

constexpr std::string_view kAccount = "the access token is accepted";
constexpr std::string_view kPerson = "persons can be written, and their mapped fields exist";
constexpr std::string_view kDeal = "opportunities can be written, and their mapped fields exist";
constexpr std::string_view kActivity = "tasks can be written, and their key field exists";
constexpr std::string_view kStages = "the opportunity stages exist";

json::Value FindBy(const json::Value& list, std::string_view key, std::string_view value) {
  for (const json::Value& element : list.Elements()) {
    if (element.Find(key).AsString() == value) return element;
  }
  return {};
}

// What stands against writing an object as the settings want it, by its describe answer.
class Objections {
 public:
  Objections(std::string object, const json::Value& describe)
      : object_(std::move(object)), fields_(describe.Find("fields")) {
    if (!describe.Find("createable").BoolOr(false) || !describe.Find("updateable").BoolOr(false)) {
      found_.push_back(absl::StrCat("the user may not create and edit ", object_));
    }
    for (const json::Value& field : fields_.Elements()) {
      known_.push_back(field.Find("name").StringOr(""));
    }
  }

  void CheckField(const std::string& name) {
    const json::Value field = FindBy(fields_, "name", name);
    if (!field.exists()) {
      found_.push_back(absl::StrCat(
          object_, " has no field ", name, " for this user", config::DidYouMean(name, known_)));
    } else if (!field.Find("createable").BoolOr(false)) {
      found_.push_back(absl::StrCat(name, " may not be written"));
    }
  }

  void CheckKey(const std::string& name) {
    if (name.empty()) return;
    CheckField(name);
    const json::Value field = FindBy(fields_, "name", name);
    if (field.exists() && !field.Find("externalId").BoolOr(false)) {
      found_.push_back(absl::StrCat(name, " is no external id"));
    }
  }

  // Two may have the key, and then nobody can be written by it.
  void CheckUnique(const std::string& name) {
    const json::Value field = FindBy(fields_, "name", name);
    if (field.exists() && !field.Find("unique").BoolOr(false)) {
      found_.push_back(absl::StrCat(name, " is not unique"));
    }
  }

  Finding ToFinding(std::string_view good) const {
    if (found_.empty()) return {true, std::string(good), ""};
    return {false,
            absl::StrJoin(found_, "; "),
            "create the field in Salesforce or correct the mapping; rights on objects and fields "
            "are given by a permission set"};
  }

 private:
  std::string object_;
  json::Value fields_;
  std::vector<std::string> known_;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<Probe> Salesforce::Probes(absl::Time /*now*/) const {
  std::vector<Probe> probes;
  const auto add = [&](std::string_view what, const std::string& path) {
    Probe probe;
    probe.what = what;
    probe.request.url = settings_.Url(path);
    probes.push_back(std::move(probe));
  };
  add(kAccount, "/limits");
  add(kPerson, absl::StrCat("/sobjects/", settings_.person_object(), "/describe"));
  if (settings_.deals) {
    add(kDeal, "/sobjects/Opportunity/describe");
    Probe stages;
    stages.what = kStages;
    stages.request =
        Query(settings_, "SELECT MasterLabel, ApiName FROM OpportunityStage WHERE IsActive = true");
    probes.push_back(std::move(stages));
  }
  add(kActivity, "/sobjects/Task/describe");
  return probes;
}

Finding Salesforce::JudgeProbe(const Probe& probe, const http::Response& response) const {
  const absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  const json::Value body = document.ok() ? document->root() : json::Value();
  const Verdict verdict = JudgeReply({response, body}, false, absl::UnixEpoch());
  if (verdict.reach == Verdict::Reach::kRecords) {
    return {false,
            absl::StrCat("HTTP ", response.status, " ", ReadError(body).code),
            "check base_url and version, and whether the user may see the object"};
  }
  if (verdict.reach != Verdict::Reach::kNone) {
    const std::string& remedy = verdict.outcome.remedy;
    return {
        false,
        verdict.outcome.reason,
        remedy.empty() ? "Salesforce is in trouble or over its limit: try again later" : remedy};
  }
  if (!body.IsObject()) {
    return {false,
            "the answer is not Salesforce's: it is no JSON object",
            "check login_url and base_url: are they the org's?"};
  }
  if (probe.what == kPerson) return JudgePerson(body);
  if (probe.what == kDeal) return JudgeDeal(body);
  if (probe.what == kActivity) return JudgeActivity(body);
  if (probe.what == kStages) return JudgeStages(body);
  const json::Value day = body.Find("DailyApiRequests");
  return {true,
          absl::StrCat(probe.what,
                       ": ",
                       day.Find("Remaining").Int64Or(0),
                       " of ",
                       day.Find("Max").Int64Or(0),
                       " requests of the day are left"),
          ""};
}

Finding Salesforce::JudgePerson(const json::Value& body) const {
  Objections objections(settings_.person_object(), body);
  for (const std::string& field : settings_.mapping.Fields()) {
    if (field != settings_.key_field) objections.CheckField(field);
  }
  objections.CheckKey(settings_.key_field);
  objections.CheckUnique(settings_.key_field);
  return objections.ToFinding(kPerson);
}

Finding Salesforce::JudgeDeal(const json::Value& body) const {
  Objections objections("Opportunity", body);
  for (const std::string& field : settings_.deal_mapping.Fields()) objections.CheckField(field);
  if (!settings_.deal_lead_field.empty()) objections.CheckField(settings_.deal_lead_field);
  objections.CheckKey(settings_.deal_key_field);
  objections.CheckUnique(settings_.deal_key_field);
  return objections.ToFinding(kDeal);
}

Finding Salesforce::JudgeActivity(const json::Value& body) const {
  Objections objections("Task", body);
  objections.CheckKey(settings_.activity_key_field);
  return objections.ToFinding(kActivity);
}

Finding Salesforce::JudgeStages(const json::Value& body) const {
  std::vector<std::string> stages;
  for (const json::Value& stage : body.Find("records").Elements()) {
    for (const char* name : {"ApiName", "MasterLabel"}) {
      stages.push_back(stage.Find(name).StringOr(""));
    }
  }
  std::vector<std::string> missing;
  const auto check = [&](const std::string& stage) {
    if (std::ranges::find(stages, stage) == stages.end()) missing.push_back(stage);
  };
  check(settings_.deal_stage);
  for (const auto& [word, stage] : settings_.deal_stages) {
    if (stage != settings_.deal_stage) check(stage);
  }
  if (missing.empty()) return {true, std::string(kStages), ""};
  std::vector<std::string> labels;
  for (const json::Value& stage : body.Find("records").Elements()) {
    labels.push_back(stage.Find("ApiName").StringOr(""));
  }
  return {false,
          absl::StrCat("there is no active stage ", absl::StrJoin(missing, ", ")),
          absl::StrCat("set deal_stage and deal_stages to stages that the org has: ",
                       absl::StrJoin(labels, ", "))};
}

}  // namespace leadrelay::delivery::salesforce
