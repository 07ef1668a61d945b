#include "services/delivery/connectors/freshsales/freshsales.h"

#include "services/delivery/connectors/bulk.h"
#include "services/delivery/connectors/freshsales/errors.h"
#include "services/delivery/connectors/freshsales/records.h"

namespace leadrelay::delivery::freshsales {

Freshsales::Freshsales(Settings settings) : settings_(std::move(settings)), plan_(settings_) {}

bool Freshsales::Offers(Operation operation) const {
  switch (operation) {
    case Operation::kLead:
    case Operation::kUpdatePerson:
      return true;
    case Operation::kCreateDeal:
    case Operation::kMoveDeal:
      return settings_.deals;
    case Operation::kAddNote:
      return settings_.notes;
    case Operation::kAddTask:
      return settings_.tasks;
    case Operation::kMarkSynced:
      break;
  }
  return false;
}

Verdict Freshsales::Judge(const Step& step, const Answer& answer, absl::Time now) const {
  if (plan_.IsOfBulk(step)) return BulkUpsert::Judge(answer, now);
  return JudgeReply(answer, step.Creates(), now);
}

bool Freshsales::FitsBulk(const Job& job) const {
  return Has(job.progress, kBulkJob) || !BulkKey(job, settings_).empty();
}

void Freshsales::Begin(Batch& batch) const {
  LeaveSmallBulks(batch);
  PickForBulk(
      batch, settings_.bulk_from, [this](const Job& job) { return BulkKey(job, settings_); });
}

std::optional<Outcome> Freshsales::RefuseUnasked(const Job& job) const {
  if (!IdentifierOf(job, settings_).has_value()) {
    return Outcome::Rejected(
        absl::StrCat("the lead has nothing for ",
                     settings_.id_field,
                     ", by which Freshsales tells a person"),
        "route such leads to another destination, or map the field from where the form has it; "
        "then replay",
        0);
  }
  const bool has_deal = WantsNewDeal(job.lead) || WantsDealMove(job.lead);
  if (settings_.deals && has_deal && !KnowsCurrency(job, settings_)) {
    return Outcome::Rejected("the deal's currency has no id in `currencies`",
                             "add it (`leadctl crm` shows the ids), then replay",
                             0);
  }
  return std::nullopt;
}

Outcome Freshsales::Finished(const Job& job, int status) const {
  std::string id = Get(job.progress, kContactId);
  if (status == 0) return Outcome::Duplicate(std::move(id), status);
  return Outcome::Delivered(std::move(id), Get(job.progress, kContactEffect), status);
}

// Without these two headers a refused key is answered by a redirection to the sign-in page.
void Freshsales::Authorize(http::Request& request,
                           const Call& /*call*/,
                           const Batch& /*batch*/,
                           const Credential& credential,
                           absl::Time /*now*/) const {
  request.headers.Set("accept", "application/json");
  request.headers.Set("content-type", "application/json");
  request.headers.Set("authorization", absl::StrCat("Token token=", credential.token));
}

Credential Freshsales::StaticCredential() const {
  return {settings_.api_key, ""};
}

std::vector<config::RateWindow> Freshsales::DefaultLimits() const {
  return LimitsOf(settings_);
}

std::unique_ptr<const Connector> Configure(Setup setup) {
  return std::make_unique<Freshsales>(ReadSettings(setup));
}

}  // namespace leadrelay::delivery::freshsales
