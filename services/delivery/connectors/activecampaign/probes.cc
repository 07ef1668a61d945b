// `leadctl test` for ActiveCampaign: is the key good, and is everything there that the settings
// name by a number or a title.

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"

#include "services/delivery/connectors/activecampaign/activecampaign.h"
#include "services/delivery/connectors/activecampaign/errors.h"
#include "services/delivery/connectors/activecampaign/records.h"

namespace leadrelay::delivery::activecampaign {
namespace {

constexpr size_t kPageSize = 100;

constexpr std::string_view kKey = "the key is accepted";
constexpr std::string_view kFields = "the mapped custom fields of contacts exist";
constexpr std::string_view kDealFields = "the mapped custom fields of deals exist";
constexpr std::string_view kStages = "the deal's pipeline and stages exist";

std::vector<std::string> CustomFields(const Mapping& mapping) {
  std::vector<std::string> ids;
  for (std::string& field : mapping.Fields()) {
    if (IsId(field)) ids.push_back(std::move(field));
  }
  return ids;
}

Finding JudgeFields(const Probe& probe, const Mapping& mapping, const json::Value& list) {
  std::vector<std::string> missing;
  for (const std::string& id : CustomFields(mapping)) {
    const bool there = std::ranges::any_of(list.Elements(), [&id](const json::Value& field) {
      return field.Find("id").AsText() == id;
    });
    if (!there) missing.push_back(id);
  }
  // What is beyond the first page may be there all the same.
  if (missing.empty() || list.size() >= kPageSize) return {true, probe.what, ""};
  return {false,
          absl::StrCat("there is no custom field ", absl::StrJoin(missing, ", ")),
          "correct the mapping: `leadctl crm` shows the fields with their numbers"};
}

// Every title and id that a deal may be given.
std::vector<std::string> WantedStages(const Settings& settings) {
  std::vector<std::string> wanted;
  const auto add = [&wanted](const std::string& stage) {
    const bool named = IsTitle(stage) || IsId(stage);
    if (named && std::ranges::find(wanted, stage) == wanted.end()) wanted.push_back(stage);
  };
  add(settings.deal_stage);
  for (const auto& [word, stage] : settings.deal_stages) add(stage);
  return wanted;
}

Finding JudgeStages(const Settings& settings, const json::Value& list) {
  std::vector<std::string> titles;
  std::vector<std::string> ids;
  for (const json::Value& stage : list.Elements()) {
    const std::string& pipeline = settings.deal_pipeline;
    if (stage.Find("group").AsText().value_or(pipeline) != pipeline) continue;
    titles.push_back(stage.Find("title").StringOr(""));
    ids.push_back(stage.Find("id").AsText().value_or(""));
  }
  if (titles.empty()) {
    return {false,
            absl::StrCat("there is no pipeline ", settings.deal_pipeline, " with stages"),
            "set deal_pipeline to the number of one, or deals: false"};
  }
  std::vector<std::string> missing;
  for (const std::string& stage : WantedStages(settings)) {
    const bool there = std::ranges::find(ids, stage) != ids.end() ||
                       std::ranges::any_of(titles, [&stage](const std::string& title) {
                         return absl::EqualsIgnoreCase(title, stage);
                       });
    if (!there) missing.push_back(stage);
  }
  if (missing.empty()) return {true, std::string(kStages), ""};
  return {false,
          absl::StrCat(
              "pipeline ", settings.deal_pipeline, " has no stage ", absl::StrJoin(missing, ", ")),
          absl::StrCat("set deal_stage and deal_stages to stages that it has: ",
                       absl::StrJoin(titles, ", "))};
}

}  // namespace

std::vector<Probe> ActiveCampaign::Probes(absl::Time /*now*/) const {
  std::vector<Probe> probes;
  const auto add = [&](std::string what, std::string_view path) {
    Probe probe;
    probe.what = std::move(what);
    probe.request.url = settings_.Url(path);
    probes.push_back(std::move(probe));
  };
  add(std::string(kKey), "/users/me");
  if (!CustomFields(settings_.contact).empty()) add(std::string(kFields), "/fields?limit=100");
  for (const std::string& list : settings_.lists) {
    add(absl::StrCat("list ", list, " exists"), absl::StrCat("/lists/", list));
  }
  for (const std::string& tag : settings_.tags) {
    add(absl::StrCat("tag ", tag, " exists"), absl::StrCat("/tags/", tag));
  }
  if (settings_.deals) {
    add(std::string(kStages),
        absl::StrCat("/dealStages?filters%5Bd_groupid%5D=", settings_.deal_pipeline, "&limit=100"));
    if (!CustomFields(settings_.deal).empty()) {
      add(std::string(kDealFields), "/dealCustomFieldMeta?limit=100");
    }
  }
  if (settings_.tasks) {
    add(absl::StrCat("task type ", settings_.task_type, " exists"),
        absl::StrCat("/dealTasktypes/", settings_.task_type));
  }
  return probes;
}

Finding ActiveCampaign::JudgeProbe(const Probe& probe, const http::Response& response) const {
  const absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  const json::Value body = document.ok() ? document->root() : json::Value();
  const Verdict verdict = JudgeReply({response, body}, false, absl::UnixEpoch());
  if (verdict.reach == Verdict::Reach::kRecords) {
    return {false,
            absl::StrCat("not so: ", probe.what, " (HTTP ", response.status, ")"),
            "correct the settings: `leadctl crm` shows what there is, with its numbers"};
  }
  if (verdict.reach != Verdict::Reach::kNone) {
    const std::string& remedy = verdict.outcome.remedy;
    return {false,
            verdict.outcome.reason,
            remedy.empty() ? "ActiveCampaign is in trouble or over its limit: try again later"
                           : remedy};
  }
  if (!body.IsObject()) {
    return {false,
            "the answer is not ActiveCampaign's: it is no JSON object",
            "check base_url: it is the API URL of Settings > Developer"};
  }
  if (probe.what == kKey) {
    const std::string user = IdOf(body.Find("user"));
    if (!user.empty()) return {true, absl::StrCat(probe.what, ": user ", user), ""};
    return {false,
            "the answer names no user",
            "check base_url: it is the API URL of Settings > Developer"};
  }
  if (probe.what == kFields) return JudgeFields(probe, settings_.contact, body.Find("fields"));
  if (probe.what == kDealFields) {
    return JudgeFields(probe, settings_.deal, body.Find("dealCustomFieldMeta"));
  }
  if (probe.what == kStages) return JudgeStages(settings_, body.Find("dealStages"));
  return {true, probe.what, ""};
}

}  // namespace leadrelay::delivery::activecampaign
