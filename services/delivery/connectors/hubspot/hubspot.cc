#include "services/delivery/connectors/hubspot/hubspot.h"

#include <charconv>

#include "services/delivery/connectors/hubspot/job_records.h"

namespace leadrelay::delivery::hubspot {
HubSpot::HubSpot(Settings settings) : settings_(std::move(settings)), plan_(settings_) {}

Verdict HubSpot::Judge(const delivery::Step& step, const Answer& answer, absl::Time now) const {
  return JudgeReply(answer, step.Creates(), now);
}

std::optional<Outcome> HubSpot::RefuseUnasked(const Job& job) const {
  if (Has(job.progress, kContactId) || IsContact(ContactOf(job, settings_))) return std::nullopt;
  return Outcome::Rejected(
      "the lead has neither an e-mail address nor a name, and HubSpot takes no contact without",
      "give one of them a default in the mapping, such as lastname: {from: last_name, default: "
      "Unknown}, then replay",
      0);
}

Outcome HubSpot::Finished(const Job& job, int status) const {
  std::string id = Get(job.progress, kContactId);
  if (status == 0) return Outcome::Duplicate(std::move(id), status);
  return Outcome::Delivered(std::move(id), Get(job.progress, kContactEffect), status);
}

void HubSpot::Authorize(http::Request& request,
                        const Call& /*call*/,
                        const Batch& /*batch*/,
                        const Credential& credential,
                        absl::Time /*now*/) const {
  request.headers.Set("authorization", absl::StrCat("Bearer ", credential.token));
}

std::vector<config::RateWindow> HubSpot::DefaultLimits() const {
  return LimitsOf(settings_.tier);
}

std::vector<QuotaHint> HubSpot::ReadQuota(const http::Response& response) const {
  std::vector<QuotaHint> hints;
  const auto read = [&](std::string_view header, std::string_view window) {
    const std::string_view text = response.headers.Get(header);
    int64_t remaining = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), remaining);
    if (error != std::errc() || end != text.data() + text.size() || remaining < 0) return;
    hints.push_back({std::string(window), remaining});
  };
  // Said of another interval, the number is not our window's.
  const std::string_view interval =
      response.headers.Get("x-hubspot-ratelimit-interval-milliseconds");
  if (interval.empty() || interval == "10000") {
    read("x-hubspot-ratelimit-remaining", kBurstWindow);
  }
  if (settings_.tier != Tier::kOauth) read("x-hubspot-ratelimit-daily-remaining", kDayWindow);
  return hints;
}

std::unique_ptr<const Connector> Configure(Setup setup) {
  return std::make_unique<HubSpot>(ReadSettings(setup));
}

}  // namespace leadrelay::delivery::hubspot
