// Clients that come in thousands, say nothing, half of something, or go in the middle: others are
// served, and nothing is left of them.

#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "tests/hostile/ingest_under_attack.h"
#include "tests/hostile/resident.h"
#include "tests/integration/http/raw_socket.h"

namespace leadrelay::ingest {
namespace {

using test::RawSocket;

constexpr int kMaxConnections = 4096;  // http::ServerOptions, which ingest leaves as they are.

class CrowdTest : public IngestUnderAttack {};

// More than there may be, that say `each`.
std::vector<RawSocket> Crowd(const std::string& each) {
  std::vector<RawSocket> crowd;
  for (int i = 0; i < kMaxConnections + 200; ++i) {
    crowd.emplace_back(TheIngest().port());
    if (!each.empty()) crowd.back().Send(each);
  }
  return crowd;
}

bool ServesOthers() {
  return test::Eventually([] { return TheIngest().Post(FreshLead()).status == 202; },
                          std::chrono::seconds(15));
}

TEST_F(CrowdTest, ThousandsThatSayNothing) {
  const std::vector<RawSocket> crowd = Crowd("");
  EXPECT_TRUE(ServesOthers());
  EXPECT_LE(test::OpenFiles(TheIngest().process().pid()), kMaxConnections + 200);
}

TEST_F(CrowdTest, ThousandsThatStopInTheMiddleOfAHeader) {
  const std::vector<RawSocket> crowd = Crowd("POST /v1/leads HTTP/1.1\r\nHost: h\r\nX-");
  EXPECT_TRUE(ServesOthers());
}

TEST_F(CrowdTest, ThousandsThatStopInTheMiddleOfABody) {
  const std::vector<RawSocket> crowd = Crowd(LeadRequest("{", "Content-Length: 60000\r\n"));
  EXPECT_TRUE(ServesOthers());
}

TEST_F(CrowdTest, ThoseWhoGoInTheMiddleLeaveNothingBehind) {
  const pid_t pid = TheIngest().process().pid();
  ASSERT_TRUE(ServesOthers());
  const std::string request = LeadRequest(FreshLead());
  for (size_t cut = 0; cut <= request.size(); cut += 7) {
    RawSocket socket(TheIngest().port());
    socket.Send(request.substr(0, cut));
    socket.Vanish();
    RawSocket half(TheIngest().port());
    half.Send(request.substr(0, cut));
    half.EndOutput();
    (void)half.ReadToEnd();
  }
  RawSocket answered(TheIngest().port());
  answered.Send(LeadRequest(FreshLead()));
  answered.Vanish();
  EXPECT_TRUE(test::Eventually(
      [] { return TheIngest().Metric("leadrelay_ingest_requests_in_flight") <= 1; },
      std::chrono::seconds(5)));
  EXPECT_TRUE(
      test::Eventually([pid] { return test::OpenFiles(pid) < 100; }, std::chrono::seconds(10)));
}

}  // namespace
}  // namespace leadrelay::ingest
