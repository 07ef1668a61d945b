// `leadctl test` for Freshsales: is the key good, are the mapped custom fields and the stages
// there.

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "common/config/suggest.h"
#include "services/delivery/connectors/freshsales/errors.h"
#include "services/delivery/connectors/freshsales/freshsales.h"

namespace leadrelay::delivery::freshsales {
namespace {

constexpr std::string_view kKey = "the key is accepted";
constexpr std::string_view kFields = "the mapped custom fields of contacts exist";
constexpr std::string_view kAccountFields = "the mapped custom fields of accounts exist";
constexpr std::string_view kDealFields = "the mapped custom fields of deals exist";
constexpr std::string_view kStages = "the deal's stages exist";

std::vector<std::string> CustomFields(const Mapping& mapping) {
  std::vector<std::string> names;
  for (std::string& field : mapping.Fields()) {
    if (IsCustomField(field)) names.push_back(std::move(field));
  }
  return names;
}

Finding JudgeFields(const Probe& probe, const Mapping& mapping, const json::Value& list) {
  std::vector<std::string> known;
  for (const json::Value& field : list.Elements()) known.push_back(field.Find("name").StringOr(""));
  std::vector<std::string> missing;
  for (const std::string& name : CustomFields(mapping)) {
    if (std::ranges::find(known, name) != known.end()) continue;
    missing.push_back(absl::StrCat("there is no field ", name, config::DidYouMean(name, known)));
  }
  if (missing.empty()) return {true, probe.what, ""};
  return {false,
          absl::StrJoin(missing, "; "),
          "create the field in Freshsales or correct the mapping: `leadctl crm` shows the fields"};
}

struct Stages {
  std::vector<std::string> names;
  std::vector<std::string> ids;
};

// Whether one of the alternatives in `stage` is there.
bool IsThere(const Stages& stages, const std::string& stage) {
  if (IsId(stage)) return std::ranges::find(stages.ids, stage) != stages.ids.end();
  for (const absl::string_view each : absl::StrSplit(stage, '|')) {
    const std::string name(absl::StripAsciiWhitespace(each));
    for (const std::string& known : stages.names) {
      if (absl::EqualsIgnoreCase(name, known)) return true;
    }
  }
  return false;
}

Finding JudgeStages(const Settings& settings, const json::Value& list) {
  Stages stages;
  for (const json::Value& stage : list.Elements()) {
    const std::string& wanted = settings.deal_pipeline;
    if (!wanted.empty() && stage.Find("deal_pipeline_id").AsText().value_or(wanted) != wanted) {
      continue;
    }
    stages.names.push_back(stage.Find("name").StringOr(""));
    stages.ids.push_back(stage.Find("id").AsText().value_or(""));
  }
  std::vector<std::string> missing;
  if (!settings.deal_stage.empty() && !IsThere(stages, settings.deal_stage)) {
    missing.push_back(settings.deal_stage);
  }
  for (const auto& [word, stage] : settings.deal_stages) {
    if (!IsThere(stages, stage)) missing.push_back(absl::StrCat(stage, " (", word, ")"));
  }
  if (missing.empty()) return {true, std::string(kStages), ""};
  return {false,
          absl::StrCat("there is no stage ", absl::StrJoin(missing, ", ")),
          absl::StrCat("set deal_stage and deal_stages to stages that there are: ",
                       absl::StrJoin(stages.names, ", "))};
}

}  // namespace

std::vector<Probe> Freshsales::Probes(absl::Time /*now*/) const {
  std::vector<Probe> probes;
  const auto add = [&](std::string_view what, std::string_view path) {
    Probe probe;
    probe.what = what;
    probe.request.url = settings_.Url(path);
    probes.push_back(std::move(probe));
  };
  add(kKey, "/selector/owners");
  if (!CustomFields(settings_.contact).empty()) add(kFields, "/settings/contacts/fields");
  if (!CustomFields(settings_.account).empty()) {
    add(kAccountFields, "/settings/sales_accounts/fields");
  }
  if (settings_.deals) {
    add(kStages, "/selector/deal_stages");
    if (!CustomFields(settings_.deal).empty()) add(kDealFields, "/settings/deals/fields");
  }
  return probes;
}

Finding Freshsales::JudgeProbe(const Probe& probe, const http::Response& response) const {
  const absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  const json::Value body = document.ok() ? document->root() : json::Value();
  const Verdict verdict = JudgeReply({response, body}, false, absl::UnixEpoch());
  if (verdict.reach == Verdict::Reach::kRecords) {
    return {false,
            verdict.outcome.reason,
            "set base_url to the bundle alias of Settings > API Settings"};
  }
  if (verdict.reach != Verdict::Reach::kNone) {
    const std::string& remedy = verdict.outcome.remedy;
    return {
        false,
        verdict.outcome.reason,
        remedy.empty() ? "Freshsales is in trouble or over its limit: try again later" : remedy};
  }
  const std::string_view list = probe.what == kKey      ? "users"
                                : probe.what == kStages ? "deal_stages"
                                                        : "fields";
  if (!body.Find(list).IsArray()) {
    return {false,
            absl::StrCat("the answer is not Freshsales': it has no ", std::string(list)),
            "set base_url to the bundle alias of Settings > API Settings"};
  }
  if (probe.what == kStages) return JudgeStages(settings_, body.Find(list));
  if (probe.what == kFields) return JudgeFields(probe, settings_.contact, body.Find(list));
  if (probe.what == kAccountFields) return JudgeFields(probe, settings_.account, body.Find(list));
  if (probe.what == kDealFields) return JudgeFields(probe, settings_.deal, body.Find(list));
  return {true, probe.what, ""};
}

}  // namespace leadrelay::delivery::freshsales
