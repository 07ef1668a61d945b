#pragma once
// Builds the nodes of one schema document and remembers the first thing that is wrong with it.
// Private to common/json; the keywords themselves are in schema_keywords.cc.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"

#include "common/json/schema_node.h"

namespace leadrelay::json {

class SchemaCompiler {
 public:
  explicit SchemaCompiler(CompiledSchema& out) : out_(out), root_(out.document.root()) {}

  absl::Status Run();

  // One keyword, where it stands.
  struct Site {
    const Value& schema;    // The schema that has it.
    std::string_view key;   // Its name ...
    const Value& value;     // ... and value.
    const std::string& at;  // JSON pointer of the value.
    SchemaNode& node;       // What it asks is noted here.
  };

  // For the keywords' readers.  One node per place, however often it is referred to; a place may
  // refer to itself.
  const SchemaNode* Node(const Value& schema, const std::string& at);
  std::vector<const SchemaNode*> Nodes(const Value& schemas, const std::string& at);
  // Calls `take(key, schema, pointer)` for each member of an object of schemas.
  template <typename Take>
  void EachMember(const Site& site, Take take);
  void Expect(bool good, const std::string& at, const std::string& what);
  void Fail(const std::string& at, const std::string& what);

 private:
  enum class Visit { kUnderWay, kDone };

  void Refer(const Value& schema, const std::string& at, SchemaNode& node);
  void FindCircles(const SchemaNode& node);

  CompiledSchema& out_;
  Value root_;
  absl::Status status_;
  absl::flat_hash_map<std::string, const SchemaNode*> places_;
  absl::flat_hash_map<const SchemaNode*, Visit> visits_;
};

// Notes what the keyword asks; fails the compiler when it is not one that we check.
void ReadKeyword(SchemaCompiler& compiler, const SchemaCompiler::Site& site);

template <typename Take>
void SchemaCompiler::EachMember(const Site& site, Take take) {
  Expect(site.value.IsObject(), site.at, "an object");
  for (const Value::Member& member : site.value.Members()) {
    take(member.key, member.value, site.at + PointerToken(member.key));
  }
}

}  // namespace leadrelay::json
