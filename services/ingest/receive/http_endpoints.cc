#include "services/ingest/receive/http_endpoints.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/status/abseil.h"
#include "services/ingest/receive/content_type.h"
#include "services/ingest/receive/cors.h"
#include "services/ingest/receive/form.h"
#include "services/ingest/receive/idempotency_key.h"

namespace leadrelay::ingest {
namespace {

// Before the publisher is known, the page may read why it was refused if it is anybody's.
bool MayRead(const Publishers& publishers,
             const config::Publisher* publisher,
             std::string_view origin) {
  if (origin.empty()) return false;
  return publisher == nullptr ? publishers.AnyAllows(origin) : AllowsOrigin(*publisher, origin);
}

std::vector<Submission> One(Submission submission) {
  std::vector<Submission> submissions;
  submissions.push_back(std::move(submission));
  return submissions;
}

// What a request for one lead carries, or why it is refused.
std::variant<Submission, Problem> ReadLead(const http::Request& request, Expected expected) {
  if (ParseContentType(request.headers.Get("content-type")) != MediaType::kJson) {
    return WrongMediaType("send it as application/json in UTF-8");
  }
  absl::StatusOr<std::string> key = IdempotencyKeyOf(request.headers);
  if (!key.ok()) return BadKey(std::string(ToStd(key.status().message())));
  absl::StatusOr<json::Document> lead = json::Document::Parse(request.body);
  if (!lead.ok()) return NotJson(std::string(ToStd(lead.status().message())));
  return Submission{*std::move(lead), *std::move(key), json::Document(), expected};
}

std::variant<Submission, Problem> ReadForm(const config::Form& form,
                                           const http::ServerRequest& request,
                                           const http::Fields& fields,
                                           absl::Time now) {
  FormLead built = BuildLead(form, fields, VisitorOf(request, request.peer), now);
  absl::StatusOr<json::Document> lead = json::Document::Parse(built.json);
  absl::StatusOr<json::Document> identity = json::Document::Parse(built.identity);
  if (!lead.ok()) return NotJson(std::string(ToStd(lead.status().message())));
  if (!identity.ok()) return NotJson(std::string(ToStd(identity.status().message())));
  return Submission{*std::move(lead), "", *std::move(identity), Expected::kLead};
}

std::string TraceparentOf(const http::Request& request) {
  return std::string(request.headers.Get("traceparent"));
}

http::Response WrongMethodResponse(std::string_view allow) {
  http::Response response = ProblemResponse(WrongMethod(allow));
  response.headers.Add("allow", std::string(allow));
  return response;
}

// Where the accepted verdicts of a batch go among those that were refused before.
std::vector<Verdict> Merge(std::vector<std::optional<Verdict>> early, std::vector<Verdict> late) {
  std::vector<Verdict> verdicts;
  verdicts.reserve(early.size());
  auto next = late.begin();
  for (std::optional<Verdict>& verdict : early) {
    verdicts.push_back(verdict.has_value() ? *std::move(verdict) : std::move(*next++));
  }
  return verdicts;
}

}  // namespace

size_t HttpEndpoints::MaxBody(const config::Ingest& options) {
  return static_cast<size_t>(std::max(options.max_batch_bytes, options.max_lead_bytes));
}

const config::Publisher* HttpEndpoints::PublisherOf(const Endpoint& endpoint,
                                                    const http::ServerRequest& request) const {
  if (endpoint.form.empty()) return parts_.publishers.Authenticate(request.headers);
  const config::Form* form = parts_.config.FindForm(endpoint.form);
  return form == nullptr ? nullptr : parts_.publishers.Find(form->publisher);
}

coro::Task<http::Response> HttpEndpoints::Handle(http::ServerRequest request,
                                                 std::stop_token stop) {
  const absl::Duration begun = parts_.timers.clock().Monotonic();
  Endpoint endpoint = FindEndpoint(request.method, request.url);
  const std::string_view metric = endpoint.metric;
  const std::string origin(request.headers.Get("origin"));
  const config::Publisher* publisher = origin.empty() ? nullptr : PublisherOf(endpoint, request);
  const bool allowed = MayRead(parts_.publishers, publisher, origin);

  http::Response response;
  if (endpoint.kind == Endpoint::Kind::kPreflight) {
    response = Preflight(origin, allowed, endpoint.allow);
  } else {
    std::optional<Budget::Hold> hold = budget_.Take(static_cast<int64_t>(request.body.size()));
    parts_.meters.InFlight(budget_.holders(), budget_.held());
    if (hold.has_value()) {
      response = co_await Dispatch(std::move(endpoint), std::move(request), std::move(stop));
    } else {
      response = ProblemResponse(Unavailable("too many leads are being accepted right now"));
    }
    if (allowed) AllowOrigin(response, origin);
  }
  parts_.meters.InFlight(budget_.holders(), budget_.held());
  parts_.meters.Request(metric, response.status, parts_.timers.clock().Monotonic() - begun);
  co_return response;
}

coro::Task<http::Response> HttpEndpoints::Dispatch(Endpoint endpoint,
                                                   http::ServerRequest request,
                                                   std::stop_token stop) {
  if (endpoint.kind == Endpoint::Kind::kNotFound) {
    co_return ProblemResponse(
        NotFound("the endpoints are /v1/leads, /v1/leads:batch, /v1/operations and "
                 "/v1/forms/{form}"));
  }
  if (endpoint.kind == Endpoint::Kind::kWrongMethod) co_return WrongMethodResponse(endpoint.allow);
  if (endpoint.kind == Endpoint::Kind::kForm) {
    const config::Form* form = parts_.config.FindForm(endpoint.form);
    if (form == nullptr) co_return ProblemResponse(NotFound("there is no form of this name"));
    co_return co_await TakeForm(form, std::move(request), std::move(stop));
  }
  const config::Publisher* publisher = parts_.publishers.Authenticate(request.headers);
  if (publisher == nullptr) co_return ProblemResponse(Unauthorized());
  if (endpoint.kind == Endpoint::Kind::kBatch) {
    co_return co_await TakeBatch(publisher, std::move(request), std::move(stop));
  }
  const Expected expected =
      endpoint.kind == Endpoint::Kind::kOperation ? Expected::kOperation : Expected::kLead;
  co_return co_await TakeLead(publisher, expected, std::move(request), std::move(stop));
}

coro::Task<http::Response> HttpEndpoints::TakeLead(const config::Publisher* publisher,
                                                   Expected expected,
                                                   http::ServerRequest request,
                                                   std::stop_token stop) {
  const int64_t limit = parts_.config.ingest.max_lead_bytes;
  if (static_cast<int64_t>(request.body.size()) > limit) {
    co_return ProblemResponse(TooLarge(absl::StrCat("a lead may have ", limit, " bytes")));
  }
  std::variant<Submission, Problem> read = ReadLead(request, expected);
  if (auto* problem = std::get_if<Problem>(&read)) {
    Verdict verdict = std::move(*problem);
    parts_.meters.Lead(verdict);
    co_return VerdictResponse(verdict);
  }
  std::vector<Submission> submissions = One(std::get<Submission>(std::move(read)));
  std::vector<Verdict> verdicts = co_await parts_.acceptor.Accept(
      publisher, std::move(submissions), TraceparentOf(request), std::move(stop));
  co_return VerdictResponse(verdicts.front());
}

coro::Task<http::Response> HttpEndpoints::TakeBatch(const config::Publisher* publisher,
                                                    http::ServerRequest request,
                                                    std::stop_token stop) {
  const MediaType type = ParseContentType(request.headers.Get("content-type"));
  if (type != MediaType::kJson && type != MediaType::kLines) {
    co_return ProblemResponse(
        WrongMediaType("send a batch as application/json or application/x-ndjson in UTF-8"));
  }
  const config::Ingest& options = parts_.config.ingest;
  std::variant<BatchItems, Problem> split =
      SplitBatch(request.body,
                 type == MediaType::kJson ? BatchFormat::kArray : BatchFormat::kLines,
                 BatchLimits{options.max_batch_bytes, options.max_batch_leads});
  if (const auto* problem = std::get_if<Problem>(&split)) co_return ProblemResponse(*problem);

  std::vector<std::optional<Verdict>> early;
  std::vector<Submission> submissions;
  for (std::variant<BatchItem, Problem>& item : std::get<BatchItems>(split)) {
    if (auto* problem = std::get_if<Problem>(&item)) {
      early.emplace_back(std::move(*problem));
      parts_.meters.Lead(*early.back());
      continue;
    }
    BatchItem& lead = std::get<BatchItem>(item);
    submissions.push_back(
        Submission{std::move(lead.lead), std::move(lead.key), json::Document(), Expected::kLead});
    early.emplace_back();
  }
  request.body = std::string();  // It is parsed; the leads keep what they need.
  std::vector<Verdict> late = co_await parts_.acceptor.Accept(
      publisher, std::move(submissions), TraceparentOf(request), std::move(stop));
  co_return BatchResponse(Merge(std::move(early), std::move(late)));
}

coro::Task<http::Response> HttpEndpoints::TakeForm(const config::Form* form,
                                                   http::ServerRequest request,
                                                   std::stop_token stop) {
  const config::Publisher* publisher = parts_.publishers.Find(form->publisher);
  const std::string_view origin = request.headers.Get("origin");
  if (!origin.empty() && !publisher->origins.empty() && !AllowsOrigin(*publisher, origin)) {
    co_return ProblemResponse(ForbiddenOrigin());
  }
  if (ParseContentType(request.headers.Get("content-type")) != MediaType::kForm) {
    co_return ProblemResponse(
        WrongMediaType("post the form as application/x-www-form-urlencoded (the default of HTML "
                       "forms); files and multipart/form-data are not taken"));
  }
  const int64_t limit = parts_.config.ingest.max_lead_bytes;
  if (static_cast<int64_t>(request.body.size()) > limit) {
    co_return ProblemResponse(TooLarge(absl::StrCat("a form may have ", limit, " bytes")));
  }
  const http::Fields fields = http::ParseForm(request.body);
  if (IsTrapped(*form, fields)) {
    parts_.meters.Trapped(form->name);
    co_return FormResponse(*form, Accepted{});  // The machine learns nothing.
  }
  std::variant<Submission, Problem> read =
      ReadForm(*form, request, fields, parts_.timers.clock().Now());
  Verdict verdict;
  if (auto* problem = std::get_if<Problem>(&read)) {
    verdict = std::move(*problem);
    parts_.meters.Lead(verdict);
  } else {
    std::vector<Submission> submissions = One(std::get<Submission>(std::move(read)));
    std::vector<Verdict> verdicts = co_await parts_.acceptor.Accept(
        publisher, std::move(submissions), TraceparentOf(request), std::move(stop));
    verdict = std::move(verdicts.front());
  }
  if (WantsJson(request.headers)) co_return VerdictResponse(verdict);
  co_return FormResponse(*form, verdict);
}

}  // namespace leadrelay::ingest
