#include "services/ingest/receive/problem.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace leadrelay::ingest {
namespace {

// The broker may be back, or the alarm over, within seconds.
constexpr absl::Duration kUnavailableRetry = absl::Seconds(2);
// A publish that is in flight is answered within milliseconds, as a rule.
constexpr absl::Duration kInFlightRetry = absl::Seconds(1);

Problem Make(int status, std::string code, std::string title, std::string detail) {
  Problem problem;
  problem.status = status;
  problem.code = std::move(code);
  problem.title = std::move(title);
  problem.detail = std::move(detail);
  return problem;
}

}  // namespace

Problem NotJson(std::string detail) {
  return Make(400, "not-json", "The body is not JSON", std::move(detail));
}

Problem BadKey(std::string detail) {
  return Make(400, "bad-idempotency-key", "The Idempotency-Key is not valid", std::move(detail));
}

Problem Unauthorized() {
  return Make(401,
              "unauthorized",
              "An API key is needed",
              "send a valid key as Authorization: Bearer <key> or as X-Api-Key");
}

Problem ForbiddenOrigin() {
  return Make(403,
              "forbidden-origin",
              "Pages of this origin may not post here",
              "add the origin to the publisher's `origins`");
}

Problem UnknownPublisher(std::string detail) {
  return Make(403, "unknown-publisher", "The publisher may not hand us leads", std::move(detail));
}

Problem NotFound(std::string detail) {
  return Make(404, "not-found", "There is nothing here", std::move(detail));
}

Problem WrongMethod(std::string_view allow) {
  return Make(405,
              "wrong-method",
              "The method is not allowed",
              absl::StrCat("allowed here: ", std::string(allow)));
}

Problem InFlight() {
  Problem problem = Make(409,
                         "in-flight",
                         "The same lead is being accepted right now",
                         "send it again with the same Idempotency-Key after Retry-After");
  problem.retry_after = kInFlightRetry;
  return problem;
}

Problem TooLarge(std::string detail) {
  return Make(413, "too-large", "The body is too large", std::move(detail));
}

Problem WrongMediaType(std::string detail) {
  return Make(415, "wrong-media-type", "The content type is not supported", std::move(detail));
}

Problem InvalidLead(std::vector<Fault> faults) {
  Problem problem = Make(422,
                         "invalid-lead",
                         "The lead is not valid",
                         faults.size() == 1 ? std::string("1 fault, see errors")
                                            : absl::StrCat(faults.size(), " faults, see errors"));
  problem.errors = std::move(faults);
  return problem;
}

Problem KeyReused() {
  return Make(422,
              "key-reused",
              "The Idempotency-Key was used for another lead",
              "use a new key for a new lead, and the same key only for the same body");
}

Problem TooManyLeads(absl::Duration retry_after) {
  Problem problem = Make(429,
                         "too-many-leads",
                         "The publisher's rate limit is reached",
                         "send it again after Retry-After");
  problem.retry_after = std::max(retry_after, absl::Milliseconds(1));
  return problem;
}

Problem Unavailable(std::string detail) {
  Problem problem =
      Make(503, "unavailable", "Leads cannot be accepted right now", std::move(detail));
  problem.retry_after = kUnavailableRetry;
  return problem;
}

void WriteProblem(json::Writer& writer, const Problem& problem) {
  writer.StartObject();
  writer.Member("type", "urn:leadrelay:problem:" + problem.code);
  writer.Member("title", problem.title);
  writer.Member("status", problem.status);
  writer.Member("detail", problem.detail);
  if (!problem.errors.empty()) {
    writer.Key("errors").StartArray();
    for (const Fault& fault : problem.errors) {
      writer.StartObject();
      writer.Member("pointer", fault.pointer);
      writer.Member("detail", fault.detail);
      writer.EndObject();
    }
    writer.EndArray();
  }
  writer.EndObject();
}

http::Response ProblemResponse(const Problem& problem) {
  http::Response response;
  response.status = problem.status;
  response.headers.Add("content-type", "application/problem+json");
  response.headers.Add("cache-control", "no-store");
  if (problem.passing()) {
    const absl::Duration whole = absl::Ceil(problem.retry_after, absl::Seconds(1));
    response.headers.Add("retry-after", absl::StrCat(absl::ToInt64Seconds(whole)));
  }
  if (problem.status == 401) response.headers.Add("www-authenticate", "Bearer realm=\"leadrelay\"");
  json::Writer writer;
  WriteProblem(writer, problem);
  response.body = writer.Take();
  return response;
}

}  // namespace leadrelay::ingest
