// Any mapping and any lead: what compiles is applied without an exception, gives well-formed text,
// the same each time, and cuts it where it is told to.
//
// Mappings are made of the keys that there are, with words that are known or are not: the reader of
// the file is not what is looked at.
//
// DEPS: leadrelay_delivery_map leadrelay_config_section leadrelay_text leadrelay_json

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <fuzzer/FuzzedDataProvider.h>

#include "common/json/utf8.h"
#include "services/delivery/map/mapping.h"

namespace leadrelay::delivery {
namespace {

constexpr size_t kMost = 5;
constexpr std::string_view kEverything = R"(
path: form_data.x
first: {from: [form_data.y, form_data.x], separator: "|", max_length: 5}
template: {template: "{form_data.x}[ / {form_data.y}]", max_length: 5}
join: {join: [form_data.x, form_data.y, email], transform: one_line, max_length: 5}
case: {from: form_data.x, transform: [trim, lower, upper], max_length: 5}
given: {from: form_data.x, transform: given_name, max_length: 5}
family: {from: form_data.x, transform: family_name, max_length: 5}
domain: {from: email, transform: [domain, digits], max_length: 5}
phone: {from: phone, transform: e164, region: DE, max_length: 5}
day: {from: submitted_at, format: "%F", timezone: Europe/Berlin}
parsed: {from: form_data.x, parse: "%d.%m.%Y", format: unix_ms}
table: {from: form_data.x, lookup: {a: b}, keep_unlisted: true, max_length: 5}
number: {from: form_data.x, as: number, decimal: ","}
integer: {from: form_data.x, as: integer, default: 0}
boolean: {from: form_data.x, as: boolean}
json: {from: form_data, as: json}
cases:
  - {from: form_data.x, as: integer, when: {path: form_data.x, matches: "*1*"}}
  - {from: form_data.y, max_length: 5, when: {path: operation, one_of: [lead, add_note]}}
)";

void Check(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

struct Compiled {
  Mapping mapping;
  bool sound = false;
};

Compiled Compile(std::string_view yaml) {
  config::Environment environment;
  environment.variable = [](const std::string&) { return std::string("\xFF{x}[y"); };
  environment.file = [](const std::string&) { return std::nullopt; };
  config::Faults faults;
  config::Section section = config::Section::Parse(yaml, environment, faults);
  Compiled compiled;
  compiled.mapping = Mapping::Compile(section, {{"email", "email"}});
  section.RefuseUnknownKeys();
  compiled.sound = faults.empty();
  return compiled;
}

const Mapping& Everything() {
  static const Mapping& mapping = *[] {
    Compiled compiled = Compile(kEverything);
    Check(compiled.sound, "the mapping has faults");
    return new Mapping(std::move(compiled.mapping));
  }();
  return mapping;
}

void CheckText(const MappedField& field, bool everything) {
  const auto* text = std::get_if<std::string>(&field.value);
  if (text == nullptr) return;
  Check(json::IsUtf8(*text), "a text that is none");
  const bool whole = field.field == "email" || field.field == "path" || field.field == "json" ||
                     field.field == "day";
  if (!everything || whole) return;
  Check(json::CountCodePoints(*text) <= kMost, "a text that is too long");
}

void Apply(const Mapping& mapping, std::string_view text, bool everything) {
  const absl::StatusOr<json::Document> lead = json::Document::Parse(text);
  Check(lead.ok(), "the lead is no JSON");
  const LeadFacts facts = {lead->root(), "l1", "l1:crm", "shop", absl::UnixEpoch()};
  const std::vector<MappedField> fields = mapping.Apply(facts);
  for (const MappedField& field : fields) {
    CheckText(field, everything);
    Check(mapping.Fills(field.field), "a field that nothing fills");
  }
  Check(mapping.Apply(facts) == fields, "another result the second time");
  Check(mapping.Warnings(facts) == mapping.Warnings(facts), "other warnings the second time");
}

std::string AnyText(FuzzedDataProvider& data) {
  constexpr const char* kWords[] = {"email",
                                    "phone",
                                    "form_data.x",
                                    "form_data",
                                    "deal.value",
                                    "consent_given",
                                    "operation",
                                    "trim",
                                    "lower",
                                    "upper",
                                    "digits",
                                    "given_name",
                                    "family_name",
                                    "domain",
                                    "e164",
                                    "one_line",
                                    "%Y-%m-%d",
                                    "%d.%m.%Y",
                                    "unix",
                                    "Europe/Berlin",
                                    "number",
                                    "integer",
                                    "boolean",
                                    "json",
                                    "text",
                                    "true",
                                    "lead",
                                    "add_note",
                                    "{form_data.x}",
                                    "[{email}] {form_data.y}",
                                    "DE",
                                    ",",
                                    "3",
                                    "${NAME}",
                                    "*1*"};
  if (data.ConsumeBool()) return data.PickValueInArray(kWords);
  return json::RepairUtf8(data.ConsumeRandomLengthString(200));
}

void WriteEntry(json::Writer& writer, FuzzedDataProvider& data) {
  constexpr const char* kSources[] = {"from", "template", "join", "value", "drop"};
  constexpr const char* kSteps[] = {"separator",
                                    "transform",
                                    "region",
                                    "format",
                                    "parse",
                                    "timezone",
                                    "otherwise",
                                    "keep_unlisted",
                                    "as",
                                    "decimal",
                                    "max_length",
                                    "default"};
  writer.StartObject();
  writer.Member(data.PickValueInArray(kSources), AnyText(data));
  for (const char* step : kSteps) {
    if (data.ConsumeIntegralInRange(0, 3) == 0) writer.Member(step, AnyText(data));
  }
  if (data.ConsumeBool()) {
    writer.Key("lookup").StartObject().Member(AnyText(data), AnyText(data)).EndObject();
  }
  if (data.ConsumeBool()) {
    constexpr const char* kTests[] = {"equals", "one_of", "matches", "exists"};
    writer.Key("when").StartObject().Member("path", AnyText(data));
    writer.Member(data.PickValueInArray(kTests), AnyText(data)).EndObject();
  }
  writer.EndObject();
}

// JSON is YAML.
std::string AnyMapping(FuzzedDataProvider& data) {
  json::Writer writer;
  writer.StartObject().Key("a");
  WriteEntry(writer, data);
  writer.Key("b").StartArray();
  for (int entries = data.ConsumeIntegralInRange(0, 3); entries > 0; --entries) {
    WriteEntry(writer, data);
  }
  writer.EndArray().Member("email", AnyText(data)).EndObject();
  return writer.Take();
}

std::string AnyLead(FuzzedDataProvider& data) {
  json::Writer writer;
  writer.StartObject();
  for (const char* member : {"email", "phone", "submitted_at", "operation"}) {
    if (data.ConsumeBool()) writer.Member(member, data.ConsumeRandomLengthString(200));
  }
  writer.Key("form_data").StartObject();
  writer.Member("y", data.ConsumeRandomLengthString(200));
  const std::string rest = data.ConsumeRemainingBytesAsString();
  const absl::StatusOr<json::Document> value = json::Document::Parse(rest);
  writer.Key("x");
  if (value.ok()) {
    writer.Copy(value->root());
  } else {
    writer.String(rest);
  }
  writer.EndObject().EndObject();
  return writer.Take();
}

void Fuzz(FuzzedDataProvider data) {
  if (data.ConsumeBool()) {
    Apply(Everything(), AnyLead(data), true);
    return;
  }
  const Compiled compiled = Compile(AnyMapping(data));
  Apply(compiled.mapping, AnyLead(data), false);
}

}  // namespace
}  // namespace leadrelay::delivery

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  leadrelay::delivery::Fuzz(FuzzedDataProvider(data, size));
  return 0;
}
