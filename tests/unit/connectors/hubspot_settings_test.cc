#include <gtest/gtest.h>

#include "services/delivery/connectors/hubspot/settings.h"
#include "tests/unit/connectors/configure.h"

namespace leadrelay::test {
namespace {

using config::RateWindow;
using delivery::QuotaHint;

TEST(HubSpotSettings, TakesEverythingThatIsDocumented) {
  EXPECT_EQ(ConfigureFrom("hubspot", R"(
settings:
  access_token: ${TOKEN}
  plan: professional
  version: 2026-09
  id_property: member_no
  deals: true
  deal_pipeline: default
  deal_stage: appointmentscheduled
  deal_stages: {qualified: qualifiedtobuy}
  deal_key_property: leadrelay_delivery
  deal_mapping: {description: note}
  company_id_property: leadrelay_company
  company_mapping: {leadrelay_company: form_data.company_no, city: form_data.city}
  note: none
  base_url: http://127.0.0.1:8080
  allow_http: true
mapping: {member_no: form_data.member}
)")
                .faults,
            "");
  EXPECT_EQ(ConfigureFrom("hubspot", R"(
settings: {client_id: x, client_secret: "${SECRET}", refresh_token: "${TOKEN}"}
)")
                .faults,
            "");
}

TEST(HubSpotSettings, Faults) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"settings: {}",
       "f:1: settings: has to have access_token, or client_id, client_secret and refresh_token\n"},
      {"settings: {access_token: '${TOKEN}', client_id: x}",
       "f:1: settings: has to have either access_token or the three of OAuth, not both\n"},
      {"settings: {client_id: x, client_secret: '${TOKEN}'}",
       "f:1: settings.refresh_token: is required for OAuth\n"},
      {"settings: {access_token: '${BAD}'}",
       "f:1: settings.access_token: has a line break or another control character in it, or ends "
       "in a space\n"},
      {"settings: {access_token: '${TOKEN}', version: v3}",
       "f:1: settings.version: is no dated API version such as 2026-03\n"},
      {"settings: {access_token: '${TOKEN}', base_url: 'http://127.0.0.1:1'}",
       "f:1: settings.base_url: is plain http: use https, or set allow_http: true\n"},
      {"settings: {access_token: '${TOKEN}', base_url: 'https://a.example?x=1'}",
       "f:1: settings.base_url: may not have a ?query\n"},
      {"settings: {access_token: '${TOKEN}', id_property: member_no}",
       "f:1: settings.id_property: needs an entry member_no in `mapping` that fills it\n"},
      {"settings: {access_token: '${TOKEN}', deal_key_property: Delivery}",
       "f:1: settings.deal_key_property: is no internal name of a HubSpot property: those are of "
       "a-z, 0-9 and _\n"},
      {"settings: {access_token: '${TOKEN}'}\nmapping: {First Name: first_name}",
       "f:2: mapping.First Name: is no internal name of a HubSpot property: those are of a-z, 0-9 "
       "and _ (the label that people see is another thing)\n"},
      {"settings: {access_token: '${TOKEN}', deal_mapping: {amount: deal.vlaue}}",
       "f:1: settings.deal_mapping.amount: \"deal.vlaue\" is no path of a lead; did you mean "
       "\"deal.value\"?\n"},
      {"settings: {access_token: '${TOKEN}', company_id_property: Company Key}",
       "f:1: settings.company_id_property: is no internal name of a HubSpot property: those are of "
       "a-z, 0-9 and _\n"},
      {"settings: {access_token: '${TOKEN}', company_id_property: key, company_mapping: {City: "
       "form_data.city}}",
       "f:1: settings.company_mapping.City: is no internal name of a HubSpot property: those are "
       "of "
       "a-z, 0-9 and _ (the label that people see is another thing)\n"},
      {"settings: {access_token: '${TOKEN}', company_mapping: {city: form_data.city}}",
       "f:1: settings.company_mapping: needs company_id_property: without a property with unique "
       "values HubSpot would make a company anew for every lead\n"},
      {"settings: {access_token: '${TOKEN}', note: deal}",
       "f:1: settings.note: \"deal\" is not one of contact, none\n"},
      {"settings: {access_token: '${TOKEN}', acces_token: x}",
       "f:1: settings.acces_token: unknown key; did you mean \"access_token\"?\n"},
  };
  for (const auto& [yaml, fault] : cases) {
    EXPECT_EQ(ConfigureFrom("hubspot", yaml).faults, fault) << yaml;
  }
}

TEST(HubSpotLimits, AreThoseOfThePlan) {
  const auto limits = [](const std::string& settings) {
    return ConfigureFrom("hubspot", "settings: {" + settings + "}").connector->DefaultLimits();
  };
  const RateWindow search = {"search", 5, absl::Seconds(1), "search"};
  const auto windows = [&search](int64_t burst, int64_t day) {
    return std::vector<RateWindow>{
        {"10s", burst, absl::Seconds(10), ""}, {"day", day, absl::Hours(24), ""}, search};
  };
  EXPECT_EQ(limits("access_token: '${TOKEN}'"), windows(100, 250'000));
  EXPECT_EQ(limits("access_token: '${TOKEN}', plan: starter"), windows(100, 250'000));
  EXPECT_EQ(limits("access_token: '${TOKEN}', plan: professional"), windows(190, 625'000));
  EXPECT_EQ(limits("access_token: '${TOKEN}', plan: enterprise"), windows(190, 1'000'000));
  EXPECT_EQ(limits("client_id: x, client_secret: '${TOKEN}', refresh_token: '${TOKEN}'"),
            (std::vector<RateWindow>{{"10s", 110, absl::Seconds(10), ""}, search}));
}

std::vector<std::pair<std::string, int64_t>> Hints(const http::Headers& headers) {
  http::Response response;
  response.headers = headers;
  std::vector<std::pair<std::string, int64_t>> hints;
  const Configured configured = ConfigureFrom("hubspot", "settings: {access_token: '${TOKEN}'}");
  for (const QuotaHint& hint : configured.connector->ReadQuota(response)) {
    hints.emplace_back(hint.window, hint.remaining);
  }
  return hints;
}

TEST(HubSpotQuota, ReadsTheHeaders) {
  using Expected = std::vector<std::pair<std::string, int64_t>>;
  EXPECT_EQ(Hints({{"X-HubSpot-RateLimit-Max", "100"},
                   {"X-HubSpot-RateLimit-Remaining", "42"},
                   {"X-HubSpot-RateLimit-Interval-Milliseconds", "10000"},
                   {"X-HubSpot-RateLimit-Daily", "250000"},
                   {"X-HubSpot-RateLimit-Daily-Remaining", "249000"}}),
            (Expected{{"10s", 42}, {"day", 249000}}));
  EXPECT_EQ(Hints({{"X-HubSpot-RateLimit-Remaining", "42"}}), (Expected{{"10s", 42}}));
  EXPECT_EQ(Hints({{"X-HubSpot-RateLimit-Remaining", "42"},
                   {"X-HubSpot-RateLimit-Interval-Milliseconds", "1000"}}),
            Expected{});
  for (const char* text : {"", "-1", "many", "1.5", "99999999999999999999"}) {
    EXPECT_EQ(Hints({{"X-HubSpot-RateLimit-Remaining", text}}), Expected{}) << text;
  }
}

TEST(HubSpotToken, Answers) {
  const Configured configured = ConfigureFrom(
      "hubspot", "settings: {client_id: x, client_secret: '${TOKEN}', refresh_token: '${TOKEN}'}");
  const auto parse = [&configured](int status, const std::string& body) {
    http::Response response;
    response.status = status;
    response.body = body;
    return configured.connector->ParseToken(response);
  };
  const absl::StatusOr<delivery::RefreshedToken> token =
      parse(200, R"({"access_token":"a","refresh_token":"r","expires_in":1800})");
  ASSERT_TRUE(token.ok());
  EXPECT_EQ(token->access_token, "a");
  EXPECT_EQ(token->refresh_token, "r");
  EXPECT_EQ(token->expires_in, absl::Minutes(30));
  EXPECT_EQ(parse(200, R"({"access_token":"a","expires_in":-1})")->expires_in, absl::Minutes(30));
  for (const int status : {400, 401, 403, 404}) {
    EXPECT_TRUE(absl::IsUnauthenticated(parse(status, "{}").status())) << status;
  }
  for (const int status : {302, 408, 429, 500, 503}) {
    EXPECT_TRUE(absl::IsUnavailable(parse(status, "{}").status())) << status;
  }
  EXPECT_TRUE(absl::IsUnavailable(parse(200, "<html>").status()));
}

TEST(HubSpotToken, IsStaticForAPrivateApp) {
  const Configured configured = ConfigureFrom("hubspot", "settings: {access_token: '${TOKEN}'}");
  EXPECT_EQ(configured.connector->StaticCredential().token, "test-token");
  EXPECT_FALSE(configured.connector->TokenRequest("x", absl::UnixEpoch()).has_value());
}

}  // namespace
}  // namespace leadrelay::test
