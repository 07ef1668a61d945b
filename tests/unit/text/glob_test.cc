#include "common/text/glob.h"

#include <gtest/gtest.h>

namespace leadrelay::text {
namespace {

TEST(Glob, Matches) {
  struct Case {
    std::string text;
    std::string glob;
    bool expected;
  };
  const std::vector<Case> cases = {
      {"www.example.com", "*.example.com", true},
      {"example.com", "*.example.com", false},
      {"", "*", true},
      {"", "", true},
      {"", "?", false},
      {"abc", "a?c", true},
      {"abc", "a?", false},
      {"abcabc", "a*bc", true},
      {"abcabd", "a*bc", false},
      {"aaaaaaaaaaaaaaaaaaaaaaaaaaaab", "a*a*a*a*a*a*c", false},
      {"abc", "***c", true},
      {"ABC", "abc", false},
      {"a*c", "a*c", true},
  };
  for (const Case& c : cases) EXPECT_EQ(MatchesGlob(c.text, c.glob), c.expected) << c.glob;
}

}  // namespace
}  // namespace leadrelay::text
