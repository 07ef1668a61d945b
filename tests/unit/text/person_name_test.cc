#include "common/text/person_name.h"

#include <gtest/gtest.h>

namespace leadrelay::text {
namespace {

TEST(PersonName, Split) {
  const std::vector<std::pair<std::string, PersonName>> cases = {
      {"Ada King", {"Ada", "King"}},
      {"Ada Augusta King", {"Ada Augusta", "King"}},
      {"Ada", {"Ada", ""}},
      {"", {"", ""}},
      {"King, Ada", {"Ada", "King"}},
      {"King,Ada Augusta", {"Ada Augusta", "King"}},
      {"van der Berg, Dr. Jan", {"Jan", "van der Berg"}},
      {"Jan van der Berg", {"Jan", "van der Berg"}},
      {"Maria de la Cruz", {"Maria", "de la Cruz"}},
      {"Anna Maria von Stein", {"Anna Maria", "von Stein"}},
      {"Al Green", {"Al", "Green"}},
      {"Dr. Ada King", {"Ada", "King"}},
      {"Herr Dr. Karl Stein", {"Karl", "Stein"}},
      {"Frau Stein", {"", "Stein"}},
      {"Dr.", {"Dr.", ""}},
      {"Martin King Jr.", {"Martin", "King Jr."}},
      {"Martin King, Jr.", {"Martin", "King Jr."}},
      {"Ada King, PhD", {"Ada", "King PhD"}},
      {"Ada de", {"Ada", "de"}},
      {"Jr. Jr.", {"Jr.", "Jr."}},
      {",", {"", ""}},
      {"李 小龙", {"李", "小龙"}},
      {"Ada\uFEFF King", {"Ada", "King"}},
      {"Jean-Luc O'Neil", {"Jean-Luc", "O'Neil"}},
  };
  for (const auto& [name, expected] : cases) {
    const PersonName split = SplitName(name);
    EXPECT_EQ(split.first, expected.first) << name;
    EXPECT_EQ(split.last, expected.last) << name;
  }
}

}  // namespace
}  // namespace leadrelay::text
