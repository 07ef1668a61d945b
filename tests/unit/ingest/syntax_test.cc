#include "services/ingest/validate/syntax.h"

#include <gtest/gtest.h>

namespace leadrelay::ingest {
namespace {

TEST(Syntax, Email) {
  const std::map<std::string, bool> cases = {
      {"ada@example.com", true},
      {"Ada.King+news@mail.example.co.uk", true},
      {"o'neil_1@example.com", true},
      {"jürgen@exämple.com", true},
      {"a@xn--exmple-cua.com", true},
      {std::string(64, 'a') + "@example.com", true},
      {std::string(65, 'a') + "@example.com", false},
      {"a@" + std::string(63, 'b') + ".com", true},
      {"a@" + std::string(64, 'b') + ".com", false},
      {"", false},
      {"ada", false},
      {"@example.com", false},
      {"ada@", false},
      {"ada@example", false},
      {"ada@example.", false},
      {"ada@.example.com", false},
      {"ada@exa mple.com", false},
      {"ada@example..com", false},
      {"ada@-example.com", false},
      {"ada@example-.com", false},
      {"ada@example.c", false},
      {"ada@example.123", false},
      {"ada@[127.0.0.1]", false},
      {".ada@example.com", false},
      {"ada.@example.com", false},
      {"a..da@example.com", false},
      {"ada king@example.com", false},
      {"\"ada king\"@example.com", false},
      {"ada@king@example.com", false},
      {"ada@example.com\r\nBcc: x@example.com", false},
      {"<ada@example.com>", false},
      {"ada@example.com,bob@example.com", false},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(IsEmail(text), expected) << text;
}

TEST(Syntax, Timestamp) {
  const auto at = [](int64_t seconds, int64_t millis = 0) {
    return absl::FromUnixSeconds(seconds) + absl::Milliseconds(millis);
  };
  const std::vector<std::pair<std::string, std::optional<absl::Time>>> cases = {
      {"2026-08-21T10:00:00Z", at(1787306400)},
      {"2026-08-21t10:00:00z", at(1787306400)},
      {"2026-08-21T10:00:00.125Z", at(1787306400, 125)},
      {"2026-08-21T12:00:00+02:00", at(1787306400)},
      {"2026-08-21T04:30:00-05:30", at(1787306400)},
      {"2024-02-29T00:00:00Z", at(1709164800)},
      {"2016-12-31T23:59:60Z", at(1483228800)},
      {"2026-02-29T00:00:00Z", {}},
      {"2026-04-31T00:00:00Z", {}},
      {"2026-13-01T00:00:00Z", {}},
      {"2026-00-01T00:00:00Z", {}},
      {"2026-08-21T24:00:00Z", {}},
      {"2026-08-21T10:60:00Z", {}},
      {"2026-08-21T10:00:61Z", {}},
      {"2026-08-21T10:00:00", {}},
      {"2026-08-21T10:00:00.Z", {}},
      {"2026-08-21T10:00:00+0200", {}},
      {"2026-08-21T10:00:00+24:00", {}},
      {"2026-08-21T10:00:00Z ", {}},
      {"2026-08-21 10:00:00Z", {}},
      {"2026-08-21", {}},
      {"26-08-21T10:00:00Z", {}},
      {"1787306400", {}},
      {"yesterday", {}},
      {"", {}},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(ParseTimestamp(text), expected) << text;
}

TEST(Syntax, TimeZone) {
  for (const char* text : {"UTC",
                           "Europe/Berlin",
                           "America/Argentina/Ushuaia",
                           "Etc/GMT+5",
                           "America/Port-au-Prince",
                           "EST5EDT",
                           "Asia/Ho_Chi_Minh"}) {
    EXPECT_TRUE(IsTimeZone(text)) << text;
  }
  for (const char* text : {"",
                           "/",
                           "Europe/",
                           "/Berlin",
                           "Europe//Berlin",
                           "+02:00",
                           "2",
                           "Europe/Berlin ",
                           "A/B/C/D",
                           "Europe/Berlin;drop"}) {
    EXPECT_FALSE(IsTimeZone(text)) << text;
  }
  EXPECT_FALSE(IsTimeZone(std::string(65, 'A')));
}

TEST(Syntax, Urls) {
  struct Case {
    std::string text;
    bool web;
    bool uri;
  };
  const std::vector<Case> cases = {
      {"https://www.example.com/a?b=c#d", true, true},
      {"HTTP://EXAMPLE.COM", true, true},
      {"http://localhost:8080/x", true, true},
      {"https://[2001:db8::1]/", true, true},
      {"https://ada:secret@example.com/", false, true},
      {"https://example.com/mail@example.com", true, true},
      {"android-app://com.example.app", false, true},
      {"javascript:alert(1)", false, true},
      {"https://", false, true},
      {"https:///path", false, true},
      {"https://:80/", false, true},
      {"//example.com", false, false},
      {"www.example.com", false, false},
      {"https://example.com/a b", false, false},
      {"https://example.com/\n", false, false},
      {"1x:y", false, false},
      {"x:", false, false},
      {"", false, false},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(IsWebUrl(c.text), c.web) << c.text;
    EXPECT_EQ(IsUri(c.text), c.uri) << c.text;
  }
}

TEST(Syntax, Currency) {
  for (const char* text : {"EUR", "usd"}) EXPECT_TRUE(IsCurrency(text)) << text;
  for (const char* text : {"", "EU", "EURO", "E1R", "€€€"}) EXPECT_FALSE(IsCurrency(text)) << text;
}

}  // namespace
}  // namespace leadrelay::ingest
