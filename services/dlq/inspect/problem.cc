#include "services/dlq/inspect/problem.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/json/json.h"

namespace leadrelay::dlq {
namespace {

Problem Make(int status, std::string code, std::string title, std::string detail) {
  Problem problem;
  problem.status = status;
  problem.code = std::move(code);
  problem.title = std::move(title);
  problem.detail = std::move(detail);
  return problem;
}

}  // namespace

Problem NotFound(std::string detail) {
  return Make(404, "not-found", "There is nothing here", std::move(detail));
}

Problem WrongMethod(const std::string& allowed) {
  return Make(
      405, "wrong-method", "The method is not allowed", absl::StrCat("allowed here: ", allowed));
}

Problem NotJson(std::string detail) {
  return Make(400, "not-json", "The body is not JSON", std::move(detail));
}

Problem BadRequest(std::vector<RequestFault> faults) {
  Problem problem = Make(422,
                         "bad-request",
                         "The request is not valid",
                         absl::StrCat(faults.size(), faults.size() == 1 ? " fault" : " faults"));
  problem.errors = std::move(faults);
  return problem;
}

Problem Unauthorized() {
  return Make(401,
              "unauthorized",
              "The operators' token is needed",
              "send Authorization: Bearer <dlq.operator_token>");
}

Problem Forbidden(std::string detail) {
  return Make(403, "forbidden", "Not from there", std::move(detail));
}

Problem FromStatus(const absl::Status& status) {
  std::string detail(status.message());
  switch (status.code()) {
    case absl::StatusCode::kNotFound:
      return NotFound(std::move(detail));
    case absl::StatusCode::kFailedPrecondition:
      return Make(409, "conflict", "Its state does not allow that", std::move(detail));
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kCancelled:
      return Make(503, "unavailable", "Not now; try again", std::move(detail));
    default:
      return Make(500, "internal", "This should not happen", std::move(detail));
  }
}

http::Response ToResponse(const Problem& problem) {
  json::Writer writer;
  writer.StartObject()
      .Member("type", "urn:leadrelay:problem:" + problem.code)
      .Member("title", problem.title)
      .Member("status", problem.status)
      .Member("detail", problem.detail);
  if (!problem.errors.empty()) {
    writer.Key("errors").StartArray();
    for (const RequestFault& fault : problem.errors) {
      writer.StartObject().Member("where", fault.where).Member("detail", fault.detail).EndObject();
    }
    writer.EndArray();
  }
  writer.EndObject();
  http::Response response;
  response.status = problem.status;
  response.headers.Add("content-type", "application/problem+json");
  response.headers.Add("cache-control", "no-store");
  if (problem.status == 401) response.headers.Add("www-authenticate", "Bearer");
  if (problem.status == 503) response.headers.Add("retry-after", "2");
  if (problem.status == 405) {
    response.headers.Add("allow", problem.detail.substr(std::string("allowed here: ").size()));
  }
  response.body = writer.Take();
  return response;
}

}  // namespace leadrelay::dlq
