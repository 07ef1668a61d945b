// The Make connector: leads to a custom webhook.
//
// Facts: help.make.com/webhooks, apps.make.com/gateway (2026-04 to 2026-09).

#include "services/delivery/connectors/make/errors.h"
#include "services/delivery/connectors/make/settings.h"
#include "services/delivery/connectors/one_call.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::make {
namespace {

class Make final : public OneCall {
 public:
  explicit Make(Settings settings) : settings_(std::move(settings)) {}

  void Authorize(http::Request& request,
                 const Call& call,
                 const Batch& batch,
                 const Credential& credential,
                 absl::Time now) const override;
  Credential StaticCredential() const override { return {settings_.api_key, ""}; }
  // help.make.com/webhooks
  Doubt doubt() const override { return Doubt::kNothing; }
  std::vector<const Mapping*> Mappings() const override { return {&settings_.hook.mapping}; }
  std::vector<config::RateWindow> DefaultLimits() const override {
    return {{"10s", 300, absl::Seconds(10), ""}};
  }
  std::vector<Probe> Probes(absl::Time now) const override;
  Finding JudgeProbe(const Probe& probe, const http::Response& response) const override;

 protected:
  http::Request Build(const Job& job) const override;
  Outcome Judge(const Job& job, const http::Response& response, absl::Time now) const override;

 private:
  const Settings settings_;
};

http::Request Make::Build(const Job& job) const {
  json::Writer writer;
  WriteFlatLead(writer, settings_.hook, job);
  return JsonRequest("POST", settings_.hook.url, writer.Take());
}

void Make::Authorize(http::Request& request,
                     const Call& /*call*/,
                     const Batch& /*batch*/,
                     const Credential& credential,
                     absl::Time /*now*/) const {
  if (!credential.token.empty()) request.headers.Set("x-make-apikey", credential.token);
}

Outcome Make::Judge(const Job& job, const http::Response& response, absl::Time now) const {
  return JudgeAnswer(response, job.unknown, now);
}

// Starts nothing, unlike a GET (measured).  What it answers for a webhook that is not there is not
// documented: 404 and 410 are believed, a success proves the host alone.
std::vector<Probe> Make::Probes(absl::Time /*now*/) const {
  Probe probe;
  probe.what = "Make answers for the webhook";
  probe.request.method = "OPTIONS";
  probe.request.url = settings_.hook.url;
  return {std::move(probe)};
}

Finding Make::JudgeProbe(const Probe& probe, const http::Response& response) const {
  const int status = response.status;
  if (status >= 200 && status < 300) {
    return {true,
            absl::StrCat(probe.what,
                         "; whether its scenario is switched on, only a lead can show: send one "
                         "with `leadctl send`"),
            ""};
  }
  const Outcome outcome = JudgeAnswer(response, false, absl::UnixEpoch());
  if (outcome.kind == Outcome::Kind::kUnauthorized) return {false, outcome.reason, outcome.remedy};
  if (status >= 500 || outcome.kind == Outcome::Kind::kThrottled) {
    return {false, outcome.reason, "Make is in trouble or over its limit: try again later"};
  }
  return {true, absl::StrCat("Make answers, though not to OPTIONS: HTTP ", status), ""};
}

}  // namespace

std::unique_ptr<const Connector> Configure(Setup setup) {
  return std::make_unique<Make>(ReadSettings(setup));
}

}  // namespace leadrelay::delivery::make
