#include "common/service/operations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/service/process_metrics.h"
#include "tests/support/fake_clock.h"

namespace leadrelay::service {
namespace {

using testing::HasSubstr;

http::Request Ask(std::string method, std::string url) {
  http::Request request;
  request.method = std::move(method);
  request.url = std::move(url);
  return request;
}

class OperationsTest : public testing::Test {
 protected:
  int StatusOf(std::string method, std::string url) {
    auto answer = AnswerOperations(Ask(std::move(method), std::move(url)), health_, metrics_);
    return answer.has_value() ? answer->status : 0;
  }
  test::FakeClock clock_;
  observe::Health health_{clock_};
  observe::Metrics metrics_;
};

TEST_F(OperationsTest, TheThreeQuestionsAndNothingElse) {
  EXPECT_EQ(StatusOf("GET", "/healthz"), 200);
  EXPECT_EQ(StatusOf("GET", "/readyz?verbose"), 200);
  EXPECT_EQ(StatusOf("HEAD", "/metrics"), 200);
  EXPECT_EQ(StatusOf("POST", "/readyz"), 405);
  EXPECT_EQ(StatusOf("GET", "/healthz/"), 0);
  EXPECT_EQ(StatusOf("GET", "/v1/leads"), 0);
}

TEST_F(OperationsTest, ReadinessFollowsTheChecks) {
  health_.Add("broker", [] { return std::optional<std::string>("connection refused"); });
  EXPECT_EQ(StatusOf("GET", "/readyz"), 503);
  EXPECT_EQ(StatusOf("GET", "/healthz"), 200);
}

TEST_F(OperationsTest, MetricsTellOfTheProcessToo) {
  metrics_.Counter("leadrelay_things_total", "Things.").Add(2);
  const auto answer = AnswerOperations(Ask("GET", "/metrics"), health_, metrics_);
  ASSERT_TRUE(answer.has_value());
  EXPECT_THAT(answer->body, HasSubstr("leadrelay_things_total 2"));
  for (const char* name : {"process_cpu_seconds_total ",
                           "process_resident_memory_bytes ",
                           "process_open_fds ",
                           "process_start_time_seconds "}) {
    EXPECT_THAT(answer->body, HasSubstr(name));
  }
}

}  // namespace
}  // namespace leadrelay::service
