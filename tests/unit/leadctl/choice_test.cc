#include "tools/leadctl/choice.h"

#include <gtest/gtest.h>

namespace leadrelay::leadctl {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'772'357'400);  // 2026-03-01T09:30:00Z

TEST(ChoiceTest, Fields) {
  DeadLetterChoice choice;
  choice.destination = "hubspot";
  choice.since = "2h";
  choice.until = "2026-03-01T10:00:00+01:00";
  auto fields = ChoiceFields(choice, kNow);
  ASSERT_TRUE(fields.ok()) << fields.status();
  EXPECT_EQ(*fields,
            (http::Fields{{"destination", "hubspot"},
                          {"since", "2026-03-01T07:30:00.000Z"},
                          {"until", "2026-03-01T09:00:00.000Z"}}));
  choice.since = "yesterday";
  EXPECT_FALSE(ChoiceFields(choice, kNow).ok());
}

TEST(ChoiceTest, Bodies) {
  DlqActOptions ids;
  ids.ids = {17, 18};
  ids.note = "test";
  EXPECT_EQ(ActBody(ids, false, kNow).value(), R"({"ids":[17,18],"note":"test"})");
  DlqActOptions filter;
  filter.choice.cause = "exhausted";
  filter.rate = 2.5;
  EXPECT_EQ(ActBody(filter, true, kNow).value(),
            R"({"filter":{"cause":"exhausted"},"rate_per_second":2.5,"dry_run":true})");
  DlqActOptions all;
  all.all = true;
  EXPECT_EQ(ActBody(all, false, kNow).value(), R"({"filter":{"all":true}})");
}

}  // namespace
}  // namespace leadrelay::leadctl
