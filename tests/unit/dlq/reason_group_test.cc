#include "services/dlq/ledger/reason_group.h"

#include <gtest/gtest.h>

namespace leadrelay::dlq {
namespace {

TEST(ReasonGroupTest, KeepsTheTroubleAndDropsTheLead) {
  struct Case {
    const char* reason;
    const char* group;
  };
  const Case cases[] = {
      {"", ""},
      {"HTTP 502", "HTTP 502"},
      {"HTTP 500: internal error", "HTTP 500: internal error"},
      {"contact 1234567 is archived", "contact # is archived"},
      {"record 00Q5g00000AbCdE is locked", "record # is locked"},
      {"request 7f9c24e8-3b12-4fef-91e0-5aa0a3b1c2d4 failed", "request # failed"},
      {"correlation id: 0af7651916cd43dd.", "correlation id: #."},
      {"invalid e-mail jane.doe@example.com", "invalid e-mail @"},
      {"Property \"favourite_colour\" does not exist",
       "Property \"favourite_colour\" does not exist"},
      {"\"Jane Doe\" is not a number", "\"...\" is not a number"},
      {"'jane@example.com' is taken", "'...' is taken"},
      {"the CRM doesn't know field `x_1`", "the CRM doesn't know field `x_1`"},
      {"waited until 2026-03-01T10:00:00Z", "waited until #"},
      {"POST /crm/v3/objects/contacts answered 400", "POST /crm/v3/objects/contacts answered 400"},
      {"too   many\n blanks ", "too many blanks"},
      {"unbalanced \"quote 12345", "unbalanced \"quote #"},
  };
  for (const Case& c : cases) EXPECT_EQ(ReasonGroup(c.reason), c.group);
}

TEST(ReasonGroupTest, IsCutBetweenCharacters) {
  std::string reason(199, 'a');
  reason += "\xc3\xa9 and more";  // The letter would be bytes 199 and 200.
  EXPECT_EQ(ReasonGroup(reason), std::string(199, 'a'));
}

TEST(ReasonGroupTest, IsAFixedPoint) {
  const char* reasons[] = {"contact 1234567 of jane@example.com: \"Jane Doe\"", "a1b2c3d4 failed"};
  for (const char* reason : reasons) {
    const std::string group = ReasonGroup(reason);
    EXPECT_EQ(ReasonGroup(group), group);
  }
}

}  // namespace
}  // namespace leadrelay::dlq
