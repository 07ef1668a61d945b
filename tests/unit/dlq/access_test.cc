#include "services/dlq/inspect/access.h"

#include <gtest/gtest.h>

namespace leadrelay::dlq {
namespace {

TEST(AccessTest, WhoMayAsk) {
  struct Case {
    const char* what;
    const char* token;
    const char* peer;
    http::Headers headers;
    int status;  // 0: may.
  };
  const http::Headers local = {{"Host", "127.0.0.1:8083"}};
  const Case cases[] = {
      {"this machine", "", "127.0.0.1", local, 0},
      {"this machine, IPv6", "", "::1", {{"Host", "[::1]:8083"}}, 0},
      {"this machine, mapped", "", "::ffff:127.0.0.1", {{"Host", "localhost:8083"}}, 0},
      {"another machine", "", "192.0.2.7", local, 403},
      {"no host", "", "127.0.0.1", {}, 403},
      {"a name that resolves to us", "", "127.0.0.1", {{"Host", "evil.example.com:8083"}}, 403},
      {"a name that begins like us", "", "127.0.0.1", {{"Host", "localhost.example.com"}}, 403},
      {"a name that begins like our address",
       "",
       "127.0.0.1",
       {{"Host", "127.0.0.1.example.com:8083"}},
       403},
      {"a name of the address's family", "", "127.0.0.1", {{"Host", "127.example.com"}}, 403},
      {"half an address", "", "127.0.0.1", {{"Host", "127.1"}}, 403},
      {"another of our addresses", "", "127.0.0.1", {{"Host", "127.0.0.2:8083"}}, 0},
      {"a page of ours",
       "",
       "127.0.0.1",
       {{"Host", "127.0.0.1:8083"}, {"Origin", "http://127.0.0.1:8083"}},
       0},
      {"a page of another site",
       "",
       "127.0.0.1",
       {{"Host", "127.0.0.1:8083"}, {"Origin", "https://evil.example.com"}},
       403},
      {"a sandboxed page", "", "127.0.0.1", {{"Host", "127.0.0.1:8083"}, {"Origin", "null"}}, 403},
      {"the token, from anywhere", "s3cret", "192.0.2.7", {{"Authorization", "Bearer s3cret"}}, 0},
      {"no token", "s3cret", "127.0.0.1", local, 401},
      {"a wrong token", "s3cret", "127.0.0.1", {{"Authorization", "Bearer s3cre"}}, 401},
      {"another scheme", "s3cret", "127.0.0.1", {{"Authorization", "Basic s3cret"}}, 401},
  };
  for (const Case& c : cases) {
    http::Request request;
    request.url = "/v1/books";
    request.headers = c.headers;
    const std::optional<Problem> refused = CheckAccess(request, c.peer, c.token);
    EXPECT_EQ(refused.has_value() ? refused->status : 0, c.status) << c.what;
  }
}

}  // namespace
}  // namespace leadrelay::dlq
