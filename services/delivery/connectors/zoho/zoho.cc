#include "services/delivery/connectors/zoho/zoho.h"

#include <charconv>

#include "services/delivery/connectors/zoho/errors.h"
#include "services/delivery/connectors/zoho/job_records.h"

namespace leadrelay::delivery::zoho {

Zoho::Zoho(Settings settings) : settings_(std::move(settings)), plan_(settings_) {}

bool Zoho::Offers(Operation operation) const {
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

Verdict Zoho::Judge(const Step& step, const Answer& answer, absl::Time now) const {
  return JudgeReply(answer, step.Creates(), now);
}

std::optional<Outcome> Zoho::RefuseUnasked(const Job& job) const {
  if (Has(job.progress, kPersonId)) return std::nullopt;
  const Record person = PersonOf(job, settings_);
  const std::string module = ModuleOf(job, settings_);
  if (!KeyOf(person, module, settings_).empty() || !person.Text("Phone").empty()) {
    return std::nullopt;
  }
  return Outcome::Rejected(
      "what the mapping makes of the lead has nothing to tell the person by: no Email, no Phone",
      absl::StrCat("map Email and Phone of ", module, ", then replay"),
      0);
}

Outcome Zoho::Finished(const Job& job, int status) const {
  std::string id = Get(job.progress, kPersonId);
  if (status == 0) return Outcome::Duplicate(std::move(id), status);
  return Outcome::Delivered(std::move(id), Get(job.progress, kPersonEffect), status);
}

void Zoho::Authorize(http::Request& request,
                     const Call& /*call*/,
                     const Batch& /*batch*/,
                     const Credential& credential,
                     absl::Time /*now*/) const {
  const bool told = !settings_.fixed_api_url && !credential.base_url.empty();
  request.url = absl::StrCat(told ? credential.base_url : settings_.api_url, request.url);
  // Tokens call themselves Bearer tokens, and are not taken as such.
  request.headers.Set("authorization", absl::StrCat("Zoho-oauthtoken ", credential.token));
}

std::vector<config::RateWindow> Zoho::DefaultLimits() const {
  return LimitsOf(settings_.edition, settings_.users);
}

int Zoho::MaxConcurrency() const {
  return CallsAtOnce(settings_.edition);
}

// Comes only when half of the credits are used.
std::vector<QuotaHint> Zoho::ReadQuota(const http::Response& response) const {
  const std::string_view text = response.headers.Get("x-api-credits-remaining");
  int64_t remaining = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), remaining);
  if (error != std::errc() || end != text.data() + text.size() || remaining < 0) return {};
  return {{std::string(kCreditsWindow), remaining}};
}

std::unique_ptr<const Connector> Configure(Setup setup) {
  return std::make_unique<Zoho>(ReadSettings(setup));
}

}  // namespace leadrelay::delivery::zoho
