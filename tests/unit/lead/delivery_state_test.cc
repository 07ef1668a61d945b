#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "common/lead/envelope.h"
#include "tests/unit/lead/samples.h"

namespace leadrelay::lead {
namespace {

TEST(DeliveryStateTest, TravelsInTheseHeaders) {
  amqp::Message message;
  SampleState().Write(message);
  const amqp::Table expected = {
      {"lr-attempts", int64_t{3}},
      {"lr-not-before", int64_t{1'772'357'520'000}},
      {"lr-history",
       std::string(R"([{"number":1,"at":"2026-03-01T09:30:01.000Z","took_ms":120,)"
                   R"("verdict":"retry","reason":"503 from the CRM","status":503},)"
                   R"({"number":2,"at":"2026-03-01T09:31:01.000Z","took_ms":30000,)"
                   R"("verdict":"unknown","reason":"no answer in time"},)"
                   R"({"number":3,"at":"2026-03-01T09:31:31.000Z","took_ms":0,)"
                   R"("verdict":"rejected","status":400}])")},
      {"lr-progress", std::string(R"({"contact":"17"})")},
      {"lr-unknown", true},
      {"lr-replay", std::string("rp_9")},
      {"traceparent", std::string("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")},
  };
  EXPECT_EQ(message.headers, expected);
  EXPECT_EQ(DeliveryState::Read(message), SampleState());
}

TEST(DeliveryStateTest, AFreshDeliveryHasNoHeaders) {
  amqp::Message message;
  DeliveryState().Write(message);
  EXPECT_EQ(message, amqp::Message());
  EXPECT_EQ(DeliveryState::Read(amqp::Message()), DeliveryState());
}

TEST(DeliveryStateTest, WritingReplacesWhatWasThereAndTheBrokersNotes) {
  amqp::Message message;
  SampleState().Write(message);
  message.headers["x-death"] = std::string("text");
  message.headers["x-first-death-queue"] = std::string("delay.1m");
  message.headers["x-last-death-reason"] = std::string("expired");
  message.headers["x-delivery-count"] = int64_t{2};
  message.headers["x-of-somebody"] = std::string("kept");
  DeliveryState().Write(message);
  EXPECT_EQ(message.headers, (amqp::Table{{"x-of-somebody", std::string("kept")}}));
}

TEST(DeliveryStateTest, AHeaderThatCannotBeReadCountsAsNotSet) {
  amqp::Message message;
  message.headers = {
      {"lr-attempts", std::string("many")},
      {"lr-not-before", true},
      {"lr-history", std::string(R"([{"number":1}])")},
      {"lr-progress", std::string("[1]")},
      {"lr-unknown", std::string("true")},
      {"lr-replay", int64_t{5}},
      {"traceparent", false},
  };
  EXPECT_EQ(DeliveryState::Read(message), DeliveryState());

  message.headers = {{"lr-attempts", int64_t{-1}},
                     {"lr-not-before", int64_t{-1}},
                     {"lr-history", std::string("[")},
                     {"lr-progress", std::string("{")}};
  EXPECT_EQ(DeliveryState::Read(message), DeliveryState());
}

TEST(DeliveryStateTest, OneUnreadableHeaderDoesNotTakeTheOthersAlong) {
  amqp::Message message;
  SampleState().Write(message);
  message.headers["lr-history"] = std::string("{}");
  DeliveryState expected = SampleState();
  expected.history.clear();
  EXPECT_EQ(DeliveryState::Read(message), expected);
}

TEST(DeliveryStateTest, IsNeverDueEarly) {
  for (const int64_t ns : {0, 1, 499'999, 500'000, 999'999}) {
    DeliveryState state;
    state.not_before = At(0) + absl::Nanoseconds(ns);
    amqp::Message message;
    state.Write(message);
    EXPECT_EQ(DeliveryState::Read(message).not_before, At(ns == 0 ? 0 : 1)) << ns;
  }
}

TEST(DeliveryStateTest, KeepsTheLastAttempts) {
  DeliveryState state;
  for (int i = 1; i <= 25; ++i) {
    state.history.push_back({i, At(i), absl::ZeroDuration(), "retry", "", 500});
  }
  amqp::Message message;
  state.Write(message);
  const std::vector<Attempt> kept(state.history.end() - kMaxHistory, state.history.end());
  EXPECT_EQ(DeliveryState::Read(message).history, kept);
}

TEST(DeliveryStateTest, CutsAReasonBetweenCharacters) {
  DeliveryState state;
  // 399 bytes, then a character of two: it does not fit into 400.
  state.history = {
      {1, At(0), absl::ZeroDuration(), "retry", std::string(399, 'a') + "\xC3\xA9", 0}};
  amqp::Message message;
  state.Write(message);
  EXPECT_EQ(DeliveryState::Read(message).history[0].reason, std::string(399, 'a'));

  state.history[0].reason = std::string(398, 'a') + "\xC3\xA9";
  state.Write(message);
  EXPECT_EQ(DeliveryState::Read(message).history[0].reason, state.history[0].reason);
}

}  // namespace
}  // namespace leadrelay::lead
