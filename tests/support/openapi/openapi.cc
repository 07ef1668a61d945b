#include "tests/support/openapi/openapi.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "tests/support/openapi/yaml_to_json.h"

namespace leadrelay::test {
namespace {

using json::Value;

constexpr std::string_view kLeadSchema = "lead.v1.schema.json";
constexpr std::string_view kComponents = "#/components/schemas/";

std::string ProtoPath(std::string_view name) {
  return std::string(LEADRELAY_SOURCE_DIR "/proto/").append(name);
}

json::Document Read(const std::string& json, const std::string& what) {
  absl::StatusOr<json::Document> document = json::Document::Parse(json);
  if (!document.ok()) {
    std::fprintf(stderr, "%s: %s\n", what.c_str(), document.status().ToString().c_str());
    std::abort();
  }
  return *std::move(document);
}

json::Document LeadSchema() {
  std::ifstream file(ProtoPath(kLeadSchema));
  std::ostringstream text;
  text << file.rdbuf();
  return Read(text.str(), std::string(kLeadSchema));
}

std::string Moved(std::string_view target) {
  if (target == kLeadSchema) return "#/definitions/lead";
  if (!target.starts_with(kComponents)) return std::string(target);
  return std::string("#/definitions/").append(target.substr(kComponents.size()));
}

// What OpenAPI adds to schemas, and this check leaves to others.
bool IsAnnotation(std::string_view key) {
  return key == "format" || key == "example";
}

// A schema of the document as one of draft 04.  `named`: the members are names, not keywords.
void WriteSchema(json::Writer& writer, const Value& value, bool named) {
  if (value.IsObject()) {
    writer.StartObject();
    for (const Value::Member& member : value.Members()) {
      if (!named && IsAnnotation(member.key)) continue;
      writer.Key(member.key);
      if (!named && member.key == "$ref") {
        writer.String(Moved(member.value.StringOr("")));
      } else {
        WriteSchema(writer, member.value, !named && member.key == "properties");
      }
    }
    writer.EndObject();
  } else if (value.IsArray()) {
    writer.StartArray();
    for (const Value& element : value.Elements()) WriteSchema(writer, element, false);
    writer.EndArray();
  } else {
    writer.Copy(value);
  }
}

// The value of `definitions`, with the lead among them.
std::string Definitions(const Value& schemas) {
  const json::Document lead = LeadSchema();
  json::Writer writer;
  writer.StartObject();
  for (const Value::Member& member : schemas.Members()) {
    writer.Key(member.key);
    WriteSchema(writer, member.value, false);
  }
  for (const Value::Member& member : lead.root().Find("definitions").Members()) {
    writer.Member(member.key, member.value);
  }
  writer.Key("lead").StartObject();
  for (const Value::Member& member : lead.root().Members()) {
    if (member.key != "$schema" && member.key != "definitions") {
      writer.Member(member.key, member.value);
    }
  }
  writer.EndObject().EndObject();
  return writer.Take();
}

// How many characters of the path the template names itself; nothing when it does not fit.
std::optional<size_t> Match(std::string_view pattern, std::string_view path) {
  const size_t open = pattern.find('{');
  if (open == pattern.npos) {
    if (pattern != path) return std::nullopt;
    return path.size();
  }
  if (path.substr(0, open) != pattern.substr(0, open)) return std::nullopt;
  const std::string_view rest = pattern.substr(pattern.find('}') + 1);
  path.remove_prefix(open);
  for (size_t end = path.size(); end > 0; --end) {
    if (path.substr(0, end).find('/') != path.npos) continue;
    const std::optional<size_t> tail = Match(rest, path.substr(end));
    if (tail) return open + *tail;
  }
  return std::nullopt;
}

}  // namespace

OpenApi::OpenApi()
    : document_(Read(YamlFileToJson(ProtoPath("openapi.yaml")), "openapi.yaml")),
      definitions_(Definitions(document_.root().Pointer("/components/schemas"))) {
  for (const Value::Member& path : document_.root().Find("paths").Members()) {
    for (const Value::Member& operation : path.value.Members()) {
      if (operation.key != "get" && operation.key != "post") continue;
      operations_.push_back({absl::AsciiStrToUpper(std::string(operation.key)),
                             std::string(path.key),
                             operation.value.Find("tags").At(0).StringOr("")});
    }
  }
}

const OpenApi::Operation* OpenApi::Find(std::string_view method, std::string_view path) const {
  const Operation* found = nullptr;
  size_t most = 0;
  for (const Operation& operation : operations_) {
    const std::optional<size_t> named = Match(operation.path, path);
    if (operation.method != method || !named || *named < most) continue;
    found = &operation;
    most = *named;
  }
  return found;
}

Value OpenApi::Resolve(Value value) const {
  const auto target = value.Find("$ref").AsString();
  return target ? document_.root().Pointer(target->substr(1)) : value;
}

std::string OpenApi::Check(const Answer& answer) const {
  const Operation* operation = Find(answer.method, answer.path);
  const std::string asked = absl::StrCat(answer.method, " ", answer.path);
  if (operation == nullptr) return asked + ": no such operation is documented\n";
  const Value response = Resolve(document_.root()
                                     .Find("paths")
                                     .Find(operation->path)
                                     .Find(absl::AsciiStrToLower(operation->method))
                                     .Find("responses")
                                     .Find(std::to_string(answer.status)));
  const std::string what = absl::StrCat(asked, ", ", answer.status);
  if (!response.exists()) return what + ": the status is not documented\n";
  const Value content = response.Find("content");
  if (!content.exists()) return "";
  const std::string type = answer.content_type.substr(0, answer.content_type.find(';'));
  const Value schema = content.Find(type).Find("schema");
  if (!schema.exists()) return absl::StrCat(what, ": content type ", type, " is not documented\n");
  if (!type.ends_with("json")) return "";
  json::Writer writer;
  WriteSchema(writer, schema, false);
  const std::string faults = CheckBody(writer.Take(), answer.body);
  return faults.empty() ? "" : absl::StrCat(what, ":\n", faults);
}

std::string OpenApi::CheckSchema(std::string_view name, std::string_view json) const {
  json::Writer writer;
  writer.StartObject().Member("$ref", std::string("#/definitions/").append(name)).EndObject();
  return CheckBody(writer.Take(), json);
}

std::string OpenApi::CheckBody(const std::string& schema, std::string_view body) const {
  json::Writer writer;
  writer.StartObject().Key("allOf").StartArray().Raw(schema).EndArray();
  writer.Key("definitions").Raw(definitions_).EndObject();
  const absl::StatusOr<json::Schema> compiled = json::Schema::Compile(writer.Take());
  if (!compiled.ok()) return compiled.status().ToString();
  const absl::StatusOr<json::Document> document = json::Document::Parse(body);
  if (!document.ok()) return document.status().ToString();
  std::string faults;
  for (const json::SchemaFault& fault : compiled->Validate(document->root())) {
    absl::StrAppend(&faults, fault.pointer, " ", fault.message, "\n");
  }
  return faults;
}

}  // namespace leadrelay::test
