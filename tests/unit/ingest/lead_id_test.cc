#include "services/ingest/validate/lead_id.h"

#include <set>

#include <gtest/gtest.h>

namespace leadrelay::ingest {
namespace {

// Computed once with another program (tests/unit/ingest/lead_id_vectors.py), never to change.
TEST(LeadId, Vectors) {
  struct Case {
    std::string publisher;
    std::string key;
    std::string content;
    LeadIdentity expected;
  };
  const std::vector<Case> cases = {
      {"shop",
       "order-4711",
       R"({"email":"ada@example.com"})",
       {"ld_rcg33011tw6kq9n3fenejtyse77j8f3j", "w5ke13hv95qzptkmd6wfdxbk"}},
      {"shop",
       "",
       R"({"email":"ada@example.com"})",
       {"ld_7mm9c5135959pqj2w3gh6b4ext3qkkpz", "w5ke13hv95qzptkmd6wfdxbk"}},
      {"blog",
       "",
       R"({"email":"ada@example.com"})",
       {"ld_avqpvg1x63yjkyp099p70nf5583kmay7", "w5ke13hv95qzptkmd6wfdxbk"}},
      {"shop",
       "order-4711",
       R"({"email":"bob@example.com"})",
       {"ld_rcg33011tw6kq9n3fenejtyse77j8f3j", "4h5qmpbyt2nvpbqgw5zw34a0"}},
      {"shop",
       "",
       R"({"email":"ada@example.com","name":"Zoë"})",
       {"ld_te9pw85hzbxjhqrt5p9ve541xqv1t4t7", "7rgqdy4qk6v7wddapg29pmvy"}},
  };
  for (const Case& c : cases) {
    const LeadIdentity identity = Identify(c.publisher, c.key, c.content);
    EXPECT_EQ(identity.lead_id, c.expected.lead_id);
    EXPECT_EQ(identity.fingerprint, c.expected.fingerprint);
  }
}

TEST(LeadId, WhatMakesADifference) {
  const std::set<std::string> ids = {
      Identify("shop", "k", "{}").lead_id,
      Identify("shop", "", "k").lead_id,  // A body that reads like a key is not that key.
      Identify("shop", "", "{}").lead_id,
      Identify("blog", "k", "{}").lead_id,
      Identify("sho", "pk", "{}").lead_id,
  };
  EXPECT_EQ(ids.size(), 5u);
  EXPECT_EQ(Identify("shop", "k", "{}").lead_id, Identify("shop", "k", "[]").lead_id);
  EXPECT_NE(Identify("shop", "k", "{}").fingerprint, Identify("shop", "k", "[]").fingerprint);
}

}  // namespace
}  // namespace leadrelay::ingest
