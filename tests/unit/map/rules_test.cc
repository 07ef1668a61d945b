// What entries of a mapping make of leads.

#include <ostream>

#include <gtest/gtest.h>

#include "tests/unit/map/compile.h"

namespace leadrelay::delivery {
namespace {

struct Case {
  std::string entry;                       // Of the field a.
  std::string x;                           // What stands at form_data.x, as JSON.
  std::string result;                      // As JSON; empty: left out.
  std::vector<std::string> warnings = {};  // "rule: what"
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.entry << " of " << c.x;
}

class MappingRules : public testing::TestWithParam<Case> {};

TEST_P(MappingRules, MakeThisOfThat) {
  const Case& c = GetParam();
  const Compiled compiled = Compile("mapping:\n  a: " + c.entry);
  EXPECT_EQ(compiled.faults, "");
  const std::string lead = absl::StrCat(
      R"({"email":"ann@example.com","first_name":"Ann","last_name":"Lee","deal":{"value":250},)",
      R"("submitted_at":"2026-02-28T23:30:00Z","consent_given":true,"form_data":{"x":)",
      c.x,
      "}}");
  std::string result;
  for (const MappedField& field : Apply(compiled.mapping, lead)) {
    json::Writer writer;
    Write(writer, field.value);
    result += writer.Take();
  }
  EXPECT_EQ(result, c.result);
  std::vector<std::string> warnings;
  for (const MappingWarning& warning : Warnings(compiled.mapping, lead)) {
    EXPECT_EQ(warning.field, "a");
    warnings.push_back(absl::StrCat(warning.rule, ": ", warning.what));
  }
  EXPECT_EQ(warnings, c.warnings);
}

INSTANTIATE_TEST_SUITE_P(
    Sources,
    MappingRules,
    testing::Values(
        Case{"{from: [phone, form_data.x, email]}", "\"x\"", "\"x\""},
        Case{"{from: [phone, form_data.x, email]}", "null", "\"ann@example.com\""},
        Case{"{from: [phone, form_data.x], default: none}", "\"\"", "\"none\""},
        Case{"{from: form_data.x, separator: ', '}", "[\"S\",\"M\"]", "\"S, M\""},
        Case{"{join: [first_name, form_data.x, last_name]}", "\"M.\"", "\"Ann M. Lee\""},
        Case{"{join: [first_name, form_data.x, last_name], separator: ', '}",
             "null",
             "\"Ann, Lee\""},
        Case{"{join: [form_data.x, phone]}", "null", ""},
        Case{"{join: [form_data.x, phone], default: n/a}", "null", "\"n/a\""},
        Case{"{template: '{first_name} {last_name}[ from {form_data.x}]'}",
             "\"Lee Ltd\"",
             "\"Ann Lee from Lee Ltd\""},
        Case{"{template: '{first_name} {last_name}[ from {form_data.x}]'}", "null", "\"Ann Lee\""},
        Case{"{template: '{first_name} {form_data.x}', default: nobody}", "null", "\"nobody\""},
        Case{"{template: '[{phone}][{form_data.x}]', default: none}", "null", "\"none\""},
        Case{"{template: '{{{form_data.x}}} [[{deal.value}]] ${TEAM}'}",
             "true",
             "\"{true} [250] sales\""},
        Case{"{template: '{form_data.x}'}", "[1,2]", "\"1;2\""},
        Case{"{from: operation}", "1", "\"lead\""},
        Case{"{value: 3, as: integer}", "1", "3"}));

INSTANTIATE_TEST_SUITE_P(
    Transforms,
    MappingRules,
    testing::Values(
        Case{"{from: form_data.x, transform: trim}", "\" \\u00a0Ann \\n\"", "\"Ann\""},
        Case{"{from: form_data.x, transform: trim, default: none}", "\"  \"", "\"none\""},
        Case{"{from: form_data.x, transform: one_line}", "\"a\\r\\n  b \"", "\"a b\""},
        Case{"{from: form_data.x, transform: lower}", "\"M\u00dcLLER\"", "\"m\u00fcller\""},
        Case{"{from: form_data.x, transform: [trim, upper]}", "\" de \"", "\"DE\""},
        Case{"{from: form_data.x, transform: digits}", "\"(030) 12-3\"", "\"030123\""},
        Case{"{from: form_data.x, transform: digits}", "4711", "\"4711\""},
        Case{"{from: form_data.x, transform: given_name}", "\"Dr. Jan van der Berg\"", "\"Jan\""},
        Case{"{from: form_data.x, transform: family_name}",
             "\"Jan van der Berg\"",
             "\"van der Berg\""},
        Case{"{from: form_data.x, transform: family_name}", "\"Jan\"", ""},
        Case{"{from: email, transform: [domain, upper]}", "1", "\"EXAMPLE.COM\""},
        Case{"{from: form_data.x, transform: domain}",
             "\"example.com\"",
             "",
             {"transform: what the lead has is not fit for domain"}},
        Case{"{from: form_data.x, transform: e164, region: DE}",
             "\"030 / 901820\"",
             "\"+4930901820\""},
        Case{"{from: form_data.x, transform: e164}",
             "\"030 901820\"",
             "",
             {"transform: what the lead has is not fit for e164"}},
        Case{"{from: form_data.x, transform: e164, default: none}",
             "\"ask my secretary\"",
             "\"none\"",
             {"transform: what the lead has is not fit for e164"}}));

INSTANTIATE_TEST_SUITE_P(
    Times,
    MappingRules,
    testing::Values(Case{"{from: submitted_at, format: '%Y-%m-%d'}", "1", "\"2026-02-28\""},
                    Case{"{from: submitted_at, format: '%Y-%m-%d', timezone: Europe/Berlin}",
                         "1",
                         "\"2026-03-01\""},
                    Case{"{from: submitted_at, format: '%H:%M %Ez', timezone: America/New_York}",
                         "1",
                         "\"18:30 -05:00\""},
                    Case{"{from: submitted_at, format: unix}", "1", "1772321400"},
                    Case{"{from: submitted_at, format: unix_ms}", "1", "1772321400000"},
                    Case{"{from: submitted_at, format: '%Y', as: number}", "1", "2026"},
                    Case{"{from: form_data.x, format: '%F', timezone: Asia/Tokyo}",
                         "\"2026-03-01\"",
                         "\"2026-03-01\""},
                    Case{"{from: form_data.x, format: '%F %T %Ez', timezone: Europe/Berlin}",
                         "\"2026-07-01T09:30\"",
                         "\"2026-07-01 09:30:00 +02:00\""},
                    Case{"{from: form_data.x, format: '%F', parse: '%d.%m.%Y'}",
                         "\"1.3.2026\"",
                         "\"2026-03-01\""},
                    Case{"{from: form_data.x, format: '%F', parse: '%d.%m.%Y'}",
                         "\"31.2.2026\"",
                         "",
                         {"format: what the lead has is no time that can be read"}},
                    Case{"{from: form_data.x, format: '%F', default: 1970-01-01}",
                         "\"next week\"",
                         "\"1970-01-01\"",
                         {"format: what the lead has is no time that can be read"}},
                    Case{"{from: form_data.x, format: '%F'}",
                         "\"infinite-future\"",
                         "",
                         {"format: what the lead has is no time that can be read"}},
                    Case{"{from: form_data.x, format: '%F', parse: '%Y-%m-%d'}",
                         "\"infinite-future\"",
                         "",
                         {"format: what the lead has is no time that can be read"}}));

INSTANTIATE_TEST_SUITE_P(
    Lookups,
    MappingRules,
    testing::Values(
        Case{"{from: form_data.x, lookup: {Webinar: WEB, Fair: FAIR}}", "\"Fair\"", "\"FAIR\""},
        Case{"{from: form_data.x, lookup: {Webinar: WEB}, otherwise: OTHER}",
             "\"Fair\"",
             "\"OTHER\""},
        Case{"{from: form_data.x, lookup: {Webinar: WEB}, keep_unlisted: true}",
             "\"Fair\"",
             "\"Fair\""},
        Case{"{from: form_data.x, lookup: {Webinar: WEB}}",
             "\"Fair\"",
             "",
             {"lookup: has no entry for what the lead has"}},
        Case{"{from: form_data.x, lookup: {Webinar: WEB}, default: NONE}",
             "\"Fair\"",
             "\"NONE\"",
             {"lookup: has no entry for what the lead has"}},
        Case{"{from: form_data.x, lookup: {Webinar: WEB}, otherwise: OTHER, default: NONE}",
             "null",
             "\"NONE\""},
        Case{"{from: form_data.x, transform: [trim, lower], lookup: {webinar: 7}, as: integer}",
             "\" Webinar\"",
             "7"},
        Case{"{from: form_data.x, lookup: {'3': three, 'true': yes}}", "3", "\"three\""},
        Case{"{from: consent_given, lookup: {'true': opted-in}}", "1", "\"opted-in\""},
        Case{"{from: form_data.x, lookup: {a: b}, otherwise: ''}", "\"test\"", ""},
        Case{"{from: form_data.x, lookup: {a: b}, otherwise: '', default: c}", "\"d\"", "\"c\""},
        Case{"{from: form_data.x, lookup: {test: }, keep_unlisted: true}", "\"test\"", ""}));

INSTANTIATE_TEST_SUITE_P(
    Types,
    MappingRules,
    testing::Values(Case{"form_data.x", "\"3\"", "\"3\""},
                    Case{"{from: form_data.x, as: number}", "\"3\"", "3"},
                    Case{"{from: form_data.x, as: number}", "\" 1,234.50 \"", "1234.5"},
                    Case{"{from: form_data.x, as: number, decimal: ','}", "\"1.234,50\"", "1234.5"},
                    Case{"{from: form_data.x, as: number}",
                         "\"1,5\"",
                         "",
                         {"as: what the lead has is no number"}},
                    Case{"{from: form_data.x, as: number, default: 0}",
                         "\"many\"",
                         "0",
                         {"as: what the lead has is no number"}},
                    Case{"{from: form_data.x, as: integer}", "\"2.5\"", "3"},
                    Case{"{from: form_data.x, as: boolean}", "\"Yes\"", "true"},
                    Case{"{from: form_data.x, as: boolean}", "0", "false"},
                    Case{"{from: form_data.x, as: boolean}",
                         "\"perhaps\"",
                         "",
                         {"as: what the lead has is no boolean"}},
                    Case{"{from: deal.value, as: text}", "1", "\"250\""},
                    Case{"{from: form_data.x, as: json}", "[\"S\",2]", R"("[\"S\",2]")"},
                    Case{"{from: form_data.x, as: json}", "\"S\"", R"("\"S\"")"},
                    Case{"{from: form_data, as: json}", "1", R"("{\"x\":1}")"},
                    Case{"{from: form_data.x, as: json, default: '[]'}", "[]", "\"[]\""},
                    Case{"{from: delivery_id, as: json}", "1", R"("\"l1:crm\"")"}));

INSTANTIATE_TEST_SUITE_P(
    Lengths,
    MappingRules,
    testing::Values(Case{"{from: form_data.x, max_length: 3}", "\"abc\"", "\"abc\""},
                    Case{"{from: form_data.x, max_length: 3}",
                         "\"abcd\"",
                         "\"abc\"",
                         {"max_length: was cut to 3 characters"}},
                    Case{"{from: form_data.x, max_length: 2}",
                         "\"\u00e4\u00f6\u00fc\"",
                         "\"\u00e4\u00f6\"",
                         {"max_length: was cut to 2 characters"}},
                    Case{"{from: form_data.x, max_length: 2}", "12345", "12345"},
                    Case{"{from: form_data.x, max_length: 2, as: text}",
                         "12345",
                         "\"12\"",
                         {"max_length: was cut to 2 characters"}}));

INSTANTIATE_TEST_SUITE_P(
    Conditions,
    MappingRules,
    testing::Values(
        Case{"{value: y, when: {path: form_data.x, equals: a}}", "\"a\"", "\"y\""},
        Case{"{value: y, when: {path: form_data.x, equals: a}}", "\"b\"", ""},
        Case{"{value: y, when: {path: form_data.x, equals: '3'}}", "3", "\"y\""},
        Case{"{value: y, when: {path: form_data.x, one_of: [a, b]}}", "\"b\"", "\"y\""},
        Case{"{value: y, when: {path: form_data.x, one_of: [a, b]}}", "[\"c\",\"b\"]", "\"y\""},
        Case{"{value: y, when: {path: form_data.x, matches: 'web*'}}", "\"webinar\"", "\"y\""},
        Case{"{value: y, when: {path: form_data.x, matches: 'web*'}}", "null", ""},
        Case{"{value: y, when: {path: form_data.x, exists: true}}", "[]", ""},
        Case{"{value: y, when: {path: form_data.x, exists: true}}", "[\"\"]", ""},
        Case{"{value: y, when: {path: form_data.x, exists: false}}", "\"\"", "\"y\""},
        Case{"{value: y, when: {path: deal, exists: true}}", "1", "\"y\""},
        Case{"{value: y, when: {path: task, exists: true}}", "1", ""},
        Case{"{value: y, when: {path: operation, equals: lead}}", "1", "\"y\""},
        Case{"{from: email, default: z, when: {path: consent_given, equals: 'false'}}", "1", ""},
        Case{
            "{value: y, when: [{path: form_data.x, exists: true}, {path: email, matches: '*.de'}]}",
            "1",
            ""}));

INSTANTIATE_TEST_SUITE_P(
    Lists,
    MappingRules,
    testing::Values(Case{"[{from: phone}, {from: form_data.x}, {value: none}]", "1", "1"},
                    Case{"[{from: phone}, {from: form_data.x}, {value: none}]", "null", "\"none\""},
                    Case{"[{drop: true, when: {path: form_data.x, equals: test}}, {from: email}]",
                         "\"test\"",
                         ""},
                    Case{"[{drop: true, when: {path: form_data.x, equals: test}}, {from: email}]",
                         "1",
                         "\"ann@example.com\""},
                    Case{"[{from: form_data.x, transform: e164}, {from: form_data.x}]",
                         "\"ext. 12\"",
                         "\"ext. 12\"",
                         {"[0].transform: what the lead has is not fit for e164"}}));

TEST(MappingRules, ByOperation) {
  const Compiled compiled = Compile(R"(
mapping:
  about:
    - {template: "Moved to {deal.stage}", when: {path: operation, equals: move_deal}}
    - {template: "Note: {note}", when: {path: operation, one_of: [add_note, add_task]}}
    - {template: "{first_name} asked[ about {deal.title}]"}
)");
  ASSERT_EQ(compiled.faults, "");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({"first_name":"Ann"})", "Ann asked"},
      {R"({"first_name":"Ann","deal":{"title":"a roof"}})", "Ann asked about a roof"},
      {R"({"operation":"move_deal","deal":{"stage":"won"}})", "Moved to won"},
      {R"({"operation":"add_note","note":"called"})", "Note: called"},
      {R"({"operation":"update_person","first_name":"Ann"})", "Ann asked"},
  };
  for (const auto& [lead, about] : cases) {
    EXPECT_EQ(Apply(compiled.mapping, lead), (std::vector<MappedField>{{"about", about}})) << lead;
  }
}

TEST(MappingRules, WarnOnceForEachLoss) {
  const Compiled compiled = Compile(R"(
mapping:
  a: {from: form_data.x, lookup: {b: c}}
  d: {from: form_data.x, max_length: 3}
  e: email
)");
  EXPECT_EQ(Warnings(compiled.mapping, R"({"email":"a@example.com","form_data":{"x":"secret"}})"),
            (std::vector<MappingWarning>{{"a", "lookup", "has no entry for what the lead has"},
                                         {"d", "max_length", "was cut to 3 characters"}}));
  EXPECT_TRUE(Warnings(compiled.mapping, R"({"form_data":{"x":"b"}})").empty());
}

}  // namespace
}  // namespace leadrelay::delivery
