#pragma once
// The e-mail connector: a mail to the team for each lead, and one to the lead, over SMTP.
//
// The transport speaks SMTP (common/http/mail.h): a request is a mail, and a response's status is
// the server's reply code.  Facts: RFC 5321, RFC 5322, RFC 3834 (Auto-Submitted).
//
// A mail whose answer was lost is sent again, under the same Message-ID: many readers then show it
// once, and no server has to.

#include "services/delivery/connectors/email/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::email {

class Email final : public StepConnector {
 public:
  explicit Email(Settings settings);

  void Authorize(http::Request& request,
                 const Call& call,
                 const Batch& batch,
                 const Credential& credential,
                 absl::Time now) const override;
  Credential StaticCredential() const override { return {settings_.password, ""}; }

  Doubt doubt() const override { return Doubt::kNothing; }

  std::vector<Probe> Probes(absl::Time now) const override;
  Finding JudgeProbe(const Probe& probe, const http::Response& response) const override;

 protected:
  std::string_view crm() const override { return "the mail server"; }
  const std::vector<const Step*>& Steps() const override { return steps_; }
  const Step* NextStep(const Job& job) const override;
  Verdict Judge(const Step& step, const Answer& answer, absl::Time now) const override;
  std::optional<Outcome> RefuseUnasked(const Job& job) const override;
  Outcome Finished(const Job& job, int status) const override;

 private:
  JobStep::Plan PlanOf(std::string name,
                       std::string_view kind,
                       http::Request (Email::*build)(const Job& job) const) const;
  http::Request NewRequest(std::string method) const;
  http::Request Notification(const Job& job) const;
  http::Request Confirmation(const Job& job) const;

  const Settings settings_;
  const JobStep notify_;
  const JobStep confirm_;
  const std::vector<const Step*> steps_;
};

}  // namespace leadrelay::delivery::email
