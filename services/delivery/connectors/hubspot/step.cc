#include "services/delivery/connectors/hubspot/step.h"

#include <algorithm>

#include "services/delivery/connectors/doubt.h"

namespace leadrelay::delivery::hubspot {

bool Step::Understands(const Answer& answer) const {
  return Creates() || answer.body.Find("results").IsArray();
}

void Step::Refuse(Job& job, const Verdict& /*verdict*/, const Answer& answer) const {
  RefuseRecord(job, ReadError(answer.body), answer.response.status);
}

bool Step::IsAtFault(const Job& job, const Answer& answer) const {
  const ApiError error = ReadError(answer.body);
  return std::ranges::any_of(error.details, [&](const ApiError::Detail& detail) {
    return detail.code == "PROPERTY_DOESNT_EXIST" && !detail.property.empty() &&
           Sends(job, detail.property);
  });
}

void Step::RefuseRecord(Job& job, const ApiError& error, int status) const {
  const auto sent = [this, &job](std::string_view property) { return Sends(job, property); };
  job.outcome = JudgeRecord(error, status, sent);
  if (IsRace(job, error)) {
    job.outcome = Outcome::Retry(job.outcome->reason, status);
  }
  if (error.category != "OBJECT_NOT_FOUND") return;
  job.progress.clear();
  PutInDoubt(job);
}

}  // namespace leadrelay::delivery::hubspot
