#include <gtest/gtest.h>

#include "services/delivery/connectors/pipedrive/settings.h"
#include "tests/unit/connectors/configure.h"

namespace leadrelay::test {
namespace {

using config::RateWindow;
using delivery::Operation;
using delivery::QuotaHint;

constexpr char kToken[] = "company_domain: example, api_token: '${TOKEN}'";
constexpr char kOauth[] = "client_id: x, client_secret: '${SECRET}', refresh_token: '${TOKEN}'";

Configured With(const std::string& settings, const std::string& mapping = "{}") {
  return ConfigureFrom("pipedrive", "settings: {" + settings + "}\nmapping: " + mapping + "\n");
}

TEST(PipedriveSettings, TakesEverythingThatIsDocumented) {
  EXPECT_EQ(ConfigureFrom("pipedrive", R"(
settings:
  company_domain: example
  api_token: ${TOKEN}
  plan: premium
  seats: 4
  match_phone: false
  deals: deals
  deal_pipeline: 2
  deal_stages: {demo: 8, signed: won}
  deal_key_field: 39365abf109ea01960620ae35f468978ae611bc8
  deal_mapping: {probability: {value: 50, as: number}}
  notes: true
  tasks: false
  task_type: call
  base_url: http://127.0.0.1:8080
  allow_http: true
mapping: {owner_id: {value: 7, as: number}, 0123456789abcdef0123456789abcdef01234567: note}
)")
                .faults,
            "");
  EXPECT_EQ(With(kOauth).faults, "");
  EXPECT_EQ(
      With(std::string(kToken) + ", deals: leads, deal_mapping: {channel: form_data.x}").faults,
      "");
}

TEST(PipedriveSettings, Faults) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"settings: {}",
       "f:1: settings: has to have api_token, or client_id, client_secret and refresh_token\n"
       "f:1: settings.company_domain: is required with api_token\n"},
      {"settings: {api_token: '${TOKEN}'}",
       "f:1: settings.company_domain: is required with api_token\n"},
      {"settings: {company_domain: example, api_token: '${TOKEN}', client_id: x}",
       "f:1: settings: has to have either api_token or the three of OAuth, not both\n"
       "f:1: settings.company_domain: is known from the token with OAuth: leave it out\n"},
      {"settings: {client_id: x, client_secret: '${TOKEN}'}",
       "f:1: settings.refresh_token: is required for OAuth\n"},
      {"settings: {company_domain: example, api_token: '${BAD}'}",
       "f:1: settings.api_token: has a line break or another control character in it, or ends in a "
       "space\n"},
      {"settings: {company_domain: example.pipedrive.com, api_token: '${TOKEN}'}",
       "f:1: settings.company_domain: is no company domain: of https://example.pipedrive.com it is "
       "\"example\"\n"},
      {"settings: {api_token: '${TOKEN}', base_url: 'http://127.0.0.1:1'}",
       "f:1: settings.base_url: is plain http: use https, or set allow_http: true\n"},
      {"settings: {api_token: '${TOKEN}', base_url: 'https://a.example?x=1'}",
       "f:1: settings.base_url: may not have a ?query\n"},
      {"settings: {company_domain: example, api_token: '${TOKEN}', deal_key_field: Delivery}",
       "f:1: settings.deal_key_field: is no key of a custom field: those are 40 digits of 0-9, "
       "a-f\n"},
      {"settings: {company_domain: example, api_token: '${TOKEN}'}\nmapping: {emails: email}",
       "f:2: mapping.emails: is no field of a Pipedrive person; did you mean \"email\"?\n"},
      {"settings: {company_domain: example, api_token: '${TOKEN}'}\nmapping: {first_name: name}",
       "f:2: mapping.first_name: is a field that a Pipedrive person does not let us write\n"},
      {"settings: {company_domain: example, api_token: '${TOKEN}'}\nmapping: {email: null, phone: "
       "null}",
       "f:2: mapping: leaves nothing to tell a person by: map email, or phone with match_phone\n"},
      {"settings: {company_domain: example, api_token: '${TOKEN}', plan: gold}",
       "f:1: settings.plan: \"gold\" is not one of lite, growth, premium, ultimate\n"},
      {"settings: {company_domain: example, api_token: '${TOKEN}', deals: leads, deal_mapping: "
       "{stage: deal.stage}}",
       "f:1: settings.deal_mapping.stage: is no field of a lead of Pipedrive's inbox\n"},
      {"settings: {company_domain: example, api_tokn: x, api_token: '${TOKEN}'}",
       "f:1: settings.api_tokn: unknown key; did you mean \"api_token\"?\n"},
  };
  for (const auto& [yaml, fault] : cases) {
    EXPECT_EQ(ConfigureFrom("pipedrive", yaml).faults, fault) << yaml;
  }
}

TEST(PipedriveLimits, AreThoseOfThePlan) {
  const auto limits = [](const std::string& settings) {
    return With(settings).connector->DefaultLimits();
  };
  // Requests in two seconds, tokens by the day.
  const auto windows = [](int64_t burst, int64_t day) {
    return std::vector<RateWindow>{{"2s", burst, absl::Seconds(2), "", true},
                                   {"search", 10, absl::Seconds(2), "search", true},
                                   {"day", day, absl::Hours(24), ""}};
  };
  const std::string token = kToken;
  EXPECT_EQ(limits(token), windows(20, 30'000));
  EXPECT_EQ(limits(token + ", seats: 3"), windows(20, 90'000));
  EXPECT_EQ(limits(token + ", plan: growth"), windows(40, 60'000));
  EXPECT_EQ(limits(token + ", plan: premium"), windows(100, 150'000));
  EXPECT_EQ(limits(token + ", plan: ultimate, seats: 2"), windows(120, 420'000));
  EXPECT_EQ(limits(kOauth), windows(80, 30'000));
}

TEST(PipedriveQuota, ReadsWhichWindowTheHeadersMean) {
  const Configured configured = With(kToken);
  const auto hints = [&](const http::Headers& headers) {
    http::Response response;
    response.headers = headers;
    std::vector<std::pair<std::string, int64_t>> result;
    for (const QuotaHint& hint : configured.connector->ReadQuota(response)) {
      result.emplace_back(hint.window, hint.remaining);
    }
    return result;
  };
  using Expected = std::vector<std::pair<std::string, int64_t>>;
  EXPECT_EQ(hints({{"x-ratelimit-limit", "20"}, {"x-ratelimit-remaining", "3"}}),
            (Expected{{"2s", 3}}));
  EXPECT_EQ(hints({{"x-ratelimit-limit", "10"}, {"x-ratelimit-remaining", "3"}}),
            (Expected{{"search", 3}}));
  EXPECT_EQ(hints({{"x-ratelimit-remaining", "0"}}), (Expected{{"2s", 0}}));
  EXPECT_EQ(hints({{"x-daily-requests-left", "9"}}), Expected{});
  for (const char* text : {"", "-1", "many", "1.5", "99999999999999999999"}) {
    EXPECT_EQ(hints({{"x-ratelimit-remaining", text}}), Expected{}) << text;
  }
}

TEST(PipedriveOperations, AreThoseThatTheSettingsLeave) {
  const auto offers = [](const std::string& more) {
    const Configured configured = With(kToken + more);
    std::string offered;
    for (const Operation operation : {Operation::kLead,
                                      Operation::kUpdatePerson,
                                      Operation::kCreateDeal,
                                      Operation::kMoveDeal,
                                      Operation::kAddNote,
                                      Operation::kAddTask}) {
      if (!configured.connector->Offers(operation)) continue;
      absl::StrAppend(&offered, std::string(Name(operation)), " ");
    }
    return offered;
  };
  EXPECT_EQ(offers(""), "lead update_person create_deal move_deal add_note add_task ");
  EXPECT_EQ(offers(", deals: leads"), "lead update_person create_deal add_note add_task ");
  EXPECT_EQ(offers(", deals: none, notes: false, tasks: false"), "lead update_person ");
}

TEST(PipedriveToken, Answers) {
  const Configured configured = With(kOauth);
  const auto parse = [&configured](int status, const std::string& body) {
    return configured.connector->ParseToken({status, {}, body});
  };
  const absl::StatusOr<delivery::RefreshedToken> token = parse(
      200,
      R"({"access_token":"a","refresh_token":"r","expires_in":60,"api_domain":"https://x.example/"})");
  ASSERT_TRUE(token.ok());
  EXPECT_EQ(token->access_token, "a");
  EXPECT_EQ(token->refresh_token, "r");
  EXPECT_EQ(token->expires_in, absl::Seconds(60));
  EXPECT_EQ(token->base_url, "https://x.example");
  for (const char* domain :
       {"", "http://x.example", "https://u:p@x.example", "https://x.example?y", "x.example"}) {
    const std::string body =
        absl::StrCat(R"({"access_token":"a","api_domain":")", std::string(domain), R"("})");
    EXPECT_TRUE(absl::IsUnavailable(parse(200, body).status())) << domain;
  }
  for (const int status : {400, 401, 403, 404}) {
    EXPECT_TRUE(absl::IsUnauthenticated(parse(status, "{}").status())) << status;
  }
  for (const int status : {302, 408, 429, 500, 503}) {
    EXPECT_TRUE(absl::IsUnavailable(parse(status, "{}").status())) << status;
  }
}

TEST(PipedriveToken, IsStaticForAnApiToken) {
  const Configured configured = With(kToken);
  EXPECT_EQ(configured.connector->StaticCredential().token, "test-token");
  EXPECT_FALSE(configured.connector->TokenRequest("x", absl::UnixEpoch()).has_value());
}

}  // namespace
}  // namespace leadrelay::test
