#include "common/lead/fields.h"

#include <limits>

#include "absl/strings/str_cat.h"

#include "common/lead/times.h"

namespace leadrelay::lead {

Fields::Fields(json::Value object, std::string_view what) : object_(object), what_(what) {
  if (!object.IsObject()) Fail("", "an object");
}

void Fields::Fail(std::string_view key, std::string_view expected) {
  if (!status_.ok()) return;
  const std::string where = key.empty() ? "it" : absl::StrCat("/", std::string(key));
  status_ = absl::InvalidArgumentError(
      absl::StrCat("not a valid ", what_, ": ", where, " is not ", std::string(expected)));
}

std::string Fields::Text(std::string_view key) {
  const auto text = object_.Find(key).AsString();
  if (!text || text->empty()) Fail(key, "a text");
  return std::string(text.value_or(""));
}

std::string Fields::Id(std::string_view key) {
  std::string id = Text(key);
  if (id.size() > kLongestId) Fail(key, "an id of at most 100 bytes");
  return id;
}

std::string Fields::OptionalText(std::string_view key) {
  const json::Value value = object_.Find(key);
  if (value.exists() && !value.IsString()) Fail(key, "a text");
  return value.StringOr("");
}

int Fields::Int(std::string_view key) {
  const int64_t number = object_.Find(key).Int64Or(-1);
  if (number < 0 || number > std::numeric_limits<int>::max()) {
    Fail(key, "a number from 0 to 2^31 - 1");
    return 0;
  }
  return static_cast<int>(number);
}

bool Fields::Bool(std::string_view key) {
  const auto value = object_.Find(key).AsBool();
  if (!value) Fail(key, "true or false");
  return value.value_or(false);
}

absl::Time Fields::Time(std::string_view key) {
  const auto time = FromRfc3339(object_.Find(key).StringOr(""));
  if (!time) Fail(key, "a time");
  return time.value_or(absl::InfinitePast());
}

absl::Time Fields::OptionalTime(std::string_view key) {
  return object_.Find(key).exists() ? Time(key) : absl::InfinitePast();
}

json::Value Fields::Object(std::string_view key) {
  const json::Value value = object_.Find(key);
  if (!value.IsObject()) Fail(key, "an object");
  return value;
}

std::vector<json::Value> Fields::Array(std::string_view key) {
  const json::Value value = object_.Find(key);
  if (!value.IsArray()) Fail(key, "an array");
  return value.Elements();
}

void Fields::Version(int64_t expected) {
  if (object_.Find("version").AsInt64() != expected) {
    Fail("version", std::to_string(expected));
  }
}

}  // namespace leadrelay::lead
