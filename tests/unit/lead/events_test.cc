#include "common/lead/events.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "tests/unit/lead/samples.h"

namespace leadrelay::lead {
namespace {

TEST(OutcomeEventTest, AreWrittenLikeThis) {
  const std::vector<OutcomeEvent> all = SampleEvents();
  EXPECT_EQ(ToJson({all[1], all[2], all[3]}),
            R"({"version":1,"events":[)"
            R"({"kind":"duplicate","lead_id":"ld_b","destination":"crm-eu",)"
            R"("at":"2026-03-01T09:30:00.002Z","attempts":1,"remote_id":"502","history":[]},)"
            R"({"kind":"suppressed","lead_id":"ld_c","destination":"crm-eu",)"
            R"("at":"2026-03-01T09:30:00.003Z","attempts":0,"reason":"no consent","history":[]},)"
            R"({"kind":"retrying","lead_id":"ld_d","destination":"sheet",)"
            R"("at":"2026-03-01T09:30:00.004Z","attempts":1,"reason":"503 from the CRM",)"
            R"("next_at":"2026-03-01T09:31:00.004Z","history":[{"number":1,)"
            R"("at":"2026-03-01T09:30:01.000Z","took_ms":120,"verdict":"retry",)"
            R"("reason":"503 from the CRM","status":503}]}]})");
}

TEST(OutcomeEventTest, ReadBackWhole) {
  const absl::StatusOr<std::vector<OutcomeEvent>> events = ParseOutcomes(ToJson(SampleEvents()));
  ASSERT_TRUE(events.ok()) << events.status();
  EXPECT_EQ(*events, SampleEvents());
  EXPECT_EQ(ParseOutcomes(ToJson({})).value(), std::vector<OutcomeEvent>());
}

TEST(OutcomeEventTest, AnUnreadableEventIsNotPassedOver) {
  struct Case {
    std::string from;
    std::string to;
    std::string message;
  };
  const std::string good = ToJson({SampleEvents()[0]});
  const std::vector<Case> cases = {
      {good,
       "{",
       "no valid outcome events: not valid JSON at byte 1: Missing a name for object member"},
      {R"("version":1)", R"("version":2)", "not a valid list of outcome events: /version is not 1"},
      {R"("events":[)",
       R"("events":0,"x":[)",
       "not a valid list of outcome events: /events is not an array"},
      {R"([{"kind")", R"([7,{"kind")", "not a valid outcome event: it is not an object"},
      {R"("delivered")", R"("exploded")", "not a valid outcome event: /kind is not a known kind"},
      {R"("attempts":2)",
       R"("attempts":-2)",
       "not a valid outcome event: /attempts is not a number from 0 to 2^31 - 1"},
      {R"("attempts":2)",
       R"("attempts":2147483648)",
       "not a valid outcome event: /attempts is not a number from 0 to 2^31 - 1"},
      {R"("501")", "501", "not a valid outcome event: /remote_id is not a text"},
      {R"("history":[{)", R"("history":[0,{)", "not a valid attempt: it is not an object"},
      {R"("took_ms":120)",
       R"("took_ms":"fast")",
       "not a valid attempt: /took_ms is not a number from 0 to 2^31 - 1"},
  };
  for (const Case& c : cases) {
    std::string body = good;
    body.replace(body.find(c.from), c.from.size(), c.to);
    EXPECT_EQ(ParseOutcomes(body).status(), absl::InvalidArgumentError(c.message)) << body;
  }
}

TEST(DeadLetterTest, IsWrittenLikeThis) {
  DeadLetter letter;
  letter.destination = "crm-eu";
  letter.at = At(5);
  letter.cause = "unreadable";
  letter.reason = "not a valid envelope: it is not an object";
  letter.body = std::string("\0\xFF", 2);
  EXPECT_EQ(letter.ToJson(),
            R"({"version":1,"destination":"crm-eu","at":"2026-03-01T09:30:00.005Z",)"
            R"("cause":"unreadable","reason":"not a valid envelope: it is not an object",)"
            R"("state":{"attempts":0,"unknown":false,"history":[]},"body":"AP8="})");
  EXPECT_EQ(DeadLetter::Parse(letter.ToJson()).value(), letter);
}

TEST(DeadLetterTest, ReadsBackWhole) {
  const absl::StatusOr<DeadLetter> letter = DeadLetter::Parse(SampleDeadLetter().ToJson());
  ASSERT_TRUE(letter.ok()) << letter.status();
  EXPECT_EQ(*letter, SampleDeadLetter());
}

TEST(DeadLetterTest, RefusesWhatIsNone) {
  struct Case {
    std::string from;
    std::string to;
    std::string message;
  };
  const std::string good = SampleDeadLetter().ToJson();
  const std::vector<Case> cases = {
      {good, "", "not a valid dead letter: not valid JSON at byte 0: the document is empty"},
      {good, "1", "not a valid dead letter: it is not an object"},
      {R"("cause":"rejected")", R"("cause":"")", "not a valid dead letter: /cause is not a text"},
      {R"("status":400,"state")",
       R"("status":"400","state")",
       "not a valid dead letter: /status is not a number from 0 to 2^31 - 1"},
      {R"("state":{)", R"("state":0,"x":{)", "not a valid dead letter: /state is not an object"},
      {R"("unknown":true)",
       R"("unknown":1)",
       "not a valid delivery state: /unknown is not true or false"},
      {R"("body":")", R"("body":"?)", "not a valid dead letter: /body is not base64"},
  };
  for (const Case& c : cases) {
    std::string body = good;
    body.replace(body.find(c.from), c.from.size(), c.to);
    EXPECT_EQ(DeadLetter::Parse(body).status(), absl::InvalidArgumentError(c.message)) << body;
  }
}

}  // namespace
}  // namespace leadrelay::lead
