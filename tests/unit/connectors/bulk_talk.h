#pragma once
// For property tests of connectors with a bulk way in: people some of whom write twice, and the
// talk about them with a CRM that spoils its answers.  A Crm has Answer(), Has(mark) and
// IdOf(mark).

#include <functional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "services/delivery/connectors/connector.h"
#include "tests/unit/connectors/configure.h"
#include "tests/unit/connectors/random_marks.h"

namespace leadrelay::test {

// Whose lead each is, by mark.
inline std::vector<std::string> SomePeople(Random& random) {
  const size_t count = 1 + Below(random, 12);
  std::vector<std::string> people;
  for (size_t i = 0; i < count; ++i) {
    people.push_back(i > 0 && Chance(random, 15) ? people[Below(random, i)] : Mark(i));
  }
  return people;
}

// The first ones are in a bulk of an earlier attempt: `queue` puts these addresses in one and says
// what stands in their progress.
inline void PutSomeInBulk(
    delivery::Batch& batch,
    const std::vector<std::string>& people,
    std::string_view fact,
    const std::function<std::string(const std::vector<std::string>& addresses)>& queue,
    Random& random) {
  const size_t out = 1 + Below(random, people.size());
  std::set<std::string> addresses;
  for (size_t i = 0; i < out; ++i) addresses.insert(people[i] + "@example.com");
  const std::string bulk = queue({addresses.begin(), addresses.end()});
  for (size_t i = 0; i < out; ++i) delivery::Set(batch.jobs[i].progress, fact, bulk);
}

// Every request is about the people of its jobs, the talk comes to an end, everybody has an
// outcome, and who is delivered is there under the id that is said to be theirs.
template <typename Crm>
void TalkAboutPeople(const delivery::Connector& connector,
                     delivery::Batch& batch,
                     const std::vector<std::string>& people,
                     Crm& crm,
                     Random& random) {
  size_t calls = 0;
  std::optional<delivery::Call> call = connector.Next(batch, nullptr);
  while (call.has_value()) {
    ASSERT_LE(++calls, 24 * people.size()) << "does not come to an end: " << call->step;
    ASSERT_LE(call->after, delivery::kLongestWait);
    ASSERT_TRUE(call->request.url.starts_with("https://a.example/")) << "the key leaves the host";
    const std::set<std::string> sent = MarksIn(call->request.body);
    std::set<std::string> carried;
    for (const size_t job : call->jobs) carried.insert(people[job]);
    if (!sent.empty()) {
      ASSERT_EQ(sent, carried) << call->step;
    }
    if (Chance(random, 3)) {  // No answer.
      for (const size_t job : call->jobs) {
        batch.jobs[job].outcome = delivery::Outcome::Unknown("lost");
      }
      call = connector.Next(batch, nullptr);
      continue;
    }
    const delivery::Reply reply{*call, crm.Answer(call->request)};
    call = connector.Next(batch, &reply);
  }
  for (size_t i = 0; i < people.size(); ++i) {
    const std::optional<delivery::Outcome>& outcome = batch.jobs[i].outcome;
    ASSERT_TRUE(outcome.has_value());
    if (outcome->kind != delivery::Outcome::Kind::kDelivered) continue;
    EXPECT_TRUE(crm.Has(people[i])) << "delivered, and not there";
    if (outcome->remote_id.empty()) continue;
    EXPECT_EQ(outcome->remote_id, crm.IdOf(people[i]));
  }
}

}  // namespace leadrelay::test
