#include "common/config/section.h"

#include "tests/unit/config/support.h"

namespace leadrelay::config {
namespace {

using testing::ElementsAre;
using testing::Pair;

class SectionTest : public testing::Test {
 protected:
  Section Parse(std::string_view text) { return Section::Parse(text, environment_, faults_); }
  std::vector<std::string> FoundFaults() const { return FaultLines(faults_); }

  Environment environment_ = FixedEnvironment({{"PORT", "8080"}, {"WORDS", "not a number"}});
  Faults faults_;
};

TEST_F(SectionTest, ReadsEveryKindOfValue) {
  Section root = Parse(R"(
text: words
number_as_text: 1234
required: here
int: -7
quoted_int: "8080"
substituted_int: ${PORT}
number: 2.5
yes: true
no: "false"
wait: 1h30m
size: 64KiB
level: warning
)");
  EXPECT_EQ(root.Text("text"), "words");
  EXPECT_EQ(root.Text("number_as_text"), "1234");
  EXPECT_EQ(root.RequiredText("required"), "here");
  EXPECT_EQ(root.OptionalText("text"), "words");
  EXPECT_EQ(root.Int("int", 0, -10, 10), -7);
  EXPECT_EQ(root.Int("quoted_int", 0, 1, 65535), 8080);
  EXPECT_EQ(root.Int("substituted_int", 0, 1, 65535), 8080);
  EXPECT_EQ(root.Number("number", 0, 0, 10), 2.5);
  EXPECT_TRUE(root.Bool("yes", false));
  EXPECT_FALSE(root.Bool("no", true));
  EXPECT_EQ(root.Duration("wait", {}, absl::Seconds(1), absl::Hours(2)), absl::Minutes(90));
  EXPECT_EQ(root.Bytes("size", 0, 0, 1 << 20), 65536);
  EXPECT_EQ(root.OneOf("level", "info", {"info", "warning"}), "warning");
  root.RefuseUnknownKeys();
  EXPECT_THAT(FoundFaults(), ElementsAre());
}

// An empty value is the same as no key.
TEST_F(SectionTest, AbsentValuesAreTheDefaults) {
  for (const char* text : {"", "key:", "key: ~", "key: null"}) {
    Section root = Parse(text);
    EXPECT_FALSE(root.Has("key"));
    EXPECT_EQ(root.KindOf("key"), Section::Kind::kAbsent);
    EXPECT_EQ(root.Text("key", "default"), "default");
    EXPECT_EQ(root.OptionalText("key"), std::nullopt);
    EXPECT_EQ(root.Int("key", 5, 0, 10), 5);
    EXPECT_EQ(root.Number("key", 0.5, 0, 10), 0.5);
    EXPECT_TRUE(root.Bool("key", true));
    EXPECT_EQ(root.Duration("key", absl::Seconds(3), absl::Seconds(1), absl::Hours(1)),
              absl::Seconds(3));
    EXPECT_EQ(root.Bytes("key", 42, 0, 100), 42);
    EXPECT_EQ(root.OneOf("key", "a", {"a", "b"}), "a");
    EXPECT_THAT(root.Texts("key"), ElementsAre());
    EXPECT_THAT(root.Ints("key", {1, 2}, 0, 10), ElementsAre(1, 2));
    EXPECT_THAT(root.TextMap("key"), ElementsAre());
    EXPECT_TRUE(root.Children("key").empty());
    EXPECT_TRUE(root.NamedChildren("key").empty());
    EXPECT_FALSE(root.Child("key").Has("x"));
    root.RefuseUnknownKeys();
    EXPECT_THAT(FoundFaults(), ElementsAre());
  }
}

TEST_F(SectionTest, AnEmptyTextIsAText) {
  Section root = Parse("key: ''\n");
  EXPECT_TRUE(root.Has("key"));
  EXPECT_EQ(root.Text("key", "default"), "");
  EXPECT_EQ(root.OptionalText("key"), "");
  EXPECT_THAT(FoundFaults(), ElementsAre());
  EXPECT_EQ(root.RequiredText("key"), "");
  EXPECT_THAT(FoundFaults(), ElementsAre("1: key: is required and may not be empty"));
}

TEST_F(SectionTest, CollectsEveryFaultInOrderOfLine) {
  Section root = Parse(R"(
int: 80a
octal: 010
range: 70000
number: fast
bool: yes
wait: 10
long: 2d
size: 5MB
level: wraning
list: [1, 2]
missing: ${ABSENT}
)");
  EXPECT_EQ(root.Text("missing", "default"), "default");
  EXPECT_EQ(root.Text("list", "default"), "default");
  EXPECT_EQ(root.OneOf("level", "info", {"info", "warning"}), "info");
  EXPECT_EQ(root.Bytes("size", 42, 0, 1 << 30), 42);
  EXPECT_EQ(root.Duration("long", absl::Seconds(1), absl::Seconds(1), absl::Hours(24)),
            absl::Seconds(1));
  EXPECT_EQ(root.Duration("wait", absl::Seconds(1), absl::Seconds(1), absl::Hours(24)),
            absl::Seconds(1));
  EXPECT_FALSE(root.Bool("bool", false));
  EXPECT_EQ(root.Number("number", 0.5, 0, 1), 0.5);
  EXPECT_EQ(root.Int("range", 1, 1, 65535), 1);
  EXPECT_EQ(root.Int("octal", 1, 1, 65535), 1);
  EXPECT_EQ(root.Int("int", 1, 1, 65535), 1);
  EXPECT_EQ(root.RequiredText("absent"), "");
  EXPECT_THAT(
      FoundFaults(),
      ElementsAre("0: absent: is required",
                  "2: int: \"80a\" is not a whole number",
                  "3: octal: \"010\" is not a whole number",
                  "4: range: \"70000\" is out of range: 1 to 65535",
                  "5: number: \"fast\" is not a number",
                  "6: bool: \"yes\" is neither true nor false",
                  "7: wait: \"10\" is not a duration: write whole numbers with their units, such "
                  "as 250ms, 10s, 5m, 1h30m, 2d",
                  "8: long: \"2d\" is out of range: 1s to 1d",
                  "9: size: \"5MB\" is not a size: write 512, 64KiB, 5MiB or 1GiB",
                  "10: level: \"wraning\" is not one of info, warning; did you mean \"warning\"?",
                  "11: list: has to be a single value",
                  "12: missing: the environment variable ABSENT is not set"));
}

// A value from the environment may be secret, whatever the key is.
TEST_F(SectionTest, FaultsQuoteWhatIsWrittenNotWhatWasPutIn) {
  Section root = Parse("int: ${WORDS}\nlevel: ${WORDS}\nwait: ${WORDS}\n");
  (void)root.Int("int", 0, 0, 1);
  (void)root.OneOf("level", "info", {"info"});
  (void)root.Duration("wait", {}, {}, absl::Hours(1));
  EXPECT_THAT(FoundFaults(),
              ElementsAre("1: int: \"${WORDS}\" is not a whole number",
                          "2: level: \"${WORDS}\" is not one of info",
                          testing::StartsWith("3: wait: \"${WORDS}\" is not a duration")));
}

TEST_F(SectionTest, TheSameFaultIsKeptOnce) {
  Section root = Parse("int: x\n");
  (void)root.Int("int", 0, 0, 1);
  (void)root.Int("int", 0, 0, 1);
  EXPECT_EQ(faults_.all().size(), 1u);
}

TEST_F(SectionTest, ReadsLists) {
  Section root = Parse(R"(
texts: [a, "b", 3, "${PORT}"]
one: alone
waits: [1s, 5m]
ints: [1, 2]
bad_waits:
  - 1s
  - soon
  - 5d
nested: [[a]]
)");
  EXPECT_THAT(root.Texts("texts"), ElementsAre("a", "b", "3", "8080"));
  EXPECT_THAT(root.Texts("one"), ElementsAre("alone"));
  EXPECT_THAT(root.Durations("waits", {}, absl::Seconds(1), absl::Hours(1)),
              ElementsAre(absl::Seconds(1), absl::Minutes(5)));
  EXPECT_THAT(root.Ints("ints", {}, 0, 10), ElementsAre(1, 2));
  EXPECT_THAT(FoundFaults(), ElementsAre());

  EXPECT_THAT(root.Durations("bad_waits", {absl::Seconds(9)}, absl::Seconds(1), absl::Hours(1)),
              ElementsAre(absl::Seconds(9)));
  EXPECT_THAT(root.Texts("nested"), ElementsAre());
  EXPECT_THAT(FoundFaults(),
              ElementsAre(testing::StartsWith("8: bad_waits[1]: \"soon\" is not a duration"),
                          "9: bad_waits[2]: \"5d\" is out of range: 1s to 1h",
                          "10: nested[0]: has to be a single value"));
}

TEST_F(SectionTest, AnEmptyListIsNotTheDefault) {
  Section root = Parse("waits: []\n");
  EXPECT_THAT(root.Durations("waits", {absl::Seconds(1)}, absl::Seconds(1), absl::Hours(1)),
              ElementsAre());
}

TEST_F(SectionTest, ReadsMappingsOfTexts) {
  Section root = Parse("map:\n  b: 1\n  a: ${PORT}\n  c:\n  d: [x]\nnot: text\n");
  EXPECT_THAT(root.TextMap("map"), ElementsAre(Pair("b", "1"), Pair("a", "8080"), Pair("c", "")));
  EXPECT_THAT(root.TextMap("not"), ElementsAre());
  EXPECT_THAT(FoundFaults(),
              ElementsAre("5: map.d: has to be a single value",
                          "6: not: has to be a section: indented lines of `key: value`"));
}

TEST_F(SectionTest, ReadsSections) {
  Section root = Parse(R"(
redis:
  port: 1
limits:
  - requests: 10
  - requests: x
destinations:
  b: {port: 2}
  a:
)");
  Section redis = root.Child("redis");
  EXPECT_EQ(redis.Int("port", 0, 0, 9), 1);
  EXPECT_EQ(redis.path(), "redis");
  EXPECT_EQ(redis.line(), 2);

  std::vector<Section> limits = root.Children("limits");
  ASSERT_EQ(limits.size(), 2u);
  EXPECT_EQ(limits[0].Int("requests", 0, 0, 99), 10);
  EXPECT_EQ(limits[1].Int("requests", 0, 0, 99), 0);
  EXPECT_EQ(limits[1].line(), 6);

  auto destinations = root.NamedChildren("destinations");
  ASSERT_EQ(destinations.size(), 2u);
  EXPECT_EQ(destinations[0].first, "b");
  EXPECT_EQ(destinations[0].second.Int("port", 0, 0, 9), 2);
  EXPECT_EQ(destinations[1].first, "a");
  (void)destinations[1].second.RequiredText("port");
  root.RefuseUnknownKeys();
  EXPECT_THAT(FoundFaults(),
              ElementsAre("6: limits[1].requests: \"x\" is not a whole number",
                          "9: destinations.a.port: is required"));
}

TEST_F(SectionTest, WhatIsNoSectionIsAFault) {
  Section root = Parse("a: text\nb: {c: 1}\nd: [1]\ne: {f: 1}\n");
  EXPECT_FALSE(root.Child("a").Has("x"));
  EXPECT_TRUE(root.Children("b").empty());
  EXPECT_TRUE(root.Children("d").empty());
  EXPECT_TRUE(root.NamedChildren("e").empty());
  EXPECT_THAT(FoundFaults(),
              ElementsAre("1: a: has to be a section: indented lines of `key: value`",
                          "2: b: has to be a list of sections, each of which begins with `- `",
                          "3: d[0]: has to be a section: lines of `key: value`",
                          "4: e.f: has to be a section: indented lines of `key: value`"));
}

TEST_F(SectionTest, RefusesUnknownKeysEverywhereItRead) {
  Section root = Parse(R"(
redis: {addres: x, zzz: 1}
limits:
  - requets: 10
destinations:
  a: {conector: x}
unread: {anything: 1}
)");
  (void)root.Child("redis").Text("address");
  for (Section& limit : root.Children("limits")) (void)limit.Int("requests", 1, 1, 9);
  for (auto& [name, section] : root.NamedChildren("destinations")) (void)section.Text("connector");
  root.RefuseUnknownKeys();
  EXPECT_THAT(FoundFaults(),
              ElementsAre("2: redis.addres: unknown key; did you mean \"address\"?",
                          "2: redis.zzz: unknown key; known here: address",
                          "4: limits[0].requets: unknown key; did you mean \"requests\"?",
                          "6: destinations.a.conector: unknown key; did you mean \"connector\"?",
                          "7: unread: unknown key; known here: destinations, limits, redis"));
}

TEST_F(SectionTest, KeysForAnchorsAreLetPassAtTheTopOnly) {
  Section root = Parse("x-defaults: &d {port: 1}\nredis:\n  <<: *d\n  x-note: 1\n");
  EXPECT_EQ(root.Child("redis").Int("port", 0, 0, 9), 1);
  root.RefuseUnknownKeys();
  EXPECT_THAT(FoundFaults(), ElementsAre("4: redis.x-note: unknown key; known here: port"));
}

// A destination's settings are its connector's: the loader lets them pass, the connector does not.
TEST_F(SectionTest, AcceptedSectionsAreStillRefusedByTheirOwner) {
  Section root = Parse("settings:\n  token: a\n  tokne: b\n  deep: {er: 1}\n");
  Section settings = root.Child("settings");
  settings.AcceptEveryKey();
  root.RefuseUnknownKeys();
  EXPECT_THAT(FoundFaults(), ElementsAre());

  (void)settings.Text("token");
  (void)settings.Child("deep");
  settings.RefuseUnknownKeys();
  EXPECT_THAT(FoundFaults(),
              ElementsAre("3: settings.tokne: unknown key; did you mean \"token\"?",
                          "4: settings.deep.er: unknown key; known here: "));
}

TEST_F(SectionTest, SectionsOutliveTheirRootAndReportToItsFaults) {
  Section settings;
  {
    Section root = Parse("settings: {port: x}\n");
    settings = root.Child("settings");
  }
  EXPECT_EQ(settings.Int("port", 3, 0, 9), 3);
  EXPECT_THAT(FoundFaults(), ElementsAre("1: settings.port: \"x\" is not a whole number"));
}

TEST_F(SectionTest, ASectionOfNowhereHasNothingAndTellsNobody) {
  Section nowhere;
  EXPECT_EQ(nowhere.RequiredText("key"), "");
  EXPECT_TRUE(nowhere.Keys().empty());
  nowhere.AddFault("wrong");
  nowhere.RefuseUnknownKeys();
  EXPECT_THAT(FoundFaults(), ElementsAre());
}

TEST_F(SectionTest, KeysAreDataWhereTheyAreAskedFor) {
  Section root = Parse("mapping:\n  b: 1\n  a: [x]\n  c: {d: 1}\n  e:\n");
  Section mapping = root.Child("mapping");
  EXPECT_THAT(mapping.Keys(), ElementsAre("b", "a", "c", "e"));
  EXPECT_EQ(mapping.KindOf("b"), Section::Kind::kScalar);
  EXPECT_EQ(mapping.KindOf("a"), Section::Kind::kList);
  EXPECT_EQ(mapping.KindOf("c"), Section::Kind::kMapping);
  EXPECT_EQ(mapping.KindOf("e"), Section::Kind::kAbsent);
}

TEST_F(SectionTest, CallersAddFaultsWhereTheyBelong) {
  Section root = Parse("a:\n  b: 1\n");
  Section a = root.Child("a");
  a.AddFault("b", "is odd");
  a.AddFault("c", "is missing");
  a.AddFault("is strange");
  EXPECT_THAT(FoundFaults(),
              ElementsAre("1: a.c: is missing", "1: a: is strange", "2: a.b: is odd"));
}

TEST_F(SectionTest, KnowsWhatItWasAskedFor) {
  Section root = Parse("l: [{x: 1}, {x: 2}]\nn: {one: {y: 1}, two: {y: 2}}\n");
  Section child = root.Child("a");
  (void)child.Text("text", "default");
  (void)child.Text("text", "what is asked first counts");
  (void)child.RequiredText("required");
  (void)child.OptionalText("optional");
  (void)child.Secret("secret");
  (void)child.Int("int", 1, 0, 9);
  (void)child.Number("number", 0.5, 0, 1'000'000);
  (void)child.Bool("bool", true);
  (void)child.Duration("wait", absl::Seconds(90), absl::ZeroDuration(), absl::Hours(48));
  (void)child.Bytes("size", 1 << 20, 1, 1 << 30);
  (void)child.OneOf("level", "b", {"a", "b"});
  (void)child.Texts("texts");
  (void)child.Durations("waits", {absl::Seconds(1), absl::Minutes(1)}, {}, absl::Hours(1));
  (void)child.Ints("ints", {}, 200, 299);
  (void)child.TextMap("map");
  for (Section& item : root.Children("l")) (void)item.Int("x", 0, 0, 9);
  for (auto& [name, section] : root.NamedChildren("n")) (void)section.Int("y", 0, 0, 9);
  EXPECT_THAT(root.AskedSettings(),
              ElementsAre(Setting{"a", "section", "", ""},
                          Setting{"a.bool", "true or false", "true", ""},
                          Setting{"a.int", "whole number", "1", "0 to 9"},
                          Setting{"a.ints", "list of whole numbers", "", "200 to 299"},
                          Setting{"a.level", "one of", "b", "a, b"},
                          Setting{"a.map", "texts by name", "", ""},
                          Setting{"a.number", "number", "0.5", "0 to 1000000"},
                          Setting{"a.optional", "text", "", ""},
                          Setting{"a.required", "text", "required", ""},
                          Setting{"a.secret", "secret", "", ""},
                          Setting{"a.size", "size", "1MiB", "1 to 1GiB"},
                          Setting{"a.text", "text", "default", ""},
                          Setting{"a.texts", "list of texts", "", ""},
                          Setting{"a.wait", "duration", "1m30s", "0s to 2d"},
                          Setting{"a.waits", "list of durations", "1s, 1m", "0s to 1h"},
                          Setting{"l", "list of sections", "", ""},
                          Setting{"l[].x", "whole number", "0", "0 to 9"},
                          Setting{"n", "sections by name", "", ""},
                          Setting{"n.<name>.y", "whole number", "0", "0 to 9"}));
}

TEST_F(SectionTest, FaultsHaveOneLineEachWithFileAndLine) {
  Section root = Parse("a: x\n");
  (void)root.Int("a", 0, 0, 9);
  (void)root.RequiredText("b");
  faults_.Add(0, "", "as a whole");
  EXPECT_EQ(faults_.ToText("leadrelay.yaml"),
            "leadrelay.yaml: b: is required\n"
            "leadrelay.yaml: as a whole\n"
            "leadrelay.yaml:1: a: \"x\" is not a whole number\n");
}

}  // namespace
}  // namespace leadrelay::config
