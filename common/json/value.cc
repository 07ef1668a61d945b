#include <algorithm>
#include <charconv>
#include <cmath>

#include "common/json/json.h"
#include "common/json/rapidjson.h"

namespace leadrelay::json {
namespace {

constexpr double kTwoTo63 = 9223372036854775808.0;
constexpr double kTwoTo64 = 18446744073709551616.0;

std::string_view Text(const RawValue& value) {
  return {value.GetString(), value.GetStringLength()};
}

// A number by its mathematical value: 1, 1.0 and 1e0 are equal, and 2^53 and 2^53 + 1 are not.
struct Number {
  enum class Kind { kNegative, kUnsigned, kFraction };
  Kind kind;
  uint64_t bits = 0;    // kNegative, kUnsigned.
  double fraction = 0;  // kFraction: what no 64-bit integer is equal to.
  bool operator==(const Number&) const = default;
};

Number NumberOf(const RawValue& value) {
  if (value.IsUint64()) return {Number::Kind::kUnsigned, value.GetUint64()};
  if (value.IsInt64()) {
    return {Number::Kind::kNegative, static_cast<uint64_t>(value.GetInt64())};
  }
  const double number = value.GetDouble();
  if (std::trunc(number) == number && number >= -kTwoTo63 && number < kTwoTo64) {
    if (number >= 0) return {Number::Kind::kUnsigned, static_cast<uint64_t>(number)};
    return {Number::Kind::kNegative, static_cast<uint64_t>(static_cast<int64_t>(number))};
  }
  return {Number::Kind::kFraction, 0, number};
}

std::vector<const RawValue::Member*> SortedMembers(const RawValue& object) {
  std::vector<const RawValue::Member*> members;
  members.reserve(object.MemberCount());
  for (auto it = object.MemberBegin(); it != object.MemberEnd(); ++it) members.push_back(&*it);
  std::sort(members.begin(), members.end(), [](const auto* a, const auto* b) {
    return Text(a->name) < Text(b->name);
  });
  return members;
}

bool Equal(const RawValue& a, const RawValue& b) {
  if (a.IsNumber() && b.IsNumber()) return NumberOf(a) == NumberOf(b);
  if (a.GetType() != b.GetType()) return false;
  if (a.IsString()) return Text(a) == Text(b);
  if (a.IsArray()) return std::equal(a.Begin(), a.End(), b.Begin(), b.End(), Equal);
  if (!a.IsObject()) return true;
  if (a.MemberCount() != b.MemberCount()) return false;
  const auto left = SortedMembers(a);
  const auto right = SortedMembers(b);
  return std::equal(left.begin(), left.end(), right.begin(), [](const auto* x, const auto* y) {
    return Text(x->name) == Text(y->name) && Equal(x->value, y->value);
  });
}

using Output = rapidjson::Writer<rapidjson::StringBuffer>;

void WriteCanonical(const RawValue& value, Output& output) {
  if (value.IsObject()) {
    output.StartObject();
    for (const RawValue::Member* member : SortedMembers(value)) {
      output.Key(member->name.GetString(), member->name.GetStringLength());
      WriteCanonical(member->value, output);
    }
    output.EndObject();
  } else if (value.IsArray()) {
    output.StartArray();
    for (auto it = value.Begin(); it != value.End(); ++it) WriteCanonical(*it, output);
    output.EndArray();
  } else if (value.IsNumber()) {
    const Number number = NumberOf(value);
    if (number.kind == Number::Kind::kUnsigned) output.Uint64(number.bits);
    if (number.kind == Number::Kind::kNegative) output.Int64(static_cast<int64_t>(number.bits));
    if (number.kind == Number::Kind::kFraction) output.Double(number.fraction);
  } else {
    value.Accept(output);
  }
}

std::string Unescape(std::string_view token) {
  std::string key;
  for (size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '~' && i + 1 < token.size()) {
      key += token[++i] == '1' ? '/' : '~';
    } else {
      key += token[i];
    }
  }
  return key;
}

}  // namespace

Type Value::type() const {
  if (raw_ == nullptr) return Type::kMissing;
  switch (Raw(raw_).GetType()) {
    case rapidjson::kNullType:
      return Type::kNull;
    case rapidjson::kFalseType:
    case rapidjson::kTrueType:
      return Type::kBool;
    case rapidjson::kNumberType:
      return Type::kNumber;
    case rapidjson::kStringType:
      return Type::kString;
    case rapidjson::kArrayType:
      return Type::kArray;
    case rapidjson::kObjectType:
      return Type::kObject;
  }
  return Type::kMissing;
}

std::optional<std::string_view> Value::AsString() const {
  if (type() != Type::kString) return std::nullopt;
  return Text(Raw(raw_));
}

std::optional<bool> Value::AsBool() const {
  if (type() != Type::kBool) return std::nullopt;
  return Raw(raw_).GetBool();
}

std::optional<int64_t> Value::AsInt64() const {
  if (type() != Type::kNumber || !Raw(raw_).IsInt64()) return std::nullopt;
  return Raw(raw_).GetInt64();
}

std::optional<double> Value::AsDouble() const {
  if (type() != Type::kNumber) return std::nullopt;
  return Raw(raw_).GetDouble();
}

std::string Value::StringOr(std::string_view fallback) const {
  return std::string(AsString().value_or(fallback));
}
int64_t Value::Int64Or(int64_t fallback) const {
  return AsInt64().value_or(fallback);
}
bool Value::BoolOr(bool fallback) const {
  return AsBool().value_or(fallback);
}

std::optional<std::string> Value::AsText() const {
  if (const auto text = AsString()) return std::string(*text);
  if (type() == Type::kNumber || type() == Type::kBool) return ToJson();
  return std::nullopt;
}

size_t Value::size() const {
  if (IsObject()) return Raw(raw_).MemberCount();
  if (IsArray()) return Raw(raw_).Size();
  return 0;
}

Value Value::Find(std::string_view key) const {
  if (!IsObject()) return Value();
  const RawValue& object = Raw(raw_);
  for (auto it = object.MemberBegin(); it != object.MemberEnd(); ++it) {
    if (Text(it->name) == key) return Value(&it->value);
  }
  return Value();
}

Value Value::At(size_t index) const {
  if (!IsArray() || index >= size()) return Value();
  return Value(&Raw(raw_)[static_cast<rapidjson::SizeType>(index)]);
}

Value Value::Pointer(std::string_view pointer) const {
  Value value = *this;
  if (!pointer.empty() && pointer.front() != '/') return Value();
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::string_view token = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(token.size());
    if (value.IsArray()) {
      size_t index = 0;
      const char* end = token.data() + token.size();
      const auto [stop, error] = std::from_chars(token.data(), end, index);
      const bool padded = token.size() > 1 && token.front() == '0';
      if (token.empty() || error != std::errc() || stop != end || padded) return Value();
      value = value.At(index);
    } else {
      value = value.Find(Unescape(token));
    }
  }
  return value;
}

std::vector<Value::Member> Value::Members() const {
  std::vector<Member> members;
  if (!IsObject()) return members;
  const RawValue& object = Raw(raw_);
  members.reserve(object.MemberCount());
  for (auto it = object.MemberBegin(); it != object.MemberEnd(); ++it) {
    members.push_back(Member{Text(it->name), Value(&it->value)});
  }
  return members;
}

std::vector<Value> Value::Elements() const {
  std::vector<Value> elements;
  if (!IsArray()) return elements;
  const RawValue& array = Raw(raw_);
  elements.reserve(array.Size());
  for (auto it = array.Begin(); it != array.End(); ++it) elements.push_back(Value(&*it));
  return elements;
}

std::string Value::ToJson() const {
  if (!exists()) return "null";
  rapidjson::StringBuffer buffer;
  Output output(buffer);
  Raw(raw_).Accept(output);
  return std::string(buffer.GetString(), buffer.GetSize());
}

std::string Value::Canonical() const {
  if (!exists()) return "null";
  rapidjson::StringBuffer buffer;
  Output output(buffer);
  WriteCanonical(Raw(raw_), output);
  return std::string(buffer.GetString(), buffer.GetSize());
}

bool operator==(const Value& a, const Value& b) {
  if (!a.exists() || !b.exists()) return a.exists() == b.exists();
  return Equal(Raw(a.raw_), Raw(b.raw_));
}

}  // namespace leadrelay::json
