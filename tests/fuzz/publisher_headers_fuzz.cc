// DEPS: leadrelay_ingest_answers leadrelay_http leadrelay_http_message leadrelay_observe
// What surrounds a lead: target, header fields, a batch's frame, what Redis kept.  Whatever a
// publisher puts there, what we answer and what we pass on can be sent.

#include <cstdint>
#include <cstdlib>
#include <string>

#include <fuzzer/FuzzedDataProvider.h>

#include "common/http/field_syntax.h"
#include "common/http/response_head.h"
#include "common/json/utf8.h"
#include "common/observe/trace.h"
#include "services/ingest/receive/batch.h"
#include "services/ingest/receive/claim.h"
#include "services/ingest/receive/content_type.h"
#include "services/ingest/receive/cors.h"
#include "services/ingest/receive/endpoint.h"
#include "services/ingest/receive/form.h"
#include "services/ingest/receive/idempotency_key.h"
#include "services/ingest/receive/visitor_address.h"

namespace leadrelay::ingest {
namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

void CheckSendable(const http::Response& response) {
  Check(http::ResponseHead(response, {}, "now").has_value());
  Check(json::IsUtf8(response.body));
}

// The server lets in only what may stand in a field.
std::string FieldValue(FuzzedDataProvider& data) {
  std::string value = data.ConsumeRandomLengthString(300);
  return http::IsFieldValue(value) ? value : "";
}

void ReadHeaders(FuzzedDataProvider& data) {
  const std::string origin = FieldValue(data);
  CheckSendable(Preflight(origin, true, FindEndpoint("OPTIONS", FieldValue(data)).allow));
  http::Response response = ProblemResponse(Unauthorized());
  AllowOrigin(response, origin);
  CheckSendable(response);

  http::Request request;
  for (const char* name : {"referer", "user-agent", "x-forwarded-for", "idempotency-key"}) {
    request.headers.Add(name, FieldValue(data));
  }
  const Visitor visitor = VisitorOf(request, "10.0.0.1");
  Check(visitor.address.size() <= 64 && visitor.user_agent.size() <= 1024);
  (void)ParseContentType(FieldValue(data));
  const absl::StatusOr<std::string> key = IdempotencyKeyOf(request.headers);
  if (key.ok() && !key->empty()) Check(IsIdempotencyKey(*key));
  Check(http::IsFieldValue(observe::Trace::Continue(FieldValue(data)).ToHeader()));
  Check(http::RetryAfterSeconds({{"retry-after", FieldValue(data)}}, 1'790'000'000) <=
        2147483648.0);
}

void ReadBatch(FuzzedDataProvider& data) {
  const BatchFormat format = data.ConsumeBool() ? BatchFormat::kArray : BatchFormat::kLines;
  const std::string fingerprint = data.ConsumeRandomLengthString(64);
  const Claim claim = ReadClaim(data.ConsumeRandomLengthString(200), fingerprint);
  if (claim.kind != Claim::Kind::kDone) Check(claim.answer.empty());
  const std::variant<BatchItems, Problem> split =
      SplitBatch(data.ConsumeRemainingBytesAsString(), format, {4096, 5});
  if (const auto* problem = std::get_if<Problem>(&split)) {
    return CheckSendable(ProblemResponse(*problem));
  }
  std::vector<Verdict> verdicts;
  for (const auto& item : std::get<BatchItems>(split)) {
    const auto* problem = std::get_if<Problem>(&item);
    verdicts.push_back(problem != nullptr ? Verdict(*problem) : Verdict(Accepted{"ld_1", "{}"}));
  }
  Check(verdicts.size() <= 5);
  CheckSendable(BatchResponse(verdicts));
}

}  // namespace
}  // namespace leadrelay::ingest

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  FuzzedDataProvider data(bytes, size);
  leadrelay::ingest::ReadHeaders(data);
  leadrelay::ingest::ReadBatch(data);
  return 0;
}
