#include <gtest/gtest.h>

#include "services/delivery/connectors/pipedrive/fields.h"
#include "services/delivery/connectors/pipedrive/note_text.h"
#include "services/delivery/connectors/pipedrive/person.h"

namespace leadrelay::delivery::pipedrive {
namespace {

TEST(PipedrivePerson, SameEmailAndPhone) {
  EXPECT_TRUE(SameEmail("Ann@Example.com", "ann@example.COM"));
  EXPECT_FALSE(SameEmail("ann@example.com", "ann@example.co"));
  EXPECT_FALSE(SameEmail("", "ann@example.com"));

  EXPECT_TRUE(SamePhone("+1 (555) 010-0001", "+15550100001"));
  EXPECT_TRUE(SamePhone("0015550100001", "+15550100001"));
  EXPECT_FALSE(SamePhone("5550100001", "+15550100001"));
  EXPECT_FALSE(SamePhone("", ""));
  EXPECT_FALSE(SamePhone("12", "1-2"));  // An extension.
  EXPECT_FALSE(SamePhone("none", "none"));
}

// Which of the records is the person; 0: none.
int64_t FindIn(const std::string& records, const Person& person, bool match_phone = true) {
  const absl::StatusOr<json::Document> document = json::Document::Parse(records);
  return FindSame(person, document->root().Elements(), match_phone).Find("id").Int64Or(0);
}

TEST(PipedrivePerson, IsFoundByAddressBeforeNumberAndOldestFirst) {
  const Person ann{"ann@example.com", "+15550100001", "", "", {}};
  const Person without_address{"", "+15550100001", "", "", {}};
  const std::string by_phone = R"({"id":1,"emails":[],"phones":["+15550100001"]})";
  const std::string switchboard = R"({"id":2,"emails":["bob@x.com"],"phones":["+15550100001"]})";
  const std::string by_email = R"({"id":4,"emails":["b@x.com","ANN@example.com"],"phones":[]})";
  const std::string older = R"({"id":3,"emails":[{"value":"ann@example.com","primary":true}]})";
  const std::string deleted = R"({"id":1,"is_deleted":true,"emails":["ann@example.com"]})";

  EXPECT_EQ(FindIn("[" + by_phone + "," + by_email + "]", ann), 4);
  EXPECT_EQ(FindIn("[" + by_email + "," + older + "]", ann), 3);
  EXPECT_EQ(FindIn("[" + by_phone + "]", ann), 1);
  EXPECT_EQ(FindIn("[" + by_phone + "]", ann, false), 0);
  EXPECT_EQ(FindIn("[" + switchboard + "]", ann), 0);
  EXPECT_EQ(FindIn("[" + switchboard + "]", without_address), 2);
  EXPECT_EQ(FindIn("[" + deleted + "]", ann), 0);
  for (const char* junk : {"[]",
                           "[null]",
                           "[5]",
                           "[{}]",
                           R"([{"id":"4","emails":"ann"}])",
                           R"([{"id":-4,"emails":["ann@example.com"]}])"}) {
    EXPECT_EQ(FindIn(junk, ann), 0) << junk;
  }
}

std::string Added(const std::string& list, const std::string& value) {
  const absl::StatusOr<json::Document> document = json::Document::Parse(list);
  return WithPoint(document->root(), value, SameEmail).value_or("unchanged");
}

TEST(PipedrivePerson, ListsGrowAndKeepTheirPrimaryOne) {
  EXPECT_EQ(Added("[]", "a@x.com"), R"([{"value":"a@x.com","primary":true,"label":"work"}])");
  EXPECT_EQ(Added(R"([{"value":"b@x.com","primary":true,"label":"home"}])", "a@x.com"),
            R"([{"value":"b@x.com","primary":true,"label":"home"},)"
            R"({"value":"a@x.com","primary":false,"label":"work"}])");
  EXPECT_EQ(Added(R"([{"value":"A@x.com","primary":true}])", "a@x.com"), "unchanged");
  EXPECT_EQ(Added("[]", ""), "unchanged");
}

TEST(PipedrivePerson, TimesOfBothVersions) {
  const absl::Time time =
      absl::FromCivil(absl::CivilSecond(2026, 9, 1, 10, 0, 0), absl::UTCTimeZone());
  for (const char* text :
       {"\"2026-09-01T10:00:00Z\"", "\"2026-09-01T10:00:00.000Z\"", "\"2026-09-01 10:00:00\""}) {
    EXPECT_EQ(TimeIn(json::Document::Parse(text)->root()), time) << text;
  }
  for (const char* text : {"null", "5", "\"\"", "\"yesterday\""}) {
    EXPECT_EQ(TimeIn(json::Document::Parse(text)->root()), std::nullopt) << text;
  }
}

TEST(PipedriveFields, KeysOfTheAccountsOwn) {
  EXPECT_TRUE(IsCustom("39365abf109ea01960620ae35f468978ae611bc8"));
  EXPECT_FALSE(IsCustom("39365ABF109ea01960620ae35f468978ae611bc8"));
  EXPECT_FALSE(IsCustom("39365abf109ea01960620ae35f468978ae611bc"));
  EXPECT_FALSE(IsCustom("name"));
}

TEST(PipedriveFields, AreWrittenInTheirForm) {
  const auto written = [](const MappedField& field) {
    json::Writer writer;
    writer.StartObject();
    WriteField(writer, field);
    return writer.EndObject().Take();
  };
  EXPECT_EQ(written({"owner_id", std::string("7")}), R"({"owner_id":7})");
  EXPECT_EQ(written({"owner_id", std::string("Ann")}), R"({"owner_id":"Ann"})");
  EXPECT_EQ(written({"value", 12.5}), R"({"value":12.5})");
  EXPECT_EQ(written({"label_ids", std::string("3;5")}), R"({"label_ids":[3,5]})");
  EXPECT_EQ(written({"label_ids", int64_t{3}}), R"({"label_ids":[3]})");
  EXPECT_EQ(written({"job_title", std::string("7")}), R"({"job_title":"7"})");
}

TEST(PipedriveNotes, AreComparedByTheirLetters) {
  const std::string text = "a < b & \"c\"\r\nd\xc3\xa4 1>0";
  EXPECT_EQ(NoteHtml(text), "a &lt; b &amp; &quot;c&quot;<br>d\xc3\xa4 1&gt;0");
  EXPECT_EQ(NoteLetters(NoteHtml(text)),
            "abcd\xc3\xa4"
            "10");
  EXPECT_EQ(NoteLetters("<p>a &lt; b &amp; \"c\"<br />\n d\xc3\xa4 1&gt;0</p>"),
            NoteLetters(NoteHtml(text)));
  for (const char* broken : {"<", "&", "a<", "a&", "<a", "&amp", ";>"}) {
    EXPECT_LE(NoteLetters(broken).size(), 3u) << broken;
  }
}

}  // namespace
}  // namespace leadrelay::delivery::pipedrive
