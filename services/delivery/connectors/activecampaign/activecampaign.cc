#include "services/delivery/connectors/activecampaign/activecampaign.h"

#include <charconv>

#include "services/delivery/connectors/activecampaign/errors.h"
#include "services/delivery/connectors/activecampaign/records.h"
#include "services/delivery/connectors/bulk.h"

namespace leadrelay::delivery::activecampaign {
namespace {

constexpr int64_t kRequestsPerSecond = 5;  // Of an account, whatever its plan.
// Keeps within the 100 a minute, without the minute that a window of one takes to fill after a
// first start.
constexpr int64_t kImportsPerSecond = 1;

}  // namespace

ActiveCampaign::ActiveCampaign(Settings settings)
    : settings_(std::move(settings)), plan_(settings_) {}

bool ActiveCampaign::Offers(Operation operation) const {
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

Verdict ActiveCampaign::Judge(const Step& step, const Answer& answer, absl::Time now) const {
  if (plan_.IsOfImport(step)) return Import::Judge(answer, now);
  return JudgeReply(answer, step.Creates(), now);
}

bool ActiveCampaign::FitsBulk(const Job& job) const {
  return Has(job.progress, kImportId) || !ImportKey(job, settings_).empty();
}

void ActiveCampaign::Begin(Batch& batch) const {
  PickForBulk(
      batch, settings_.bulk_from, [this](const Job& job) { return ImportKey(job, settings_); });
}

std::optional<Outcome> ActiveCampaign::RefuseUnasked(const Job& job) const {
  if (EmailOf(job, settings_).empty()) {
    return Outcome::Rejected(
        "the lead has no e-mail address, and ActiveCampaign takes no contact without",
        "route leads without an address to another destination, or map email from where the form "
        "has it; then replay",
        0);
  }
  const bool has_deal = WantsNewDeal(job.lead) || WantsDealMove(job.lead);
  if (settings_.deals && has_deal && !HasUsableValue(job, settings_)) {
    return Outcome::Rejected("the deal's value is no number, or too large a one",
                             "correct the value at its source or in deal_mapping, then replay",
                             0);
  }
  return std::nullopt;
}

Outcome ActiveCampaign::Finished(const Job& job, int status) const {
  std::string id = Get(job.progress, kContactId);
  if (status == 0) return Outcome::Duplicate(std::move(id), status);
  return Outcome::Delivered(std::move(id), Get(job.progress, kContactEffect), status);
}

void ActiveCampaign::Authorize(http::Request& request,
                               const Call& /*call*/,
                               const Batch& /*batch*/,
                               const Credential& credential,
                               absl::Time /*now*/) const {
  request.headers.Set("api-token", credential.token);
}

Credential ActiveCampaign::StaticCredential() const {
  return {settings_.api_token, ""};
}

std::vector<config::RateWindow> ActiveCampaign::DefaultLimits() const {
  return {{std::string(kSecondWindow), kRequestsPerSecond, absl::Seconds(1), ""},
          {"imports", kImportsPerSecond, absl::Seconds(1), std::string(kImportScope)}};
}

std::vector<QuotaHint> ActiveCampaign::ReadQuota(const http::Response& response) const {
  const std::string_view text = response.headers.Get("ratelimit-remaining");
  int64_t remaining = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), remaining);
  if (error != std::errc() || end != text.data() + text.size() || remaining < 0) return {};
  return {{std::string(kSecondWindow), remaining}};
}

std::unique_ptr<const Connector> Configure(Setup setup) {
  return std::make_unique<ActiveCampaign>(ReadSettings(setup));
}

}  // namespace leadrelay::delivery::activecampaign
