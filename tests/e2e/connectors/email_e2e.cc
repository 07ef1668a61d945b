// Mails for leads, through the whole path to an SMTP server.

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "tests/e2e/stack.h"

namespace leadrelay::e2e {
namespace {

using test::Eventually;

StackOptions OneMailServer(const std::string& password = "smtp-sandbox-password") {
  StackOptions options;
  options.destinations =
      "  email:\n"
      "    connector: email\n"
      "    allow_private_addresses: true\n"
      "    timeout: 2s\n"
      "    retry:\n"
      "      ladder: [1s, 1s]\n"
      "      jitter: 0\n"
      "    breaker:\n"
      "      failures: 0\n"
      "    settings:\n"
      "      host: 127.0.0.1\n"
      "      port: ${SANDBOX_SMTP_PORT}\n"
      "      security: none\n"
      "      username: relay\n"
      "      password: ${SMTP_PASSWORD}\n"
      "      from: leads@example.net\n"
      "      notify:\n"
      "        to: [sales@example.net, boss@example.net]\n"
      "      confirm:\n"
      "        subject: Thank you, {{first_name}}\n"
      "        text: We have got it.\n";
  options.environment = {{"SMTP_PASSWORD", password}};
  return options;
}

std::string Field(const json::Value& mail, const std::string& name) {
  return mail.Find("header").Find(name).StringOr("");
}

std::vector<std::string> To(const json::Value& mail) {
  std::vector<std::string> addresses;
  for (const json::Value& address : mail.Find("to").Elements()) {
    addresses.push_back(address.StringOr(""));
  }
  return addresses;
}

TEST(EmailE2e, TellsTheTeamAndThanksTheLead) {
  Stack stack(OneMailServer());
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("email", "delivered", 1)) << stack.Logs();
  ASSERT_EQ(stack.Send(Lead(1, R"(,"note":"again")")).status, 202);
  ASSERT_TRUE(stack.WaitForBook("email", "delivered", 2)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/email/messages"), 4);
  EXPECT_EQ(stack.Reported("/email/duplicates"), 0);
  EXPECT_EQ(stack.Reported("/email/logins"), 4);
  const json::Document mails = stack.Records("email", "");
  const json::Value notification = mails.root().At(0);
  EXPECT_EQ(To(notification), (std::vector<std::string>{"sales@example.net", "boss@example.net"}));
  EXPECT_EQ(notification.Find("from").AsString(), "leads@example.net");
  EXPECT_EQ(Field(notification, "Subject"), "New lead: Ada P1");
  EXPECT_EQ(Field(notification, "Reply-To"), EmailOf(1));
  EXPECT_NE(notification.Find("message").StringOr("").find("company: Example Works\r\n"),
            std::string::npos);
  const json::Value confirmation = mails.root().At(1);
  EXPECT_EQ(To(confirmation), std::vector<std::string>{EmailOf(1)});
  EXPECT_EQ(Field(confirmation, "Subject"), "Thank you, Ada");
}

TEST(EmailE2e, AMailWhoseAnswerWasLostIsSentAgainUnderTheSameId) {
  Stack stack(OneMailServer());
  stack.Fault(R"({"system":"email","path":"/message","kind":"drop_response","times":1})");
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("email", "delivered", 1)) << stack.Logs();
  const json::Document mails = stack.Records("email", "");
  ASSERT_EQ(mails.root().size(), 3U);
  EXPECT_EQ(mails.root().At(0).ToJson(), mails.root().At(1).ToJson());
  EXPECT_EQ(stack.Reported("/email/duplicates"), 1);
}

TEST(EmailE2e, AMailThatBrokeOffIsSentOnce) {
  Stack stack(OneMailServer());
  stack.Fault(R"({"system":"email","path":"/data","kind":"close","times":1})");
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("email", "delivered", 1)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/email/messages"), 2);
  EXPECT_EQ(stack.Reported("/email/duplicates"), 0);
}

TEST(EmailE2e, AConfirmationThatHasToWaitCostsNoSecondNotification) {
  Stack stack(OneMailServer());
  stack.Fault(R"({"system":"email","path":"/to","body_contains":"person1@","times":1,
                  "kind":"status","status":450,"body":"4.2.0 greylisted"})");
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("email", "delivered", 1)) << stack.Logs();
  const json::Document mails = stack.Records("email", "");
  ASSERT_EQ(mails.root().size(), 2U);
  EXPECT_EQ(To(mails.root().At(0)).front(), "sales@example.net");
  EXPECT_EQ(To(mails.root().At(1)).front(), EmailOf(1));
}

TEST(EmailE2e, ALeadsWrongAddressIsADeadLetterOfWhichTheTeamKnows) {
  Stack stack(OneMailServer());
  stack.Fault(R"({"system":"email","path":"/to","body_contains":"person1@",
                  "kind":"status","status":550,"body":"5.1.1 person1@example.com"})");
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("email", "dead", 1)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/email/messages"), 1);
  const json::Value letter = stack.Dlq("/v1/dead-letters").root().Find("dead_letters").At(0);
  EXPECT_EQ(letter.Find("cause").StringOr(""), "rejected");
  EXPECT_EQ(letter.ToJson().find(EmailOf(1)), std::string::npos) << "personal data in a reason";
}

TEST(EmailE2e, AWrongPasswordPausesAndKeepsTheLeads) {
  Stack stack(OneMailServer("another-password"));
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(Eventually(
      [&stack] {
        return stack.Dlq("/v1/destinations").root().ToJson().find("unauthorized") !=
               std::string::npos;
      },
      seconds(10)))
      << stack.Logs();
  EXPECT_TRUE(stack.WaitForBook("email", "in_flight", 1));
  EXPECT_EQ(stack.Book("email", "dead"), 0);
  EXPECT_EQ(stack.Reported("/email/messages"), 0);
  EXPECT_EQ(stack.Logs().find("another-password"), std::string::npos);
}

TEST(EmailE2e, ABacklogIsSentOnce) {
  Stack stack(OneMailServer());
  std::string batch;
  for (int i = 0; i < 100; ++i) absl::StrAppend(&batch, Lead(i), "\n");
  ASSERT_EQ(stack.SendBatch(batch).status, 200);
  ASSERT_TRUE(stack.WaitForBalance("email", 100)) << stack.Logs();
  EXPECT_EQ(stack.Book("email", "delivered"), 100);
  EXPECT_EQ(stack.Reported("/email/messages"), 200);
  EXPECT_EQ(stack.Reported("/email/duplicates"), 0);
}

}  // namespace
}  // namespace leadrelay::e2e
