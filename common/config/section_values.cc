#include <charconv>
#include <cmath>

#include "absl/strings/str_join.h"

#include "common/config/section.h"
#include "common/config/section_node.h"
#include "common/config/units.h"

namespace leadrelay::config {
namespace {

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
  static constexpr std::string_view kName = "whole number";
  static constexpr std::string_view kWanted = "is not a whole number";
  static std::optional<T> Parse(std::string_view text) { return ParseInt(text); }
  static std::string Format(T value) { return absl::StrCat(value); }
};
struct NumberType {
  using T = double;
  static constexpr std::string_view kName = "number";
  static constexpr std::string_view kWanted = "is not a number";
  static std::optional<T> Parse(std::string_view text) { return ParseNumber(text); }
  static std::string Format(T value) {
    // Without this a million would be 1e+06.
    if (value == std::floor(value)) return absl::StrCat(static_cast<int64_t>(value));
    return absl::StrCat(value);
  }
};
struct DurationType {
  using T = absl::Duration;
  static constexpr std::string_view kName = "duration";
  static constexpr std::string_view kWanted =
      "is not a duration: write whole numbers with their units, such as 250ms, 10s, 5m, 1h30m, 2d";
  static std::optional<T> Parse(std::string_view text) { return ParseDuration(text); }
  static std::string Format(T value) { return DurationToText(value); }
};
struct BytesType {
  using T = int64_t;
  static constexpr std::string_view kName = "size";
  static constexpr std::string_view kWanted = "is not a size: write 512, 64KiB, 5MiB or 1GiB";
  static std::optional<T> Parse(std::string_view text) { return ParseBytes(text); }
  static std::string Format(T value) { return BytesToText(value); }
};

template <typename Type>
std::string RangeOf(typename Type::T min, typename Type::T max) {
  return absl::StrCat(Type::Format(min), " to ", Type::Format(max));
}

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
    return absl::StrCat(Quoted(yaml), " is out of range: ", RangeOf<Type>(min, max));
  }
  result = *parsed;
  return std::nullopt;
}

}  // namespace

template <typename Type, typename T>
T Section::One(std::string_view key, T fallback, T min, T max) {
  const std::optional<Value> value =
      node_->Ask(key, {std::string(Type::kName), Type::Format(fallback), RangeOf<Type>(min, max)});
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
  std::vector<std::string> fallback_texts;
  fallback_texts.reserve(fallback.size());
  for (const T& item : fallback) fallback_texts.push_back(Type::Format(item));
  const std::optional<Value> value =
      node_->Ask(key,
                 {absl::StrCat("list of ", std::string(Type::kName), "s"),
                  absl::StrJoin(fallback_texts, ", "),
                  RangeOf<Type>(min, max)});
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
  const std::optional<Value> value =
      node_->Ask(key, {"true or false", fallback ? "true" : "false"});
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
  const std::optional<Value> value =
      node_->Ask(key, {"one of", fallback, absl::StrJoin(allowed, ", ")});
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

}  // namespace leadrelay::config
