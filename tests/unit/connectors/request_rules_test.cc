#include "services/delivery/connectors/request_rules.h"

#include <vector>

#include <gtest/gtest.h>

namespace leadrelay::delivery {
namespace {

TEST(FaultInUrl, TakesAddresses) {
  for (const char* url : {"https://crm.example.com",
                          "https://crm.example.com/",
                          "HTTPS://crm.example.com/a/b?c=d&e=%20f",
                          "https://crm.example.com:8443/leads",
                          "https://crm.example.com?x=1",
                          "https://[2001:db8::1]:8443/leads",
                          "https://192.0.2.1/"}) {
    EXPECT_EQ(FaultInUrl(url, false), std::nullopt) << url;
  }
  EXPECT_EQ(FaultInUrl("http://127.0.0.1:8080/leads", true), std::nullopt);
}

TEST(FaultInUrl, RefusesTheRest) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"http://crm.example.com", "is plain http: use https, or set allow_http: true"},
      {"", "has to begin with https://"},
      {"crm.example.com", "has to begin with https://"},
      {"ftp://crm.example.com", "has to begin with https://"},
      {"file:///etc/passwd", "has to begin with https://"},
      {"https://", "has no valid host name and port"},
      {"https:///path", "has no valid host name and port"},
      {"https://:443/", "has no valid host name and port"},
      {"https://crm.example.com:/", "has no valid host name and port"},
      {"https://crm.example.com:99999/", "has no valid host name and port"},
      {"https://crm.example.com:443x/", "has no valid host name and port"},
      {"https://[]/", "has no valid host name and port"},
      {"https://[::1/", "has no valid host name and port"},
      {"https://crm.example.com\\@evil.example.net/",
       "may not hold a user name or a password: use `auth`"},
      {"https://user:pass@crm.example.com/", "may not hold a user name or a password: use `auth`"},
      {"https://crm.example.com/#top", "may not have a #fragment"},
      {"https://crm.example.com/a b",
       "has a space or a control character in it: write it percent-encoded"},
      {"https://crm.example.com/\r\nX: y",
       "has a space or a control character in it: write it percent-encoded"},
  };
  for (const auto& [url, fault] : cases) EXPECT_EQ(FaultInUrl(url, false), fault) << url;
}

TEST(HostOf, IsTheHostAlone) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"https://Hooks.Example.COM", "hooks.example.com"},
      {"https://hooks.example.com:8443/a:b@c?d=e", "hooks.example.com"},
      {"https://hooks.example.com?x=https://other.example.net/", "hooks.example.com"},
      {"https://[2001:DB8::1]:8443/leads", "[2001:db8::1]"},
      {"https://[2001:db8::1]/a]b", "[2001:db8::1]"},
  };
  for (const auto& [url, host] : cases) EXPECT_EQ(HostOf(url), host) << url;
}

TEST(Headers, NamesAreTokens) {
  for (const char* name : {"X-Api-Key", "x_1", "!#$%&'*+-.^_`|~"}) {
    EXPECT_TRUE(IsHeaderName(name)) << name;
  }
  for (const char* name : {"", "X Api", "X:", "X\r\n", "X\x7f", "\xC3\xA9", "a(b)"}) {
    EXPECT_FALSE(IsHeaderName(name)) << name;
  }
}

TEST(Headers, ValuesHaveNoControlCharacters) {
  for (const char* value : {"", "x", "a b\tc", "\xC3\xA9"}) EXPECT_TRUE(IsHeaderValue(value));
  for (const std::string& value : {std::string("a\r\nb"),
                                   std::string("a\nb"),
                                   std::string("a\0b", 3),
                                   std::string(" a"),
                                   std::string("a "),
                                   std::string("a\t"),
                                   std::string("\x7f")}) {
    EXPECT_FALSE(IsHeaderValue(value)) << value;
  }
}

}  // namespace
}  // namespace leadrelay::delivery
