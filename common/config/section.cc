#include "common/config/section.h"

#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

#include "common/config/section_node.h"

namespace leadrelay::config {
namespace {

using YamlKind = YamlNode::Kind;

}  // namespace

std::string Section::Node::PathOf(std::string_view key) const {
  return path.empty() ? std::string(key) : absl::StrCat(path, ".", std::string(key));
}

const YamlMember* Section::Node::Find(std::string_view key) const {
  if (yaml == nullptr) return nullptr;
  const YamlMember* member = yaml->Find(key);
  return member == nullptr || member->value.kind == YamlKind::kNull ? nullptr : member;
}

int Section::Node::LineOf(std::string_view key) const {
  const YamlMember* member = yaml == nullptr ? nullptr : yaml->Find(key);
  return member == nullptr ? line : member->line;
}

std::optional<Section::Value> Section::Node::Ask(std::string_view key, const Asked& as) {
  asked.emplace(key);
  file->asked.try_emplace(
      pattern.empty() ? std::string(key) : absl::StrCat(pattern, ".", std::string(key)), as);
  const YamlMember* member = Find(key);
  if (member == nullptr) return std::nullopt;
  return Value{&member->value, member->line, PathOf(key)};
}

std::optional<Section::Value> Section::Node::AskMapping(std::string_view key, const Asked& as) {
  std::optional<Value> value = Ask(key, as);
  if (value.has_value() && value->yaml->kind != YamlKind::kMapping) {
    AddFault(*value, "has to be a section: indented lines of `key: value`");
    return std::nullopt;
  }
  return value;
}

std::shared_ptr<Section::Node> Section::Node::ChildOf(const std::string& suffix,
                                                      const std::string& pattern_suffix,
                                                      const YamlNode* child,
                                                      int child_line) {
  std::shared_ptr<Node>& node = children[suffix];
  if (node == nullptr) {
    node = std::make_shared<Node>();
    node->file = file;
    node->yaml = child;
    node->path = PathOf(suffix);
    node->pattern = pattern.empty() ? pattern_suffix : absl::StrCat(pattern, ".", pattern_suffix);
    node->line = child_line;
  }
  return node;
}

void Section::Node::RefuseUnknownKeys() {
  if (yaml != nullptr) {
    const std::vector<std::string> known(asked.begin(), asked.end());
    for (const YamlMember& member : yaml->members) {
      if (asked.contains(member.key)) continue;
      if (path.empty() && member.key.starts_with("x-")) continue;
      std::string hint = DidYouMean(member.key, known);
      if (hint.empty()) hint = absl::StrCat("; known here: ", absl::StrJoin(known, ", "));
      file->faults.Add(member.line, PathOf(member.key), "unknown key" + hint);
    }
  }
  for (const auto& [suffix, child] : children) {
    if (!child->every_key_accepted) child->RefuseUnknownKeys();
  }
}

void Section::Node::AddFault(const Value& value, std::string message) {
  file->faults.Add(value.line, value.path, std::move(message));
}

Section Section::Parse(std::string_view text,
                       const Environment& environment,
                       const Faults& faults) {
  auto node = std::make_shared<Node>();
  node->file = std::make_shared<Node::File>();
  node->file->environment = environment;
  node->file->faults = faults;
  node->file->root = ParseYaml(text, node->file->faults);
  node->yaml = &node->file->root;
  return Section(std::move(node));
}

Section::Section() : Section(std::make_shared<Node>()) {
  node_->file = std::make_shared<Node::File>();
}
Section::Section(std::shared_ptr<Node> node) : node_(std::move(node)) {}
Section::~Section() = default;
Section::Section(const Section&) = default;
Section& Section::operator=(const Section&) = default;

bool Section::Has(std::string_view key) const {
  return node_->Find(key) != nullptr;
}

std::vector<std::string> Section::Keys() const {
  std::vector<std::string> keys;
  if (node_->yaml == nullptr) return keys;
  for (const YamlMember& member : node_->yaml->members) keys.push_back(member.key);
  return keys;
}

Section::Kind Section::KindOf(std::string_view key) const {
  const YamlMember* member = node_->Find(key);
  if (member == nullptr) return Kind::kAbsent;
  if (member->value.kind == YamlKind::kScalar) return Kind::kScalar;
  return member->value.kind == YamlKind::kList ? Kind::kList : Kind::kMapping;
}

Section Section::Child(std::string_view key) {
  const std::optional<Value> value = node_->AskMapping(key, {"section"});
  const std::string name(key);
  return Section(
      node_->ChildOf(name, name, value.has_value() ? value->yaml : nullptr, node_->LineOf(key)));
}

std::vector<Section> Section::Children(std::string_view key) {
  std::vector<Section> children;
  const std::optional<Value> list = node_->Ask(key, {"list of sections"});
  if (!list.has_value()) return children;
  if (list->yaml->kind != YamlKind::kList) {
    node_->AddFault(*list, "has to be a list of sections, each of which begins with `- `");
    return children;
  }
  for (const Value& item : node_->Items(*list)) {
    if (item.yaml->kind != YamlKind::kMapping) {
      node_->AddFault(item, "has to be a section: lines of `key: value`");
      continue;
    }
    const std::string suffix = absl::StrCat(std::string(key), "[", children.size(), "]");
    children.push_back(Section(
        node_->ChildOf(suffix, absl::StrCat(std::string(key), "[]"), item.yaml, item.line)));
  }
  return children;
}

std::vector<std::pair<std::string, Section>> Section::NamedChildren(std::string_view key) {
  std::vector<std::pair<std::string, Section>> children;
  const std::optional<Value> mapping = node_->AskMapping(key, {"sections by name"});
  if (!mapping.has_value()) return children;
  for (const YamlMember& member : mapping->yaml->members) {
    const std::string suffix = absl::StrCat(std::string(key), ".", member.key);
    const YamlNode* yaml = &member.value;
    if (yaml->kind == YamlKind::kNull) {
      yaml = nullptr;
    } else if (yaml->kind != YamlKind::kMapping) {
      node_->AddFault({yaml, member.line, node_->PathOf(suffix)},
                      "has to be a section: indented lines of `key: value`");
      continue;
    }
    children.emplace_back(
        member.key,
        Section(
            node_->ChildOf(suffix, absl::StrCat(std::string(key), ".<name>"), yaml, member.line)));
  }
  return children;
}

void Section::AddFault(std::string message) {
  node_->file->faults.Add(node_->line, node_->path, std::move(message));
}

void Section::AddFault(std::string_view key, std::string message) {
  node_->file->faults.Add(node_->LineOf(key), node_->PathOf(key), std::move(message));
}

void Section::RefuseUnknownKeys() {
  node_->RefuseUnknownKeys();
}
void Section::AcceptEveryKey() {
  node_->every_key_accepted = true;
}

std::vector<Setting> Section::AskedSettings() const {
  std::vector<Setting> settings;
  for (const auto& [path, asked] : node_->file->asked) {
    settings.push_back({path, asked.type, asked.fallback, asked.range});
  }
  return settings;
}

std::string Section::Conceal(const std::string& text) const {
  return absl::StrReplaceAll(text, node_->file->secrets);
}

const std::string& Section::path() const {
  return node_->path;
}
int Section::line() const {
  return node_->line;
}

}  // namespace leadrelay::config
