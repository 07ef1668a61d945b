// No leadrelay.yaml: the variables that integrations usually have are the configuration.

#include <gtest/gtest.h>

#include "tests/e2e/leadctl.h"
#include "tests/e2e/stack.h"

namespace leadrelay::e2e {
namespace {

constexpr char kHook[] = "environment";

TEST(EnvironmentE2e, TwoVariablesAreAConfiguration) {
  StackOptions options;
  options.without_file = true;
  options.environment = {
      {"CRM_WEBHOOK_URL", absl::StrCat("${SANDBOX}/hooks/", kHook)},
      {"ZAPIER_WEBHOOK_URL", absl::StrCat("${SANDBOX}/zapier/hooks/catch/1234567/", kHook, "/")}};
  Stack stack(std::move(options));
  Leadctl leadctl(stack);
  EXPECT_EQ(leadctl.Run({"config", "check"}), 0) << leadctl.Output();
  EXPECT_NE(leadctl.Output().find("2 destinations"), std::string::npos) << leadctl.Output();

  // The key makes the lead this run's own: Redis is shared with earlier ones.
  ASSERT_EQ(stack.Send(Lead(1), stack.vhost()).status, 202);
  ASSERT_TRUE(stack.WaitForBalance("webhook", 1)) << stack.Logs();
  ASSERT_TRUE(stack.WaitForBalance("zapier", 1)) << stack.Logs();
  for (const char* name : {"webhook", "zapier"}) {
    EXPECT_EQ(stack.Book(name, "delivered"), 1) << name;
    const json::Document taken = stack.Records(name, kHook);
    EXPECT_EQ(taken.root().size(), 1U) << name;
    EXPECT_NE(taken.root().ToJson().find(EmailOf(1)), std::string::npos) << name;
  }
  EXPECT_EQ(leadctl.Run({"books"}), 0) << leadctl.Output();
}

}  // namespace
}  // namespace leadrelay::e2e
