#include "common/observe/trace.h"

namespace leadrelay::observe {
namespace {

constexpr char kTraceId[] = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr char kSpanId[] = "00f067aa0ba902b7";

bool IsId(const std::string& id, size_t digits) {
  return id.size() == digits && id.find_first_not_of("0123456789abcdef") == std::string::npos &&
         id.find_first_not_of('0') != std::string::npos;
}

TEST(Trace, ContinuesAValidHeader) {
  const auto header = [](const std::string& flags) {
    return absl::StrCat("00-", kTraceId, "-", kSpanId, "-", flags);
  };
  const std::vector<std::pair<std::string, Trace>> cases = {
      {header("00"), {kTraceId, kSpanId, false, false}},
      {header("01"), {kTraceId, kSpanId, true, false}},
      {header("02"), {kTraceId, kSpanId, false, true}},
      {header("03"), {kTraceId, kSpanId, true, true}},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(Trace::Continue(text), expected) << text;
    EXPECT_EQ(Trace::Continue(text).ToHeader(), text);
  }
}

TEST(Trace, TakesLaterVersionsAndUnknownFlags) {
  const Trace expected{kTraceId, kSpanId, true, false};
  const std::string rest = absl::StrCat("-", kTraceId, "-", kSpanId, "-");
  EXPECT_EQ(Trace::Continue("cc" + rest + "01"), expected);
  EXPECT_EQ(Trace::Continue("cc" + rest + "01-what-the-future-will-be-like"), expected);
  EXPECT_EQ(Trace::Continue("00" + rest + "f9"), expected);
  EXPECT_EQ(Trace::Continue("00" + rest + "f9").ToHeader(), "00" + rest + "01");
}

TEST(Trace, StartsAnewWhenTheHeaderIsNotValid) {
  const std::string rest = absl::StrCat("-", kTraceId, "-", kSpanId, "-01");
  const std::string zero_trace(32, '0');
  const std::string zero_span(16, '0');
  for (const std::string& text : {
           std::string(),
           std::string("garbage"),
           "00" + rest.substr(0, rest.size() - 1),
           "00" + rest + "-more",
           "00" + rest + " ",
           "ff" + rest,
           "0g" + rest,
           "cc" + rest + ".x",
           absl::StrCat("00-", zero_trace, "-", kSpanId, "-01"),
           absl::StrCat("00-", kTraceId, "-", zero_span, "-01"),
           absl::StrCat("00-4BF92F3577B34DA6A3CE929D0E0E4736-", kSpanId, "-01"),
           absl::StrCat("00-", kTraceId, "_", kSpanId, "-01"),
           absl::StrCat("00-", kTraceId, "-", kSpanId, "-0x"),
           std::string(10'000, 'a'),
       }) {
    const Trace trace = Trace::Continue(text);
    EXPECT_NE(trace.trace_id, kTraceId) << text;
    EXPECT_TRUE(IsId(trace.trace_id, 32)) << text;
    EXPECT_TRUE(IsId(trace.span_id, 16)) << text;
    EXPECT_EQ(Trace::Continue(trace.ToHeader()), trace) << text;
  }
}

TEST(Trace, StartsAreDifferent) {
  EXPECT_NE(Trace::Start(), Trace::Start());
}

TEST(Trace, AChildIsAnotherSpanOfTheSameTrace) {
  const Trace parent{kTraceId, kSpanId, false, true};
  const Trace child = parent.Child();
  EXPECT_NE(child.span_id, parent.span_id);
  EXPECT_TRUE(IsId(child.span_id, 16));
  EXPECT_EQ(child, (Trace{kTraceId, child.span_id, false, true}));
}

}  // namespace
}  // namespace leadrelay::observe
