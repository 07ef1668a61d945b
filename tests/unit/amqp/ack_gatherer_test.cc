#include "common/amqp/ack_gatherer.h"

#include <gtest/gtest.h>

namespace leadrelay::amqp {
namespace {

using Frame = AckGatherer::Frame;
using Frames = std::vector<Frame>;

struct Settled {
  uint64_t tag;
  Verdict verdict;
};

struct Round {  // What is settled between two wake-ups, and what goes out.
  std::vector<Settled> settled;
  Frames sent;
};

struct Case {
  const char* name;
  std::vector<Round> rounds;
};

constexpr Verdict kAck = Verdict::kAck;
constexpr Verdict kRequeue = Verdict::kRequeue;
constexpr Verdict kReject = Verdict::kReject;

// Deliveries 1 to 6 are outstanding.
const Case kCases[] = {
    {"one", {{{{1, kAck}}, {{1, kAck, false}}}}},
    {"a run from the lowest", {{{{1, kAck}, {2, kAck}, {3, kAck}}, {{3, kAck, true}}}}},
    {"a run settled in any order", {{{{3, kAck}, {1, kAck}, {2, kAck}}, {{3, kAck, true}}}}},
    {"above a gap one by one", {{{{3, kAck}, {5, kAck}}, {{3, kAck, false}, {5, kAck, false}}}}},
    {"a run and what is above the gap",
     {{{{5, kAck}, {2, kAck}, {1, kAck}}, {{2, kAck, true}, {5, kAck, false}}}}},
    {"the gap closes",
     {{{{2, kAck}, {3, kAck}}, {{2, kAck, false}, {3, kAck, false}}},
      {{{1, kAck}, {4, kAck}}, {{4, kAck, true}}}}},
    {"only the gap", {{{{2, kAck}}, {{2, kAck, false}}}, {{{1, kAck}}, {{1, kAck, false}}}}},
    {"a reject inside the run goes first",
     {{{{1, kAck}, {2, kReject}, {3, kAck}}, {{2, kReject, false}, {3, kAck, true}}}}},
    {"a requeue at the start of the run",
     {{{{1, kRequeue}, {2, kAck}, {3, kAck}}, {{1, kRequeue, false}, {3, kAck, true}}}}},
    {"a requeue of the round before",
     {{{{1, kRequeue}}, {{1, kRequeue, false}}}, {{{2, kAck}, {3, kAck}}, {{3, kAck, true}}}}},
    {"nothing", {{{}, {}}}},
    {"twice is once",
     {{{{1, kAck}, {1, kAck}, {1, kReject}}, {{1, kAck, false}}}, {{{1, kAck}}, {}}}},
    {"never delivered", {{{{0, kAck}, {7, kAck}, {99, kReject}}, {}}}},
};

TEST(AckGathererTest, SendsAsFewFramesAsAreSafe) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.name);
    AckGatherer gatherer;
    for (uint64_t tag = 1; tag <= 6; ++tag) gatherer.Delivered(tag);
    for (const Round& round : c.rounds) {
      for (const Settled& one : round.settled) (void)gatherer.Settle(one.tag, one.verdict);
      EXPECT_EQ(gatherer.Flush(), round.sent);
    }
  }
}

TEST(AckGathererTest, SaysWhetherATagWasOutstanding) {
  AckGatherer gatherer;
  gatherer.Delivered(1);
  EXPECT_EQ(gatherer.outstanding(), 1U);
  EXPECT_FALSE(gatherer.Settle(2, kAck));
  EXPECT_TRUE(gatherer.Settle(1, kAck));
  EXPECT_FALSE(gatherer.Settle(1, kReject));
  EXPECT_EQ(gatherer.outstanding(), 0U);
}

// Every interleaving of six deliveries, settled in every order and flushed after every k-th one:
// each ends exactly once, a multiple ack covers nothing that is outstanding.
TEST(AckGathererTest, CoversEveryDeliveryExactlyOnceInEveryOrder) {
  std::vector<uint64_t> order = {1, 2, 3, 4, 5, 6};
  do {
    for (size_t every = 1; every <= order.size(); ++every) {
      AckGatherer gatherer;
      std::set<uint64_t> outstanding;
      std::set<uint64_t> settled;
      for (uint64_t tag = 1; tag <= order.size(); ++tag) {
        gatherer.Delivered(tag);
        outstanding.insert(tag);
      }
      for (size_t i = 0; i < order.size(); ++i) {
        ASSERT_TRUE(gatherer.Settle(order[i], kAck));
        settled.insert(order[i]);
        if ((i + 1) % every != 0 && i + 1 != order.size()) continue;
        for (const Frame& frame : gatherer.Flush()) {
          ASSERT_TRUE(outstanding.contains(frame.tag));
          const auto first = frame.multiple ? outstanding.begin() : outstanding.find(frame.tag);
          const auto last = std::next(outstanding.find(frame.tag));
          for (auto tag = first; tag != last; ++tag) ASSERT_TRUE(settled.contains(*tag));
          outstanding.erase(first, last);
        }
      }
      ASSERT_TRUE(outstanding.empty());
    }
  } while (std::next_permutation(order.begin(), order.end()));
}

}  // namespace
}  // namespace leadrelay::amqp
