#include "common/config/suggest.h"

namespace leadrelay::config {
namespace {

struct Case {
  std::string word;
  std::vector<std::string> candidates;
  std::optional<std::string> expected;
};

TEST(Suggest, FindsWhatWasMeant) {
  const std::vector<Case> cases = {
      {"timout", {"timeout", "linger"}, "timeout"},   // A letter missing.
      {"tiemout", {"timeout", "linger"}, "timeout"},  // Two letters swapped.
      {"conection", {"connector", "concurrency", "connection"}, "connection"},
      {"Max-Age", {"max_age"}, "max_age"},  // Case and dashes.
      {"hubspot-eu1", {"hubspot-us", "hubspot-eu"}, "hubspot-eu"},
      {"equal", {"exists", "equals"}, "equals"},
      {"per", {"pes", "per"}, "per"},
      {"colour", {"requests", "per"}, std::nullopt},  // Too far from all.
      {"ca", {"to", "of"}, std::nullopt},             // Too short to tell.
      {"", {"a"}, std::nullopt},
      {"timeout", {}, std::nullopt},
      {std::string(1000, 'a'), {std::string(999, 'a')}, std::nullopt},
  };
  for (const Case& c : cases) EXPECT_EQ(Suggest(c.word, c.candidates), c.expected) << c.word;
}

TEST(DidYouMean, AsksOnlyWhenThereIsSomethingToSuggest) {
  EXPECT_EQ(DidYouMean("timout", {"timeout"}), "; did you mean \"timeout\"?");
  EXPECT_EQ(DidYouMean("xyz", {"timeout"}), "");
}

}  // namespace
}  // namespace leadrelay::config
