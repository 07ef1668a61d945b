#pragma once
// What a Section holds.  For section*.cc alone.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "common/config/section.h"
#include "common/config/yaml.h"

namespace leadrelay::config {

// A value of a section, and where it stands.
struct Section::Value {
  const YamlNode* yaml;
  int line;
  std::string path;
};

// What a key was asked for as.
struct Section::Asked {
  std::string type;
  std::string fallback = {};
  std::string range = {};
};

struct Section::Node {
  struct File {
    YamlNode root;
    Environment environment;
    Faults faults;
    std::map<std::string, Asked> asked;          // By pattern; see AskedSettings().
    std::map<std::string, std::string> secrets;  // That were looked up -> as the file has them.
  };

  std::shared_ptr<File> file;
  const YamlNode* yaml = nullptr;  // A mapping of `file`, or null: absent.
  std::string path;
  std::string pattern;
  int line = 0;
  std::set<std::string, std::less<>> asked;
  // Sections read from here by the rest of their path, so that reading one twice gives the same.
  std::map<std::string, std::shared_ptr<Node>> children;
  bool every_key_accepted = false;

  std::string PathOf(std::string_view key) const;
  const YamlMember* Find(std::string_view key) const;  // Null for an empty value too.
  int LineOf(std::string_view key) const;              // This section's line when it is absent.

  // The value of `key`, which counts as asked for from now on.
  std::optional<Value> Ask(std::string_view key, const Asked& as);
  std::optional<Value> AskMapping(std::string_view key, const Asked& as);
  std::shared_ptr<Node> ChildOf(const std::string& suffix,
                                const std::string& pattern_suffix,
                                const YamlNode* child,
                                int child_line);
  void RefuseUnknownKeys();

  void AddFault(const Value& value, std::string message);
  // The text with its references put in; nothing, and a fault, when that fails.
  std::optional<std::string> Resolve(const Value& value);
  std::optional<std::string> ResolveSecret(const Value& value);
  bool CheckSecret(const Value& value);
  std::vector<Value> Items(const Value& value);
};

}  // namespace leadrelay::config
