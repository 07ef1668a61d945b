// What the configuration of all destinations says together with their connectors.

#include "services/delivery/deliver/destinations.h"

#include <gtest/gtest.h>

namespace leadrelay::delivery {
namespace {

std::string FaultsOf(const std::string& destinations) {
  config::Environment environment;
  const auto token = [](const std::string&) -> std::optional<std::string> { return "token"; };
  environment.variable = token;
  environment.file = token;
  config::Faults faults;
  const config::Config config =
      config::Load("destinations:\n" + destinations, environment, faults, config::Reader::kNobody);
  (void)ConfigureDestinations(config, {}, faults);
  return faults.ToText("f");
}

TEST(ConfigureDestinationsTest, MarksAreForThoseWhoCanMakeThem) {
  EXPECT_EQ(FaultsOf("  a: {connector: webhook, settings: {url: 'https://e.example/'}}\n"), "");
  EXPECT_EQ(FaultsOf("  a: {connector: webhook, mark_synced: true, settings: {url: "
                     "'https://e.example/'}}\n"
                     "  b: {connector: hubspot, mark_synced: true, settings: {access_token: "
                     "'${T}'}}\n"),
            "f:2: destinations.a.mark_synced: the connector webhook has no way to mark its "
            "records: take it out\n"
            "f:3: destinations.b.mark_synced: the connector hubspot has no way to mark its "
            "records: take it out\n");
  // Its key is none, and that is all that is wrong with it.
  EXPECT_EQ(FaultsOf("  a: {connector: google-sheets, mark_synced: true, settings: "
                     "{client_email: a@b, private_key: '${T}', spreadsheet_id: 1Abc}}\n"),
            "f:2: destinations.a.settings.private_key: has no RSA key of 2048 bits or more in PEM "
            "form in it\n");
}

}  // namespace
}  // namespace leadrelay::delivery
