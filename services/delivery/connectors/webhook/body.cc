#include "services/delivery/connectors/webhook/body.h"

#include <algorithm>

namespace leadrelay::delivery::webhook {
namespace {

using Fact = std::pair<std::string_view, std::string>;

// What is known around the lead, which stands beside the lead's own members.
std::vector<Fact> FactsAround(const LeadFacts& facts) {
  std::vector<Fact> around = {{"lead_id", std::string(facts.lead_id)},
                              {"delivery_id", std::string(facts.delivery_id)},
                              {"accepted_at", FormatInstant(facts.accepted_at)}};
  if (!facts.publisher.empty()) around.emplace_back("publisher", std::string(facts.publisher));
  return around;
}

// The lead's members, but for one that is named like a fact: the fact is ours to state.
std::vector<json::Value::Member> OwnMembers(const LeadFacts& facts,
                                            const std::vector<Fact>& around) {
  std::vector<json::Value::Member> members = facts.lead.Members();
  std::erase_if(members, [&around](const json::Value::Member& member) {
    return std::ranges::find(around, member.key, &Fact::first) != around.end();
  });
  return members;
}

void WriteWholeLead(json::Writer& writer, const LeadFacts& facts) {
  const std::vector<Fact> around = FactsAround(facts);
  for (const auto& [name, value] : around) writer.Member(name, value);
  for (const json::Value::Member& member : OwnMembers(facts, around)) {
    writer.Member(member.key, member.value);
  }
}

void WriteData(json::Writer& writer, const Settings& settings, const LeadFacts& facts) {
  writer.StartObject();
  if (settings.mapping.empty()) {
    WriteWholeLead(writer, facts);
  } else {
    for (const MappedField& field : settings.mapping.Apply(facts)) {
      Write(writer.Key(field.field), field.value);
    }
  }
  writer.EndObject();
}

// A lead as form fields: "source.utm_source=ads".
void Flatten(const std::string& name, const json::Value& value, http::Fields& fields) {
  if (!value.IsObject()) {
    if (std::optional<Scalar> scalar = ToScalar(value)) fields.emplace_back(name, ToText(*scalar));
    return;
  }
  for (const json::Value::Member& member : value.Members()) {
    Flatten(absl::StrCat(name, ".", std::string(member.key)), member.value, fields);
  }
}

std::string BuildForm(const Settings& settings, const LeadFacts& facts) {
  http::Fields fields;
  if (settings.mapping.empty()) {
    const std::vector<Fact> around = FactsAround(facts);
    for (const auto& [name, value] : around) fields.emplace_back(name, value);
    for (const json::Value::Member& member : OwnMembers(facts, around)) {
      Flatten(std::string(member.key), member.value, fields);
    }
  } else {
    for (const MappedField& field : settings.mapping.Apply(facts)) {
      fields.emplace_back(field.field, ToText(field.value));
    }
  }
  return http::EncodeForm(fields);
}

}  // namespace

std::string ContentType(const Settings& settings) {
  return settings.format == Format::kForm ? "application/x-www-form-urlencoded"
                                          : "application/json";
}

std::string BuildBody(const Settings& settings, const LeadFacts& facts) {
  if (settings.format == Format::kForm) return BuildForm(settings, facts);
  json::Writer writer;
  if (settings.body == Body::kFlat) {
    WriteData(writer, settings, facts);
    return writer.Take();
  }
  writer.StartObject();
  const std::string operation = facts.lead.Find("operation").StringOr("");
  writer.Member("type", operation.empty() ? settings.type : absl::StrCat("operation.", operation));
  writer.Member("timestamp", FormatInstant(facts.accepted_at));
  writer.Key("data");
  WriteData(writer, settings, facts);
  writer.EndObject();
  return writer.Take();
}

std::string BuildTestEvent(absl::Time now) {
  json::Writer writer;
  writer.StartObject();
  writer.Member("type", "leadrelay.test");
  writer.Member("timestamp", FormatInstant(now));
  writer.Key("data").StartObject().Member("test", true).EndObject();
  writer.EndObject();
  return writer.Take();
}

}  // namespace leadrelay::delivery::webhook
