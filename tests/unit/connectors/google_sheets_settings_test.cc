#include <gtest/gtest.h>

#include "common/crypto/rsa.h"
#include "tests/sandbox/systems/google-sheets/account.h"
#include "tests/unit/connectors/configure.h"

namespace leadrelay::test {
namespace {

using config::RateWindow;

// As ConfigureFrom(), with KEY and FILE in the environment besides.
Configured ConfigureSheet(const std::string& yaml, bool mark_synced = false) {
  json::Writer file;
  file.StartObject().Member("client_email", sandbox::google_sheets::kEmail);
  file.Member("private_key_id", "k1");
  file.Member("private_key", sandbox::google_sheets::kPrivateKey).EndObject();
  const std::string text = file.Take();
  config::Environment environment;
  environment.variable = [&text](const std::string& name) -> std::optional<std::string> {
    if (name == "KEY") return std::string(sandbox::google_sheets::kPrivateKey);
    if (name == "FILE") return text;
    if (name == "NOFILE") return R"({"type":"authorized_user","refresh_token":"x"})";
    if (name == "BAD") return "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    return std::nullopt;
  };
  environment.file = [](const std::string&) { return std::nullopt; };
  config::Faults faults;
  config::Section root = config::Section::Parse(yaml, environment, faults);
  Configured configured;
  configured.connector =
      delivery::FindConnector("google-sheets")
          ->configure({"test", root.Child("settings"), root.Child("mapping"), mark_synced});
  configured.faults = faults.ToText("f");
  return configured;
}

std::string Settings(const std::string& more) {
  return absl::StrCat("settings: {service_account: '${FILE}', spreadsheet_id: 1Abc", more, "}");
}

TEST(GoogleSheetsSettings, TakesEverythingThatIsDocumented) {
  EXPECT_EQ(ConfigureSheet(R"(
settings:
  client_email: relay@example.com
  private_key: ${KEY}
  spreadsheet_id: 1Abc-_x
  sheet: Ann's leads
  delivery_column: Lead
  key_columns: [Member]
  base_url: http://127.0.0.1:8080
  token_url: http://127.0.0.1:8080/token
  allow_http: true
mapping: {Member: form_data.member}
)")
                .faults,
            "");
  EXPECT_EQ(ConfigureSheet(Settings("")).faults, "");
}

TEST(GoogleSheetsSettings, Faults) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"settings: {spreadsheet_id: 1Abc}",
       "f:1: settings: has to have service_account, or client_email and private_key\n"},
      {Settings(", client_email: x"),
       "f:1: settings: has to have either service_account or client_email and private_key, not "
       "both\n"},
      {"settings: {spreadsheet_id: 1Abc, client_email: x}",
       "f:1: settings.private_key: is required beside the other one\n"},
      {"settings: {spreadsheet_id: 1Abc, service_account: '${NOFILE}'}",
       "f:1: settings.service_account: is no key file of a service account: that is JSON with "
       "client_email and private_key\n"},
      {"settings: {spreadsheet_id: 1Abc, client_email: x, private_key: '${BAD}'}",
       "f:1: settings.private_key: has no RSA key of 2048 bits or more in PEM form in it\n"},
      {"settings: {service_account: '${FILE}', spreadsheet_id: 'a/b'}",
       "f:1: settings.spreadsheet_id: is no id of a spreadsheet: that is what stands between /d/ "
       "and /edit in its URL\n"},
      {Settings(", sheet: 'a:b'"),
       "f:1: settings.sheet: may not have a colon in it: rename the tab\n"},
      {Settings(", key_columns: [Member]"),
       "f:1: settings.key_columns: needs an entry Member in `mapping` that fills it\n"},
      {Settings("") + "\nmapping: {Delivery ID: delivery_id}",
       "f:1: settings.delivery_column: is filled by itself: take it out of `mapping`\n"},
      {Settings(", base_url: 'http://127.0.0.1:1'"),
       "f:1: settings.base_url: is plain http: use https, or set allow_http: true\n"},
      {Settings(", token_url: 'https://a.example?x=1'"),
       "f:1: settings.token_url: may not have a ?query\n"},
      {Settings(", shet: x"), "f:1: settings.shet: unknown key; did you mean \"sheet\"?\n"},
  };
  for (const auto& [yaml, fault] : cases) {
    EXPECT_EQ(ConfigureSheet(yaml).faults, fault) << yaml;
  }
}

TEST(GoogleSheetsSettings, TheSyncedColumnIsOneOfItsOwn) {
  const std::string taken = "has to be the heading of a column of its own\n";
  const std::vector<std::tuple<bool, std::string, std::string>> cases = {
      {true, "", ""},
      {true, ", synced_column: In CRM", ""},
      {true, ", synced_column: ''", taken},
      {true, ", synced_column: Delivery ID", taken},
      {true, ", synced_column: Note", "is filled by the mapping: name a column of its own\n"},
      {false, ", synced_column: In CRM", "is for destinations with mark_synced: true\n"},
  };
  for (const auto& [mark_synced, more, fault] : cases) {
    EXPECT_EQ(ConfigureSheet(Settings(more), mark_synced).faults,
              fault.empty() ? "" : "f:1: settings.synced_column: " + fault)
        << more;
  }
}

TEST(GoogleSheetsSettings, ReadsAndWritesAreLimitedApart) {
  EXPECT_EQ(ConfigureSheet(Settings("")).connector->DefaultLimits(),
            (std::vector<RateWindow>{{"reads", 60, absl::Minutes(1), "read"},
                                     {"writes", 60, absl::Minutes(1), "write"}}));
}

TEST(GoogleSheetsSettings, OffersLeadsAndUpdates) {
  using delivery::Operation;
  const Configured configured = ConfigureSheet(Settings(""));
  EXPECT_FALSE(configured.connector->Offers(Operation::kMarkSynced));
  EXPECT_TRUE(ConfigureSheet(Settings(""), true).connector->Offers(Operation::kMarkSynced));
  for (const Operation operation : {Operation::kLead, Operation::kUpdatePerson}) {
    EXPECT_TRUE(configured.connector->Offers(operation));
  }
  for (const Operation operation :
       {Operation::kCreateDeal, Operation::kMoveDeal, Operation::kAddNote, Operation::kAddTask}) {
    EXPECT_FALSE(configured.connector->Offers(operation));
  }
}

TEST(GoogleSheetsToken, IsAskedForWithASignedAssertion) {
  const Configured configured = ConfigureSheet(Settings(""));
  const absl::Time now = absl::FromUnixSeconds(1'788'256'800);
  const std::optional<http::Request> request = configured.connector->TokenRequest("", now);
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->url, "https://oauth2.googleapis.com/token");
  const std::string assertion = http::ParseForm(request->body).at(1).second;
  EXPECT_EQ(
      assertion,
      crypto::SignJwt(
          *crypto::RsaKey::Parse(sandbox::google_sheets::kPrivateKey),
          R"({"alg":"RS256","typ":"JWT","kid":"k1"})",
          R"({"iss":"relay@sandbox-project.iam.gserviceaccount.com",)"
          R"("scope":"https://www.googleapis.com/auth/spreadsheets",)"
          R"("aud":"https://oauth2.googleapis.com/token","iat":1788256800,"exp":1788260400})"));
}

TEST(GoogleSheetsToken, RefusalSaysWhatToLookAt) {
  const Configured configured = ConfigureSheet(Settings(""));
  const auto status = [&configured](int code, const char* body) {
    return configured.connector->ParseToken({code, {}, body}).status();
  };
  EXPECT_EQ(status(400, R"({"error":"invalid_grant","error_description":"for x@y"})").message(),
            "Google refuses to renew the access token: HTTP 400 invalid_grant: the service account "
            "or its key was deleted, or this machine's clock is wrong");
  EXPECT_EQ(status(503, "").code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(status(200, R"({"access_token":"a","expires_in":3599})").ok());
}

}  // namespace
}  // namespace leadrelay::test
