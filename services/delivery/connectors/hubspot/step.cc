#include "services/delivery/connectors/hubspot/step.h"

namespace leadrelay::delivery::hubspot {

void Step::Refuse(Job& job, const ApiError& error, int status) const {
  const auto sent = [this, &job](std::string_view property) { return Sends(job, property); };
  job.outcome = JudgeRecord(error, status, sent);
  if (error.category == "CONFLICT" && ConflictPasses(job)) {
    job.outcome = Outcome::Retry(job.outcome->reason, status);
  }
  if (error.category != "OBJECT_NOT_FOUND") return;
  job.progress.clear();
  job.unknown = true;
}

http::Request PostJson(std::string url, std::string body) {
  http::Request request;
  request.method = "POST";
  request.url = std::move(url);
  request.headers.Add("content-type", "application/json");
  request.body = std::move(body);
  return request;
}

}  // namespace leadrelay::delivery::hubspot
