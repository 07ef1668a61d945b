#include <gtest/gtest.h>

#include "services/delivery/connectors/zoho/settings.h"
#include "tests/unit/connectors/configure.h"

namespace leadrelay::test {
namespace {

using config::RateWindow;
using delivery::Operation;

constexpr std::string_view kCredential =
    "client_id: x, client_secret: '${SECRET}', refresh_token: '${TOKEN}'";

Configured With(const std::string& settings, const std::string& mapping = "{}") {
  return ConfigureFrom("zoho",
                       absl::StrCat("settings: {",
                                    std::string(kCredential),
                                    settings.empty() ? "" : ", ",
                                    settings,
                                    "}\nmapping: ",
                                    mapping));
}

TEST(ZohoSettings, TakesEverythingThatIsDocumented) {
  EXPECT_EQ(ConfigureFrom("zoho", R"(
settings:
  client_id: 1000.ABC
  client_secret: ${SECRET}
  refresh_token: ${TOKEN}
  data_center: in
  plan: enterprise
  users: 12
  version: v7
  module: Leads
  id_field: Member_No
  lookup_fields: [Partner]
  list_fields: [Interests, Topics]
  workflows: false
  contact_mapping: {Title: {value: Buyer}}
  accounts: true
  account_mapping: {Website: form_data.website, Owner: {value: 9}}
  deals: true
  deal_pipeline: Standard (Standard)
  deal_stage: Qualification
  deal_stages: {demo: Demo Held}
  deal_days: 14
  deal_key_field: Delivery
  deal_mapping: {Currency: deal.currency}
  notes: true
  tasks: false
  base_url: http://127.0.0.1:8080/zoho/
  allow_http: true
mapping: {Member_No: form_data.member, cf__c: form_data.score}
)")
                .faults,
            "");
}

TEST(ZohoSettings, Faults) {
  const auto line = [](const std::string& settings, const std::string& mapping = "{}") {
    return With(settings, mapping).faults;
  };
  EXPECT_EQ(
      ConfigureFrom("zoho", "settings: {}").faults,
      "f:1: settings.client_id: is required\n"
      "f:1: settings.client_secret: is required: write ${NAME} for an environment variable or "
      "${file:PATH}\n"
      "f:1: settings.refresh_token: is required: write ${NAME} for an environment variable or "
      "${file:PATH}\n");
  EXPECT_EQ(line("data_center: eur"),
            "f:1: settings.data_center: \"eur\" is not one of us, eu, in, au, cn, jp, ca, sa, uk, "
            "ae; did you mean \"eu\"?\n");
  EXPECT_EQ(line("version: 8"), "f:1: settings.version: is no version of the API such as v8\n");
  EXPECT_EQ(line("base_url: 'http://127.0.0.1:1'"),
            "f:1: settings.base_url: is plain http: use https, or set allow_http: true\n");
  EXPECT_EQ(line("base_url: 'https://a.example?x=1'"),
            "f:1: settings.base_url: may not have a ?query\n");
  EXPECT_EQ(line("id_field: Member_No"),
            "f:1: settings.id_field: needs an entry Member_No in `mapping` that fills it\n");
  EXPECT_EQ(line("deal_key_field: 'Delivery id'"),
            "f:1: settings.deal_key_field: is no API name of a Zoho field: those are of letters, "
            "digits and _\n");
  EXPECT_EQ(line("list_fields: ['a b']"),
            "f:1: settings.list_fields: has a name in it that is no API name of a Zoho field\n");
  EXPECT_EQ(line("module: Contacts, contact_mapping: {Title: company}"),
            "f:1: settings.contact_mapping: is for `module: Leads`: here `mapping` counts\n");
  EXPECT_EQ(line("", "{email: email}"),
            "f:2: mapping.email: is no field of Zoho; did you mean \"Email\"?\n");
  EXPECT_EQ(line("", "{'First Name': first_name}"),
            "f:2: mapping.First Name: is no field of Zoho; did you mean \"First_Name\"?\n");
  EXPECT_EQ(line("", "{Full_Name: name}"),
            "f:2: mapping.Full_Name: is a field that Zoho does not let us write\n");
  EXPECT_EQ(line("", "{Last_Name: null}"),
            "f:2: mapping: has nothing for \"Last_Name\", and Zoho takes no record without it\n");
  EXPECT_EQ(line("account_mapping: {website: form_data.website}"),
            "f:1: settings.account_mapping.website: is no field of Zoho; did you mean "
            "\"Website\"?\n");
  EXPECT_EQ(line("account_mapping: {Account_Name: null}"),
            "f:1: settings.account_mapping: has nothing for \"Account_Name\", and Zoho takes no "
            "record without it\n");
  EXPECT_EQ(
      line("deal_mapping: {Contact_Name: name}"),
      "f:1: settings.deal_mapping.Contact_Name: is a field that Zoho does not let us write\n");
}

// What a mapping adds to the defaults, to each module its own.
TEST(ZohoMapping, EachModuleHasItsOwn) {
  const Configured configured = With(
      "contact_mapping: {Title: {value: Buyer}}, deal_mapping: {Currency: deal.currency, Owner: "
      "{value: 9}}",
      "{Lead_Status: {value: New}}");
  ASSERT_EQ(configured.faults, "");
  const auto first_request = [&configured](const std::string& lead, bool person_is_there) {
    Leads leads({lead});
    if (person_is_there) leads.batch.jobs[0].progress = {{"person_id", "7"}};
    const std::optional<delivery::Call> call = configured.connector->Next(leads.batch, nullptr);
    return call.has_value() ? call->request.body : "";
  };
  const std::string plain = R"({"email":"a@example.com","last_name":"A"})";
  const std::string deal =
      R"({"email":"a@example.com","last_name":"A","deal":{"title":"D","currency":"EUR"}})";
  EXPECT_EQ(first_request(plain, false),
            R"({"data":[{"Email":"a@example.com","Last_Name":"A","Lead_Status":"New"}],)"
            R"("duplicate_check_fields":["Email"]})");
  EXPECT_EQ(first_request(deal, false),
            R"({"data":[{"Email":"a@example.com","Last_Name":"A","Title":"Buyer"}],)"
            R"("duplicate_check_fields":["Email"]})");
  EXPECT_EQ(first_request(deal, true),
            R"({"data":[{"Deal_Name":"D","Currency":"EUR","Owner":{"id":"9"},)"
            R"("Stage":"Qualification","Closing_Date":"2026-10-01","Contact_Name":{"id":"7"}}]})");
}

TEST(ZohoLimits, AreTheCallsAtOnceOfThePlan) {
  EXPECT_EQ(With("").connector->MaxConcurrency(), 5);
  EXPECT_EQ(With("plan: standard").connector->MaxConcurrency(), 10);
  EXPECT_EQ(With("plan: ultimate").connector->MaxConcurrency(), 25);
}

TEST(ZohoLimits, AreTheCreditsOfThePlan) {
  const auto credits = [](const std::string& settings) {
    const std::vector<RateWindow> windows = With(settings).connector->DefaultLimits();
    EXPECT_EQ(windows.size(), 1U);
    EXPECT_EQ(windows[0].per, absl::Hours(24));
    EXPECT_EQ(windows[0].scope, "");
    return windows[0].requests;
  };
  EXPECT_EQ(credits(""), 5'000);
  EXPECT_EQ(credits("users: 3"), 5'000);
  EXPECT_EQ(credits("plan: standard, users: 10"), 52'500);
  EXPECT_EQ(credits("plan: standard, users: 1000"), 100'000);
  EXPECT_EQ(credits("plan: professional, users: 10"), 55'000);
  EXPECT_EQ(credits("plan: professional, users: 100000"), 3'000'000);
  EXPECT_EQ(credits("plan: enterprise, users: 10"), 60'000);
  EXPECT_EQ(credits("plan: enterprise, users: 100000"), 5'000'000);
  EXPECT_EQ(credits("plan: ultimate, users: 10"), 70'000);
}

TEST(ZohoLimits, TenRecordsCostACredit) {
  const Configured configured = With("");
  for (const auto& [count, cost] :
       std::vector<std::pair<size_t, int>>{{1, 1}, {10, 1}, {11, 2}, {100, 10}}) {
    std::vector<std::string> texts;
    for (size_t i = 0; i < count; ++i) {
      texts.push_back(absl::StrCat(R"({"email":"a)", i, R"(@example.com"})"));
    }
    Leads leads(texts);
    const std::optional<delivery::Call> call = configured.connector->Next(leads.batch, nullptr);
    ASSERT_TRUE(call.has_value());
    EXPECT_EQ(call->jobs.size(), count);
    EXPECT_EQ(call->cost, cost) << count;
  }
}

TEST(ZohoQuota, ReadsTheHeader) {
  const Configured configured = With("");
  const auto remaining = [&configured](const std::string& text) -> std::optional<int64_t> {
    http::Response response;
    if (!text.empty()) response.headers.Add("X-API-CREDITS-REMAINING", text);
    const std::vector<delivery::QuotaHint> hints = configured.connector->ReadQuota(response);
    if (hints.empty()) return std::nullopt;
    EXPECT_EQ(hints[0].window, "credits");
    return hints[0].remaining;
  };
  EXPECT_EQ(remaining("2500"), 2500);
  EXPECT_EQ(remaining("0"), 0);
  for (const char* text : {"", "-1", "many", "1.5", "99999999999999999999"}) {
    EXPECT_EQ(remaining(text), std::nullopt) << text;
  }
}

TEST(ZohoOperations, AreWhatTheSettingsLeave) {
  const Configured all = With("");
  const Configured few = With("deals: false, notes: false, tasks: false");
  for (const Operation operation : {Operation::kLead,
                                    Operation::kUpdatePerson,
                                    Operation::kCreateDeal,
                                    Operation::kMoveDeal,
                                    Operation::kAddNote,
                                    Operation::kAddTask}) {
    EXPECT_TRUE(all.connector->Offers(operation)) << Name(operation);
    const bool person = operation == Operation::kLead || operation == Operation::kUpdatePerson;
    EXPECT_EQ(few.connector->Offers(operation), person) << Name(operation);
  }
}

// The account's address: settings before the token's answer before the data centre.
TEST(ZohoEndpoint, IsWhereTheAccountLives) {
  const auto url = [](const std::string& settings, const std::string& told) {
    http::Request request;
    request.url = "/crm/v8/org";
    With(settings).connector->Authorize(request, {}, {}, {"t", told}, absl::UnixEpoch());
    return request.url;
  };
  EXPECT_EQ(url("", ""), "https://www.zohoapis.com/crm/v8/org");
  EXPECT_EQ(url("data_center: ca", ""), "https://www.zohoapis.ca/crm/v8/org");
  EXPECT_EQ(url("data_center: ca", "https://sandbox.zohoapis.ca"),
            "https://sandbox.zohoapis.ca/crm/v8/org");
  EXPECT_EQ(url("base_url: 'https://p.example/z/'", "https://www.zohoapis.ca"),
            "https://p.example/z/crm/v8/org");
  const std::vector<std::pair<std::string, std::string>> accounts = {
      {"data_center: us", "https://accounts.zoho.com/oauth/v2/token"},
      {"data_center: ca", "https://accounts.zohocloud.ca/oauth/v2/token"},
      {"data_center: au", "https://accounts.zoho.com.au/oauth/v2/token"},
      {"base_url: 'https://p.example'", "https://p.example/oauth/v2/token"}};
  for (const auto& [settings, expected] : accounts) {
    EXPECT_EQ(With(settings).connector->TokenRequest("r", absl::UnixEpoch())->url, expected);
  }
}

TEST(ZohoToken, Answers) {
  const Configured configured = With("");
  const auto parse = [&configured](int status, const std::string& body) {
    http::Response response;
    response.status = status;
    response.body = body;
    return configured.connector->ParseToken(response);
  };
  const absl::StatusOr<delivery::RefreshedToken> token = parse(
      200, R"({"access_token":"a","api_domain":"https://www.zohoapis.eu/","expires_in":3600})");
  ASSERT_TRUE(token.ok());
  EXPECT_EQ(token->access_token, "a");
  EXPECT_EQ(token->refresh_token, "");
  EXPECT_EQ(token->base_url, "https://www.zohoapis.eu");
  EXPECT_EQ(token->expires_in, absl::Hours(1));
  EXPECT_EQ(
      parse(200, R"({"access_token":"a","expires_in":3600000,"expires_in_sec":3600})")->expires_in,
      absl::Hours(1));
  for (const char* domain :
       {"http://www.zohoapis.eu", "www.zohoapis.eu", "https://a?b", "https://u:p@a"}) {
    EXPECT_EQ(
        parse(200, absl::StrCat(R"({"access_token":"a","api_domain":")", domain, "\"}"))->base_url,
        "")
        << domain;
  }
  for (const int status : {200, 400}) {
    for (const char* error : {"invalid_code", "invalid_client"}) {
      EXPECT_TRUE(absl::IsUnauthenticated(
          parse(status, absl::StrCat(R"({"error":")", error, "\"}")).status()))
          << error;
    }
    for (const char* error : {"Access Denied", "access_denied"}) {
      EXPECT_TRUE(absl::IsResourceExhausted(
          parse(status, absl::StrCat(R"({"error":")", error, "\"}")).status()))
          << error;
    }
  }
  EXPECT_TRUE(absl::IsUnavailable(parse(503, "").status()));
  EXPECT_TRUE(absl::IsUnavailable(parse(200, "<html>").status()));
}

}  // namespace
}  // namespace leadrelay::test
