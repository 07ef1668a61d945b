#include "services/delivery/connectors/salesforce/salesforce.h"

#include <charconv>

#include "services/delivery/connectors/salesforce/bulk_step.h"
#include "services/delivery/connectors/salesforce/errors.h"
#include "services/delivery/connectors/salesforce/records.h"

namespace leadrelay::delivery::salesforce {

Salesforce::Salesforce(Settings settings) : settings_(std::move(settings)), plan_(settings_) {}

Verdict Salesforce::Judge(const Step& step, const Answer& answer, absl::Time now) const {
  const Verdict verdict = JudgeReply(answer, step.Creates(), now);
  return plan_.bulk().Owns(step) ? OfBulkJob(verdict) : verdict;
}

std::optional<Outcome> Salesforce::RefuseUnasked(const Job& job) const {
  const bool known = Has(job.progress, kPersonId) || plan_.bulk().Next(job) != nullptr ||
                     !KeyOf(job, settings_).empty() || !IdentityOf(job, settings_).field.empty();
  if (known) return std::nullopt;
  return Outcome::Rejected(
      "the lead has nothing that tells the person from others: no key, no e-mail address, no phone "
      "number",
      "map Email, Phone or key_field to something that the lead has, then replay",
      0);
}

Outcome Salesforce::Finished(const Job& job, int status) const {
  std::string id = Get(job.progress, kPersonId);
  if (status == 0) return Outcome::Duplicate(std::move(id), status);
  return Outcome::Delivered(std::move(id), Get(job.progress, kPersonEffect), status);
}

void Salesforce::Authorize(http::Request& request,
                           const Call& /*call*/,
                           const Batch& /*batch*/,
                           const Credential& credential,
                           absl::Time /*now*/) const {
  if (settings_.base_url.empty()) request.url.insert(0, credential.base_url);
  request.headers.Set("authorization", absl::StrCat("Bearer ", credential.token));
}

bool Salesforce::Offers(Operation operation) const {
  switch (operation) {
    case Operation::kLead:
    case Operation::kUpdatePerson:
    case Operation::kAddTask:
      return true;
    case Operation::kCreateDeal:
      return settings_.deals;
    case Operation::kMoveDeal:
      return settings_.deals && settings_.deals_have_persons();
    case Operation::kAddNote:
      return settings_.note != Note::kNone;
    case Operation::kMarkSynced:
      break;
  }
  return false;
}

std::vector<config::RateWindow> Salesforce::DefaultLimits() const {
  return {{std::string(kDayWindow), settings_.requests_per_day, absl::Hours(24), ""}};
}

// Sforce-Limit-Info: api-usage=10018/100000; per-app-api-usage=17/250(appName=x)
std::vector<QuotaHint> Salesforce::ReadQuota(const http::Response& response) const {
  constexpr std::string_view kUsage = "api-usage=";
  const std::string_view text = response.headers.Get("sforce-limit-info");
  if (!text.starts_with(kUsage)) return {};
  const char* end = text.data() + text.size();
  int64_t used = 0;
  int64_t limit = 0;
  const auto [slash, error] = std::from_chars(text.data() + kUsage.size(), end, used);
  if (error != std::errc() || slash == end || *slash != '/') return {};
  if (std::from_chars(slash + 1, end, limit).ec != std::errc()) return {};
  if (used < 0 || limit <= 0) return {};
  return {{std::string(kDayWindow), used < limit ? limit - used : 0}};
}

std::unique_ptr<const Connector> Configure(Setup setup) {
  return std::make_unique<Salesforce>(ReadSettings(setup));
}

}  // namespace leadrelay::delivery::salesforce
