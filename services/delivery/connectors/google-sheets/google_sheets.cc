#include "services/delivery/connectors/google-sheets/google_sheets.h"

#include "absl/strings/str_join.h"

#include "services/delivery/connectors/google-sheets/mark_step.h"
#include "services/delivery/connectors/oauth.h"

namespace leadrelay::delivery::google_sheets {
namespace {

constexpr std::string_view kScope = "https://www.googleapis.com/auth/spreadsheets";
constexpr absl::Duration kUsualLife = absl::Minutes(60);  // Of a token, and the most of a claim.
// Of a service account, which counts as one user: 60 reads and 60 writes in a minute.
constexpr int64_t kPerMinute = 60;

// Of a mark: somebody has deleted the row, so there is nothing left to be marked, nor to be mended.
constexpr char kNoRow[] = "no row";

constexpr char kMendHeader[] =
    "put the headings into the first row of the tab, from its first cell on, then replay";

}  // namespace

GoogleSheets::GoogleSheets(Settings settings) : settings_(std::move(settings)), plan_(settings_) {}

// No deals, notes and tasks: they are columns, when the mapping has some for them.
bool GoogleSheets::Offers(Operation operation) const {
  if (operation == Operation::kMarkSynced) return settings_.mark_synced;
  return operation == Operation::kLead || operation == Operation::kUpdatePerson;
}

Verdict GoogleSheets::Judge(const Step& step, const Answer& answer, absl::Time now) const {
  return JudgeReply(answer, step.Creates(), settings_.account.email, now);
}

std::optional<std::string> GoogleSheets::FaultIn(const Header& header) const {
  // Without a first heading Google takes the next column for the beginning of the table, and every
  // row would be shifted.
  if (header.names().empty() || header.names().front().empty()) {
    return "the first cell of the tab, where the headings begin, is empty";
  }
  if (!header.Find(settings_.delivery_column).has_value()) {
    return absl::StrCat("the tab has no column ", settings_.delivery_column);
  }
  return std::nullopt;
}

std::optional<Outcome> GoogleSheets::RefuseUnasked(const Job& job) const {
  if (UpdatesPerson(job) && KeyOf(job, settings_).first.empty()) {
    return Outcome::Rejected(
        absl::StrCat("the operation fills none of the columns that identify a person: ",
                     absl::StrJoin(settings_.key_columns, ", ")),
        "name the person by one of them, or name further columns in key_columns",
        0);
  }
  if (!Has(job.scratch, kHeader)) return std::nullopt;
  const Header header = Header::FromText(Get(job.scratch, kHeader));
  if (const std::optional<std::string> fault = FaultIn(header)) {
    return Outcome::Rejected(*fault, kMendHeader, 0);
  }
  if (MarksRow(job)) {
    if (header.Find(settings_.synced_column).has_value()) return std::nullopt;
    return Outcome::Rejected(absl::StrCat("the tab has no column ", settings_.synced_column),
                             "add the column to the first row of the tab, then replay; or take "
                             "mark_synced out of the configuration",
                             0);
  }
  for (const MappedField& field : FieldsOf(job, settings_)) {
    if (header.Find(field.field).has_value()) continue;
    return Outcome::Rejected(
        absl::StrCat("the tab has no column ", field.field),
        "add the column to the first row of the tab, or take it out of the mapping; then replay",
        0);
  }
  return std::nullopt;
}

Outcome GoogleSheets::Finished(const Job& job, int status) const {
  if (!Has(job.progress, kRow)) return Outcome::Delivered(kNoRow, "", status);
  std::string id = absl::StrCat("row ", Get(job.progress, kRow));
  if (MarksRow(job)) return Outcome::Delivered(std::move(id), "updated", status);
  if (status == 0 || Get(job.scratch, kLooked) == "there") {
    return Outcome::Duplicate(std::move(id), status);
  }
  return Outcome::Delivered(std::move(id), Get(job.progress, kEffect), status);
}

void GoogleSheets::Authorize(http::Request& request,
                             const Call& /*call*/,
                             const Batch& /*batch*/,
                             const Credential& credential,
                             absl::Time /*now*/) const {
  request.headers.Set("authorization", absl::StrCat("Bearer ", credential.token));
}

std::optional<http::Request> GoogleSheets::TokenRequest(std::string_view /*refresh_token*/,
                                                        absl::Time now) const {
  if (!settings_.account.key.has_value()) return std::nullopt;
  json::Writer header;
  header.StartObject().Member("alg", "RS256").Member("typ", "JWT");
  if (!settings_.account.key_id.empty()) header.Member("kid", settings_.account.key_id);
  header.EndObject();
  json::Writer claims;
  claims.StartObject().Member("iss", settings_.account.email).Member("scope", std::string(kScope));
  claims.Member("aud", settings_.token_url).Member("iat", absl::ToUnixSeconds(now));
  claims.Member("exp", absl::ToUnixSeconds(now + kUsualLife)).EndObject();
  return FormTokenRequest(
      settings_.token_url,
      {{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"},
       {"assertion", crypto::SignJwt(*settings_.account.key, header.Take(), claims.Take())}});
}

absl::StatusOr<RefreshedToken> GoogleSheets::ParseToken(const http::Response& response) const {
  absl::StatusOr<RefreshedToken> token = ParseTokenAnswer(response, "Google", kUsualLife);
  if (!absl::IsUnauthenticated(token.status())) return token;
  return absl::UnauthenticatedError(absl::StrCat(
      token.status().message(),
      ": the service account or its key was deleted, or this machine's clock is wrong"));
}

std::vector<config::RateWindow> GoogleSheets::DefaultLimits() const {
  return {{"reads", kPerMinute, absl::Minutes(1), std::string(kReads)},
          {"writes", kPerMinute, absl::Minutes(1), std::string(kWrites)}};
}

std::unique_ptr<const Connector> Configure(Setup setup) {
  return std::make_unique<GoogleSheets>(ReadSettings(setup));
}

}  // namespace leadrelay::delivery::google_sheets
