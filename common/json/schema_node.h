#pragma once
// A compiled JSON Schema (draft 04) as a graph of nodes.  Private to common/json.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

#include "common/json/json.h"
#include "common/json/pattern.h"

namespace leadrelay::json {

// What one schema asks of one value.  What is not set asks nothing.
struct SchemaNode {
  struct Bound {
    Value limit;  // As written, so that integers stay exact.
    bool exclusive = false;
  };
  struct Property {
    std::string key;
    const SchemaNode* node;
  };
  struct PatternProperty {
    Pattern pattern;
    const SchemaNode* node;
  };
  struct Dependency {
    std::string key;
    std::vector<std::string> keys;     // These must be there too, or ...
    const SchemaNode* node = nullptr;  // ... the object must satisfy this.
  };

  const SchemaNode* ref = nullptr;  // Then nothing else is set.

  std::vector<std::string> types;  // Any of them; empty: all.
  std::optional<Value> choices;    // enum

  std::optional<Bound> minimum;
  std::optional<Bound> maximum;
  std::optional<double> multiple_of;

  std::optional<size_t> min_length;  // In code points.
  std::optional<size_t> max_length;
  std::optional<Pattern> pattern;

  std::optional<size_t> min_items;
  std::optional<size_t> max_items;
  bool unique_items = false;
  const SchemaNode* items = nullptr;            // Of every element, or ...
  std::vector<const SchemaNode*> tuple;         // ... of the elements by position, and then
  bool additional_items = true;                 // whether there may be more, and
  const SchemaNode* additional_item = nullptr;  // what they must be.

  std::optional<size_t> min_properties;
  std::optional<size_t> max_properties;
  std::vector<std::string> required;
  absl::flat_hash_map<std::string, const SchemaNode*> properties;
  std::vector<PatternProperty> pattern_properties;
  bool additional_properties = true;
  const SchemaNode* additional_property = nullptr;
  std::vector<Dependency> dependencies;

  std::vector<const SchemaNode*> all_of;
  std::vector<const SchemaNode*> any_of;
  std::vector<const SchemaNode*> one_of;
  const SchemaNode* not_ = nullptr;
};

struct CompiledSchema {
  Document document;  // The nodes look into it.
  std::vector<std::unique_ptr<SchemaNode>> nodes;
  const SchemaNode* root = nullptr;
};

// InvalidArgument with the place in the schema: see Schema::Compile.
absl::StatusOr<CompiledSchema> CompileSchema(std::string_view text);

// Every fault of the value, at most `limit` of them.
std::vector<SchemaFault> FindFaults(const SchemaNode& node, const Value& value, size_t limit);

// `key` as one token of a JSON pointer, with its slash.
std::string PointerToken(std::string_view key);

}  // namespace leadrelay::json
