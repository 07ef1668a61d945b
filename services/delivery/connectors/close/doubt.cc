#include "services/delivery/connectors/close/doubt.h"

#include "services/delivery/connectors/close/errors.h"
#include "services/delivery/connectors/close/records.h"
#include "services/delivery/connectors/doubt.h"

namespace leadrelay::delivery::close {
namespace {

std::optional<absl::Time> TimeIn(const std::string& text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error)) return std::nullopt;
  return time;
}

}  // namespace

bool IsNotThere(Job& job, const Answer& answer, const Settings& settings) {
  return NothingThere(job, settings.search_lag, "Close", answer.response.status);
}

std::string KinUrl(const Settings& settings, const Kin& kin, const Job& job) {
  const http::Fields query = {{"lead_id", Get(job.progress, kLeadId)}, {"_limit", "100"}};
  return absl::StrCat(Url(settings, kin.path), "?", http::EncodeForm(query));
}

std::unique_ptr<const Step> FindKin(const Settings& settings, const Kin& kin) {
  JobStep::Plan plan;
  plan.name = "find " + kin.name;
  plan.build = [&settings, kin](const Job& job) {
    http::Request request;
    request.url = KinUrl(settings, kin, job);
    return request;
  };
  plan.absorb = [&settings, kin](Job& job, const Answer& answer, absl::Time /*now*/) {
    const json::Value data = answer.body.Find("data");
    if (!data.IsArray()) return;
    for (const json::Value& record : data.Elements()) {
      if (kin.is_ours(job, record)) SaveId(job, kin.found, record);
      if (Has(job.progress, kin.found)) return;
    }
    if (IsNotThere(job, answer, settings)) Set(job.scratch, kin.looked(), "yes");
  };
  plan.refuse = &RefuseUnlessGone;
  return std::make_unique<JobStep>(std::move(plan));
}

bool IsNoOlder(const Job& job, const json::Value& record) {
  const std::optional<absl::Time> created = TimeIn(record.Find("date_created").StringOr(""));
  return created.has_value() && *created >= EarliestRecordOf(job);
}

void RefuseUnlessGone(Job& job, const Verdict& verdict, const Answer& answer) {
  job.outcome = verdict.outcome;
  if (!IsGone(answer)) return;
  // Merged into another, perhaps: then what we made is there, and is looked for.
  job.progress.clear();
  PutInDoubt(job);
  job.outcome = Outcome::Retry(
      absl::StrCat("HTTP ", answer.response.status, ": the lead or contact is gone from Close"),
      answer.response.status);
}

void SaveId(Job& job, std::string_view fact, const json::Value& record) {
  std::string id = record.Find("id").StringOr("");
  if (!id.empty()) Set(job.progress, fact, std::move(id));
}

}  // namespace leadrelay::delivery::close
