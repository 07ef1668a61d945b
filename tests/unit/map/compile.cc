#include "tests/unit/map/compile.h"

#include <ostream>

namespace leadrelay::delivery {
namespace {

LeadFacts FactsOf(const json::Document& lead) {
  return {lead.root(), "l1", "l1:crm", "", absl::FromUnixMillis(1'788'256'800'123)};
}

}  // namespace

Compiled Compile(std::string_view yaml, const std::vector<DefaultField>& defaults) {
  config::Environment environment;
  environment.variable = [](const std::string& name) -> std::optional<std::string> {
    if (name == "TEAM") return "sales";
    if (name == "BRACES") return "{x";
    return std::nullopt;
  };
  environment.file = [](const std::string&) { return std::nullopt; };
  config::Faults faults;
  config::Section root = config::Section::Parse(yaml, environment, faults);
  Compiled compiled;
  config::Section section = root.Child("mapping");
  compiled.mapping = Mapping::Compile(section, defaults);
  section.RefuseUnknownKeys();
  compiled.faults = faults.ToText("f");
  return compiled;
}

std::vector<MappedField> Apply(const Mapping& mapping, std::string_view lead) {
  const json::Document document = *json::Document::Parse(lead);
  return mapping.Apply(FactsOf(document));
}

std::vector<MappingWarning> Warnings(const Mapping& mapping, std::string_view lead) {
  const json::Document document = *json::Document::Parse(lead);
  return mapping.Warnings(FactsOf(document));
}

void PrintTo(const MappedField& field, std::ostream* out) {
  json::Writer writer;
  Write(writer, field.value);
  *out << field.field << "=" << writer.Take();
}

void PrintTo(const MappingWarning& warning, std::ostream* out) {
  *out << warning.field << "." << warning.rule << ": " << warning.what;
}

}  // namespace leadrelay::delivery
