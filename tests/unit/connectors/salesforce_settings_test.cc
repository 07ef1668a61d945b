#include <ostream>

#include <gtest/gtest.h>

#include "tests/unit/connectors/configure.h"

namespace leadrelay::test {
namespace {

struct Case {
  const char* what;
  const char* yaml;
  const char* faults;

  friend void PrintTo(const Case& c, std::ostream* to) { *to << c.what; }
};

class SalesforceSettings : public testing::TestWithParam<Case> {};

TEST_P(SalesforceSettings, AreChecked) {
  const Configured configured = ConfigureFrom(
      GetParam().what[0] == 'w' ? "salesforce-web-to-lead" : "salesforce", GetParam().yaml);
  ASSERT_NE(configured.connector, nullptr);
  EXPECT_EQ(configured.faults, GetParam().faults) << GetParam().what;
}

INSTANTIATE_TEST_SUITE_P(
    Cases,
    SalesforceSettings,
    testing::Values(
        Case{"client credentials",
             "settings: {login_url: 'https://acme.my.salesforce.com', client_id: c, client_secret: "
             "'${SECRET}'}\n",
             ""},
        Case{"client credentials at the common host",
             "settings: {client_id: c, client_secret: '${SECRET}'}\n",
             "f:1: settings.login_url: has to be the My Domain address, such as "
             "https://acme.my.salesforce.com: client credentials work nowhere else\n"},
        Case{"refresh token",
             "settings: {client_id: c, client_secret: '${SECRET}', refresh_token: '${TOKEN}'}\n",
             ""},
        Case{"no credential",
             "settings: {client_id: c}\n",
             "f:1: settings: has to have private_key and username, or client_secret with "
             "refresh_token, or client_secret alone\n"},
        Case{
            "no key, and what goes with one only",
            "settings: {client_id: c, private_key: '${TOKEN}', client_secret: '${SECRET}'}\n",
            "f:1: settings.private_key: is no RSA private key of 2048 bits or more in PEM, without "
            "a pass phrase\n"
            "f:1: settings.username: is required with private_key\n"
            "f:1: settings.client_secret: is not used with private_key\n"},
        Case{"a user without a key",
             "settings: {client_id: c, client_secret: '${SECRET}', refresh_token: '${TOKEN}', "
             "username: u}\n",
             "f:1: settings.username: is used with private_key only\n"},
        Case{"a secret in the file",
             "settings: {client_id: c, client_secret: s3cret, refresh_token: '${TOKEN}'}\n",
             "f:1: settings.client_secret: is a secret and may not stand in this file: put it into "
             "an "
             "environment variable and write ${NAME}, or into a file and write "
             "${file:/run/secrets/name}\n"},
        Case{"addresses and version",
             "settings: {client_id: c, client_secret: '${SECRET}', refresh_token: '${TOKEN}', "
             "login_url: 'http://a.example', base_url: 'https://b.example/?x', version: '67'}\n",
             "f:1: settings.login_url: is plain http: use https, or set allow_http: true\n"
             "f:1: settings.base_url: may not have a ?query\n"
             "f:1: settings.version: is no API version such as 67.0\n"},
        Case{"key fields",
             "settings: {client_id: c, client_secret: '${SECRET}', refresh_token: '${TOKEN}', "
             "key_field: Email, deal_key_field: \"x'__c\", person: contact, deal_lead_field: "
             "Lead__c}\n",
             "f:1: settings.key_field: is no name of a custom field, such as Lead_Key__c\n"
             "f:1: settings.deal_key_field: is no name of a custom field, such as Lead_Key__c\n"
             "f:1: settings.deal_lead_field: is used with person: lead only\n"},
        Case{
            "mapping",
            "settings: {client_id: c, client_secret: '${SECRET}', refresh_token: '${TOKEN}', "
            "deal_mapping: {Stagename: deal.stage, CurrencyIsoCode: deal.currency}}\n"
            "mapping: {firstname: first_name, IsConverted: {value: x}, Plan__c: form_data.plan, "
            "Company: null}\n",
            "f:1: settings.deal_mapping.Stagename: is no field of Salesforce; did you mean "
            "\"StageName\"?\n"
            "f:2: mapping: has nothing for \"Company\", and Salesforce takes no record without it\n"
            "f:2: mapping.firstname: is no field of Salesforce; did you mean \"FirstName\"?\n"
            "f:2: mapping.IsConverted: is a field that Salesforce does not let us write\n"},
        Case{"a key field that nothing fills",
             "settings: {client_id: c, client_secret: '${SECRET}', refresh_token: '${TOKEN}', "
             "key_field: Key__c}\nmapping: {Key__c: null}\n",
             "f:1: settings.key_field: needs an entry in `mapping` that fills it\n"},
        Case{"bulk",
             "settings: {client_id: c, client_secret: '${SECRET}', refresh_token: '${TOKEN}', "
             "key_field: Key__c, bulk_from: 2000, bulk_most: 2000, bulk_assignment_rule: "
             "01Q5g00000Aa001EAA}\n",
             ""},
        Case{"bulk without a key",
             "settings: {client_id: c, client_secret: '${SECRET}', refresh_token: '${TOKEN}', "
             "bulk_from: 6000, bulk_most: 5000, bulk_assignment_rule: 00Q5g00000Aa001EAA}\n",
             "f:1: settings.bulk_from: needs a key_field\n"
             "f:1: settings.bulk_most: has to be at least bulk_from\n"
             "f:1: settings.bulk_assignment_rule: is no id of an assignment rule, such as "
             "01Q...\n"},
        Case{"bulk of contacts",
             "settings: {client_id: c, client_secret: '${SECRET}', refresh_token: '${TOKEN}', "
             "person: contact, key_field: Key__c, bulk_from: 2000, bulk_assignment_rule: "
             "01Q5g00000Aa001EAA}\n",
             "f:1: settings.bulk_assignment_rule: is used with person: lead only\n"},
        Case{"no bulk, and what goes with it only",
             "settings: {client_id: c, client_secret: '${SECRET}', refresh_token: '${TOKEN}', "
             "bulk_most: 5000, bulk_assignment_rule: 01Q5g00000Aa001EAA}\n",
             "f:1: settings.bulk_most: is used with bulk_from only\n"
             "f:1: settings.bulk_assignment_rule: is used with bulk_from only\n"},
        Case{"web: fine", "settings: {org_id: 00D5g000000abcdEAA}\n", ""},
        Case{"web: none", "settings: {}\n", "f:1: settings.org_id: is required\n"},
        Case{
            "web: faults",
            "settings: {org_id: 00Q5g000000abcd, base_url: ftp://x}\n"
            "mapping: {oid: email, Last_Name: name, 00N5g00000AbCdE: form_data.a}\n",
            "f:1: settings.base_url: has to begin with https://\n"
            "f:1: settings.org_id: is no id of an org: 15 or 18 letters and digits that begin with "
            "00D\n"
            "f:2: mapping.oid: is a field that Web-to-Lead does not let us write\n"
            "f:2: mapping.Last_Name: is no field of Web-to-Lead; did you mean \"last_name\"?\n"}),
    [](const testing::TestParamInfo<Case>& info) {
      std::string name = info.param.what;
      for (char& c : name) {
        if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
      }
      return name;
    });

TEST(SalesforceLimits, AreThoseOfThePlan) {
  struct Plan {
    const char* text;
    int64_t requests;
  };
  for (const Plan& plan : {Plan{"plan: developer", 15'000},
                           Plan{"plan: enterprise", 100'000},
                           Plan{"plan: professional, licences: 10", 110'000},
                           Plan{"plan: unlimited, licences: 10", 150'000},
                           Plan{"plan: sandbox", 5'000'000}}) {
    const Configured configured =
        ConfigureFrom("salesforce",
                      absl::StrCat("settings: {client_id: c, client_secret: '${SECRET}', "
                                   "refresh_token: '${TOKEN}', ",
                                   plan.text,
                                   "}\n"));
    ASSERT_EQ(configured.faults, "");
    const std::vector<config::RateWindow> limits = configured.connector->DefaultLimits();
    ASSERT_EQ(limits.size(), 1u);
    EXPECT_EQ(limits[0].requests, plan.requests) << plan.text;
    EXPECT_EQ(limits[0].per, absl::Hours(24));
  }
}

TEST(SalesforceQuota, IsReadFromItsHeader) {
  const Configured configured = ConfigureFrom(
      "salesforce",
      "settings: {client_id: c, client_secret: '${SECRET}', refresh_token: '${TOKEN}'}\n");
  struct Header {
    const char* text;
    std::optional<int64_t> remaining;
  };
  for (const Header& header : {Header{"api-usage=10018/100000", 89'982},
                               Header{"api-usage=5/10; per-app-api-usage=17/250(appName=x)", 5},
                               Header{"api-usage=11/10", 0},
                               Header{"per-app-api-usage=17/250(appName=x)", std::nullopt},
                               Header{"api-bursts=1/750", std::nullopt},
                               Header{"api-usage=", std::nullopt},
                               Header{"api-usage=5", std::nullopt},
                               Header{"api-usage=5/", std::nullopt},
                               Header{"api-usage=-5/10", std::nullopt},
                               Header{"api-usage=99999999999999999999/10", std::nullopt},
                               Header{"", std::nullopt}}) {
    http::Response response;
    response.headers.Add("Sforce-Limit-Info", header.text);
    const std::vector<delivery::QuotaHint> hints = configured.connector->ReadQuota(response);
    ASSERT_EQ(hints.size(), header.remaining.has_value() ? 1u : 0u) << header.text;
    if (!header.remaining.has_value()) continue;
    EXPECT_EQ(hints[0].window, "day");
    EXPECT_EQ(hints[0].remaining, *header.remaining) << header.text;
  }
}

TEST(SalesforceOperations, AreOfferedWhereTheOrgHasThem) {
  using delivery::Operation;
  struct Offer {
    const char* settings;
    Operation operation;
    bool offered;
  };
  for (const Offer& offer : {Offer{"", Operation::kLead, true},
                             Offer{"", Operation::kUpdatePerson, true},
                             Offer{"", Operation::kAddTask, true},
                             Offer{"", Operation::kAddNote, true},
                             Offer{", note: none", Operation::kAddNote, false},
                             Offer{"", Operation::kCreateDeal, true},
                             Offer{", deals: false", Operation::kCreateDeal, false},
                             Offer{"", Operation::kMoveDeal, false},
                             Offer{", person: contact", Operation::kMoveDeal, true},
                             Offer{", deal_lead_field: L__c", Operation::kMoveDeal, true}}) {
    const Configured configured =
        ConfigureFrom("salesforce",
                      absl::StrCat("settings: {client_id: c, client_secret: '${SECRET}', "
                                   "refresh_token: '${TOKEN}'",
                                   offer.settings,
                                   "}\n"));
    ASSERT_EQ(configured.faults, "");
    EXPECT_EQ(configured.connector->Offers(offer.operation), offer.offered)
        << offer.settings << " " << Name(offer.operation);
  }
}

}  // namespace
}  // namespace leadrelay::test
