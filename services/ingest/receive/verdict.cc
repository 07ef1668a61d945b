#include "services/ingest/receive/verdict.h"

namespace leadrelay::ingest {

http::Response VerdictResponse(const Verdict& verdict) {
  if (const auto* problem = std::get_if<Problem>(&verdict)) return ProblemResponse(*problem);
  const Accepted& accepted = std::get<Accepted>(verdict);
  http::Response response;
  response.status = 202;
  response.headers.Add("content-type", "application/json");
  response.headers.Add("cache-control", "no-store");
  if (accepted.replayed) response.headers.Add("idempotent-replayed", "true");
  response.body = accepted.answer;
  return response;
}

}  // namespace leadrelay::ingest
