#include "common/json/schema_compiler.h"

#include "absl/strings/str_cat.h"

namespace leadrelay::json {

absl::Status SchemaCompiler::Run() {
  out_.root = Node(root_, "");
  for (const auto& node : out_.nodes) FindCircles(*node);
  return status_;
}

void SchemaCompiler::Fail(const std::string& at, const std::string& what) {
  if (!status_.ok()) return;
  status_ = absl::InvalidArgumentError(
      absl::StrCat("not a usable schema: ", at.empty() ? "/" : at, ": ", what));
}

void SchemaCompiler::Expect(bool good, const std::string& at, const std::string& what) {
  if (!good) Fail(at, absl::StrCat("must be ", what));
}

const SchemaNode* SchemaCompiler::Node(const Value& schema, const std::string& at) {
  const auto [known, added] = places_.try_emplace(at, nullptr);
  if (!added) return known->second;
  out_.nodes.push_back(std::make_unique<SchemaNode>());
  SchemaNode* const node = out_.nodes.back().get();
  known->second = node;  // Before its parts are read: they may refer to it.
  if (!schema.IsObject()) {
    Fail(at, "a schema must be an object");
  } else if (schema.Find("$ref").exists()) {
    Refer(schema, at, *node);
  } else {
    for (const Value::Member& member : schema.Members()) {
      const std::string place = at + PointerToken(member.key);
      ReadKeyword(*this, Site{schema, member.key, member.value, place, *node});
    }
  }
  return node;
}

std::vector<const SchemaNode*> SchemaCompiler::Nodes(const Value& schemas, const std::string& at) {
  std::vector<const SchemaNode*> nodes;
  for (const Value& schema : schemas.Elements()) {
    nodes.push_back(Node(schema, absl::StrCat(at, "/", nodes.size())));
  }
  return nodes;
}

void SchemaCompiler::Refer(const Value& schema, const std::string& at, SchemaNode& node) {
  const std::string target = schema.Find("$ref").StringOr("");
  if (schema.size() != 1) return Fail(at, "what stands beside $ref would be ignored");
  if (target != "#" && !target.starts_with("#/")) {
    return Fail(at, "$ref must point into the same document: #/definitions/...");
  }
  const std::string pointer = target.substr(1);
  const Value value = root_.Pointer(pointer);
  if (!value.exists()) return Fail(at, "$ref points nowhere");
  node.ref = Node(value, pointer);
}

// A schema that leads back to itself for the same value would be checked for ever.
void SchemaCompiler::FindCircles(const SchemaNode& node) {
  const auto [visit, first] = visits_.try_emplace(&node, Visit::kUnderWay);
  if (!first) {
    if (visit->second == Visit::kUnderWay) Fail("", "a $ref leads back to where it came from");
    return;
  }
  if (node.ref != nullptr) FindCircles(*node.ref);
  if (node.not_ != nullptr) FindCircles(*node.not_);
  for (const auto* group : {&node.all_of, &node.any_of, &node.one_of}) {
    for (const SchemaNode* part : *group) FindCircles(*part);
  }
  for (const SchemaNode::Dependency& dependency : node.dependencies) {
    if (dependency.node != nullptr) FindCircles(*dependency.node);
  }
  visits_[&node] = Visit::kDone;
}

std::string PointerToken(std::string_view key) {
  std::string token = "/";
  for (const char c : key) {
    if (c == '~') {
      token += "~0";
    } else if (c == '/') {
      token += "~1";
    } else {
      token += c;
    }
  }
  return token;
}

absl::StatusOr<CompiledSchema> CompileSchema(std::string_view text) {
  absl::StatusOr<Document> document = Document::Parse(text);
  if (!document.ok()) return document.status();
  CompiledSchema compiled{*std::move(document), {}, nullptr};
  SchemaCompiler compiler(compiled);
  if (const absl::Status status = compiler.Run(); !status.ok()) return status;
  return compiled;
}

}  // namespace leadrelay::json
