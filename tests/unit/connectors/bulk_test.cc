// Which leads of a batch go in bulk.

#include "services/delivery/connectors/bulk.h"

#include <gtest/gtest.h>

namespace leadrelay::delivery {
namespace {

// Jobs whose e-mail addresses these are.
Batch BatchOf(const std::vector<std::string>& addresses) {
  Batch batch;
  for (const std::string& address : addresses) batch.jobs.emplace_back().delivery_id = address;
  return batch;
}

std::string AddressOf(const Job& job) {
  return job.delivery_id;
}

std::string Picked(const Batch& batch) {
  std::string picked;
  for (const Job& job : batch.jobs) picked += GoesInBulk(job) ? 'b' : '-';
  return picked;
}

TEST(BulkTest, EnoughOfDifferentPeopleGo) {
  struct Case {
    const char* name;
    std::vector<std::string> addresses;
    int from;
    std::string picked;
  };
  const Case cases[] = {
      {"nobody", {}, 1, ""},
      {"never", {"a", "b"}, 0, "--"},
      {"enough", {"a", "b"}, 2, "bb"},
      {"too few", {"a", "b"}, 3, "--"},
      {"who cannot go does not count", {"a", "", "b"}, 3, "---"},
      {"who cannot go stays", {"a", "", "b"}, 2, "b-b"},
      {"the first of one person", {"a", "b", "a", "a"}, 2, "bb--"},
      {"one person is not enough", {"a", "a"}, 2, "--"},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    Batch batch = BatchOf(each.addresses);
    PickForBulk(batch, each.from, &AddressOf);
    EXPECT_EQ(Picked(batch), each.picked);
  }
}

TEST(BulkTest, WhatWasDecidedOrLeftStaysSo) {
  Batch batch = BatchOf({"a", "b", "c", "d"});
  batch.jobs[3].outcome = Outcome::Retry("not offered", 0);
  PickForBulk(batch, 3, &AddressOf);
  EXPECT_EQ(Picked(batch), "bbb-");
  LeaveBulk(batch.jobs[1]);
  batch.jobs[3].outcome.reset();
  PickForBulk(batch, 1, &AddressOf);
  EXPECT_EQ(Picked(batch), "b-b-");
}

TEST(BulkTest, PollsAreCounted) {
  Job job;
  EXPECT_EQ(PollsOf(job), 0u);
  CountPoll(job);
  CountPoll(job);
  EXPECT_EQ(PollsOf(job), 2u);
}

}  // namespace
}  // namespace leadrelay::delivery
