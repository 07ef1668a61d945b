#include "services/delivery/connectors/close/close.h"

#include "common/crypto/crypto.h"
#include "services/delivery/connectors/close/errors.h"
#include "services/delivery/connectors/close/person_steps.h"
#include "services/delivery/connectors/close/rate_limit.h"
#include "services/delivery/connectors/close/records.h"

namespace leadrelay::delivery::close {
namespace {

constexpr std::string_view kWindow = "1s";
// Close publishes no number; its example of a key's limit is 20 a second in each group of
// endpoints.
constexpr int64_t kRequestsPerSecond = 5;

}  // namespace

Close::Close(Settings settings) : settings_(std::move(settings)), plan_(settings_) {}

Verdict Close::Judge(const Step& step, const Answer& answer, absl::Time now) const {
  return JudgeReply(answer, step.Creates(), settings_.oauth(), now);
}

std::optional<Outcome> Close::RefuseUnasked(const Job& job) const {
  const Contact contact = ContactOf(job, settings_);
  if (!Has(job.progress, kContactId) && contact.email.empty() && contact.phone.empty()) {
    return Outcome::Rejected(
        "the lead has neither of the e-mail address and the phone number that `mapping` names, and "
        "nothing else tells one person from another",
        "map the one of them that the form asks for, then replay",
        0);
  }
  const std::string currency = job.lead.Find("deal").Find("currency").StringOr("");
  const bool foreign =
      !settings_.currency.empty() && !currency.empty() && currency != settings_.currency;
  if (foreign && plan_.IsAtDeal(job)) {
    return Outcome::Rejected(
        absl::StrCat("the deal is not in ", settings_.currency, ", the currency of the account"),
        "convert the value at its source, then replay; the person is in Close already",
        0);
  }
  return std::nullopt;
}

Outcome Close::Finished(const Job& job, int status) const {
  std::string id = Get(job.progress, kContactId);
  if (status == 0) return Outcome::Duplicate(std::move(id), status);
  Outcome outcome = Outcome::Delivered(std::move(id), Get(job.progress, kContactEffect), status);
  if (Has(job.scratch, kContactsAlike)) {
    outcome.reason = absl::StrCat("more contacts are of the same person, the oldest was taken: ",
                                  Get(job.scratch, kContactsAlike));
  }
  return outcome;
}

void Close::Authorize(http::Request& request,
                      const Call& /*call*/,
                      const Batch& /*batch*/,
                      const Credential& credential,
                      absl::Time /*now*/) const {
  // The key is the user name, and the password is empty.
  request.headers.Set("authorization",
                      settings_.oauth()
                          ? absl::StrCat("Bearer ", credential.token)
                          : absl::StrCat("Basic ", crypto::Base64(credential.token + ":")));
}

bool Close::Offers(Operation operation) const {
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

std::vector<config::RateWindow> Close::DefaultLimits() const {
  return {{std::string(kWindow), kRequestsPerSecond, absl::Seconds(1), ""}};
}

// What is left in the group of endpoints that was called; below our own room it is what counts.
std::vector<QuotaHint> Close::ReadQuota(const http::Response& response) const {
  const RateLimit limit = ReadRateLimit(response);
  if (!limit.remaining.has_value()) return {};
  return {{std::string(kWindow), *limit.remaining}};
}

std::unique_ptr<const Connector> Configure(Setup setup) {
  return std::make_unique<Close>(ReadSettings(setup));
}

}  // namespace leadrelay::delivery::close
