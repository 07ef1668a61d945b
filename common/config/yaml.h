#pragma once
// A YAML text as a tree of our own: the one door to yaml-cpp.
//
// Aliases are resolved and merge keys (<<) merged.  What a configuration has no use for is a fault:
// a key twice in one mapping, tags, keys that are not texts, several documents, more than 64
// levels or 100,000 nodes (aliases of aliases grow without bound).

#include <string>
#include <string_view>
#include <vector>

#include "common/config/faults.h"

namespace leadrelay::config {

struct YamlMember;

struct YamlNode {
  enum class Kind { kNull, kScalar, kList, kMapping };
  Kind kind = Kind::kNull;
  int line = 0;                     // 1-based.
  std::string text;                 // Of a scalar, quoted or not.
  std::vector<YamlNode> items;      // Of a list.
  std::vector<YamlMember> members;  // Of a mapping, in file order, merged ones last.

  const YamlMember* Find(std::string_view key) const;
};

struct YamlMember {
  std::string key;
  int line = 0;
  YamlNode value;
};

// An empty mapping when there are faults.
YamlNode ParseYaml(std::string_view text, Faults& faults);

}  // namespace leadrelay::config
