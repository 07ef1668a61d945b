#include "services/ingest/route/router.h"

#include <gtest/gtest.h>

#include "services/ingest/route/condition.h"
#include "tests/unit/ingest/parse.h"

namespace leadrelay::ingest {
namespace {

using Condition = config::Condition;

TEST(Condition, Holds) {
  const json::Document lead = Json(R"({
    "email": "ada@example.com", "company": null, "deal": {"value": 250.5}, "task": {},
    "phone_raw": "030 1234567", "form_data": {"nothing": [], "plan": "pro", "seats": 5, "vip": true, "tags": ["a", "b"], "utm.x": "dotted",
                  "nested": {"a.b": {"c": "deep"}}}})");
  const auto equals = [](std::string path, std::string value) {
    return Condition{std::move(path), std::move(value), {}, {}, {}};
  };
  const auto exists = [](std::string path, bool value) {
    return Condition{std::move(path), {}, {}, value, {}};
  };
  const auto one_of = [](std::string path, std::vector<std::string> values) {
    return Condition{std::move(path), {}, std::move(values), {}, {}};
  };
  const auto matches = [](std::string path, std::string glob) {
    return Condition{std::move(path), {}, {}, {}, std::move(glob)};
  };
  const std::vector<std::pair<Condition, bool>> cases = {
      {equals("form_data.plan", "pro"), true},
      {equals("form_data.plan", "free"), false},
      {equals("form_data.seats", "5"), true},
      {equals("form_data.vip", "true"), true},
      {equals("deal.value", "250.5"), true},
      {equals("form_data.tags", "b"), true},
      {equals("form_data.tags", "c"), false},
      {equals("form_data.utm.x", "dotted"), true},
      {equals("form_data.nested.a.b.c", "deep"), true},
      {equals("form_data", "pro"), false},
      {equals("missing", ""), false},
      {one_of("form_data.plan", {"free", "pro"}), true},
      {one_of("form_data.plan", {"free", "team"}), false},
      {matches("email", "*@example.com"), true},
      {matches("email", "*@example.org"), false},
      {exists("email", true), true},
      {exists("email", false), false},
      {exists("phone", true), false},
      {exists("phone", false), true},
      {exists("company", true), false},  // Null counts as absent.
      {exists("form_data.tags", true), true},
      {exists("form_data.nothing", true), false},  // An empty list, too.
      {exists("deal", true), true},
      {exists("task", true), false},
      {equals("operation", "lead"), true},  // It has no such member.
      {one_of("operation", {"create_deal", "lead"}), true},
      {equals("operation", "create_deal"), false},
      {equals("phone_raw", "030 1234567"), true},
      {{"form_data.plan", "pro", {"pro", "x"}, true, "p*"}, true},  // All that is asked must hold.
      {{"form_data.plan", "pro", {"x"}, true, "p*"}, false},
  };
  for (const auto& [condition, expected] : cases) {
    EXPECT_EQ(Holds(condition, lead.root()), expected) << condition.path;
  }
  const json::Document operation = Json(R"({"operation": "create_deal"})");
  EXPECT_TRUE(Holds(equals("operation", "create_deal"), operation.root()));
  EXPECT_FALSE(Holds(equals("operation", "lead"), operation.root()));
}

config::Destination To(std::string name, bool consent_required) {
  config::Destination destination;
  destination.name = std::move(name);
  destination.consent_required = consent_required;
  return destination;
}

config::Route Rule(std::vector<std::string> publishers,
                   std::vector<std::string> forms,
                   std::vector<Condition> when,
                   std::vector<std::string> destinations) {
  return config::Route{
      "", std::move(publishers), std::move(forms), std::move(when), std::move(destinations)};
}

class RouterTest : public testing::Test {
 protected:
  Routing Decide(std::vector<config::Route> routes, std::string publisher, std::string lead) {
    std::vector<config::Destination> destinations;
    destinations.push_back(To("hubspot", true));
    destinations.push_back(To("sheet", false));
    destinations.push_back(To("webhook", false));
    const json::Document document = Json(lead);
    const NormalLead normal(lead,
                            document.root().Find("consent_given").BoolOr(false),
                            document.root().Find("form_name").StringOr(""));
    return Router(routes, destinations).Decide(publisher, normal);
  }
  const std::string consenting_ = R"({"form_name": "demo", "consent_given": true})";
  const std::string silent_ = R"({"form_name": "demo", "consent_given": false})";
};

TEST_F(RouterTest, NoRulesMeansEveryDestination) {
  EXPECT_EQ(Decide({}, "shop", consenting_), (Routing{{"hubspot", "sheet", "webhook"}, {}}));
}

TEST_F(RouterTest, RulesAddInOrderAndOnce) {
  const std::vector<config::Route> routes = {
      Rule({}, {}, {}, {"webhook"}),
      Rule({"blog"}, {}, {}, {"sheet"}),
      Rule({"shop"}, {"demo"}, {}, {"hubspot", "webhook"}),
      Rule({"shop"}, {"other"}, {}, {"sheet"}),
      Rule({}, {}, {{"form_name", "demo", {}, {}, {}}}, {"hubspot"}),
  };
  EXPECT_EQ(Decide(routes, "shop", consenting_), (Routing{{"webhook", "hubspot"}, {}}));
  EXPECT_EQ(Decide(routes, "blog", consenting_), (Routing{{"webhook", "sheet", "hubspot"}, {}}));
}

TEST(RouterFilterTest, ADestinationsOwnConditionsSuppress) {
  config::Destination sales = To("sales", true);
  sales.only_when = {{"form_name", "demo", {}, {}, {}}, {"form_data.plan", {}, {}, true, {}}};
  const Router router({}, {sales, To("sheet", false)});
  const auto decide = [&router](const std::string& lead) {
    const json::Document document = Json(lead);
    const bool consent = document.root().Find("consent_given").BoolOr(false);
    return router.Decide("shop", NormalLead(lead, consent, "demo"));
  };
  const std::string whole =
      R"({"form_name": "demo", "form_data": {"plan": "pro"}, "consent_given": true})";
  EXPECT_EQ(decide(whole), (Routing{{"sales", "sheet"}, {}}));
  EXPECT_EQ(decide(R"({"form_name": "demo", "consent_given": true})"),
            (Routing{{"sheet"}, {{"sales", "filtered by form_data.plan"}}}));
  EXPECT_EQ(decide(R"({"form_name": "other", "consent_given": true})"),
            (Routing{{"sheet"}, {{"sales", "filtered by form_name"}}}));
  EXPECT_EQ(decide(R"({"form_name": "demo", "form_data": {"plan": "pro"}})"),
            (Routing{{"sheet"}, {{"sales", "no consent"}}}));
}

TEST_F(RouterTest, NoRuleThatMatches) {
  EXPECT_EQ(Decide({Rule({"blog"}, {}, {}, {"sheet"})}, "shop", consenting_), Routing());
}

TEST_F(RouterTest, AFormNameThatIsMissingMatchesNoForm) {
  EXPECT_EQ(Decide({Rule({}, {"demo"}, {}, {"sheet"})}, "shop", "{}"), Routing());
}

TEST_F(RouterTest, ConsentIsRequiredWhereItIsRequired) {
  const Routing expected{{"sheet", "webhook"}, {{"hubspot", "no consent"}}};
  EXPECT_EQ(Decide({}, "shop", silent_), expected);
  EXPECT_EQ(Decide({}, "shop", "{}"), expected);
  EXPECT_EQ(Decide({}, "shop", R"({"consent_given": "true"})"), expected);
}

TEST_F(RouterTest, SuppressedOnce) {
  const std::vector<config::Route> routes = {Rule({}, {}, {}, {"hubspot"}),
                                             Rule({}, {}, {}, {"hubspot"})};
  EXPECT_EQ(Decide(routes, "shop", silent_), (Routing{{}, {{"hubspot", "no consent"}}}));
}

}  // namespace
}  // namespace leadrelay::ingest
