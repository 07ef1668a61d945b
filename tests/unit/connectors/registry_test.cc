#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include <gtest/gtest.h>

#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery {
namespace {

TEST(Registry, HasEveryFolderOnce) {
  std::set<std::string> folders;
  for (const auto& entry :
       std::filesystem::directory_iterator(LEADRELAY_SOURCE_DIR "/services/delivery/connectors")) {
    if (entry.is_directory()) folders.insert(entry.path().filename().string());
  }
  std::set<std::string> registered;
  for (const ConnectorType& type : AllConnectors()) {
    EXPECT_TRUE(registered.insert(std::string(type.name)).second) << type.name;
    EXPECT_EQ(FindConnector(type.name), &type);
  }
  EXPECT_EQ(registered, folders);
  EXPECT_EQ(FindConnector("HubSpot"), nullptr);
  EXPECT_EQ(FindConnector(""), nullptr);
}

TEST(Registry, EveryConnectorIsInTheIndex) {
  std::ifstream in(LEADRELAY_SOURCE_DIR "/docs/connectors.md");
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  for (const ConnectorType& type : AllConnectors()) {
    const std::string page =
        absl::StrCat("services/delivery/connectors/", std::string(type.name), "/README.md");
    EXPECT_NE(text.find(absl::StrCat("(../", page, ")")), std::string::npos)
        << page << " is not linked in docs/connectors.md";
  }
}

// Configuring with nothing is an operator's first mistake: it must lead to faults, not to a crash.
TEST(Registry, EveryConnectorSurvivesAnEmptyConfiguration) {
  for (const ConnectorType& type : AllConnectors()) {
    const std::unique_ptr<const Connector> connector = type.configure({"test", {}, {}});
    ASSERT_NE(connector, nullptr) << type.name;
    EXPECT_GE(connector->MaxBatch(), 1) << type.name;
    EXPECT_FALSE(connector->Probes(absl::UnixEpoch()).empty()) << type.name;
  }
}

}  // namespace
}  // namespace leadrelay::delivery
