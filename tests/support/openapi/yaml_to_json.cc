#include "tests/support/openapi/yaml_to_json.h"

#include <yaml-cpp/yaml.h>

#include "common/json/json.h"

namespace leadrelay::test {
namespace {

void WriteScalar(json::Writer& writer, const YAML::Node& node) {
  const std::string& text = node.Scalar();
  bool flag = false;
  int64_t integer = 0;
  double number = 0;
  if (node.Tag() == "!") {  // Quoted.
    writer.String(text);
  } else if (text == "true" || text == "false") {
    writer.Bool(YAML::convert<bool>::decode(node, flag) && flag);
  } else if (YAML::convert<int64_t>::decode(node, integer)) {
    writer.Int(integer);
  } else if (YAML::convert<double>::decode(node, number)) {
    writer.Double(number);
  } else {
    writer.String(text);
  }
}

void Write(json::Writer& writer, const YAML::Node& node) {
  if (node.IsMap()) {
    writer.StartObject();
    for (const auto& member : node) {
      writer.Key(member.first.Scalar());
      Write(writer, member.second);
    }
    writer.EndObject();
  } else if (node.IsSequence()) {
    writer.StartArray();
    for (const YAML::Node& element : node) Write(writer, element);
    writer.EndArray();
  } else if (node.IsScalar()) {
    WriteScalar(writer, node);
  } else {
    writer.Null();
  }
}

}  // namespace

std::string YamlFileToJson(const std::string& path) {
  json::Writer writer;
  Write(writer, YAML::LoadFile(path));
  return writer.Take();
}

}  // namespace leadrelay::test
