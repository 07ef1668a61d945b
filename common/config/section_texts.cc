#include "common/config/section.h"
#include "common/config/section_node.h"

namespace leadrelay::config {
namespace {

using YamlKind = YamlNode::Kind;

constexpr std::string_view kHowToGiveASecret =
    "is a secret and may not stand in this file: put it into an environment variable and write "
    "${NAME}, or into a file and write ${file:/run/secrets/name}";

}  // namespace

std::optional<std::string> Section::Node::Resolve(const Value& value) {
  if (value.yaml->kind == YamlKind::kNull) return "";
  if (value.yaml->kind != YamlKind::kScalar) {
    AddFault(value, "has to be a single value");
    return std::nullopt;
  }
  absl::StatusOr<std::string> text = Substitute(value.yaml->text, file->environment);
  if (text.ok()) return *std::move(text);
  AddFault(value, absl::StrCat(text.status().message()));
  return std::nullopt;
}

bool Section::Node::CheckSecret(const Value& value) {
  const bool empty = value.yaml->kind == YamlKind::kScalar && value.yaml->text.empty();
  if (empty || (value.yaml->kind == YamlKind::kScalar && IsReference(value.yaml->text))) {
    return true;
  }
  AddFault(value, std::string(kHowToGiveASecret));
  return false;
}

std::optional<std::string> Section::Node::ResolveSecret(const Value& value) {
  if (!CheckSecret(value)) return std::nullopt;
  std::optional<std::string> text = Resolve(value);
  if (text.has_value() && text->empty() && !value.yaml->text.empty()) {
    AddFault(value, absl::StrCat(value.yaml->text, " is empty"));
    return std::nullopt;
  }
  if (text.has_value() && !text->empty()) file->secrets.emplace(*text, value.yaml->text);
  return text;
}

std::vector<Section::Value> Section::Node::Items(const Value& value) {
  if (value.yaml->kind != YamlKind::kList) return {value};
  std::vector<Value> items;
  items.reserve(value.yaml->items.size());
  for (const YamlNode& item : value.yaml->items) {
    items.push_back({&item, item.line, absl::StrCat(value.path, "[", items.size(), "]")});
  }
  return items;
}

std::string Section::Text(std::string_view key, std::string fallback) {
  const std::optional<Value> value = node_->Ask(key, {"text", fallback});
  if (!value.has_value()) return fallback;
  return node_->Resolve(*value).value_or(std::move(fallback));
}

std::optional<std::string> Section::OptionalText(std::string_view key) {
  const std::optional<Value> value = node_->Ask(key, {"text"});
  return value.has_value() ? node_->Resolve(*value) : std::nullopt;
}

std::string Section::RequiredText(std::string_view key) {
  const std::optional<Value> value = node_->Ask(key, {"text", "required"});
  if (!value.has_value()) {
    AddFault(key, "is required");
    return "";
  }
  const std::optional<std::string> text = node_->Resolve(*value);
  if (text.has_value() && text->empty()) AddFault(key, "is required and may not be empty");
  return text.value_or("");
}

std::string Section::Secret(std::string_view key, std::string fallback) {
  const std::optional<Value> value = node_->Ask(key, {"secret", fallback});
  if (!value.has_value()) return fallback;
  return node_->ResolveSecret(*value).value_or(fallback);
}

std::string Section::RequiredSecret(std::string_view key) {
  const std::optional<Value> value = node_->Ask(key, {"secret", "required"});
  if (!value.has_value() || (value->yaml->kind == YamlKind::kScalar && value->yaml->text.empty())) {
    AddFault(key, "is required: write ${NAME} for an environment variable or ${file:PATH}");
    return "";
  }
  return node_->ResolveSecret(*value).value_or("");
}

void Section::CheckSecret(std::string_view key) {
  const std::optional<Value> value = node_->Ask(key, {"secret"});
  if (value.has_value()) node_->CheckSecret(*value);
}

std::vector<std::string> Section::Texts(std::string_view key) {
  std::vector<std::string> texts;
  const std::optional<Value> value = node_->Ask(key, {"list of texts"});
  if (!value.has_value()) return texts;
  for (const Value& item : node_->Items(*value)) {
    if (std::optional<std::string> text = node_->Resolve(item)) texts.push_back(*std::move(text));
  }
  return texts;
}

std::vector<std::string> Section::Written(std::string_view key) const {
  std::vector<std::string> texts;
  const YamlMember* member = node_->Find(key);
  if (member == nullptr) return texts;
  for (const Value& item : node_->Items({&member->value, member->line, ""})) {
    texts.push_back(item.yaml->text);
  }
  return texts;
}

std::vector<std::pair<std::string, std::string>> Section::TextMap(std::string_view key) {
  std::vector<std::pair<std::string, std::string>> texts;
  const std::optional<Value> mapping = node_->AskMapping(key, {"texts by name"});
  if (!mapping.has_value()) return texts;
  for (const YamlMember& member : mapping->yaml->members) {
    const Value value{&member.value, member.line, absl::StrCat(mapping->path, ".", member.key)};
    if (std::optional<std::string> text = node_->Resolve(value)) {
      texts.emplace_back(member.key, *std::move(text));
    }
  }
  return texts;
}

}  // namespace leadrelay::config
