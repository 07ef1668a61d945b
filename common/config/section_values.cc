#include <charconv>
#include <cmath>

#include "absl/strings/str_join.h"

#include "common/config/section.h"
#include "common/config/section_node.h"
#include "common/config/units.h"

namespace leadrelay::config {
namespace {

using YamlKind = YamlNode::Kind;

constexpr std::string_view kHowToGiveASecret =
    "is a secret and may not stand in this file: put it into an environment variable and write "
    "${NAME}, or into a file and write ${file:/run/secrets/name}";

// As written in the file: never what was put in for a reference.
std::string Quoted(const YamlNode& yaml) {
  constexpr size_t kLongest = 60;
  if (yaml.text.size() <= kLongest) return absl::StrCat("\"", yaml.text, "\"");
  return absl::StrCat("\"", yaml.text.substr(0, kLongest), "...\"");
}

// "010" is 8 to some YAML readers and 10 to others; "1e3" and "0x10" are not taken either.
std::optional<int64_t> ParseInt(std::string_view text) {
  int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  if (absl::StrCat(number) != std::string(text)) return std::nullopt;
  return number;
}

std::optional<double> ParseNumber(std::string_view text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || !std::isfinite(number)) return std::nullopt;
  return number;
}

// What a typed value needs: how to read it, how to show a bound, and what to say of a bad one.
struct IntType {
  using T = int64_t;
  static constexpr std::string_view kWanted = "is not a whole number";
  static std::optional<T> Parse(std::string_view text) { return ParseInt(text); }
  static std::string Format(T value) { return absl::StrCat(value); }
};
struct NumberType {
  using T = double;
  static constexpr std::string_view kWanted = "is not a number";
  static std::optional<T> Parse(std::string_view text) { return ParseNumber(text); }
  static std::string Format(T value) { return absl::StrCat(value); }
};
struct DurationType {
  using T = absl::Duration;
  static constexpr std::string_view kWanted =
      "is not a duration: write whole numbers with their units, such as 250ms, 10s, 5m, 1h30m, 2d";
  static std::optional<T> Parse(std::string_view text) { return ParseDuration(text); }
  static std::string Format(T value) { return DurationToText(value); }
};
struct BytesType {
  using T = int64_t;
  static constexpr std::string_view kWanted = "is not a size: write 512, 64KiB, 5MiB or 1GiB";
  static std::optional<T> Parse(std::string_view text) { return ParseBytes(text); }
  static std::string Format(T value) { return BytesToText(value); }
};

// The message of the fault, or nothing and `result` is set.
template <typename Type>
std::optional<std::string> Read(const YamlNode& yaml,
                                std::string_view text,
                                typename Type::T min,
                                typename Type::T max,
                                typename Type::T& result) {
  const std::optional<typename Type::T> parsed = Type::Parse(text);
  if (!parsed.has_value()) return absl::StrCat(Quoted(yaml), " ", std::string(Type::kWanted));
  if (*parsed < min || *parsed > max) {
    return absl::StrCat(
        Quoted(yaml), " is out of range: ", Type::Format(min), " to ", Type::Format(max));
  }
  result = *parsed;
  return std::nullopt;
}

}  // namespace

std::optional<std::string> Section::Node::Resolve(const Value& value) {
  if (value.yaml->kind == YamlKind::kNull) return "";
  if (value.yaml->kind != YamlKind::kScalar) {
    AddFault(value, "has to be a single value");
    return std::nullopt;
  }
  absl::StatusOr<std::string> text = Substitute(value.yaml->text, file->environment);
  if (text.ok()) return *std::move(text);
  AddFault(value, std::string(text.status().message()));
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
  return text;
}

std::vector<Section::Value> Section::Node::Items(const Value& value) {
  if (value.yaml->kind != YamlKind::kList) return {value};
  std::vector<Value> items;
  for (const YamlNode& item : value.yaml->items) {
    items.push_back({&item, item.line, absl::StrCat(value.path, "[", items.size(), "]")});
  }
  return items;
}

std::string Section::Text(std::string_view key, std::string fallback) {
  return OptionalText(key).value_or(std::move(fallback));
}

std::optional<std::string> Section::OptionalText(std::string_view key) {
  const std::optional<Value> value = node_->Ask(key);
  return value.has_value() ? node_->Resolve(*value) : std::nullopt;
}

std::string Section::RequiredText(std::string_view key) {
  const std::optional<Value> value = node_->Ask(key);
  if (!value.has_value()) {
    AddFault(key, "is required");
    return "";
  }
  const std::optional<std::string> text = node_->Resolve(*value);
  if (text.has_value() && text->empty()) AddFault(key, "is required and may not be empty");
  return text.value_or("");
}

std::string Section::Secret(std::string_view key, std::string fallback) {
  const std::optional<Value> value = node_->Ask(key);
  if (!value.has_value()) return fallback;
  return node_->ResolveSecret(*value).value_or(fallback);
}

std::string Section::RequiredSecret(std::string_view key) {
  const std::optional<Value> value = node_->Ask(key);
  if (!value.has_value() || (value->yaml->kind == YamlKind::kScalar && value->yaml->text.empty())) {
    AddFault(key, "is required: write ${NAME} for an environment variable or ${file:PATH}");
    return "";
  }
  return node_->ResolveSecret(*value).value_or("");
}

void Section::CheckSecret(std::string_view key) {
  const std::optional<Value> value = node_->Ask(key);
  if (value.has_value()) node_->CheckSecret(*value);
}

template <typename Type, typename T>
T Section::One(std::string_view key, T fallback, T min, T max) {
  const std::optional<Value> value = node_->Ask(key);
  if (!value.has_value()) return fallback;
  const std::optional<std::string> text = node_->Resolve(*value);
  if (!text.has_value()) return fallback;
  T result = fallback;
  if (const auto fault = Read<Type>(*value->yaml, *text, min, max, result)) {
    node_->AddFault(*value, *fault);
  }
  return result;
}

template <typename Type, typename T>
std::vector<T> Section::Many(std::string_view key, std::vector<T> fallback, T min, T max) {
  const std::optional<Value> value = node_->Ask(key);
  if (!value.has_value()) return fallback;
  std::vector<T> results;
  bool good = true;
  for (const Value& item : node_->Items(*value)) {
    const std::optional<std::string> text = node_->Resolve(item);
    if (!text.has_value()) {
      good = false;
      continue;
    }
    T result{};
    if (const auto fault = Read<Type>(*item.yaml, *text, min, max, result)) {
      node_->AddFault(item, *fault);
      good = false;
    }
    results.push_back(result);
  }
  return good ? results : fallback;
}

int64_t Section::Int(std::string_view key, int64_t fallback, int64_t min, int64_t max) {
  return One<IntType>(key, fallback, min, max);
}

double Section::Number(std::string_view key, double fallback, double min, double max) {
  return One<NumberType>(key, fallback, min, max);
}

bool Section::Bool(std::string_view key, bool fallback) {
  const std::optional<Value> value = node_->Ask(key);
  if (!value.has_value()) return fallback;
  const std::optional<std::string> text = node_->Resolve(*value);
  if (!text.has_value()) return fallback;
  if (*text == "true") return true;
  if (*text == "false") return false;
  node_->AddFault(*value, Quoted(*value->yaml) + " is neither true nor false");
  return fallback;
}

absl::Duration Section::Duration(std::string_view key,
                                 absl::Duration fallback,
                                 absl::Duration min,
                                 absl::Duration max) {
  return One<DurationType>(key, fallback, min, max);
}

int64_t Section::Bytes(std::string_view key, int64_t fallback, int64_t min, int64_t max) {
  return One<BytesType>(key, fallback, min, max);
}

std::string Section::OneOf(std::string_view key,
                           std::string fallback,
                           const std::vector<std::string>& allowed) {
  const std::optional<Value> value = node_->Ask(key);
  if (!value.has_value()) return fallback;
  const std::optional<std::string> text = node_->Resolve(*value);
  if (!text.has_value()) return fallback;
  if (std::find(allowed.begin(), allowed.end(), *text) != allowed.end()) return *text;
  node_->AddFault(*value,
                  absl::StrCat(Quoted(*value->yaml),
                               " is not one of ",
                               absl::StrJoin(allowed, ", "),
                               DidYouMean(value->yaml->text, allowed)));
  return fallback;
}

std::vector<std::string> Section::Texts(std::string_view key) {
  std::vector<std::string> texts;
  const std::optional<Value> value = node_->Ask(key);
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

std::vector<absl::Duration> Section::Durations(std::string_view key,
                                               std::vector<absl::Duration> fallback,
                                               absl::Duration min,
                                               absl::Duration max) {
  return Many<DurationType>(key, std::move(fallback), min, max);
}

std::vector<int64_t> Section::Ints(std::string_view key,
                                   std::vector<int64_t> fallback,
                                   int64_t min,
                                   int64_t max) {
  return Many<IntType>(key, std::move(fallback), min, max);
}

std::vector<std::pair<std::string, std::string>> Section::TextMap(std::string_view key) {
  std::vector<std::pair<std::string, std::string>> texts;
  const std::optional<Value> mapping = node_->AskMapping(key);
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
