// The webhook connector: any REST endpoint that takes one lead per request.
//
// An unknown outcome is simply sent again: webhook-id and the idempotency key are those of the
// delivery, so a receiver that keeps them (as Standard Webhooks asks) sees the lead once.

#include <algorithm>

#include "services/delivery/connectors/one_call.h"
#include "services/delivery/connectors/webhook/body.h"
#include "services/delivery/connectors/webhook/settings.h"
#include "services/delivery/connectors/webhook/signature.h"

namespace leadrelay::delivery::webhook {
namespace {

constexpr std::string_view kTestId = "leadrelay-test";
constexpr size_t kLongestRemoteId = 256;  // What is longer is no id.

class Webhook final : public OneCall {
 public:
  explicit Webhook(Settings settings) : settings_(std::move(settings)) {}

  void Authorize(http::Request& request,
                 const Call& call,
                 const Batch& batch,
                 const Credential& credential,
                 absl::Time now) const override;
  // The receiver is told what a publisher wants done, and does it.
  bool Offers(Operation operation) const override { return operation != Operation::kMarkSynced; }
  Credential StaticCredential() const override { return {settings_.token, ""}; }
  Doubt doubt() const override { return Doubt::kNothing; }
  std::vector<const Mapping*> Mappings() const override { return {&settings_.mapping}; }
  std::vector<Probe> Probes(absl::Time now) const override;
  Finding JudgeProbe(const Probe& probe, const http::Response& response) const override;

 protected:
  http::Request Build(const Job& job) const override;
  Outcome Judge(const Job& job, const http::Response& response, absl::Time now) const override;

 private:
  Outcome JudgeResponse(const http::Response& response, absl::Time now) const;
  bool Succeeded(int status) const;
  std::string RemoteId(const http::Response& response) const;
  http::Request RequestFor(std::string_view delivery_id, std::string body) const;

  Settings settings_;
};

http::Request Webhook::Build(const Job& job) const {
  return RequestFor(job.delivery_id, BuildBody(settings_, FactsOf(job)));
}

http::Request Webhook::RequestFor(std::string_view delivery_id, std::string body) const {
  http::Request request;
  request.method = settings_.method;
  request.url = settings_.url;
  request.headers.Add("content-type", ContentType(settings_));
  const std::string id = WebhookId(delivery_id);
  request.headers.Add("webhook-id", id);
  if (settings_.idempotency_key == IdempotencyKey::kQuoted) {
    request.headers.Add("idempotency-key", absl::StrCat("\"", id, "\""));
  } else if (settings_.idempotency_key == IdempotencyKey::kBare) {
    request.headers.Add("idempotency-key", id);
  }
  for (const auto& [name, value] : settings_.headers) request.headers.Add(name, value);
  request.body = std::move(body);
  return request;
}

void Webhook::Authorize(http::Request& request,
                        const Call& /*call*/,
                        const Batch& /*batch*/,
                        const Credential& credential,
                        absl::Time now) const {
  switch (settings_.auth) {
    case Auth::kNone:
      break;
    case Auth::kBearer:
      request.headers.Set("authorization", absl::StrCat("Bearer ", credential.token));
      break;
    case Auth::kBasic:
      request.headers.Set("authorization", absl::StrCat("Basic ", credential.token));
      break;
    case Auth::kApiKey:
      request.headers.Set(settings_.api_key_header, credential.token);
      break;
  }
  // The timestamp is the attempt's own, so that a receiver can tell a late copy from a stolen one.
  const int64_t timestamp = absl::ToUnixSeconds(now);
  request.headers.Set("webhook-timestamp", absl::StrCat(timestamp));
  if (settings_.signing_keys.empty()) return;
  request.headers.Set(
      "webhook-signature",
      Sign(settings_.signing_keys, request.headers.Get("webhook-id"), timestamp, request.body));
}

bool Webhook::Succeeded(int status) const {
  if (settings_.success.empty()) return status >= 200 && status < 300;
  return std::ranges::find(settings_.success, status) != settings_.success.end();
}

std::string Webhook::RemoteId(const http::Response& response) const {
  if (settings_.remote_id_pointer.empty()) return "";
  absl::StatusOr<json::Document> body = json::Document::Parse(response.body);
  if (!body.ok()) return "";
  std::string id = body->root().Pointer(settings_.remote_id_pointer).AsText().value_or("");
  return id.size() <= kLongestRemoteId ? id : "";
}

Outcome Webhook::Judge(const Job& /*job*/, const http::Response& response, absl::Time now) const {
  return JudgeResponse(response, now);
}

Outcome Webhook::JudgeResponse(const http::Response& response, absl::Time now) const {
  const int status = response.status;
  if (Succeeded(status)) return Outcome::Delivered(RemoteId(response), "", status);
  Outcome outcome = JudgeByStatus(response, now);
  if (status >= 200 && status < 300) {
    return Outcome::Rejected(absl::StrCat("HTTP ", status, " is not among the success codes"),
                             "see what the endpoint means by it, and add it to `success` if it "
                             "took the lead",
                             status);
  }
  if (status == 410) {
    outcome.remedy =
        "the endpoint is gone for good: give the destination another URL, or remove it";
    return outcome;
  }
  if (status == 423) {
    return Outcome::Rejected(
        outcome.reason, "unlock the resource at the endpoint, then replay", status);
  }
  // Whoever names a time wants to be asked again then, whatever the code.
  const std::optional<absl::Duration> after = RetryAfter(response, now);
  if (outcome.kind == Outcome::Kind::kRejected && status >= 400 && after.has_value()) {
    outcome = Outcome::Retry(outcome.reason, status);
    outcome.retry_after = after;
  }
  if (outcome.kind == Outcome::Kind::kUnauthorized && settings_.auth == Auth::kNone) {
    outcome.remedy = "the endpoint wants a credential: set `auth`";
  }
  return outcome;
}

std::vector<Probe> Webhook::Probes(absl::Time now) const {
  Probe probe;
  if (settings_.body == Body::kEvent) {
    probe.what = "a test event (type leadrelay.test) is accepted";
    probe.request = RequestFor(kTestId, BuildTestEvent(now));
  } else {
    // A receiver of plain fields would take a test for a lead.
    probe.what = "the endpoint answers";
    probe.request = RequestFor(kTestId, "");
    probe.request.method = "HEAD";
    probe.request.headers.Remove("content-type");
    probe.request.headers.Remove("idempotency-key");
  }
  return {std::move(probe)};
}

Finding Webhook::JudgeProbe(const Probe& probe, const http::Response& response) const {
  const int status = response.status;
  const std::string answer = absl::StrCat("HTTP ", status);
  if (Succeeded(status)) return {true, absl::StrCat(probe.what, ": ", answer), ""};
  const Outcome outcome = JudgeResponse(response, absl::UnixEpoch());
  const bool head = probe.request.method == "HEAD";
  if (head && (status == 400 || status == 405 || status == 501)) {
    return {true, absl::StrCat("the endpoint answers, though not to HEAD: ", answer), ""};
  }
  std::string remedy = outcome.remedy;
  if (remedy.empty()) remedy = "the endpoint is in trouble or overloaded: try again later";
  if (!head && (status == 400 || status == 422)) {
    remedy =
        "the endpoint refuses events of type leadrelay.test: that is harmless, send a lead to "
        "be sure";
  }
  return {false, answer, remedy};
}

}  // namespace

std::unique_ptr<const Connector> Configure(Setup setup) {
  return std::make_unique<Webhook>(ReadSettings(setup));
}

}  // namespace leadrelay::delivery::webhook
