// Mails over SMTP: what is refused, and every turn of the dialogue.

#include "common/http/mail.h"

#include <gtest/gtest.h>

#include "common/http/mail_dialogue.h"

namespace leadrelay::http {
namespace {

Request Mail(std::string body = "Subject: x\r\n\r\nhello\r\n") {
  Request request;
  request.method = "MAIL";
  request.url = "smtps://mail.example.com:465/relay.example.com";
  request.headers = {{"smtp-from", "relay@example.com"}, {"smtp-to", "ann@example.com"}};
  request.body = std::move(body);
  return request;
}

Request With(const std::string& name, const std::string& value) {
  Request request = Mail();
  request.headers.Set(name, value);
  return request;
}

TEST(WhyMailUnsendable, IsEmptyForAnOrdinaryMail) {
  EXPECT_EQ(WhyMailUnsendable(Mail()), "");
  Request request = Mail("\r\n");
  request.url = "smtp://mail.example.com:587/relay.example.com";
  request.headers.Add("smtp-to", "o'brien+x=y@sub.example.com");
  request.headers.Add("smtp-username", "relay");
  request.headers.Add("smtp-password", "a b");
  request.headers.Add("smtp-tls", "none");
  request.headers.Add("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  EXPECT_EQ(WhyMailUnsendable(request), "");
}

TEST(WhyMailUnsendable, NamesTheFaultAndNeverQuotesAValue) {
  const std::string from = "smtp-from is no address that SMTP can carry as it is";
  const std::string to = "smtp-to is no address that SMTP can carry as it is";
  const std::string line = "the message has a CR or an LF that is none of a line's end";
  Request other = Mail();
  other.method = "POST";
  Request split = Mail();
  split.url = "smtps://mail.example.com/relay\r\nRSET";
  Request two = Mail();
  two.headers.Add("SMTP-From", "x@example.com> SIZE=1");
  Request hidden = Mail();
  hidden.headers.Add("SMTP-To", "x@example.com>\r\nDATA");
  Request nobody = Mail();
  nobody.headers.Remove("smtp-to");
  const std::vector<std::pair<Request, std::string>> cases = {
      {other, "the method of a mail is neither MAIL nor NOOP"},
      {split, "the URL has a space or a control character in it"},
      {two, "a mail has to have one smtp-from"},
      {nobody, "a mail has to have an smtp-to"},
      {hidden, to},
      {With("smtp-from", ""), from},
      {With("smtp-from", "relay"), from},
      {With("smtp-from", "@example.com"), from},
      {With("smtp-from", "relay@"), from},
      {With("smtp-from", "relay@example.com>\r\nRCPT TO:<x@example.com"), from},
      {With("smtp-from", "relay@example.com> SIZE=1"), from},
      {With("smtp-to", "a b@example.com"), to},
      {With("smtp-to", "a<b@example.com"), to},
      {With("smtp-to", "j\xc3\xb6rg@example.com"), to},
      {With("smtp-to", std::string("a\0b@example.com", 15)), to},
      {With("smtp-to", std::string(250, 'a') + "@b.de"), to},
      {With("smtp-tls", "perhaps"), "smtp-tls is required or none"},
      {With("smtp-password", "secret"), "smtp-username and smtp-password have to come together"},
      {With("smtp-username", "secret"), "smtp-username and smtp-password have to come together"},
      {Mail(""), "the message does not end with a line"},
      {Mail("hello"), "the message does not end with a line"},
      {Mail("hello\n"), "the message does not end with a line"},
      {Mail("a\n.\nb\r\n"), line},
      {Mail("a\r.\rb\r\n"), line},
      {Mail("a\n\r\n"), line},
      {Mail(std::string(999, 'a') + "\r\n"), "a line of the message is too long"},
      {Mail("\xc3\xa4\r\n"), "the message has a byte that is not of ASCII"},
      {Mail(std::string("a\0\r\n", 4)), "the message has a byte that is not of ASCII"},
  };
  for (const auto& [request, why] : cases) EXPECT_EQ(WhyMailUnsendable(request), why);
}

// A dialogue with a server that gives these answers, in turn; what we said, with "|" between.
struct Dialogue {
  std::string said;
  std::optional<Response> response;
  std::string fault;
  bool message_left = false;
};

Dialogue Hold(const Request& request, const std::vector<std::string>& answers) {
  MailDialogue dialogue(request);
  Dialogue held;
  const auto say = [&] {
    if (dialogue.outgoing().empty()) return;
    held.said += std::string(dialogue.outgoing()) + "|";
    dialogue.Sent(dialogue.outgoing().size());
  };
  for (const std::string& answer : answers) {
    say();
    held.message_left = held.message_left || dialogue.message_left();
    dialogue.Received(answer);
  }
  if (dialogue.finished()) say();
  held.response = dialogue.response();
  held.fault = dialogue.fault();
  return held;
}

TEST(MailDialogue, GoesFromSenderToMessage) {
  Request request = Mail("Subject: x\r\n\r\n.\r\n..two\r\na.b\r\n");
  request.headers.Add("smtp-to", "bob@example.com");
  const Dialogue held = Hold(request,
                             {"250 ok\r\n",
                              "250-2.1.5 first\r\n250-second\r\n250 2.1.5 last\r\n",
                              "251 forwarded\r\n",
                              "354 go\r\n",
                              "250 2.0.0 queued as 7\r\n"});
  EXPECT_EQ(held.said,
            "MAIL FROM:<relay@example.com>\r\n|RCPT TO:<ann@example.com>\r\n|"
            "RCPT TO:<bob@example.com>\r\n|DATA\r\n|"
            "Subject: x\r\n\r\n..\r\n...two\r\na.b\r\n.\r\n|QUIT\r\n|");
  const Response expected = {
      250, {{"smtp-step", "message"}, {"smtp-status", "2.0.0"}}, "2.0.0 queued as 7"};
  EXPECT_EQ(held.response, expected);
  EXPECT_TRUE(held.message_left);
}

TEST(MailDialogue, AsksForNothing) {
  Request request;
  request.method = "NOOP";
  request.url = Mail().url;
  EXPECT_EQ(WhyMailUnsendable(request), "");
  const Dialogue held = Hold(request, {"250 2.0.0 ok\r\n"});
  EXPECT_EQ(held.said, "NOOP\r\n|QUIT\r\n|");
  const Response expected = {250, {{"smtp-step", "noop"}, {"smtp-status", "2.0.0"}}, "2.0.0 ok"};
  EXPECT_EQ(held.response, expected);
  EXPECT_FALSE(held.message_left);
}

TEST(MailDialogue, EndsWithTheFirstRefusal) {
  struct Case {
    std::vector<std::string> answers;
    int status;
    std::string step;
    std::string enhanced;
    bool message_left;
  };
  const std::vector<Case> cases = {
      {{"451 4.3.0 later\r\n"}, 451, "from", "4.3.0", false},
      {{"421\r\n"}, 421, "from", "", false},
      {{"250 ok\r\n", "550-5.1.1 ann@example.com\r\n550 5.1.1 unknown\r\n"},
       550,
       "to",
       "5.1.1",
       false},
      {{"250 ok\r\n", "250 ok\r\n", "452 full\r\n"}, 452, "data", "", false},
      {{"250 ok\r\n", "250 ok\r\n", "354 go\r\n", "552 5.3.4 too big\r\n"},
       552,
       "message",
       "5.3.4",
       true},
      {{"250 ok\r\n", "250 ok\r\n", "354 go\r\n", "451 4.7.1.2 odd\r\n"}, 451, "message", "", true},
  };
  for (const Case& each : cases) {
    const Dialogue held = Hold(Mail(), each.answers);
    ASSERT_TRUE(held.response.has_value()) << each.status;
    EXPECT_EQ(held.response->status, each.status);
    EXPECT_EQ(held.response->headers.Get("smtp-step"), each.step);
    EXPECT_EQ(held.response->headers.Get("smtp-status"), each.enhanced);
    EXPECT_EQ(held.message_left, each.message_left);
    EXPECT_TRUE(held.said.ends_with("|QUIT\r\n|")) << held.said;
  }
}

TEST(MailDialogue, EndsWithWhatIsNotSmtp) {
  const std::string odd = "the server does not answer as SMTP wants it";
  const std::string early = "the server answers what it was not asked";
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"HTTP/1.1 400 Bad Request\r\n"}, odd},
      {{"\r\n"}, odd},
      {{"25\r\n"}, odd},
      {{"2500 ok\r\n"}, odd},
      {{"650 ok\r\n"}, odd},
      {{"354 go\r\n"}, odd},
      {{"250 ok\r\n", "250 ok\r\n", "250 ok\r\n"}, odd},
      {{"250 ok\r\n250 ok\r\n"}, early},
      {{"250 ok\r\n", "250 ok\r\n", "354 go\r\n250 queued\r\n"}, early},
      {{std::string(20'000, '2')}, "the server's answer does not end"},
      {std::vector<std::string>(2'000, "250-more\r\n"), "the server's answer does not end"},
  };
  for (const auto& [answers, fault] : cases) {
    const Dialogue held = Hold(Mail(), answers);
    EXPECT_EQ(held.fault, fault) << answers.front().substr(0, 40);
    EXPECT_FALSE(held.response.has_value());
  }
}

TEST(MailDialogue, TakesAnswersByteByByte) {
  MailDialogue dialogue(Mail());
  for (const std::string answer :
       {"250-a\r\n250 b\r\n", "250\n", "354 go\r\n", "250 2.0.0 ok\r\n"}) {
    ASSERT_FALSE(dialogue.outgoing().empty());
    while (!dialogue.outgoing().empty()) {
      EXPECT_FALSE(dialogue.message_left());
      dialogue.Sent(1);
    }
    for (const char c : answer) dialogue.Received({&c, 1});
  }
  ASSERT_TRUE(dialogue.response().has_value());
  EXPECT_EQ(dialogue.response()->status, 250);
}

}  // namespace
}  // namespace leadrelay::http
