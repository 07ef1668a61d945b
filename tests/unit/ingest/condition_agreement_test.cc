// A condition says the same in a route, in a destination's only_when and in a mapping: of one
// table, the loader and the mapping's compiler take the same, and what they make of it holds for
// the same leads.

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "services/delivery/map/mapping.h"
#include "services/ingest/route/condition.h"
#include "tests/unit/ingest/parse.h"

namespace leadrelay::ingest {
namespace {

const std::vector<std::string>& Conditions() {
  static const std::vector<std::string> conditions = {
      "{path: email, matches: \"*@example.com\"}",
      "{path: email, exists: false}",
      "{path: phone_raw, exists: true}",
      "{path: phone_raw, matches: \"030*\"}",
      "{path: ip_hash, exists: true}",
      "{path: consent_given, equals: true}",
      "{path: deal, exists: true}",
      "{path: deal.value, one_of: [250.5, 251]}",
      "{path: source, exists: false}",
      "{path: task, exists: true}",
      "{path: form_data, exists: true}",
      "{path: form_data.tags, equals: b}",
      "{path: form_data.tags, exists: true}",
      "{path: form_data.utm.x, equals: dotted}",
      "{path: form_data.address.city, equals: Berlin}",
      "{path: form_data.seats, equals: 5}",
      "{path: operation, equals: lead}",
      "{path: operation, one_of: [create_deal, add_note]}",
      "{path: operation, matches: \"*_deal\"}",
      // What neither takes.
      "{path: ip_address, exists: true}",
      "{path: emial, exists: true}",
      "{path: operation, equals: leads}",
      "{path: operation, exists: true}",
      "{path: consent_given, equals: yes}",
      "{path: email}",
      "{path: email, equals: x, exists: false}",
  };
  return conditions;
}

const std::vector<std::string>& Leads() {
  static const std::vector<std::string> leads = {
      "{}",
      R"({"email":"ada@example.com","consent_given":true,"phone_raw":"030 1","ip_hash":"a"})",
      R"({"operation":"create_deal","deal":{"value":250.5},"consent_given":false})",
      R"({"operation":"add_note","note":"x","deal":{},"source":{}})",
      R"({"form_data":{"tags":["a","b"],"utm.x":"dotted","address":{"city":"Berlin"},"seats":5}})",
      R"({"form_data":{"tags":[],"seats":"5"},"task":{"title":"t"}})",
      R"({"form_data":{"tags":"b"},"email":null})",
  };
  return leads;
}

// Nothing when it has a fault.
std::optional<config::Condition> OfARoute(const std::string& text) {
  config::Faults faults;
  config::Environment environment;
  const config::Config config =
      config::Load(absl::StrCat("destinations: {crm: {connector: webhook}}\n"
                                "routes:\n  - {destinations: [crm], when: [",
                                text,
                                "]}\n"),
                   environment,
                   faults);
  if (!faults.empty()) return std::nullopt;
  return config.routes.at(0).when.at(0);
}

std::optional<delivery::Mapping> OfAMapping(const std::string& text) {
  config::Faults faults;
  config::Section root = config::Section::Parse(
      absl::StrCat("mapping: {field: {value: x, when: ", text, "}}\n"), {}, faults);
  config::Section section = root.Child("mapping");
  delivery::Mapping mapping = delivery::Mapping::Compile(section, {});
  section.RefuseUnknownKeys();
  if (!faults.empty()) return std::nullopt;
  return mapping;
}

TEST(ConditionAgreement, RoutesAndMappings) {
  for (const std::string& text : Conditions()) {
    const std::optional<config::Condition> of_a_route = OfARoute(text);
    const std::optional<delivery::Mapping> of_a_mapping = OfAMapping(text);
    ASSERT_EQ(of_a_route.has_value(), of_a_mapping.has_value()) << text;
    if (!of_a_route.has_value()) continue;
    for (const std::string& lead : Leads()) {
      const json::Document document = Json(lead);
      const delivery::LeadFacts facts{document.root(), "l1", "l1:crm", "shop", absl::UnixEpoch()};
      EXPECT_EQ(Holds(*of_a_route, document.root()), !of_a_mapping->Apply(facts).empty())
          << text << " of " << lead;
    }
  }
}

}  // namespace
}  // namespace leadrelay::ingest
