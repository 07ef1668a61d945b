// What is wrong with a mapping is said when it is compiled: all of it, where, and what would do.

#include <gtest/gtest.h>

#include "tests/unit/map/compile.h"

namespace leadrelay::delivery {
namespace {

struct Case {
  std::string entry;                // Of the field a.
  std::vector<std::string> faults;  // Behind "mapping.a".
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.entry;
}

class MappingFaults : public testing::TestWithParam<Case> {};

TEST_P(MappingFaults, NameTheKeyAndTheWayOut) {
  std::string expected;
  for (const std::string& fault : GetParam().faults) {
    absl::StrAppend(&expected, "f:2: mapping.a", fault, "\n");
  }
  EXPECT_EQ(Compile("mapping:\n  a: " + GetParam().entry).faults, expected);
}

constexpr char kOneSource[] =
    ": has to have exactly one of `from`, `template`, `join`, `value` and `drop: true`";

INSTANTIATE_TEST_SUITE_P(
    Paths,
    MappingFaults,
    testing::Values(
        Case{"emial", {": \"emial\" is no path of a lead; did you mean \"email\"?"}},
        Case{"source.utm_sorce",
             {": \"source.utm_sorce\" is no path of a lead; did you mean \"source.utm_source\"?"}},
        Case{"Website",
             {": \"Website\" is no path of a lead; fields of a form are form_data.<name>, a fixed "
              "text is {value: ...}"}},
        Case{"${TEAM}",
             {": \"${TEAM}\" is no path of a lead; fields of a form are form_data.<name>, a fixed "
              "text is {value: ...}"}},
        Case{"{from: emial}", {".from: \"emial\" is no path of a lead; did you mean \"email\"?"}},
        Case{"{from: [email, phon]}",
             {".from: \"phon\" is no path of a lead; did you mean \"phone\"?"}},
        Case{"{from: [email, phone, email]}",
             {".from: email is never come to: it stands there before"}},
        Case{"{from: [lead_id, email]}",
             {".from: email is never come to: lead_id is always there"}},
        Case{"{join: [email, nmae]}",
             {".join: \"nmae\" is no path of a lead; did you mean \"name\"?"}}));

INSTANTIATE_TEST_SUITE_P(
    Forms,
    MappingFaults,
    testing::Values(
        Case{"{default: x}", {kOneSource}},
        Case{"{from: email, value: x}", {kOneSource}},
        Case{"{from: email, drop: true}", {kOneSource}},
        Case{"{template: '{email}', join: [email]}", {kOneSource}},
        Case{"{drop: false}", {kOneSource}},
        Case{"{form: email}", {kOneSource, ".form: unknown key; did you mean \"from\"?"}},
        Case{"[email]",
             {": is a list of texts: {from: [...]} is the first that the lead has, {join: [...]} "
              "all of them"}},
        Case{"[]", {": is an empty list: `drop: true` takes a field away"}},
        Case{"{value: x, default: y}", {".default: makes no sense beside `value`"}},
        Case{"{value: x, transform: lower, max_length: 4}",
             {".transform: makes no sense beside `value`",
              ".max_length: makes no sense beside `value`"}},
        Case{"{drop: true, default: y}", {".default: makes no sense beside `drop`"}},
        Case{"{drop: true, when: {path: deal, exists: true}}",
             {".when: needs another entry for when it does not hold: write a list of both"}},
        Case{"{template: '{email}', separator: x}",
             {".separator: is for `join`, and for lists at `from`"}},
        Case{"{from: email, otherwise: x, keep_unlisted: true}",
             {".keep_unlisted: needs a `lookup`", ".otherwise: needs a `lookup`"}},
        Case{"{from: email, region: DE}",
             {".region: is for the transform e164, which is not there"}},
        Case{"{from: deal.value, decimal: ','}",
             {".decimal: is the decimal mark of a number: it needs `as: number`"}},
        Case{"{from: submitted_at, timezone: Europe/Berlin, parse: '%Y'}",
             {".parse: needs a `format`: how the time is to be written",
              ".timezone: needs a `format`: how the time is to be written"}}));

INSTANTIATE_TEST_SUITE_P(
    Templates,
    MappingFaults,
    testing::Values(
        Case{"{template: Hello}", {".template: has no {path} in it: a fixed text is {value: ...}"}},
        Case{"{template: '{emial} {phon}'}",
             {".template: \"emial\" is no path of a lead; did you mean \"email\"?",
              ".template: \"phon\" is no path of a lead; did you mean \"phone\"?"}},
        Case{"{template: '{email'}",
             {".template: a { has no } that closes it; for the sign itself write {{"}},
        Case{"{template: '{email}}'}",
             {".template: a } has no { that opens it; for the sign itself write }}"}},
        Case{"{template: '[{email}'}",
             {".template: a [ has no ] that closes it; for the sign itself write [["}},
        Case{"{template: '{email}]'}",
             {".template: a ] has no [ that opens it; for the sign itself write ]]"}},
        Case{"{template: '[urgent] {email}'}",
             {".template: has [brackets] without a {path}, which would never be left out; for the "
              "signs themselves write [[ and ]]"}},
        Case{"{template: '[a [{email}] {phone}]'}",
             {".template: has [brackets] inside [brackets]; for the sign itself write [[",
              ".template: a ] has no [ that opens it; for the sign itself write ]]"}},
        Case{"{template: '{{email}}'}",
             {".template: {{email}} is the text {email}: for what the lead has write {email}"}},
        Case{"{template: '{email} ${BRACES}'}",
             {".template: is no template once its references are put in: check the { } and [ ] in "
              "them"}}));

INSTANTIATE_TEST_SUITE_P(
    Steps,
    MappingFaults,
    testing::Values(
        Case{"{from: name, transform: [trim, uper]}",
             {".transform: \"uper\" is no transform; did you mean \"upper\"?"}},
        Case{"{from: name, transform: reverse}",
             {".transform: \"reverse\" is no transform; there are trim, one_line, lower, upper, "
              "digits, given_name, family_name, domain, e164"}},
        Case{"{from: phone, transform: e164, region: Germany}",
             {".region: is no country: two capital letters, such as DE"}},
        Case{"{from: submitted_at, format: '%Y-%Q'}",
             {".format: has the part %Q, which is not known; these are: %Y %y %m %d %e %j %H %I %M "
              "%S %p %b %B %a %A %F %T %D %R %s %z %Ez %E4Y %E3S %E6S %E*S %%"}},
        Case{"{from: submitted_at, format: 100%}",
             {".format: has the part %, which is not known; these are: %Y %y %m %d %e %j %H %I %M "
              "%S %p %b %B %a %A %F %T %D %R %s %z %Ez %E4Y %E3S %E6S %E*S %%"}},
        Case{"{from: submitted_at, format: iso}",
             {".format: has no part of a time in it: %Y-%m-%d is year, month and day; unix and "
              "unix_ms are seconds and milliseconds since 1970"}},
        Case{"{from: form_data.day, parse: '%d.%m.', format: '%F'}",
             {".parse: does not tell year, month and day: %d.%m.%Y does"}},
        Case{"{from: submitted_at, format: '%F', timezone: Europe/Berln}",
             {".timezone: is no time zone that this system knows: Europe/Berlin and "
              "America/New_York are names of that kind (package tzdata)"}},
        Case{"{from: submitted_at, format: '%F', timezone: ../../../etc/localtime}",
             {".timezone: is no time zone that this system knows: Europe/Berlin and "
              "America/New_York are names of that kind (package tzdata)"}},
        Case{"{from: note, max_length: 0}", {".max_length: \"0\" is out of range: 1 to 1000000"}},
        Case{"{from: note, as: date}",
             {".as: \"date\" is not one of text, number, integer, boolean, json"}}));

INSTANTIATE_TEST_SUITE_P(
    Types,
    MappingFaults,
    testing::Values(
        Case{"{value: five, as: number}", {".value: is not a number"}},
        Case{"{value: 5.5, as: integer}", {".value: is not an integer"}},
        Case{"{from: form_data.x, default: x, as: boolean}", {".default: is not a boolean"}},
        Case{"{from: email, as: number}", {".as: is number, and email is a text"}},
        Case{"{from: deal.value, as: boolean}", {".as: is boolean, and deal.value is a number"}},
        Case{"{from: consent_given, as: integer}",
             {".as: is integer, and consent_given is true or false"}},
        Case{"{from: deal.value, transform: lower}",
             {".transform: is for texts, and deal.value is a number"}},
        Case{"{from: email, format: '%F'}", {".format: is for times, and email is a text"}},
        Case{"{join: [email, phone], format: '%F'}", {".format: is for the time at a `from`"}},
        Case{"{from: submitted_at, format: '%F', as: boolean}",
             {".format: makes a text, which is no boolean"}},
        Case{"{from: form_data, lookup: {a: b}}",
             {".lookup: is for single values, and form_data is a whole object"}},
        Case{"{template: '{email}', as: number}",
             {".as: cannot be number: what is put together is a text"}},
        Case{"{join: [email], as: json}", {".as: can be json for `from` alone"}},
        Case{"{from: form_data.x, as: json, transform: lower, max_length: 9}",
             {".transform: makes no sense with `as: json`, which is the lead's value as it is",
              ".max_length: makes no sense with `as: json`, which is the lead's value as it is"}},
        Case{"{from: form_data.x, as: number, max_length: 9}",
             {".max_length: is for texts, and this is a number"}},
        Case{"{from: note, max_length: 3, default: none}",
             {".default: is longer than `max_length`"}}));

INSTANTIATE_TEST_SUITE_P(
    Lookups,
    MappingFaults,
    testing::Values(
        Case{"{from: form_data.x, lookup: {}}", {".lookup: has no entries"}},
        Case{"{from: form_data.x, lookup: yes}",
             {".lookup: has to be a section: indented lines of `key: value`"}},
        Case{"{from: form_data.x, transform: lower, lookup: {Webinar: WEB}}",
             {".lookup.Webinar: is never met: `transform` makes \"webinar\" of it"}},
        Case{"{from: form_data.x, transform: [domain, upper], lookup: {example.com: 1}}",
             {".lookup.example.com: is never met: `transform` makes \"EXAMPLE.COM\" of it"}},
        Case{"{from: phone, transform: e164, lookup: {none: 1}}",
             {".lookup.none: is never met: nothing like it comes out of `transform`"}},
        Case{"{from: operation, lookup: {craete_deal: 1, lead: 2}}",
             {".lookup.craete_deal: is never met: operation is never \"craete_deal\"; did you mean "
              "\"create_deal\"?"}},
        Case{"{from: consent_given, lookup: {'yes': 1}}",
             {".lookup.yes: is never met: consent_given is never \"yes\"; it is one of true, "
              "false"}},
        Case{"{from: form_data.x, as: number, lookup: {a: one, b: 2}, otherwise: three}",
             {".lookup.a: is not a number", ".otherwise: is not a number"}},
        Case{"{from: form_data.x, max_length: 2, lookup: {a: abc}}",
             {".lookup.a: is longer than `max_length`"}},
        Case{"{from: form_data.x, lookup: {a: b}, otherwise: c, keep_unlisted: true}",
             {".keep_unlisted: makes no sense beside `otherwise`"}}));

INSTANTIATE_TEST_SUITE_P(
    Conditions,
    MappingFaults,
    testing::Values(
        Case{"{value: x, when: {equals: contact}}", {".when.path: is required"}},
        Case{"{value: x, when: {path: fromname, equals: contact}}",
             {".when.path: \"fromname\" is no path of a lead; did you mean \"form_name\"?"}},
        Case{"{value: x, when: {path: form_name}}",
             {".when: asks for nothing: give it equals, one_of, matches or exists"}},
        Case{"{value: x, when: {path: form_name, equal: contact}}",
             {".when: asks for nothing: give it equals, one_of, matches or exists",
              ".when.equal: unknown key; did you mean \"equals\"?"}},
        Case{"{value: x, when: {path: form_name, equals: a, exists: false}}",
             {".when.exists: is false, and the value is asked for all the same: never true"}},
        Case{"{value: x, when: {path: lead_id, exists: true}}",
             {".when.exists: says nothing: every lead has lead_id"}},
        Case{"{value: x, when: {path: operation, one_of: [add_nte, lead]}}",
             {".when.one_of: operation is never \"add_nte\"; did you mean \"add_note\"?"}},
        Case{"{value: x, when: {path: consent_given, equals: 'yes'}}",
             {".when.equals: consent_given is never \"yes\"; it is one of true, false"}},
        Case{"{value: x, when: [{path: emial, exists: true}]}",
             {".when[0].path: \"emial\" is no path of a lead; did you mean \"email\"?"}},
        Case{"{value: x, when: form_name}",
             {".when: has to be a section: indented lines of `key: value`"}},
        Case{"[{value: x}, {from: email}]",
             {"[1]: is never come to: the entry before it always decides"}},
        Case{"[{drop: true}, {from: email}]",
             {"[1]: is never come to: the entry before it always decides"}},
        Case{"[{from: email, default: x}, {from: phone}, {value: y}]",
             {"[1]: is never come to: the entry before it always decides",
              "[2]: is never come to: the entry before it always decides"}}));

TEST(MappingFaults, AreToldAllAtOnce) {
  EXPECT_EQ(Compile(R"(
mapping:
  a: emial
  b: {from: name, transform: uper, lookup: {}}
  c:
    - {from: phone, max_length: none}
    - {value: x, when: {path: operation, equals: leed}}
)")
                .faults,
            "f:3: mapping.a: \"emial\" is no path of a lead; did you mean \"email\"?\n"
            "f:4: mapping.b.transform: \"uper\" is no transform; did you mean \"upper\"?\n"
            "f:4: mapping.b.lookup: has no entries\n"
            "f:6: mapping.c[0].max_length: \"none\" is not a whole number\n"
            "f:7: mapping.c[1].when.equals: operation is never \"leed\"; did you mean \"lead\"?\n");
}

// Else a connector that asks whether the field is filled would say a second thing about it.
TEST(MappingFaults, LeaveTheFieldFilled) {
  for (const char* entry : {"emial", "[email]", "{from: emial}", "{form: email}"}) {
    const Mapping mapping = Compile(absl::StrCat("mapping: {a: ", entry, "}")).mapping;
    EXPECT_TRUE(mapping.Fills("a")) << entry;
    EXPECT_TRUE(Apply(mapping, R"({"email":"a@example.com"})").empty()) << entry;
  }
}

}  // namespace
}  // namespace leadrelay::delivery
