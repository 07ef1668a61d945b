#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "common/json/json.h"
#include "common/json/rapidjson.h"
#include "common/json/utf8.h"

namespace leadrelay::json {
namespace {

// RapidJSON's writer takes any string where a key is due, and an object that ends after a key.
enum class Level : char { kArray, kKeyDue, kValueDue };

}  // namespace

struct Writer::Impl {
  using Output = rapidjson::Writer<rapidjson::StringBuffer>;

  // Most of what is written is about a lead.
  static constexpr size_t kRoom = 1024;

  Impl() : buffer(nullptr, kRoom), output(buffer) {}

  void Clear() {
    buffer.Clear();
    output.Reset(buffer);
    levels.clear();
    started = false;
  }

  // Every value, containers included, passes here before it is written.
  void BeforeValue() {
    if (levels.empty()) {
      if (started) misused = true;
      started = true;
    } else if (levels.back() == Level::kKeyDue) {
      misused = true;
    } else if (levels.back() == Level::kValueDue) {
      levels.back() = Level::kKeyDue;
    }
  }

  bool CanClose(bool object) const {
    return !levels.empty() && levels.back() == (object ? Level::kKeyDue : Level::kArray);
  }

  // What was written is no longer used once it is misused, and RapidJSON asserts: so write nothing.
  bool usable() const { return !misused; }

  rapidjson::StringBuffer buffer;
  Output output;
  std::vector<Level> levels;
  bool started = false;
  bool misused = false;
};

Writer::Writer() : impl_(std::make_unique<Impl>()) {}
Writer::~Writer() = default;
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;

Writer& Writer::StartObject() {
  impl_->BeforeValue();
  impl_->levels.push_back(Level::kKeyDue);
  if (impl_->usable()) impl_->output.StartObject();
  return *this;
}

Writer& Writer::EndObject() {
  if (!impl_->CanClose(true)) impl_->misused = true;
  if (!impl_->usable()) return *this;
  impl_->levels.pop_back();
  impl_->output.EndObject();
  return *this;
}

Writer& Writer::StartArray() {
  impl_->BeforeValue();
  impl_->levels.push_back(Level::kArray);
  if (impl_->usable()) impl_->output.StartArray();
  return *this;
}

Writer& Writer::EndArray() {
  if (!impl_->CanClose(false)) impl_->misused = true;
  if (!impl_->usable()) return *this;
  impl_->levels.pop_back();
  impl_->output.EndArray();
  return *this;
}

Writer& Writer::Key(std::string_view key) {
  if (!impl_->CanClose(true)) impl_->misused = true;
  if (!impl_->usable()) return *this;
  impl_->levels.back() = Level::kValueDue;
  if (!IsUtf8(key)) {
    const std::string repaired = RepairUtf8(key);
    impl_->output.Key(repaired.data(), static_cast<rapidjson::SizeType>(repaired.size()));
  } else {
    impl_->output.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
  }
  return *this;
}

Writer& Writer::String(std::string_view text) {
  impl_->BeforeValue();
  if (!impl_->usable()) return *this;
  if (!IsUtf8(text)) {
    const std::string repaired = RepairUtf8(text);
    impl_->output.String(repaired.data(), static_cast<rapidjson::SizeType>(repaired.size()));
  } else {
    impl_->output.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  }
  return *this;
}

Writer& Writer::Int(int64_t number) {
  impl_->BeforeValue();
  if (impl_->usable()) impl_->output.Int64(number);
  return *this;
}

Writer& Writer::Double(double number) {
  if (!std::isfinite(number)) return Null();
  impl_->BeforeValue();
  if (impl_->usable()) impl_->output.Double(number);
  return *this;
}

Writer& Writer::Bool(bool value) {
  impl_->BeforeValue();
  if (impl_->usable()) impl_->output.Bool(value);
  return *this;
}

Writer& Writer::Null() {
  impl_->BeforeValue();
  if (impl_->usable()) impl_->output.Null();
  return *this;
}

Writer& Writer::Copy(const Value& value) {
  if (!value.exists()) return Null();
  impl_->BeforeValue();
  if (impl_->usable()) json::Raw(value.raw_).Accept(impl_->output);
  return *this;
}

Writer& Writer::Raw(std::string_view valid_json) {
  impl_->BeforeValue();
  if (impl_->usable()) {
    impl_->output.RawValue(valid_json.data(), valid_json.size(), rapidjson::kNullType);
  }
  return *this;
}

std::string Writer::Take() {
  if (impl_->misused || !impl_->started || !impl_->levels.empty()) {
    std::fputs("json::Writer::Take(): what was written is not one whole JSON value\n", stderr);
    std::abort();
  }
  std::string text(impl_->buffer.GetString(), impl_->buffer.GetSize());
  impl_->Clear();
  return text;
}

}  // namespace leadrelay::json
