// CRMs that misbehave: how a lead for each of them ends, while the others' leads flow.

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/hostile/misbehaving_crms.h"
#include "tests/hostile/resident.h"
#include "tests/hostile/stack_under_attack.h"

namespace leadrelay::e2e {
namespace {

// What sixty answers of up to four megabytes at once take, read and judged, with room.
constexpr int64_t kMayGrow = 512LL << 20;

int64_t resident_before = 0;

// One JSON object a line, and nothing in it that a terminal would obey.
void ExpectCleanLog(const std::string& service) {
  std::istringstream log(TheStack().Log(service));
  int lines = 0;
  for (std::string line; std::getline(log, line); ++lines) {
    const absl::StatusOr<json::Document> parsed = json::Document::Parse(line);
    EXPECT_TRUE(parsed.ok() && parsed->root().IsObject()) << service << ": " << line;
    const bool controls =
        std::ranges::any_of(line, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
    EXPECT_FALSE(controls || line.find("\xC2\x9B") != std::string::npos) << service << ": " << line;
  }
  EXPECT_GT(lines, 0);
}

class MisbehavingCrmTest : public testing::TestWithParam<MisbehavingCrm> {
 protected:
  static void SetUpTestSuite() {
    Stack& stack = TheStack();
    test::ForgetPeak(stack.delivery().pid());
    resident_before = test::ResidentBytes(stack.delivery().pid());
    ASSERT_EQ(stack.Send(Lead(1, R"(,"form_data":{"attack":"yes"})")).status, 202);
    ExpectOthersFlow();
  }
  static void TearDownTestSuite() {
    ExpectOthersFlow();
    EXPECT_LT(test::PeakResidentBytes(TheStack().delivery().pid()), resident_before + kMayGrow);
    for (const char* service : {"ingest", "delivery", "dlq"}) ExpectCleanLog(service);
  }
};

TEST_P(MisbehavingCrmTest, EndsTheLead) {
  EXPECT_THAT(EndAt(GetParam().name), testing::StartsWith(GetParam().end));
}

INSTANTIATE_TEST_SUITE_P(Crms,
                         MisbehavingCrmTest,
                         testing::ValuesIn(MisbehavingCrms()),
                         [](const auto& tested) {
                           std::string name = tested.param.name;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace leadrelay::e2e
