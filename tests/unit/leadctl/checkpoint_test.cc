#include "tools/leadctl/checkpoint.h"

#include <gtest/gtest.h>

namespace leadrelay::leadctl {
namespace {

const std::string kDigest(64, 'a');

TEST(CheckpointTest, ThereAndBack) {
  const Checkpoint checkpoint{kDigest, "id", 1500, 1497, 3, 420};
  auto parsed = ParseCheckpoint(ToText(checkpoint));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(*parsed, checkpoint);
}

TEST(CheckpointTest, RefusesWhatItDidNotWrite) {
  for (const Checkpoint& wrong : {Checkpoint{"short", "", 1, 1, 0, 0},
                                  Checkpoint{kDigest, "", 2, 1, 0, 0},
                                  Checkpoint{kDigest, "", 1, 2, -1, 0},
                                  Checkpoint{kDigest, "", 1, 1, 0, -5}}) {
    EXPECT_FALSE(ParseCheckpoint(ToText(wrong)).ok()) << ToText(wrong);
  }
  for (const char* text : {"", "{}", "[]", "{\"leadctl_resume\":2}"}) {
    EXPECT_FALSE(ParseCheckpoint(text).ok()) << text;
  }
}

}  // namespace
}  // namespace leadrelay::leadctl
