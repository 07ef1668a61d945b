// `leadctl test` for Zoho: is the token good, may it read, do the mapped fields and the deal's
// stages exist.

#include <algorithm>

#include "absl/strings/str_join.h"

#include "common/config/suggest.h"
#include "services/delivery/connectors/zoho/coql.h"
#include "services/delivery/connectors/zoho/errors.h"
#include "services/delivery/connectors/zoho/job_records.h"
#include "services/delivery/connectors/zoho/people_steps.h"
#include "services/delivery/connectors/zoho/zoho.h"

namespace leadrelay::delivery::zoho {
namespace {

constexpr std::string_view kAccount = "the access token is accepted";
constexpr std::string_view kQuery = "records can be queried";

std::string FieldsProbe(std::string_view module) {
  return absl::StrCat("the mapped fields of ", std::string(module), " exist");
}

json::Value FieldNamed(const json::Value& body, std::string_view name) {
  for (const json::Value& field : body.Find("fields").Elements()) {
    if (field.Find("api_name").AsString() == name) return field;
  }
  return {};
}

// Faults in the mapping, by what the account says of its fields.
class FieldCheck {
 public:
  explicit FieldCheck(const json::Value& body) : body_(body) {
    for (const json::Value& field : body.Find("fields").Elements()) {
      known_.push_back(field.Find("api_name").StringOr(""));
    }
  }

  void Mapped(const Mapping& mapping) {
    for (const std::string& name : mapping.Fields()) {
      const json::Value field = FieldNamed(body_, name);
      if (!field.exists()) {
        faults_.push_back(
            absl::StrCat("there is no field ", name, config::DidYouMean(name, known_)));
      } else if (field.Find("read_only").BoolOr(false)) {
        faults_.push_back(name + " is read-only");
      }
    }
    for (const json::Value& field : body_.Find("fields").Elements()) {
      const std::string name = field.Find("api_name").StringOr("");
      const bool required = field.Find("system_mandatory").BoolOr(false);
      if (required && !mapping.Fills(name) && name != "Pipeline") {
        faults_.push_back(name + " is required, and nothing is mapped to it");
      }
    }
  }

  // `unique` is an object with something in it when the field takes no duplicates.
  void Unique(const std::string& name) {
    const json::Value field = FieldNamed(body_, name);
    if (name.empty() || !field.exists() || field.Find("unique").size() > 0) return;
    faults_.push_back(name + " is not a field without duplicate values");
  }

  void Stages(const Settings& settings) {
    std::vector<std::string> known;
    for (const json::Value& value :
         FieldNamed(body_, "Stage").Find("pick_list_values").Elements()) {
      known.push_back(value.Find("actual_value").StringOr(""));
    }
    std::vector<std::string> wanted = {settings.deal_stage};
    for (const auto& [word, stage] : settings.deal_stages) wanted.push_back(stage);
    std::ranges::sort(wanted);
    wanted.erase(std::ranges::unique(wanted).begin(), wanted.end());
    for (const std::string& stage : wanted) {
      if (std::ranges::find(known, stage) != known.end()) continue;
      faults_.push_back("there is no deal stage " + stage);
    }
  }

  Finding Finish(const std::string& what) const {
    if (faults_.empty()) return {true, what, ""};
    return {false,
            absl::StrJoin(faults_, "; "),
            "correct the mapping, deal_stage and deal_stages, or change the field in Zoho"};
  }

 private:
  const json::Value body_;
  std::vector<std::string> known_;
  std::vector<std::string> faults_;
};

}  // namespace

std::vector<Probe> Zoho::Probes(absl::Time /*now*/) const {
  const auto get = [this](std::string_view what, const std::string& path) {
    Probe probe;
    probe.what = what;
    probe.request.url = absl::StrCat("/crm/", settings_.version, path);
    return probe;
  };
  std::vector<Probe> probes = {get(kAccount, "/org")};
  const auto add_fields = [&](const std::string& module) {
    probes.push_back(get(FieldsProbe(module), "/settings/fields?module=" + module));
  };
  add_fields(settings_.module);
  const bool contacts = settings_.deals || settings_.module == "Contacts";
  if (settings_.accounts && contacts) add_fields("Accounts");
  if (settings_.deals) {
    if (settings_.module != "Contacts") add_fields("Contacts");
    add_fields("Deals");
  }
  Probe query;
  query.what = kQuery;
  query.request =
      JsonRequest("POST",
                  CoqlUrl(settings_),
                  SelectQuery("id", settings_.module, "Phone in ('leadrelay')", "id asc"));
  probes.push_back(std::move(query));
  return probes;
}

Finding Zoho::JudgeProbe(const Probe& probe, const http::Response& response) const {
  const absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  const json::Value body = document.ok() ? document->root() : json::Value();
  const Verdict verdict = JudgeReply({response, body}, false, absl::UnixEpoch());
  if (verdict.reach != Verdict::Reach::kNone) {
    const std::string& remedy = verdict.outcome.remedy;
    return {false,
            verdict.outcome.reason,
            remedy.empty() ? "Zoho is in trouble or over its limit: try again later" : remedy};
  }
  if (probe.what == kQuery && (response.status == 204 || body.IsObject())) {
    return {true, probe.what, ""};
  }
  if (!body.IsObject()) {
    return {false,
            "the answer is not Zoho's: it is no JSON object",
            "check data_center and base_url of the destination"};
  }
  if (probe.what == kAccount) {
    const std::string id = IdOf(body.Find("org").At(0).Find("id"));
    return {true, absl::StrCat(probe.what, ": account ", id.empty() ? "unknown" : id), ""};
  }
  FieldCheck check(body);
  if (probe.what == FieldsProbe("Accounts")) {
    check.Mapped(settings_.account);
  } else if (probe.what == FieldsProbe("Deals")) {
    check.Mapped(settings_.deal);
    check.Unique(settings_.deal_key_field);
    check.Stages(settings_);
  } else if (probe.what == FieldsProbe(settings_.module)) {
    check.Mapped(settings_.person);
    check.Unique(settings_.id_field);
  } else {
    check.Mapped(settings_.contact);
  }
  return check.Finish(probe.what);
}

}  // namespace leadrelay::delivery::zoho
