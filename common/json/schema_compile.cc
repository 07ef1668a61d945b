#include <cmath>

#include "absl/strings/str_cat.h"

#include "common/json/schema_node.h"
#include "common/status/abseil.h"

namespace leadrelay::json {
namespace {

constexpr std::string_view kDraft = "http://json-schema.org/draft-04/schema#";

// Builds the nodes of one schema document and remembers the first thing that is wrong with it.
class Compiler {
 public:
  explicit Compiler(CompiledSchema& out) : out_(out), root_(out.document.root()) {}

  absl::Status Run() {
    out_.root = Node(root_, "");
    if (status_.ok()) FindCircles();
    return status_;
  }

 private:
  void Fail(const std::string& at, std::string_view what) {
    if (!status_.ok()) return;
    status_ = absl::InvalidArgumentError(
        absl::StrCat("not a usable schema: ", at.empty() ? "/" : at, ": ", ToAbsl(what)));
  }

  // One node per place, however often it is referred to; a place may also refer to itself.
  const SchemaNode* Node(const Value& schema, const std::string& at) {
    const auto [known, added] = places_.try_emplace(at, nullptr);
    if (!added) return known->second;
    out_.nodes.push_back(std::make_unique<SchemaNode>());
    SchemaNode* const node = out_.nodes.back().get();
    known->second = node;
    if (!schema.IsObject()) {
      Fail(at, "a schema must be an object");
    } else if (schema.Find("$ref").exists()) {
      Refer(schema, at, *node);
    } else {
      for (const Value::Member& member : schema.Members()) {
        Keyword(schema, member, absl::StrCat(at, PointerToken(member.key)), *node);
      }
    }
    return node;
  }

  void Refer(const Value& schema, const std::string& at, SchemaNode& node) {
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

  void Keyword(const Value& schema,
               const Value::Member& member,
               const std::string& at,
               SchemaNode& node) {
    const std::string_view key = member.key;
    const Value& value = member.value;
    if (key == "title" || key == "description") return Expect(value.IsString(), at, "a text");
    if (key == "default") return;
    if (key == "$schema") return Expect(value.StringOr("") == kDraft, at, std::string(kDraft));
    if (key == "id") return Expect(at == "/id" && value.IsString(), at, "a text, at the top only");
    if (key == "definitions") return Definitions(value, at);

    if (key == "type") return Types(value, at, node);
    if (key == "enum") {
      Expect(value.IsArray() && value.size() > 0, at, "an array with elements");
      node.choices = value;
      return;
    }
    if (key == "minimum") return Limit(schema, value, "exclusiveMinimum", at, node.minimum);
    if (key == "maximum") return Limit(schema, value, "exclusiveMaximum", at, node.maximum);
    if (key == "exclusiveMinimum" || key == "exclusiveMaximum") {
      const std::string bound = key == "exclusiveMinimum" ? "minimum" : "maximum";
      return Expect(value.AsBool() && schema.Find(bound).exists(),
                    at,
                    absl::StrCat("true or false beside ", bound, " (draft 04)"));
    }
    if (key == "multipleOf") {
      node.multiple_of = value.AsDouble();
      return Expect(value.AsDouble().value_or(0) > 0, at, "a number above 0");
    }
    if (key == "minLength") return Count(value, at, node.min_length);
    if (key == "maxLength") return Count(value, at, node.max_length);
    if (key == "pattern") {
      node.pattern = Expression(value.AsString(), at);
      return;
    }
    if (key == "minItems") return Count(value, at, node.min_items);
    if (key == "maxItems") return Count(value, at, node.max_items);
    if (key == "uniqueItems") return Flag(value, at, node.unique_items);
    if (key == "items" && value.IsArray()) {
      node.tuple = Nodes(value, at);
      return;
    }
    if (key == "items") {
      node.items = Node(value, at);
      return;
    }
    if (key == "additionalItems") {
      Expect(schema.Find("items").IsArray(), at, "beside an array of items, where alone it counts");
      return FlagOrNode(value, at, node.additional_items, node.additional_item);
    }
    if (key == "minProperties") return Count(value, at, node.min_properties);
    if (key == "maxProperties") return Count(value, at, node.max_properties);
    if (key == "required") {
      node.required = Texts(value, at);
      return;
    }
    if (key == "properties") return Properties(value, at, node);
    if (key == "patternProperties") return PatternProperties(value, at, node);
    if (key == "additionalProperties") {
      return FlagOrNode(value, at, node.additional_properties, node.additional_property);
    }
    if (key == "dependencies") return Dependencies(value, at, node);
    if (key == "allOf" || key == "anyOf" || key == "oneOf") {
      Expect(value.size() > 0, at, "an array with elements");
      (key == "allOf"   ? node.all_of
       : key == "anyOf" ? node.any_of
                        : node.one_of) = Nodes(value, at);
      return;
    }
    if (key == "not") {
      node.not_ = Node(value, at);
      return;
    }
    Fail(at, "the keyword is not one of draft 04 that we check");
  }

  void Expect(bool good, const std::string& at, const std::string& what) {
    if (!good) Fail(at, absl::StrCat("must be ", what));
  }

  void Flag(const Value& value, const std::string& at, bool& flag) {
    Expect(value.AsBool().has_value(), at, "true or false");
    flag = value.BoolOr(flag);
  }

  void FlagOrNode(const Value& value, const std::string& at, bool& flag, const SchemaNode*& node) {
    if (value.IsObject()) {
      node = Node(value, at);
    } else {
      Flag(value, at, flag);
    }
  }

  void Count(const Value& value, const std::string& at, std::optional<size_t>& count) {
    Expect(value.Int64Or(-1) >= 0, at, "a whole number from 0");
    count = static_cast<size_t>(std::max<int64_t>(value.Int64Or(0), 0));
  }

  void Limit(const Value& schema,
             const Value& value,
             std::string_view exclusive,
             const std::string& at,
             std::optional<SchemaNode::Bound>& bound) {
    Expect(value.type() == Type::kNumber, at, "a number");
    bound = SchemaNode::Bound{value, schema.Find(exclusive).BoolOr(false)};
  }

  std::optional<Pattern> Expression(std::optional<std::string_view> text, const std::string& at) {
    if (!text) {
      Fail(at, "must be a text");
      return std::nullopt;
    }
    absl::StatusOr<Pattern> pattern = Pattern::Compile(*text);
    if (pattern.ok()) return *std::move(pattern);
    Fail(at, absl::StrCat("the expression is ", pattern.status().message()));
    return std::nullopt;
  }

  void Types(const Value& value, const std::string& at, SchemaNode& node) {
    if (value.IsString()) {
      node.types = {value.StringOr("")};
    } else {
      node.types = Texts(value, at);
    }
    for (const std::string& type : node.types) {
      const bool known = type == "null" || type == "boolean" || type == "integer" ||
                         type == "number" || type == "string" || type == "array" ||
                         type == "object";
      if (!known) Fail(at, absl::StrCat("there is no type \"", type, "\""));
    }
  }

  std::vector<std::string> Texts(const Value& value, const std::string& at) {
    Expect(value.IsArray() && value.size() > 0, at, "an array of texts");
    std::vector<std::string> texts;
    for (const Value& element : value.Elements()) {
      Expect(element.IsString(), at, "an array of texts");
      texts.push_back(element.StringOr(""));
    }
    return texts;
  }

  std::vector<const SchemaNode*> Nodes(const Value& value, const std::string& at) {
    std::vector<const SchemaNode*> nodes;
    for (const Value& element : value.Elements()) {
      nodes.push_back(Node(element, absl::StrCat(at, "/", nodes.size())));
    }
    return nodes;
  }

  void Definitions(const Value& value, const std::string& at) {
    Expect(value.IsObject(), at, "an object of schemas");
    for (const Value::Member& member : value.Members()) {
      Node(member.value, absl::StrCat(at, PointerToken(member.key)));
    }
  }

  void Properties(const Value& value, const std::string& at, SchemaNode& node) {
    Expect(value.IsObject(), at, "an object of schemas");
    for (const Value::Member& member : value.Members()) {
      node.properties[std::string(member.key)] =
          Node(member.value, absl::StrCat(at, PointerToken(member.key)));
    }
  }

  void PatternProperties(const Value& value, const std::string& at, SchemaNode& node) {
    Expect(value.IsObject(), at, "an object of schemas");
    for (const Value::Member& member : value.Members()) {
      const std::string place = absl::StrCat(at, PointerToken(member.key));
      std::optional<Pattern> pattern = Expression(member.key, place);
      if (!pattern) return;
      node.pattern_properties.push_back({*std::move(pattern), Node(member.value, place)});
    }
  }

  void Dependencies(const Value& value, const std::string& at, SchemaNode& node) {
    Expect(value.IsObject(), at, "an object");
    for (const Value::Member& member : value.Members()) {
      const std::string place = absl::StrCat(at, PointerToken(member.key));
      SchemaNode::Dependency dependency{std::string(member.key), {}, nullptr};
      if (member.value.IsArray()) {
        dependency.keys = Texts(member.value, place);
      } else {
        dependency.node = Node(member.value, place);
      }
      node.dependencies.push_back(std::move(dependency));
    }
  }

  // A schema that leads back to itself for the same value would be checked for ever.
  void FindCircles() {
    for (const auto& node : out_.nodes) Follow(*node);
  }

  void Follow(const SchemaNode& node) {
    const auto [visit, first] = visits_.try_emplace(&node, Visit::kUnderWay);
    if (!first) {
      if (visit->second == Visit::kUnderWay) Fail("", "a $ref leads back to where it came from");
      return;
    }
    if (node.ref != nullptr) Follow(*node.ref);
    if (node.not_ != nullptr) Follow(*node.not_);
    for (const auto* group : {&node.all_of, &node.any_of, &node.one_of}) {
      for (const SchemaNode* part : *group) Follow(*part);
    }
    for (const SchemaNode::Dependency& dependency : node.dependencies) {
      if (dependency.node != nullptr) Follow(*dependency.node);
    }
    visits_[&node] = Visit::kDone;
  }

  enum class Visit { kUnderWay, kDone };

  CompiledSchema& out_;
  Value root_;
  absl::Status status_;
  absl::flat_hash_map<std::string, const SchemaNode*> places_;
  absl::flat_hash_map<const SchemaNode*, Visit> visits_;
};

}  // namespace

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
  Compiler compiler(compiled);
  if (const absl::Status status = compiler.Run(); !status.ok()) return status;
  return compiled;
}

}  // namespace leadrelay::json
