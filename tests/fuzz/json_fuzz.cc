// DEPS: leadrelay_json
// Any bytes: what Document::Parse takes is JSON that it reads again to the same value, in both
// spellings; and our own schema check gets through all of it.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "common/json/json.h"
#include "common/json/utf8.h"

namespace leadrelay::json {
namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

const Schema& AnySchema() {
  static const Schema schema = Schema::Compile(R"({
    "type": ["object", "array", "string", "number"], "maxProperties": 3, "uniqueItems": true,
    "properties": {"a": {"pattern": "^(a*)*b$", "maxLength": 3}, "b": {"multipleOf": 0.01}},
    "patternProperties": {"^x": {"enum": [1, "1", [1]]}},
    "additionalProperties": {"$ref": "#"}, "items": {"$ref": "#"},
    "dependencies": {"a": ["b"]}, "not": {"maxItems": 0, "type": "array"}})")
                                   .value();
  return schema;
}

void Walk(const Value& value) {
  (void)value.AsText();
  (void)value.AsInt64();
  for (const Value::Member& member : value.Members()) {
    Check(IsUtf8(member.key));
    Check(value.Find(member.key).exists());
    Walk(member.value);
  }
  for (const Value& element : value.Elements()) Walk(element);
  if (const auto text = value.AsString()) Check(IsUtf8(*text));
}

void Read(std::string_view text) {
  Check(IsUtf8(RepairUtf8(text)));
  Writer writer;
  writer.String(text);
  Check(Document::Parse(writer.Take()).ok());

  const absl::StatusOr<Document> document = Document::Parse(text);
  if (!document.ok()) return;
  const Value root = document->root();
  Walk(root);
  const absl::StatusOr<Document> again = Document::Parse(root.ToJson(), {.max_depth = 512});
  const absl::StatusOr<Document> canonical = Document::Parse(root.Canonical(), {.max_depth = 512});
  Check(again.ok() && again->root() == root);
  Check(canonical.ok() && canonical->root() == root);
  Check(canonical->root().Canonical() == root.Canonical());
  Check(AnySchema().Validate(root).size() <= Schema::kMaxFaults);
}

}  // namespace
}  // namespace leadrelay::json

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  leadrelay::json::Read({reinterpret_cast<const char*>(data), size});
  return 0;
}
