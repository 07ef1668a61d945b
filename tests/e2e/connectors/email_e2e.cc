// Mails for leads, through the whole path to an SMTP server.

#include <set>

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "tests/e2e/connectors/smtp_sink.h"
#include "tests/e2e/stack.h"

namespace leadrelay::e2e {
namespace {

using test::Eventually;

StackOptions OneMailServer(const SmtpSink& sink, const std::string& password = "") {
  StackOptions options;
  options.destinations = absl::StrCat(
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
      "      port: ",
      sink.port(),
      "\n"
      "      security: none\n"
      "      username: relay\n"
      "      password: ${SMTP_PASSWORD}\n"
      "      from: leads@example.net\n"
      "      notify:\n"
      "        to: [sales@example.net, boss@example.net]\n"
      "      confirm:\n"
      "        subject: Thank you, {{first_name}}\n"
      "        text: We have got it.\n");
  options.environment = {
      {"SMTP_PASSWORD", password.empty() ? std::string(SmtpSink::kPassword) : password}};
  return options;
}

// The value of the first field of that name.
std::string Field(const SmtpSink::Mail& mail, const std::string& name) {
  const size_t at = mail.message.find("\r\n" + name + ": ");
  if (at == std::string::npos) return "";
  const size_t begin = at + name.size() + 4;
  return mail.message.substr(begin, mail.message.find("\r\n", begin) - begin);
}

std::set<std::string> MessageIds(const std::vector<SmtpSink::Mail>& mails) {
  std::set<std::string> ids;
  for (const SmtpSink::Mail& mail : mails) ids.insert(Field(mail, "Message-ID"));
  return ids;
}

TEST(EmailE2e, TellsTheTeamAndThanksTheLead) {
  SmtpSink sink;
  Stack stack(OneMailServer(sink));
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("email", "delivered", 1)) << stack.Logs();
  ASSERT_EQ(stack.Send(Lead(1, R"(,"note":"again")")).status, 202);
  ASSERT_TRUE(stack.WaitForBook("email", "delivered", 2)) << stack.Logs();
  const std::vector<SmtpSink::Mail> taken = sink.Taken();
  ASSERT_EQ(taken.size(), 4U);
  EXPECT_EQ(MessageIds(taken).size(), 4U);
  EXPECT_EQ(taken[0].to, (std::vector<std::string>{"sales@example.net", "boss@example.net"}));
  EXPECT_EQ(Field(taken[0], "Subject"), "New lead: Ada P1");
  EXPECT_EQ(Field(taken[0], "Reply-To"), EmailOf(1));
  EXPECT_NE(taken[0].message.find("company: Example Works\r\n"), std::string::npos);
  EXPECT_EQ(taken[1].to, std::vector<std::string>{EmailOf(1)});
  EXPECT_EQ(Field(taken[1], "Subject"), "Thank you, Ada");
  EXPECT_EQ(sink.logins(), 4);
}

TEST(EmailE2e, AMailWhoseAnswerWasLostIsSentAgainUnderTheSameId) {
  SmtpSink sink;
  Stack stack(OneMailServer(sink));
  sink.Fault(".", "take it and hang up");
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("email", "delivered", 1)) << stack.Logs();
  const std::vector<SmtpSink::Mail> taken = sink.Taken();
  ASSERT_EQ(taken.size(), 3U);
  EXPECT_EQ(taken[0], taken[1]);
  EXPECT_EQ(MessageIds(taken).size(), 2U);
}

TEST(EmailE2e, AMailThatBrokeOffIsSentOnce) {
  SmtpSink sink;
  Stack stack(OneMailServer(sink));
  sink.Fault("DATA", "hang up");
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("email", "delivered", 1)) << stack.Logs();
  EXPECT_EQ(sink.Taken().size(), 2U);
}

TEST(EmailE2e, AConfirmationThatHasToWaitCostsNoSecondNotification) {
  SmtpSink sink;
  Stack stack(OneMailServer(sink));
  sink.Fault(absl::StrCat("RCPT TO:<", EmailOf(1)), "450 4.2.0 greylisted");
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("email", "delivered", 1)) << stack.Logs();
  const std::vector<SmtpSink::Mail> taken = sink.Taken();
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_EQ(taken[0].to.front(), "sales@example.net");
  EXPECT_EQ(taken[1].to.front(), EmailOf(1));
}

TEST(EmailE2e, ALeadsWrongAddressIsADeadLetterOfWhichTheTeamKnows) {
  SmtpSink sink;
  Stack stack(OneMailServer(sink));
  sink.Fault(absl::StrCat("RCPT TO:<", EmailOf(1)), absl::StrCat("550 5.1.1 ", EmailOf(1)), 9);
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("email", "dead", 1)) << stack.Logs();
  EXPECT_EQ(sink.Taken().size(), 1U);
  const json::Value letter = stack.Dlq("/v1/dead-letters").root().Find("dead_letters").At(0);
  EXPECT_EQ(letter.Find("cause").StringOr(""), "rejected");
  EXPECT_EQ(letter.ToJson().find(EmailOf(1)), std::string::npos) << "personal data in a reason";
}

TEST(EmailE2e, AWrongPasswordPausesAndKeepsTheLeads) {
  SmtpSink sink;
  Stack stack(OneMailServer(sink, "another-password"));
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
  EXPECT_TRUE(sink.Taken().empty());
  EXPECT_EQ(stack.Logs().find("another-password"), std::string::npos);
}

TEST(EmailE2e, ABacklogIsSentOnce) {
  SmtpSink sink;
  Stack stack(OneMailServer(sink));
  std::string batch;
  for (int i = 0; i < 100; ++i) absl::StrAppend(&batch, Lead(i), "\n");
  ASSERT_EQ(stack.SendBatch(batch).status, 200);
  ASSERT_TRUE(stack.WaitForBalance("email", 100)) << stack.Logs();
  EXPECT_EQ(stack.Book("email", "delivered"), 100);
  const std::vector<SmtpSink::Mail> taken = sink.Taken();
  EXPECT_EQ(taken.size(), 200U);
  EXPECT_EQ(MessageIds(taken).size(), 200U);
}

}  // namespace
}  // namespace leadrelay::e2e
