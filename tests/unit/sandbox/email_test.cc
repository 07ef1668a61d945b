// The sandbox's mail server, as its clients hear it.

#include "tests/sandbox/systems/email/email.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include <gtest/gtest.h>

#include "common/crypto/crypto.h"
#include "tests/sandbox/systems/email/session.h"

namespace leadrelay::sandbox {
namespace {

constexpr std::string_view kLogin = "EHLO me|AUTH PLAIN AHJlbGF5AHNtdHAtc2FuZGJveC1wYXNzd29yZA==|";
constexpr std::string_view kHeader = "From: a@x|Date: today|Message-ID: <1@x>|";

std::string Wire(std::string_view text) {
  return absl::StrReplaceAll(std::string(text), {{"|", "\r\n"}});
}

// What the server says to these lines, "|" for the end of each, sent in pieces of `piece` bytes.
std::string Hear(Email& email, std::string_view lines, size_t piece = 1 << 20) {
  email::Session session;
  std::string heard;
  std::string bytes = Wire(lines);
  std::optional<http::Request> step = session.Greeting();
  while (true) {
    for (; step.has_value(); step = session.Next()) {
      session.Answer(email.Handle(*step, absl::UnixEpoch()));
    }
    heard += session.TakeReplies();
    if (session.over()) return absl::StrReplaceAll(heard, {{"\r\n", "|"}}) + "over";
    if (bytes.empty()) return absl::StrReplaceAll(heard, {{"\r\n", "|"}});
    session.Received(bytes.substr(0, piece));
    bytes.erase(0, piece);
    step = session.Next();
  }
}

// The first three characters of each reply after the greeting and `kLogin`.
std::string Codes(std::string_view lines) {
  Email email;
  const std::string heard = Hear(email, absl::StrCat(std::string(kLogin), std::string(lines)));
  std::string codes;
  for (size_t at = 0; at < heard.size(); at = heard.find('|', at) + 1) {
    absl::StrAppend(&codes, codes.empty() ? "" : " ", heard.substr(at, 3));
    if (heard.find('|', at) == std::string::npos) break;
  }
  constexpr std::string_view kBefore = "220 250 250 250 235 ";
  EXPECT_TRUE(codes.starts_with(kBefore)) << codes;
  return codes.substr(std::min(codes.size(), kBefore.size()));
}

TEST(SandboxEmail, TakesAMail) {
  const std::string mail = absl::StrCat(std::string(kLogin),
                                        "MAIL FROM:<a@x> SIZE=9|RCPT TO:<b@x>|RCPT TO:<c@x>|DATA|",
                                        std::string(kHeader),
                                        "Subject: A|\tB||..dot|text|.|QUIT|");
  for (const size_t piece : {size_t{1}, size_t{7}, size_t{1000}}) {
    Email email;
    EXPECT_EQ(Hear(email, mail, piece),
              "220 sandbox ESMTP|250-sandbox|250-SIZE 10485760|250 AUTH PLAIN LOGIN|"
              "235 2.7.0 Authentication successful|250 2.1.0 Ok|250 2.1.5 Ok|250 2.1.5 Ok|"
              "354 End data with <CR><LF>.<CR><LF>|250 2.0.0 Ok: queued as 1|221 2.0.0 Bye|over");
    json::Writer records;
    email.Records("c@x", records);
    const json::Document taken = *json::Document::Parse(records.Take());
    ASSERT_EQ(taken.root().size(), 1U);
    const json::Value record = taken.root().At(0);
    EXPECT_EQ(record.Find("from").AsString(), "a@x");
    EXPECT_EQ(record.Find("to").ToJson(), R"(["b@x","c@x"])");
    EXPECT_EQ(record.Pointer("/header/Subject").AsString(), "A\tB");
    EXPECT_EQ(record.Find("message").AsString(),
              Wire(absl::StrCat(std::string(kHeader), "Subject: A|\tB||.dot|text|")));
  }
}

TEST(SandboxEmail, HoldsToTheOrderOfCommands) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"NOOP|VRFY x|HELP|noop|", "250 252 502 250"},
      {"RCPT TO:<b@x>|DATA|", "503 503"},
      {"MAIL FROM:<a@x>|MAIL FROM:<a@x>|DATA|", "250 503 554"},
      {"MAIL FROM:<a@x>|RSET|RCPT TO:<b@x>|", "250 250 503"},
      {"MAIL FROM:<>|RCPT TO:<>|RCPT TO:b@x|RCPT|", "250 501 501 501"},
      {"MAIL TO:<a@x>|MAIL|mail from: <a@x>|", "501 501 250"},
      {"AUTH PLAIN AAAA|", "503"},
      {"EHLO|", "501"},
      {"QUIT|NOOP|", "221 ove"},
  };
  for (const auto& [lines, codes] : cases) EXPECT_EQ(Codes(lines), codes) << lines;
}

TEST(SandboxEmail, WantsALogin) {
  const std::string username = crypto::Base64(Email::kUsername);
  const std::string password = crypto::Base64(Email::kPassword);
  const std::string wrong = crypto::Base64(std::string("\0relay\0another", 14));
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"MAIL FROM:<a@x>|", "503 5.5.1 Error: send EHLO first|"},
      {"AUTH LOGIN|", "503 5.5.1 Error: send EHLO first|"},
      {"HELO me|MAIL FROM:<a@x>|", "530 5.7.0 Authentication required|"},
      {absl::StrCat("EHLO me|AUTH PLAIN ", wrong, "|MAIL FROM:<a@x>|"),
       "535 5.7.8 Error: authentication failed|530 5.7.0 Authentication required|"},
      {absl::StrCat("EHLO me|AUTH LOGIN|", username, "|", password, "|"),
       "334 VXNlcm5hbWU6|334 UGFzc3dvcmQ6|235 2.7.0 Authentication successful|"},
      {absl::StrCat("EHLO me|auth login ", username, "|", password, "|"),
       "334 UGFzc3dvcmQ6|235 2.7.0 Authentication successful|"},
      {"EHLO me|AUTH PLAIN|*|NOOP|", "334 |501 5.7.0 Authentication aborted|250 2.0.0 Ok|"},
      {"EHLO me|AUTH PLAIN|%|", "334 |501 5.5.2 Error: not base64|"},
      {"EHLO me|AUTH PLAIN AAAA|", "535 5.7.8 Error: authentication failed|"},
      {"EHLO me|AUTH PLAIN YQ==|", "501 5.5.2 Error: not as PLAIN has it|"},
      {"EHLO me|AUTH CRAM-MD5|", "504 5.5.4 Error: no such mechanism|"},
  };
  for (const auto& [lines, replies] : cases) {
    Email email;
    EXPECT_TRUE(Hear(email, lines).ends_with(replies)) << lines << "\n" << Hear(email, lines);
  }
}

TEST(SandboxEmail, RefusesWhatIsNoMessage) {
  const std::string header(kHeader);
  const std::vector<std::pair<std::string, std::string>> cases = {
      {header + "|text|", "250"},
      {header + "|" + std::string(998, 'x') + "|", "250"},
      {header + "|" + std::string(999, 'x') + "|", "554"},
      {header + "|caf\xc3\xa9|", "554"},
      {header + "|bare\nnewline|", "554"},
      {header + "|bare\n.\nend|", "554"},
      {header + "Message-ID: <2@x>||text|", "554"},
      {"From: a@x||text|", "554"},
      {"Date: today||text|", "554"},
      {header + "|" +
           absl::StrReplaceAll(std::string(11 << 10, '-'),
                               {{"-", std::string(900, 'x') + "|" + std::string(124, 'y') + "|"}}),
       "552"},
  };
  for (const auto& [message, code] : cases) {
    EXPECT_EQ(Codes(absl::StrCat("MAIL FROM:<a@x>|RCPT TO:<b@x>|DATA|", message, ".|NOOP|")),
              absl::StrCat("250 250 354 ", code, " 250"))
        << message.substr(0, 200);
  }
}

TEST(SandboxEmail, RefusalsAreTheReplies) {
  email::Session session;
  const http::Request greeting = session.Greeting();
  EXPECT_EQ(greeting.url, "/email/connect");
  session.Answer({220, {}, "hello"});
  session.Received("EHLO me\r\nNOOP\r\n");
  EXPECT_EQ(session.Next()->url, "/email/hello");
  session.Answer({450, {}, "4.2.0 not now\nwait"});
  EXPECT_EQ(session.Next()->url, "/email/noop");
  session.Answer({421, {}, ""});
  EXPECT_EQ(session.TakeReplies(),
            "220 hello\r\n450-4.2.0 not now\r\n450 wait\r\n421 no reason given\r\n");
  EXPECT_TRUE(session.over());
  EXPECT_FALSE(session.Next().has_value());
}

TEST(SandboxEmail, AnEndlessLineEndsTheConnection) {
  Email email;
  const std::string heard = Hear(email, std::string(100'000, 'x'));
  EXPECT_EQ(heard, "220 sandbox ESMTP|500 5.5.2 Error: line too long|over");
}

TEST(SandboxEmail, ReportsWhatCameTwice) {
  Email email;
  const std::string mail =
      absl::StrCat("MAIL FROM:<a@x>|RCPT TO:<b@x>|DATA|", std::string(kHeader), "|text|.|");
  (void)Hear(email, absl::StrCat(std::string(kLogin), mail, mail));
  json::Writer report;
  report.StartObject();
  email.Report(report);
  report.EndObject();
  const json::Document said = *json::Document::Parse(report.Take());
  EXPECT_EQ(said.root().Find("messages").AsInt64(), 2);
  EXPECT_EQ(said.root().Find("duplicates").AsInt64(), 1);
  EXPECT_EQ(said.root().Find("logins").AsInt64(), 1);
}

}  // namespace
}  // namespace leadrelay::sandbox
