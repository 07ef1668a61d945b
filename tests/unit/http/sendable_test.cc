// What the client refuses to put on the wire.

#include <gtest/gtest.h>

#include "common/http/transfer.h"

namespace leadrelay::http {
namespace {

Request Make(std::string method, std::string url, Headers headers = {}) {
  Request request;
  request.method = std::move(method);
  request.url = std::move(url);
  request.headers = std::move(headers);
  return request;
}

TEST(WhyUnsendableTest, IsEmptyForAnOrdinaryRequest) {
  EXPECT_EQ(WhyUnsendable(Make("PATCH",
                               "HTTPS://crm.example.com/a?b=%20c",
                               {{"X-Empty", ""}, {"X-Text", "tab\t and \xc3\xa4"}})),
            "");
}

TEST(WhyUnsendableTest, NamesTheFaultAndNeverQuotesAValue) {
  struct Case {
    Request request;
    std::string why;
  };
  const std::string ok = "http://crm.example.com/";
  const std::string url = "the URL has a space or a control character in it";
  const std::string scheme = "the URL begins with neither https:// nor http://";
  const std::string name = "a header field's name is not a token";
  const std::string value = "the value of the header field X-A has a control character in it";
  const std::vector<Case> cases = {
      {Make("GET", ""), scheme},
      {Make("GET", "crm.example.com"), scheme},
      {Make("GET", "file:///etc/passwd"), scheme},
      {Make("GET", " http://crm.example.com"), scheme},
      {Make("GET", "http://crm.example.com/a b"), url},
      {Make("GET", "http://crm.example.com/\r\nX: y"), url},
      {Make("GET", std::string("http://crm.example.com/\0", 24)), url},
      {Make("", ok), "the method is not a token"},
      {Make("GET / HTTP/1.1\r\nX:", ok), "the method is not a token"},
      {Make("GET", ok, {{"", "a"}}), name},
      {Make("GET", ok, {{"X A", "a"}}), name},
      {Make("GET", ok, {{"X-A:", "a"}}), name},
      {Make("GET", ok, {{"X-A\r\nX-B", "a"}}), name},
      {Make("GET", ok, {{"X-A", "secret\r\nX-B: b"}}), value},
      {Make("GET", ok, {{"X-A", "secret\n"}}), value},
      {Make("GET", ok, {{"X-A", std::string("a\0b", 3)}}), value},
      {Make("POST", ok, {{"Content-length", "7"}}),
       "the header field Content-length is set by the client itself"},
      {Make("POST", ok, {{"Transfer-Encoding", "chunked"}}),
       "the header field Transfer-Encoding is set by the client itself"},
  };
  for (const Case& c : cases) EXPECT_EQ(WhyUnsendable(c.request), c.why);
}

}  // namespace
}  // namespace leadrelay::http
