#include "services/delivery/connectors/airtable/airtable.h"

#include "absl/strings/str_join.h"

#include "common/crypto/crypto.h"
#include "services/delivery/connectors/airtable/job_records.h"
#include "services/delivery/connectors/oauth.h"

namespace leadrelay::delivery::airtable {
namespace {

constexpr absl::Duration kUsualLife = absl::Minutes(60);  // Of an access token; not documented.

}  // namespace

Airtable::Airtable(Settings settings) : settings_(std::move(settings)), plan_(settings_) {}

bool Airtable::Offers(Operation operation) const {
  switch (operation) {
    case Operation::kLead:
    case Operation::kUpdatePerson:
      return true;
    case Operation::kCreateDeal:
    case Operation::kMoveDeal:
      return settings_.deal.wanted();
    case Operation::kAddNote:
      return settings_.notes;
    case Operation::kAddTask:
      return settings_.task.wanted();
    case Operation::kMarkSynced:
      break;
  }
  return false;
}

Verdict Airtable::Judge(const Step& /*step*/, const Answer& answer, absl::Time now) const {
  return JudgeReply(answer, now);
}

std::optional<Outcome> Airtable::RefuseUnasked(const Job& job) const {
  if (!Has(job.progress, kPersonId) && PersonOf(job, settings_).key_field.empty()) {
    return Outcome::Rejected(
        absl::StrCat("the lead fills none of the fields that identify a person: ",
                     absl::StrJoin(settings_.key_fields, ", ")),
        "map another of its values to one of them, or name further fields in key_fields, then "
        "replay",
        0);
  }
  if (!WantsDealMove(job.lead)) return std::nullopt;
  if (TitleOfDealToMove(job).empty()) {
    return Outcome::Rejected(
        "the operation does not say which deal to move", "give it the deal's title", 0);
  }
  if (DealMoveOf(job, settings_).cells.empty()) {
    return Outcome::Rejected("the operation changes nothing of the deal",
                             "give it a stage, a value or a close date that is mapped",
                             0);
  }
  return std::nullopt;
}

Outcome Airtable::Finished(const Job& job, int status) const {
  std::string id = Get(job.progress, kPersonId);
  if (status == 0) return Outcome::Duplicate(std::move(id), status);
  return Outcome::Delivered(std::move(id), Get(job.progress, kPersonEffect), status);
}

void Airtable::Authorize(http::Request& request,
                         const Call& /*call*/,
                         const Batch& /*batch*/,
                         const Credential& credential,
                         absl::Time /*now*/) const {
  request.headers.Set("authorization", absl::StrCat("Bearer ", credential.token));
}

Credential Airtable::StaticCredential() const {
  return {settings_.access_token, ""};
}

std::string Airtable::InitialRefreshToken() const {
  return settings_.refresh_token;
}

// Every answer brings another refresh token and ends the one before.
std::optional<http::Request> Airtable::TokenRequest(std::string_view refresh_token,
                                                    absl::Time /*now*/) const {
  if (!settings_.oauth()) return std::nullopt;
  http::Request request = FormTokenRequest(settings_.token_url,
                                           {{"grant_type", "refresh_token"},
                                            {"refresh_token", std::string(refresh_token)},
                                            {"client_id", settings_.client_id}});
  if (!settings_.client_secret.empty()) {
    const std::string basic = absl::StrCat(settings_.client_id, ":", settings_.client_secret);
    request.headers.Add("authorization", absl::StrCat("Basic ", crypto::Base64(basic)));
  }
  return request;
}

absl::StatusOr<RefreshedToken> Airtable::ParseToken(const http::Response& response) const {
  return ParseTokenAnswer(response, "Airtable", kUsualLife);
}

std::vector<config::RateWindow> Airtable::DefaultLimits() const {
  return LimitsOf(settings_.tier);
}

std::string Airtable::TableFor(std::string_view object) const {
  if (object == "person") return settings_.table;
  if (object == "deal") return settings_.deal.name;
  return object == "task" ? settings_.task.name : "";
}

std::unique_ptr<const Connector> Configure(Setup setup) {
  return std::make_unique<Airtable>(ReadSettings(setup));
}

}  // namespace leadrelay::delivery::airtable
