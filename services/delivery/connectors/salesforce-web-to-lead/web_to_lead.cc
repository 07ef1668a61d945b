// The Web-to-Lead connector: Salesforce's form endpoint, for orgs whose edition has no API.
//
// It answers every post with 200 and a page, also those that it throws away (help
// "faq_leads_how_can_i_be_sure"), takes no key and does not tell what it made.  So a post is sent
// once at most: what may have arrived is not sent again unless the configuration says so.

#include <algorithm>

#include "services/delivery/connectors/salesforce-web-to-lead/settings.h"

namespace leadrelay::delivery::salesforce_web_to_lead {
namespace {

constexpr int64_t kLeadsPerDay = 500;
constexpr std::string_view kNotProvided = "[not provided]";

class WebToLead final : public Connector {
 public:
  explicit WebToLead(Settings settings) : settings_(std::move(settings)) {}

  std::optional<Call> Next(Batch& batch, const Reply* last) const override;
  // The org id in the form is all that is asked for.
  void Authorize(http::Request& /*request*/,
                 const Call& /*call*/,
                 const Batch& /*batch*/,
                 const Credential& /*credential*/,
                 absl::Time /*now*/) const override {}
  Doubt doubt() const override {
    return settings_.send_in_doubt ? Doubt::kNothing : Doubt::kPerson;
  }
  std::vector<const Mapping*> Mappings() const override { return {&settings_.mapping}; }
  std::vector<config::RateWindow> DefaultLimits() const override {
    // Beyond it, Salesforce mails the leads to a person instead of keeping them.
    return {{"day", kLeadsPerDay, absl::Hours(24), ""}};
  }
  std::vector<Probe> Probes(absl::Time now) const override;
  Finding JudgeProbe(const Probe& probe, const http::Response& response) const override;

 private:
  http::Request Build(const Job& job) const;
  static Outcome Judge(const http::Response& response, absl::Time now);

  const Settings settings_;
};

std::optional<Call> WebToLead::Next(Batch& batch, const Reply* last) const {
  if (last != nullptr) {
    for (const size_t index : last->call.jobs) {
      Job& job = batch.jobs[index];
      if (!job.outcome.has_value()) job.outcome = Judge(last->response, batch.now);
    }
  }
  for (size_t i = 0; i < batch.jobs.size(); ++i) {
    Job& job = batch.jobs[i];
    if (job.outcome.has_value()) continue;
    if (job.unknown && !settings_.send_in_doubt) {
      job.outcome = Outcome::Rejected(
          "an earlier attempt may have arrived, and Web-to-Lead cannot be asked",
          "look in Salesforce for the lead: discard this one if it is there, else replay, which "
          "sends it once more",
          0);
      // Whoever replays it has looked.
      job.unknown = false;
      continue;
    }
    Call call;
    call.step = "post lead";
    call.request = Build(job);
    call.jobs = {i};
    return call;
  }
  return std::nullopt;
}

http::Request WebToLead::Build(const Job& job) const {
  http::Fields form = {{"oid", settings_.org_id}};
  for (const MappedField& field : settings_.mapping.Apply(FactsOf(job))) {
    form.emplace_back(field.field, ToText(field.value));
  }
  for (const char* required : {"last_name", "company"}) {
    const bool there =
        std::ranges::any_of(form, [&](const auto& f) { return f.first == required; });
    if (!there) form.emplace_back(required, kNotProvided);
  }
  if (!settings_.debug_email.empty()) {
    form.emplace_back("debug", "1");
    form.emplace_back("debugEmail", settings_.debug_email);
  }
  http::Request request;
  request.method = "POST";
  request.url = settings_.url;
  request.headers.Add("content-type", "application/x-www-form-urlencoded");
  request.body = http::EncodeForm(form);
  return request;
}

Outcome WebToLead::Judge(const http::Response& response, absl::Time now) {
  const int status = response.status;
  if (status == 200) {
    // Not documented: seen to name an exception where the lead was thrown away.
    if (response.headers.Get("is-processed").find("xception") != std::string_view::npos) {
      return Outcome::Rejected(
          "HTTP 200, and the header Is-Processed tells of an exception",
          "look in Salesforce whether the lead is there (the header is not documented): a "
          "validation rule or a required field may have kept it out; correct that, then replay",
          status);
    }
    Outcome sent = Outcome::Delivered("", "", status);
    sent.reason = "sent, unconfirmed: Web-to-Lead does not say whether it took the lead";
    return sent;
  }
  Outcome outcome = JudgeByStatus(response, now);
  if (status >= 500 || status == 408) outcome.kind = Outcome::Kind::kUnknown;
  if (outcome.kind == Outcome::Kind::kRejected) {
    outcome.remedy = "check base_url: Web-to-Lead itself answers every post with 200";
  } else if (outcome.kind == Outcome::Kind::kUnauthorized) {
    outcome.remedy = "Web-to-Lead asks for no credential: see what stands between it and us";
  }
  return outcome;
}

std::vector<Probe> WebToLead::Probes(absl::Time /*now*/) const {
  Probe probe;
  probe.what = "the endpoint answers";
  probe.request.method = "HEAD";  // A post would make a lead.
  probe.request.url = settings_.url;
  return {std::move(probe)};
}

Finding WebToLead::JudgeProbe(const Probe& probe, const http::Response& response) const {
  const int status = response.status;
  if (status == 200 || status == 405) {
    return {true,
            absl::StrCat(probe.what,
                         ": HTTP ",
                         status,
                         "; whether the org takes leads only a lead with debug_email can show"),
            ""};
  }
  return {false, absl::StrCat("HTTP ", status), "check base_url, or try again later"};
}

}  // namespace

std::unique_ptr<const Connector> Configure(Setup setup) {
  return std::make_unique<WebToLead>(ReadSettings(setup));
}

}  // namespace leadrelay::delivery::salesforce_web_to_lead
