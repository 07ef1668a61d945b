// `leadctl test` for Close: is the credential good, may it see contacts, do the mapped fields and
// the deal's stages exist.

#include <algorithm>

#include "absl/strings/str_join.h"

#include "common/config/suggest.h"
#include "services/delivery/connectors/close/close.h"
#include "services/delivery/connectors/close/errors.h"
#include "services/delivery/connectors/close/fields.h"
#include "services/delivery/connectors/close/stages.h"

namespace leadrelay::delivery::close {
namespace {

constexpr std::string_view kAccount = "the credential is accepted";
constexpr std::string_view kContacts = "contacts can be read";
constexpr std::string_view kContactFields = "the mapped fields of contacts exist";
constexpr std::string_view kLeadFields = "the mapped fields of leads exist";
constexpr std::string_view kDealFields = "the mapped fields of opportunities exist";
constexpr std::string_view kStages = "the stages of deal_stages exist";

std::vector<std::string> CustomFieldsOf(const Mapping& mapping, const std::string& more = "") {
  std::vector<std::string> fields = mapping.Fields();
  if (!more.empty()) fields.push_back(more);
  std::erase_if(fields, [](const std::string& field) { return !IsCustomField(field); });
  return fields;
}

// {"fields":[..]} is what was seen of the schema, {"data":[..]} is what Close's lists are.
Finding JudgeFields(std::string_view what,
                    const std::vector<std::string>& mapped,
                    const json::Value& body) {
  std::vector<std::string> known;
  for (const char* list : {"fields", "data"}) {
    for (const json::Value& field : body.Find(list).Elements()) {
      known.push_back(absl::StrCat("custom.", field.Find("id").StringOr("")));
    }
  }
  std::vector<std::string> missing;
  for (const std::string& field : mapped) {
    if (std::ranges::find(known, field) != known.end()) continue;
    missing.push_back(absl::StrCat("there is no field ", field, config::DidYouMean(field, known)));
  }
  if (missing.empty()) return {true, std::string(what), ""};
  return {false,
          absl::StrJoin(missing, "; "),
          "take the id from Close under Settings, Custom Fields, or correct the mapping: Close "
          "takes unknown fields without a word"};
}

Finding JudgeStages(const Settings& settings, const json::Value& body) {
  const json::Value data = body.Find("data");
  std::vector<std::string> labels;
  std::vector<std::string> ids;
  for (const json::Value& status : data.Elements()) {
    labels.push_back(status.Find("label").StringOr(""));
    ids.push_back(status.Find("id").StringOr(""));
  }
  std::vector<std::string> missing;
  const auto check = [&](const std::string& stage) {
    const bool there = IsStageId(stage)
                           ? std::ranges::find(ids, stage) != ids.end()
                           : FindStage(data, stage, settings.deal_pipeline, true).has_value();
    if (!there) missing.push_back(stage);
  };
  for (const auto& [word, stage] : settings.deal_stages) check(stage);
  if (missing.empty()) {
    return {
        true, absl::StrCat(std::string(kStages), ": Close has ", absl::StrJoin(labels, ", ")), ""};
  }
  return {
      false,
      absl::StrCat("there is no opportunity status ", absl::StrJoin(missing, ", ")),
      absl::StrCat("set deal_stages to statuses that Close has: ", absl::StrJoin(labels, ", "))};
}

Finding JudgeAccount(const json::Value& body) {
  const std::string account =
      body.Find("organizations").At(0).Find("name").StringOr("unknown organization");
  return {true, absl::StrCat(std::string(kAccount), ": ", account), ""};
}

}  // namespace

std::vector<Probe> Close::Probes(absl::Time /*now*/) const {
  std::vector<Probe> probes;
  const auto add = [&](std::string_view what, std::string_view path) {
    Probe probe;
    probe.what = what;
    probe.request.url = Url(settings_, path);
    probes.push_back(std::move(probe));
  };
  add(kAccount, "/me/");
  add(kContacts, "/contact/?_limit=1");
  // The schema, unlike the list of an object's own fields, has the shared ones.
  add(kContactFields, "/custom_field_schema/contact/");
  add(kLeadFields, "/custom_field_schema/lead/");
  if (settings_.deals) {
    add(kDealFields, "/custom_field_schema/opportunity/");
    add(kStages, "/status/opportunity/");
  }
  return probes;
}

Finding Close::JudgeProbe(const Probe& probe, const http::Response& response) const {
  const absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  const json::Value body = document.ok() ? document->root() : json::Value();
  const Verdict verdict = JudgeReply({response, body}, false, settings_.oauth(), absl::UnixEpoch());
  if (verdict.reach == Verdict::Reach::kRecords) {
    return {false,
            absl::StrCat("HTTP ", response.status),
            "check base_url of the destination: is it https://api.close.com?"};
  }
  if (verdict.reach != Verdict::Reach::kNone) {
    const std::string& remedy = verdict.outcome.remedy;
    return {false,
            verdict.outcome.reason,
            remedy.empty() ? "Close is in trouble or over its limit: try again later" : remedy};
  }
  if (!body.IsObject()) {
    return {false,
            "the answer is not Close's: it is no JSON object",
            "check base_url of the destination: is it https://api.close.com?"};
  }
  if (probe.what == kAccount) return JudgeAccount(body);
  if (probe.what == kContactFields) {
    return JudgeFields(kContactFields, CustomFieldsOf(settings_.contact), body);
  }
  if (probe.what == kLeadFields) {
    return JudgeFields(kLeadFields, CustomFieldsOf(settings_.lead), body);
  }
  if (probe.what == kDealFields) {
    return JudgeFields(kDealFields, CustomFieldsOf(settings_.deal, settings_.deal_key_field), body);
  }
  if (probe.what == kStages) return JudgeStages(settings_, body);
  return {true, probe.what, ""};
}

}  // namespace leadrelay::delivery::close
