#include "common/http/response_head.h"

#include <gtest/gtest.h>

namespace leadrelay::http {
namespace {

constexpr std::string_view kDate = "Sun, 06 Nov 1994 08:49:37 GMT";

Response Make(int status, Headers headers, std::string body) {
  Response response;
  response.status = status;
  response.headers = std::move(headers);
  response.body = std::move(body);
  return response;
}

TEST(ResponseHeadTest, SaysWhatTheServerKnowsAndThenTheHandlersFields) {
  struct Case {
    Response response;
    ResponseContext context;
    std::string head;
  };
  const std::vector<Case> cases = {
      {Make(202, {{"Content-Type", "application/json"}}, "{}"),
       {.keep_alive = true},
       "HTTP/1.1 202 Accepted\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 2\r\n"
       "Content-Type: application/json\r\n\r\n"},
      {Make(200, {}, ""),
       {.keep_alive = false},
       "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 0\r\n"
       "Connection: close\r\n\r\n"},
      {Make(200, {}, ""),
       {.keep_alive = true, .to_http_1_0 = true},
       "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 0\r\n"
       "Connection: keep-alive\r\n\r\n"},
      {Make(204, {}, "not sent"),
       {.keep_alive = true},
       "HTTP/1.1 204 No Content\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n"},
      {Make(299,
            {{"date", "never"},
             {"Content-length", "5"},
             {"Transfer-Encoding", "chunked"},
             {"CONNECTION", "upgrade"},
             {"Empty", ""}},
            "x"),
       {.keep_alive = true},
       "HTTP/1.1 299 \r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 1\r\n"
       "Empty: \r\n\r\n"},
  };
  for (const Case& c : cases) EXPECT_EQ(ResponseHead(c.response, c.context, kDate), c.head);
}

TEST(ResponseHeadTest, RefusesWhatWouldSplitTheResponse) {
  for (const char* value : {"a\r\nSet-Cookie: x=1", "a\nb", "a\rb", "a\x01", "\x7f"}) {
    EXPECT_EQ(ResponseHead(Make(200, {{"Location", value}}, ""), {}, kDate), std::nullopt);
  }
  EXPECT_EQ(ResponseHead(Make(200, {{"A", std::string("a\0b", 3)}}, ""), {}, kDate), std::nullopt);
  for (const char* name : {"", "A B", "A:", "A\r\n", "\xc3\xa4"}) {
    EXPECT_EQ(ResponseHead(Make(200, {{name, "a"}}, ""), {}, kDate), std::nullopt) << name;
  }
  for (int status : {0, 100, 199, 600, -1}) {
    EXPECT_EQ(ResponseHead(Make(status, {}, ""), {}, kDate), std::nullopt) << status;
  }
}

TEST(ProblemTest, IsAProblemDocument) {
  EXPECT_EQ(Problem(413, "Too much."),
            Make(413,
                 {{"Content-Type", "application/problem+json"}},
                 R"({"type":"about:blank","title":"Content Too Large","status":413,)"
                 R"("detail":"Too much."})"));
}

TEST(DateCacheTest, FollowsTheClockBothWays) {
  DateCache cache;
  const absl::Time example = absl::FromUnixSeconds(784111777);
  EXPECT_EQ(cache.At(example), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(cache.At(example + absl::Milliseconds(999)), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(cache.At(example + absl::Seconds(1)), "Sun, 06 Nov 1994 08:49:38 GMT");
  EXPECT_EQ(cache.At(example), "Sun, 06 Nov 1994 08:49:37 GMT");
}

}  // namespace
}  // namespace leadrelay::http
