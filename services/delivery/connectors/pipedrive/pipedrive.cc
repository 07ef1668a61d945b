#include "services/delivery/connectors/pipedrive/pipedrive.h"

#include "services/delivery/connectors/pipedrive/deal_steps.h"
#include "services/delivery/connectors/pipedrive/errors.h"
#include "services/delivery/connectors/pipedrive/job_records.h"
#include "services/delivery/connectors/pipedrive/limits.h"
#include "services/delivery/connectors/pipedrive/person_steps.h"

namespace leadrelay::delivery::pipedrive {
namespace {

std::vector<std::string> FieldsOf(const Settings& settings) {
  std::vector<std::string> fields = settings.person.Fields();
  for (std::string& field : settings.deal.Fields()) fields.push_back(std::move(field));
  if (!settings.deal_key_field.empty()) fields.push_back(settings.deal_key_field);
  return fields;
}

bool IsAboutARecord(std::string_view step) {
  return step == kReadPerson || step == kUpdatePerson || step == kMoveDeal;
}

}  // namespace

Pipedrive::Pipedrive(Settings settings)
    : settings_(std::move(settings)), fields_(FieldsOf(settings_)), plan_(settings_) {}

bool Pipedrive::Offers(Operation operation) const {
  switch (operation) {
    case Operation::kLead:
    case Operation::kUpdatePerson:
      return true;
    case Operation::kCreateDeal:
      return settings_.deals != Deals::kNone;
    case Operation::kMoveDeal:  // A lead of the inbox has no stage.
      return settings_.deals == Deals::kDeals;
    case Operation::kAddNote:
      return settings_.notes;
    case Operation::kAddTask:
      return settings_.tasks;
    case Operation::kMarkSynced:
      break;
  }
  return false;
}

Verdict Pipedrive::Judge(const Step& step, const Answer& answer, absl::Time now) const {
  return JudgeReply(answer, {step.Creates(), IsAboutARecord(step.name()), fields_}, now);
}

std::optional<Outcome> Pipedrive::RefuseUnasked(const Job& job) const {
  if (Has(job.progress, kPersonId)) return std::nullopt;
  const Person person = PersonOf(job, settings_);
  if (!person.email.empty() || (settings_.match_phone && !person.phone.empty())) {
    return std::nullopt;
  }
  return Outcome::Rejected(
      "the lead has nothing to tell the person by: it would be made anew each time",
      "map email, and phone with match_phone, to what the lead has; then replay",
      0);
}

Outcome Pipedrive::Finished(const Job& job, int status) const {
  std::string id = Get(job.progress, kPersonId);
  if (status == 0) return Outcome::Duplicate(std::move(id), status);
  std::string effect = Get(job.progress, kPersonEffect);
  if (effect == "found") effect.clear();
  return Outcome::Delivered(std::move(id), std::move(effect), status);
}

void Pipedrive::Authorize(http::Request& request,
                          const Call& /*call*/,
                          const Batch& /*batch*/,
                          const Credential& credential,
                          absl::Time /*now*/) const {
  if (settings_.oauth()) {
    request.url.insert(0, credential.base_url);
    request.headers.Set("authorization", absl::StrCat("Bearer ", credential.token));
  } else {
    request.headers.Set("x-api-token", credential.token);
  }
}

std::vector<config::RateWindow> Pipedrive::DefaultLimits() const {
  return LimitsOf(settings_.allowance, settings_.oauth());
}

std::vector<QuotaHint> Pipedrive::ReadQuota(const http::Response& response) const {
  return QuotaIn(response);
}

std::unique_ptr<const Connector> Configure(Setup setup) {
  return std::make_unique<Pipedrive>(ReadSettings(setup));
}

}  // namespace leadrelay::delivery::pipedrive
